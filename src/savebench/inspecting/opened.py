"""A file opened to be looked at: its unpacked bytes, in order or at any place, within limits."""

import tempfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from savebench.inspecting.compressions import compression_of, unpacked
from savebench.inspecting.faults import Damaged, TooLarge
from savebench.inspecting.found import Compression
from savebench.inspecting.limits import (
    FREE_BYTES,
    HEAD_BYTES,
    LAYERS,
    RATIO,
    SPOOLED_BYTES,
    UNPACKED_BYTES,
)
from savebench.inspecting.streams import Stream, chunks_of
from savebench.units import human_bytes

_IN_MEMORY_BYTES = 1 << 24


class Opened:
    """One file, its layers of compression peeled off.

    Attributes
    ----------
    path
        The file.
    layers
        How it is compressed, outermost first; empty for none.
    file_bytes
        On the disk.
    head
        The first bytes, unpacked: up to 64 KiB.
    """

    def __init__(self, path: Path) -> None:
        """Look at the beginning of a file that exists; `OSError` where it cannot be read."""
        self.path = path
        self.file_bytes = path.stat().st_size
        self.layers: tuple[Compression, ...] = ()
        self.head = self._peeled()
        self._file: BinaryIO | None = None

    def _peeled(self) -> bytes:
        """Find the layers, and return the first bytes below them."""
        while True:
            stream = self.stream()
            head = stream.peek(HEAD_BYTES)
            how = compression_of(head)
            if how == "none" or len(self.layers) == LAYERS:
                return head
            self.layers += (how,)
            inner = self.stream()
            if not inner.peek(1) and how == "zlib" and not _is_cut_short(head, inner):
                self.layers = self.layers[:-1]  # two bytes alone are no proof
                return head

    @property
    def compression(self) -> Compression:
        """How the file is compressed, by its outermost layer."""
        return self.layers[0] if self.layers else "none"

    def stream(self) -> Stream:
        """Return a new reader over the unpacked bytes, from the first; memory stays bounded.

        It raises `Damaged` where the bytes break off, and `TooLarge` where they are a bomb.
        """
        return Stream(self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            chunks: Iterator[bytes] = chunks_of(file.read)
            for how in self.layers:
                chunks = self._bounded(unpacked(chunks, how))
            yield from chunks

    def _bounded(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yield chunks until they come to more than anybody packs in so few bytes."""
        most = min(UNPACKED_BYTES, max(FREE_BYTES, RATIO * self.file_bytes))
        seen = 0
        for chunk in chunks:
            seen += len(chunk)
            if seen > most:
                raise TooLarge(
                    f"too large when unpacked: {human_bytes(self.file_bytes)} unpack to more than "
                    f"{human_bytes(most)}, which no model does; do not load it"
                )
            yield chunk

    @cached_property
    def size(self) -> int:
        """Bytes in all, unpacked; a compressed file is unpacked once to count them."""
        if not self.layers:
            return self.file_bytes
        stream = self.stream()
        stream.drain()
        if stream.fault is not None:
            raise stream.fault
        return stream.tell()

    def file(self) -> BinaryIO:
        """Return the unpacked bytes as a seekable file, at its beginning.

        A file that is not compressed is opened as it stands; others are unpacked to a temporary
        file that vanishes. Close it. Raises `Damaged`, and `TooLarge` beyond 4 GiB.
        """
        if not self.layers:
            return self.path.open("rb")
        spooled = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115 - the caller's
        for chunk in self._chunks():
            if spooled.tell() + len(chunk) > SPOOLED_BYTES:
                spooled.close()
                raise TooLarge(
                    f"unpacks to more than {human_bytes(SPOOLED_BYTES)}; unpack it to a file first"
                )
            spooled.write(chunk)
        spooled.seek(0)
        return spooled  # type: ignore[return-value] # it is a file in all but its type

    def beside(self, name: str) -> Path | None:
        """Return the file of that plain name in the same folder; None where there is none.

        A name with a folder in it, a link, the file itself or anything but a regular file is none.
        """
        if not name or "/" in name or "\\" in name or "\0" in name or name in {".", ".."}:
            return None
        if name == self.path.name:
            return None
        path = self.path.parent / name
        return path if path.is_file() and not path.is_symlink() else None


def _is_cut_short(head: bytes, inner: Stream) -> bool:
    """Whether bytes that are no text go on as zlib's do, up to their end."""
    return not head.isascii() and inner.fault is not None and "break off" in str(inner.fault)


__all__ = ["Damaged", "Opened"]
