"""What can be seen of the machine before anything is measured: one finding a function.

Files of ``/proc`` and ``/sys`` are read below a root that tests replace; see proc(5), cgroups(7)
and the kernel's admin guide (cpufreq, transparent hugepages). What cannot be read says so.
"""

import os
import re
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

import msgspec

from savebench.launch.launchers import choose
from savebench.machine.fingerprint import filesystem_of
from savebench.system import cgroups
from savebench.system.cache import evict
from savebench.units import human_bytes, human_seconds

Level = Literal["ok", "info", "warn"]

UNREADABLE = "not readable here"

_IN_MEMORY = frozenset({"tmpfs", "ramfs"})
_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\w*|9p|ceph|afs|lustre|glusterfs|beegfs|gpfs|ocfs2|gfs2|davfs|fuse\..*"
)
_COARSE_S = 1e-6
_TRIALS_AT_ONCE = 2
_ROOM = 2
"""Artifacts and the copies in the making take up to so many times what the cases add up to."""
_STOLEN_SHARE = 0.02
_SWAPPED_SHARE = 0.01
_PROBE_BYTES = 1 << 20
_CLOCK_READINGS = 2000


class Finding(msgspec.Struct, frozen=True):
    """One thing about the machine."""

    what: str
    value: str
    level: Level = "info"
    advice: str = ""
    """One line: what it does to a run, and what to do."""


def allowed_cores() -> int:
    """Return how many cores this process may run on."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def free_bytes(folder: Path) -> int:
    """Return what is free on the folder's file system."""
    return shutil.disk_usage(folder).free


def smallest_clock_step_s() -> float:
    """Return the smallest step that ``perf_counter`` was seen to make."""
    readings = [time.perf_counter_ns() for _ in range(_CLOCK_READINGS)]
    steps = [after - before for before, after in pairwise(readings)]
    return min((step for step in steps if step > 0), default=0) * 1e-9


