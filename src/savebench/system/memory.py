"""Resident memory of one operation: its peak, by the kernel's own mark, and what stays (Linux).

``/proc/self/clear_refs`` (write 5) resets ``VmHWM``; see proc_pid_clear_refs(5). Mapped file pages
count when they are touched, in the peak and in what stays. What the mark cannot see: pages of the
file in the page cache that are not mapped (those that ``read`` and ``write`` leave there), memory
of other processes, those that the serializer starts included, the kernel's own memory, memory of a
GPU, what was swapped out, and free memory of the interpreter that the operation could use again.
The kernel counts per thread and adds up now and then, so the mark may be some dozens of pages
behind.
"""

import contextlib
import ctypes
import gc
import sys
from dataclasses import dataclass
from pathlib import Path

from savebench.errors import Unsupported

_RESET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Level:
    """What was resident just before an operation, in bytes: what it adds is counted from there."""

    before_bytes: int

    @classmethod
    def begin(cls) -> "Level":
        """Give freed heap back, reset the mark, and read the level.

        Raises
        ------
        Unsupported
            Where the kernel keeps no mark that can be reset.
        """
        release_free_memory()
        try:
            Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
            return cls(status_bytes("VmRSS"))
        except OSError as error:
            raise Unsupported(
                f"peak memory needs Linux's /proc/self/clear_refs ({error})"
            ) from None

    def peak_bytes(self) -> int:
        """Return how far the resident memory has been above the level since."""
        return max(0, status_bytes("VmHWM") - self.before_bytes)

    def held_bytes(self) -> int:
        """Return how far it is above the level now, garbage collected and freed heap given back.

        As the level itself was read: buffers that the operation had for a while may lie about in
        the heap, by chance of how large they were, and the next operation would use them again.
        """
        gc.collect()
        release_free_memory()
        return max(0, status_bytes("VmRSS") - self.before_bytes)


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
