"""A file's unpacked bytes as memory: mapped where they lie on a disk."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile

from savebench.inspecting.opened import Opened


@contextmanager
def mapped(opened: Opened) -> Iterator[memoryview]:
    """Give the unpacked bytes of a file, none of them read until it is looked at.

    Raises
    ------
    Damaged
        Where it cannot be unpacked, or not within limits.
    """
    with opened.file() as file:
        if isinstance(file, SpooledTemporaryFile):
            file.rollover()
        size = file.seek(0, 2)
        if not size:
            yield memoryview(b"")
            return
        file.flush()
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
            view = memoryview(whole)
            try:
                yield view
            finally:
                view.release()
