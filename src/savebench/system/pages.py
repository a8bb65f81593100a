"""Give a forked child the page tables that a fresh process has after the same imports.

A fork shares its memory with the zygote until either writes, and maps none of the files' pages that
the zygote had touched; so a child's first operation pays page faults that a fresh interpreter does
not. The mend: note once, in the zygote, which pages are resident (``/proc/self/pagemap``), and in
each child have the kernel copy the writable ones and map the others (``MADV_POPULATE_WRITE`` and
``MADV_POPULATE_READ``, Linux 5.14; see madvise(2)). Only resident pages are touched: memory that
was free but never used stays as cold as it is in a fresh process.
"""

import ctypes
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import PAGESIZE

_MADV_POPULATE_READ = 22
_MADV_POPULATE_WRITE = 23
_ENTRY_BYTES = 8
_PRESENT = 1 << 7
"""In an entry's top byte: the page is in memory."""
_EXCLUSIVE = 1 << 0
"""In an entry's top byte: mapped by this process alone; a forked child's: those it wrote."""
_MARKS = {
    bits: bytes(int(byte & bits == bits) for byte in range(256))
    for bits in (_PRESENT, _PRESENT | _EXCLUSIVE)
}
_RUN = re.compile(rb"\x01+")

Ranges = tuple[tuple[int, int], ...]
Region = tuple[int, int, int]
"""Start, length in pages, and which pages: a number whose bytes are 0 or 1, the first lowest."""


@dataclass(frozen=True, slots=True)
class ResidentPages:
    """Address ranges ``(start, length_bytes)`` that are in a process's page tables."""

    writable: Ranges
    readable: Ranges

    def populate(self) -> None:
        """Copy every shared private page and map the others now, so that neither faults later."""
        _advise_all(self.writable, _MADV_POPULATE_WRITE)
        self.populate_readable()

    def populate_readable(self) -> None:
        """Map every page of code and constants now, so that no first read faults later."""
        _advise_all(self.readable, _MADV_POPULATE_READ)


@dataclass(frozen=True, slots=True)
class PageMap:
    """Which pages of a process were in its page tables, by region of memory."""

    writable: tuple[Region, ...]
    readable: tuple[Region, ...]

    def resident(self) -> ResidentPages:
        """Return the ranges of all these pages."""
        return ResidentPages(_ranges(self.writable), _ranges(self.readable))

    def touched_since_fork(self) -> ResidentPages:
        """Return those of these pages that this forked process wrote, and those that it mapped."""
        pagemap = os.open("/proc/self/pagemap", os.O_RDONLY)
        try:
            return ResidentPages(
                _ranges(_now(pagemap, self.writable, _PRESENT | _EXCLUSIVE)),
                _ranges(_now(pagemap, self.readable, _PRESENT)),
            )
        finally:
            os.close(pagemap)


def can_populate() -> bool:
    """Whether this kernel tells of page tables and populates them (Linux 5.14; not forbidden)."""
    if sys.platform != "linux":
        return False
    import mmap

    with mmap.mmap(-1, PAGESIZE) as page:
        view = ctypes.c_char.from_buffer(page)
        address = ctypes.addressof(view)
        del view
        if _advise(address, PAGESIZE, _MADV_POPULATE_WRITE) != 0:
            return False
        try:
            written = PageMap(((address, 1, 1),), ()).touched_since_fork().writable
        except OSError:
            return False
        return written == ((address, PAGESIZE),)


def page_map() -> PageMap:
    """Return which pages of this process are in its page tables."""
    writable: list[Region] = []
    readable: list[Region] = []
    pagemap = os.open("/proc/self/pagemap", os.O_RDONLY)
    try:
        for start, end, permissions in _mappings():
            found = writable if permissions.startswith("rw-p") else readable
            pages = (end - start) // PAGESIZE
            marks = _marks(pagemap, start, pages, _PRESENT).rstrip(b"\0")
            if marks:
                found.append((start, len(marks), int.from_bytes(marks, "little")))
    finally:
        os.close(pagemap)
    return PageMap(tuple(writable), tuple(readable))


def _mappings() -> list[tuple[int, int, str]]:
    mappings = []
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as lines:  # noqa: PTH123 - a hot, fixed path
        for line in lines:
            span, permissions, _, _, _, *name = line.split(maxsplit=5)
            if permissions[0] == "r" and not (name and name[0].startswith("[v")):
                start, _, end = span.partition("-")
                mappings.append((int(start, 16), int(end, 16), permissions))
    return mappings


def _now(pagemap: int, regions: tuple[Region, ...], bits: int) -> Iterator[Region]:
    """Yield the regions with just those of their pages whose entries have all the bits set now."""
    for start, pages, marks in regions:
        now = int.from_bytes(_marks(pagemap, start, pages, bits), "little")
        if both := now & marks:
            yield start, pages, both


def _marks(pagemap: int, start: int, pages: int, bits: int) -> bytes:
    """Return a byte a page, 1 where its entry has all the bits set.

    All the bits are in an entry's top byte, so that C code can look at all of them at once.
    """
    entries = os.pread(pagemap, pages * _ENTRY_BYTES, start // PAGESIZE * _ENTRY_BYTES)
    return entries[_ENTRY_BYTES - 1 :: _ENTRY_BYTES].translate(_MARKS[bits])


def _ranges(regions: Iterable[Region]) -> Ranges:
    return tuple(
        (start + run.start() * PAGESIZE, (run.end() - run.start()) * PAGESIZE)
        for start, pages, marks in regions
        for run in _RUN.finditer(marks.to_bytes(pages, "little"))
    )


def _advise_all(ranges: Ranges, advice: int) -> None:
    for start, length_bytes in ranges:
        _advise(start, length_bytes, advice)


def _advise(start: int, length_bytes: int, advice: int) -> int:
    return int(
        _LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(length_bytes), ctypes.c_int(advice))
    )


_LIBC = ctypes.CDLL(None if sys.platform != "win32" else "msvcrt", use_errno=True)
