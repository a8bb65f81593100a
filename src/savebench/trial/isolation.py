"""Keep one trial from touching anything but its own folder, its own limits and its own output."""

import contextlib
import ctypes
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from savebench.launch.messages import OUTPUT, Task
from savebench.units import human_bytes

_PR_SET_PDEATHSIG = 1


def isolate(task: Task) -> None:
    """Move this process into the trial's own folder, and send what it prints to a file there.

    The process leads a group of its own, so that it can be killed with all it started. On Linux its
    private memory is limited (``RLIMIT_DATA``), and it dies when the process that made it dies.
    """
    with contextlib.suppress(OSError, AttributeError):
        os.setsid()
    die_with_parent()
    work_in(Path(task.scratch))
    _capture_output(Path(task.scratch) / OUTPUT)
    if task.memory_limit_bytes is not None:
        _limit_memory(task.memory_limit_bytes)


def work_in(folder: Path) -> None:
    """Make a folder the working directory and TMPDIR, for all threads."""
    os.chdir(folder)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Work in a folder for a while: for a process that goes on afterwards, as a test run does."""
    before: Path | None = None
    with contextlib.suppress(OSError):  # it may have been deleted: there is no way back to that
        before = Path.cwd()
    variable, known = os.environ.get("TMPDIR"), tempfile.tempdir
    work_in(folder)
    try:
        yield
    finally:
        tempfile.tempdir = known
        os.environ.pop("TMPDIR", None)
        if variable is not None:
            os.environ["TMPDIR"] = variable
        if before is not None:
            os.chdir(before)


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _capture_output(path: Path) -> None:
    output = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.close(null)
    os.close(output)


def _limit_memory(limit_bytes: int) -> None:
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        soft = limit_bytes if hard == resource.RLIM_INFINITY else min(limit_bytes, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def memory_limit() -> str | None:
    """Return, in words, the limit on memory that this process meets first; None: there is none."""
    if sys.platform != "linux":
        return None
    import resource

    names = {
        resource.RLIMIT_DATA: "the limit of {}; raise it with --memory-limit",
        resource.RLIMIT_AS: "the limit of {} on addresses that this shell sets; see ulimit -v",
    }
    soft = {limit: resource.getrlimit(limit)[0] for limit in names}
    limited = {limit: size for limit, size in soft.items() if size != resource.RLIM_INFINITY}
    if not limited:
        return None
    lowest = min(limited, key=limited.__getitem__)
    return names[lowest].format(human_bytes(limited[lowest]))
