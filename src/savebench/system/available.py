"""How much memory new processes may take: what is free here, or what a control group leaves."""

from pathlib import Path

import psutil

from savebench.system import cgroups
from savebench.system.memory import kilobytes


def available_bytes(root: Path = Path("/")) -> int:
    """Return what new processes may take now: what the machine has, or a control group allows.

    Pages of files that the kernel would give back count as free.

    Parameters
    ----------
    root
        ``/``, or what a test has in its place.
    """
    left = map(_left_in, cgroups.folders(root, "memory"))
    found = [each for each in left if each is not None]
    try:
        found.append(kilobytes(root / "proc/meminfo", "MemAvailable"))
    except OSError:
        found.append(int(psutil.virtual_memory().available))
    return max(0, min(found))


def _left_in(group: Path) -> int | None:
    """Return what a control group leaves; None where it sets no limit."""
    limit = _text(group / "memory.max") or _text(group / "memory.limit_in_bytes")
    used = _text(group / "memory.current") or _text(group / "memory.usage_in_bytes")
    if not (limit.isdigit() and used.isdigit()):
        return None
    fields = dict(line.split(" ", 1) for line in _text(group / "memory.stat").splitlines())
    cached = fields.get("total_cache") or fields.get("file") or "0"
    return int(limit) - int(used) + int(cached)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
