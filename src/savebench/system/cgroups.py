"""The control groups of this process: the folders in which the kernel says what they allow.

Versions 1 and 2; see cgroups(7). Files are read below a root that tests replace.
"""

from pathlib import Path


def folders(root: Path, controller: str) -> list[Path]:
    """Return the folders of this process's control groups and of all above, versions 1 and 2.

    Parameters
    ----------
    root
        ``/``, or what a test has in its place.
    controller
        Of version 1, such as ``"memory"``; version 2 has one folder for all.
    """
    found = []
    for line in (_read(root / "proc/self/cgroup") or "0::/").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        names = [controller, controllers] if controllers else ["", "unified"]
        inside = Path(path.lstrip("/"))
        levels = [inside, *inside.parents]
        found += [
            root / "sys/fs/cgroup" / name / level
            for name in dict.fromkeys(names)
            for level in levels
        ]
    return found


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
