"""A forked child's page tables."""

import ctypes
import mmap
import os
import sys

import pytest

from savebench.system.pages import can_populate, page_map

pytestmark = pytest.mark.skipif(not can_populate(), reason="needs Linux 5.14")

_SIZE = 64 * mmap.PAGESIZE


def _in_child(answer_of: object) -> int:
    """Return what a function of no arguments says in a forked child (0 to 255)."""
    pid = os.fork()
    if not pid:
        code = 255
        try:
            code = answer_of()  # type: ignore[operator] # a function
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _faults() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


@pytest.fixture
def memory() -> bytearray:
    """Return memory whose every page has been written."""
    memory = bytearray(_SIZE)
    memory[:: mmap.PAGESIZE] = b"x" * (_SIZE // mmap.PAGESIZE)
    return memory


def _write(memory: bytearray) -> int:
    before = _faults()
    memory[:: mmap.PAGESIZE] = b"y" * (_SIZE // mmap.PAGESIZE)
    return min(254, _faults() - before)


def test_a_populated_child_writes_without_page_faults(memory: bytearray) -> None:
    """A plain fork pays one a page."""
    pages = page_map()

    def populated() -> int:
        pages.resident().populate()
        return _write(memory)

    assert _in_child(lambda: _write(memory)) >= 60
    assert _in_child(populated) <= 5


def test_a_child_tells_which_pages_it_wrote(memory: bytearray) -> None:
    """Of this memory none before, and all but the odd edge after."""
    pages = page_map()
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))

    def touched() -> int:
        return sum(
            max(0, min(at + length, start + _SIZE) - max(at, start)) // mmap.PAGESIZE
            for at, length in pages.touched_since_fork().writable
        )

    def wrote() -> int:
        before = touched()
        _write(memory)
        return touched() - before

    assert 60 <= _in_child(wrote) <= 64


def test_memory_that_was_never_used_stays_untouched() -> None:
    """Only what is resident is populated."""
    with mmap.mmap(-1, 256 * 2**20) as unused:
        assert len(unused) == 256 * 2**20
        pages = page_map().resident()
    total = sum(length for _, length in (*pages.writable, *pages.readable))
    assert total < sys.maxsize
    assert all(length < 200 * 2**20 for _, length in pages.writable)
