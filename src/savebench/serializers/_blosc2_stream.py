"""Blosc2's super-chunks as streams that pickle can write to and read from.

A chunk is compressed as soon as it is full, so memory holds one chunk and not the whole pickle.
"""

import io
from pathlib import Path
from typing import Any

CHUNK_BYTES = 4 << 20
ITEM_BYTES = 8  # the bytes of a float64, which the shuffle filter groups by significance


class Writer(io.RawIOBase):
    """Compresses what is written into the chunks of one file."""

    def __init__(self, path: Path) -> None:
        """Create the file."""
        import blosc2

        self._schunk = blosc2.SChunk(
            chunksize=CHUNK_BYTES,
            urlpath=str(path),
            mode="w",
            contiguous=True,
            cparams={"typesize": ITEM_BYTES},
        )
        self._pending = bytearray()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: Any, /) -> int:
        """Compress every chunk that `data` fills, and keep the rest for later."""
        view = memoryview(data).cast("B")
        taken = min(CHUNK_BYTES - len(self._pending), len(view)) if self._pending else 0
        self._pending += view[:taken]
        if len(self._pending) == CHUNK_BYTES:
            self._schunk.append_data(self._pending)
            self._pending = bytearray()
        while not self._pending and len(view) - taken >= CHUNK_BYTES:
            self._schunk.append_data(view[taken : taken + CHUNK_BYTES])
            taken += CHUNK_BYTES
        self._pending += view[taken:]
        return len(view)

    def close(self) -> None:
        """Compress what is left."""
        if not self.closed and self._pending:
            # Blosc2 cannot decompress a chunk that is not made of whole items. A pickle says
            # itself where it ends, so zeros behind it do no harm.
            self._pending += bytes(-len(self._pending) % ITEM_BYTES)
            self._schunk.append_data(self._pending)
            self._pending = bytearray()
        super().close()


class Reader(io.RawIOBase):
    """Decompresses the chunks of one file, straight into the reader's memory where they fit."""

    def __init__(self, path: Path) -> None:
        """Open the file."""
        import blosc2

        self._schunk = blosc2.open(str(path), mode="r")
        self._next_chunk = 0
        self._pending = memoryview(b"")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, target: Any, /) -> int:
        """Fill `target` from what is pending, else from the next chunk; 0 at the end."""
        view = memoryview(target).cast("B")
        if not self._pending:
            size_bytes = self._next_size()
            if size_bytes and len(view) >= size_bytes:
                self._schunk.decompress_chunk(self._next_chunk, dst=view[:size_bytes])
                self._next_chunk += 1
                return size_bytes
            if size_bytes:
                self._pending = memoryview(self._schunk.decompress_chunk(self._next_chunk))
                self._next_chunk += 1
        taken = self._pending[: len(view)]
        view[: len(taken)] = taken
        self._pending = self._pending[len(taken) :]
        return len(taken)

    def _next_size(self) -> int:
        if self._next_chunk == self._schunk.nchunks:
            return 0
        done_bytes = self._next_chunk * int(self._schunk.chunksize)
        return min(int(self._schunk.chunksize), int(self._schunk.nbytes) - done_bytes)
