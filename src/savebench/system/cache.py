"""Put an artifact out of the page cache, and make sure that it is."""

import ctypes
import mmap
import os
import sys
from pathlib import Path

from savebench.system.files import files_under, sync

_ATTEMPTS = 3


def evict(path: Path) -> str:
    """Evict the artifact from the page cache; return ``""``, or why it could not be evicted.

    ``fsync`` first (dirty pages stay), then ``posix_fadvise(POSIX_FADV_DONTNEED)``, which the
    kernel may ignore: `resident_pages` has the last word.
    """
    if sys.platform != "linux":
        return "evicting a file from the page cache needs Linux"
    sync(path)
    for _ in range(_ATTEMPTS):
        for file in files_under(path):
            _drop(file)
        left = sum(resident_pages(file) for file in files_under(path))
        if not left:
            return ""
    return f"{left} pages stayed in memory (a tmpfs, or another process holds them)"


def resident_pages(file: Path) -> int:
    """Return how many of the file's pages are in the page cache (``mincore``; Linux)."""
    length = file.stat().st_size
    if not length:
        return 0
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_COPY) as map_:
        pages = -(-length // mmap.PAGESIZE)
        vector = (ctypes.c_ubyte * pages)()
        view = ctypes.c_char.from_buffer(map_)
        try:
            failed = ctypes.CDLL(None, use_errno=True).mincore(
                ctypes.c_void_p(ctypes.addressof(view)), ctypes.c_size_t(length), vector
            )
        finally:
            del view
        if failed:
            raise OSError(ctypes.get_errno(), "mincore")
        return sum(byte & 1 for byte in vector)


def _drop(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
