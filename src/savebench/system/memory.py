"""Peak resident memory of one operation, by the kernel's own high-water mark (Linux).

``/proc/self/clear_refs`` (write 5) resets ``VmHWM``; see proc_pid_clear_refs(5). Mapped file pages
count when they are touched. What the mark cannot see: pages of the file in the page cache that are
not mapped (those that ``read`` and ``write`` leave there), memory of other processes, those that
the serializer starts included, the kernel's own memory, memory of a GPU, what was swapped out, and
free memory of the interpreter that the operation could use again. The kernel counts per thread and
adds up now and then, so the mark may be some dozens of pages behind.
"""

import contextlib
import ctypes
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from savebench.errors import Unsupported

Result = TypeVar("Result")

_RESET_PEAK = "5"


def peak_above_level(operation: Callable[[], Result]) -> tuple[Result, int]:
    """Return the operation's result, and the peak in bytes above the resident level just before.

    Raises
    ------
    Unsupported
        Where the kernel keeps no mark that can be reset.
    """
    release_free_memory()
    try:
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
        before_bytes = status_bytes("VmRSS")
    except OSError as error:
        raise Unsupported(f"peak memory needs Linux's /proc/self/clear_refs ({error})") from None
    result = operation()
    return result, max(0, status_bytes("VmHWM") - before_bytes)


def status_bytes(field: str, pid: int | str = "self") -> int:
    """Return, in bytes, what a process's ``/proc/PID/status`` says of a field such as ``VmRSS``.

    Raises
    ------
    OSError
        Where there is no such file or field.
    """
    return kilobytes(Path(f"/proc/{pid}/status"), field)


def kilobytes(path: Path, field: str) -> int:
    """Return, in bytes, what a line such as ``VmRSS:  1234 kB`` says.

    Raises
    ------
    OSError
        Where there is no such file or line.
    """
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise OSError(f"{path} has no {field}")


def release_free_memory() -> None:
    """Give freed heap back, so that the operation cannot hide in memory that lay about."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl has no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)
