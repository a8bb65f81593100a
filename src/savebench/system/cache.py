"""Put an artifact out of the page cache, and make sure that it is."""

import ctypes
import mmap
import os
import sys
from pathlib import Path

from savebench.system.files import files_under, sync

_ATTEMPTS = 3
_LARGE_BYTES = 256 * 10**6
"""No processor's caches hold so much."""
_NOT_RESIDENT = bytes(range(0, 256, 2))
"""What mincore says of a page that is not in memory: its lowest bit is 0."""


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
        return len(bytes(vector).translate(None, delete=_NOT_RESIDENT))


def is_resident(path: Path) -> bool:
    """Whether all of a large artifact is in the page cache: to read it again would only take time.

    Of a small one that is not asked: reading it puts it into the processor's caches, too.
    """
    files = files_under(path)
    sizes = [file.stat().st_size for file in files]
    if sys.platform != "linux" or sum(sizes) < _LARGE_BYTES:
        return False
    pages = sum(-(-size // mmap.PAGESIZE) for size in sizes)
    return sum(map(resident_pages, files)) == pages


def _drop(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)
