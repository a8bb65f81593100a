"""Peak resident memory of one operation, by the kernel's own high-water mark (Linux).

``/proc/self/clear_refs`` (write 5) resets ``VmHWM``; see proc_pid_clear_refs(5). What the mark
cannot see: pages of the file in the page cache that are not mapped, and memory of other processes.
Mapped file pages count when they are touched.
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
    _release_free_memory()
    try:
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
        before_bytes = _status_bytes("VmRSS")
    except OSError as error:
        raise Unsupported(f"peak memory needs Linux's /proc/self/clear_refs ({error})") from None
    result = operation()
    return result, max(0, _status_bytes("VmHWM") - before_bytes)


def _status_bytes(field: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status has no {field}")


def _release_free_memory() -> None:
    """Give freed heap back, so that the operation cannot hide in memory that lay about."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # musl has no malloc_trim
            ctypes.CDLL(None).malloc_trim(0)