def eviction_trouble(folder: Path) -> str:
    """Evict a probe file from the page cache; return ``""``, or why it stayed."""
    probe = folder / "savebench-eviction-probe"
    try:
        probe.write_bytes(bytes(range(256)) * (_PROBE_BYTES // 256))
        return evict(probe)
    except OSError as error:
        return error.strerror or str(error)
    finally:
        probe.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """How the machine is looked at; a test puts its own here."""

    root: Path = Path("/")
    online_cores: Callable[[], int] = lambda: os.cpu_count() or 1
    allowed_cores: Callable[[], int] = allowed_cores
    filesystem_of: Callable[[Path], str] = filesystem_of
    free_bytes: Callable[[Path], int] = free_bytes
    clock_resolution_s: Callable[[], float] = lambda: time.get_clock_info("perf_counter").resolution
    smallest_clock_step_s: Callable[[], float] = smallest_clock_step_s
    launch: Callable[[], tuple[str, str]] = choose
    eviction_trouble: Callable[[Path], str] = eviction_trouble


def look_around(storage: Path, probes: Probes, needed_bytes: int = 0) -> list[Finding]:
    """Return every finding, in a fixed order, none left out.

    Parameters
    ----------
    storage
        The folder where artifacts will lie; a probe file is written there and deleted.
    probes
        How to look.
    needed_bytes
        What the artifacts of all cases add up to, 0 where it is not known.
    """
    root = probes.root
    return [
        cores(probes),
        load_average(root, probes.online_cores()),
        governor(root),
        turbo(root),
        virtualisation(root),
        stolen_time(root),
        file_system(probes.filesystem_of(storage)),
        free_space(probes.free_bytes(storage), needed_bytes),
        eviction(probes.eviction_trouble(storage)),
        huge_pages(root),
        swap(root),
        timer(probes.clock_resolution_s(), probes.smallest_clock_step_s()),
        launcher(*probes.launch()),
    ]


def cores(probes: Probes) -> Finding:
    """Return how many cores there are, and how many this process may use."""
    online, allowed, quota = probes.online_cores(), probes.allowed_cores(), cpu_quota(probes.root)
    value = f"{online} online, {allowed} allowed"
    if quota is not None and quota < allowed:
        return Finding(
            "cores",
            f"{value}, a quota of {quota:g} (cgroup)",
            "warn",
            "a quota stops processes that have used it up: give the container whole cores",
        )
    if allowed < _TRIALS_AT_ONCE:
        return Finding(
            "cores", value, "warn", "everything else that runs here disturbs: allow two or more"
        )
    return Finding("cores", value, "ok")


def cpu_quota(root: Path) -> float | None:
    """Return the cores' worth of time that control groups allow this process; None: no limit."""
    quotas = map(_quota_of, cgroups.folders(root, "cpu"))
    return min((quota for quota in quotas if quota is not None), default=None)


def _quota_of(folder: Path) -> float | None:
    limit, _, period = (_read(folder / "cpu.max") or "").partition(" ")
    if not period:
        limit = _read(folder / "cpu.cfs_quota_us") or ""
        period = _read(folder / "cpu.cfs_period_us") or ""
    if not (limit.isdigit() and period.isdigit() and int(period)):
        return None  # no file, "max" or -1: no limit
    return int(limit) / int(period)


def load_average(root: Path, online: int) -> Finding:
    """Return how many processes wanted a core over the last minute."""
    text = _read(root / "proc/loadavg")
    if text is None:
        return Finding("load", UNREADABLE)
    load = float(text.split()[0])
    value = f"{load:.2f} over the last minute"
    if load > online:
        advice = f"more is running than {online} cores can do: wait for it, or end it"
        return Finding("load", value, "warn", advice)
    if load > online / 2:
        return Finding("load", value, "info", "something else is running: times will spread")
    return Finding("load", value, "ok")


def governor(root: Path) -> Finding:
    """Return how the kernel chooses the cores' clock speed."""
    pattern = "sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor"
    names = sorted({text for path in root.glob(pattern) if (text := _read(path))})
    if not names:
        return Finding("governor", UNREADABLE)
    value = ", ".join(names)
    if names == ["performance"]:
        return Finding("governor", value, "ok")
    return Finding(
        "governor",
        value,
        "warn" if "powersave" in names else "info",
        "the clock follows the load, short work may run slow: set it to performance",
    )


def turbo(root: Path) -> Finding:
    """Return whether cores may run above their nominal clock for a while."""
    cpu = root / "sys/devices/system/cpu"
    no_turbo, boost = _read(cpu / "intel_pstate/no_turbo"), _read(cpu / "cpufreq/boost")
    if no_turbo is None and boost is None:
        return Finding("turbo", UNREADABLE)
    is_on = no_turbo == "0" if no_turbo is not None else boost == "1"
    if not is_on:
        return Finding("turbo", "off", "ok")
    return Finding("turbo", "on", "info", "the clock depends on heat and on neighbouring cores")


def virtualisation(root: Path) -> Finding:
    """Return whether this is a virtual machine."""
    text = _read(root / "proc/cpuinfo")
    if text is None:
        return Finding("virtualised", UNREADABLE)
    flags = re.search(r"^flags\s*:(.*)$", text, re.MULTILINE)
    if (flags and "hypervisor" in flags[1].split()) or (root / "sys/hypervisor/type").exists():
        return Finding(
            "virtualised", "yes", "info", "what neighbours do on the host shows as noise"
        )
    return Finding("virtualised", "no sign of it", "ok")


def stolen_time(root: Path) -> Finding:
    """Return the share of time since boot that the host gave to others."""
    fields = (_read(root / "proc/stat") or "").partition("\n")[0].split()
    if len(fields) < 9 or fields[0] != "cpu":  # noqa: PLR2004 - steal is the eighth number
        return Finding("stolen time", UNREADABLE)
    spent = [int(field) for field in fields[1:9]]
    share = spent[7] / max(1, sum(spent) - spent[3])
    value = f"{100 * share:.1f} % of the time in use since boot"
    if share > _STOLEN_SHARE:
        return Finding(
            "stolen time", value, "warn", "the host is shared: measure elsewhere, or longer"
        )
    return Finding("stolen time", value, "ok")


def file_system(fstype: str) -> Finding:
    """Return the type of the storage folder's file system."""
    if fstype in _IN_MEMORY:
        return Finding(
            "file system", fstype, "warn", "it is memory, no disk: name one with --storage"
        )
    if _NETWORK.fullmatch(fstype):
        advice = "times are the network's or a helper's too: name a local folder with --storage"
        return Finding("file system", fstype, "warn", advice)
    if fstype == "overlay":
        advice = "a container's layers: for the bare disk name a mounted volume with --storage"
        return Finding("file system", fstype, "info", advice)
    if fstype == "unknown":
        return Finding("file system", UNREADABLE)
    return Finding("file system", fstype, "ok")


def free_space(free: int, needed_bytes: int) -> Finding:
    """Return what is free in the storage folder, against what the artifacts will take."""
    value = human_bytes(free)
    if free < _ROOM * needed_bytes:
        advice = f"artifacts may take {human_bytes(_ROOM * needed_bytes)}: make room, or --storage"
        return Finding("free space", value, "warn", advice)
    return Finding("free space", value, "ok")


def eviction(trouble: str) -> Finding:
    """Return whether a file can be put out of the page cache, as cold loads need."""
    if trouble:
        return Finding("cold loads", f"no: {trouble}", "warn", "load_cold_s will have no values")
    return Finding("cold loads", "a probe file left the page cache", "ok")


def huge_pages(root: Path) -> Finding:
    """Return when the kernel backs memory with huge pages."""
    text = _read(root / "sys/kernel/mm/transparent_hugepage/enabled")
    chosen = re.search(r"\[(\w+)\]", text or "")
    if not chosen:
        return Finding("huge pages", UNREADABLE)
    if chosen[1] == "always":
        advice = "large arrays cost fewer page faults than where it is madvise"
        return Finding("huge pages", "always", "info", advice)
    return Finding("huge pages", chosen[1], "ok")


def swap(root: Path) -> Finding:
    """Return how much memory has been swapped out, and how readily it is."""
    kib = dict(re.findall(r"^(\w+):\s+(\d+) kB", _read(root / "proc/meminfo") or "", re.MULTILINE))
    if not {"SwapTotal", "SwapFree", "MemTotal"} <= kib.keys():
        return Finding("swap", UNREADABLE)
    total, free, memory = (1024 * int(kib[name]) for name in ("SwapTotal", "SwapFree", "MemTotal"))
    if not total:
        return Finding("swap", "none", "ok")
    readiness = _read(root / "proc/sys/vm/swappiness") or UNREADABLE
    value = f"{human_bytes(total - free)} of {human_bytes(total)} used, swappiness {readiness}"
    if total - free > _SWAPPED_SHARE * memory:
        return Finding("swap", value, "warn", "memory was short: end what takes it")
    return Finding("swap", value, "ok")


def timer(resolution_s: float, step_s: float) -> Finding:
    """Return how fine the clock is, as it says and as it does."""
    steps = f"steps of {human_seconds(step_s)} seen" if step_s else "no step seen"
    value = f"{human_seconds(resolution_s)} said, {steps}"
    if max(resolution_s, step_s) > _COARSE_S or not step_s:
        return Finding("timer", value, "warn", "too coarse for loads of microseconds")
    return Finding("timer", value, "ok")


def launcher(name: str, remark: str) -> Finding:
    """Return which launcher a run will use, and why no quicker one."""
    return Finding("launcher", name, "info" if remark else "ok", remark)


def notes_of(findings: Iterable[Finding]) -> list[str]:
    """Return the warnings as lines for a run's header.

    Files in memory are left out: `savebench.machine.fingerprint` notes them itself.
    """
    return [
        f"{each.what}: {each.value}; {each.advice}."
        for each in findings
        if each.level == "warn" and each.value not in _IN_MEMORY
    ]


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None
