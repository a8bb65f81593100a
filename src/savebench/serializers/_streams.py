"""Compressing and decompressing streams, one pair of functions a codec.

Every reader hands out large arrays piece by piece: read whole, as ``gzip.open`` and its like do,
an array would stand in memory twice.
"""

import io
from pathlib import Path
from typing import Any

_PIECE_BYTES = 1 << 20


class _Pieces(io.RawIOBase):
    """A codec's stream, read at most one piece at a time, and closed with it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any, /) -> int:
        piece = self._stream.read(min(len(target), _PIECE_BYTES))
        target[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()


def write_gzip(path: Path, *, level: int) -> Any:
    """Open a gzip file to write."""
    import gzip

    return gzip.open(path, "wb", compresslevel=level)


def read_gzip(path: Path) -> io.BufferedReader:
    """Open a gzip file to read."""
    import gzip

    return io.BufferedReader(_Pieces(gzip.open(path, "rb")), _PIECE_BYTES)


def write_isal(path: Path, *, level: int) -> Any:
    """Open a gzip file that ISA-L will compress."""
    from isal import igzip

    return igzip.open(path, "wb", compresslevel=level)


def read_isal(path: Path) -> io.BufferedReader:
    """Open a gzip file that ISA-L will decompress."""
    from isal import igzip

    return io.BufferedReader(_Pieces(igzip.open(path, "rb")), _PIECE_BYTES)


def write_lz4(path: Path) -> Any:
    """Open an lz4 frame to write."""
    import lz4.frame

    return lz4.frame.open(str(path), "wb")


def read_lz4(path: Path) -> io.BufferedReader:
    """Open an lz4 frame to read."""
    import lz4.frame

    return io.BufferedReader(_Pieces(lz4.frame.open(str(path), "rb")), _PIECE_BYTES)


def write_zstd(path: Path, *, level: int, threads: int = 0) -> Any:
    """Open a zstd frame to write; 0 threads compress in the caller's, -1 on every core."""
    import zstandard

    compressor = zstandard.ZstdCompressor(level=level, threads=threads)
    return zstandard.open(str(path), "wb", cctx=compressor)


def read_zstd(path: Path) -> io.BufferedReader:
    """Open a zstd frame to read; it decompresses straight into the reader's memory."""
    import zstandard

    stream: Any = zstandard.open(str(path), "rb")
    return io.BufferedReader(stream, _PIECE_BYTES)


def write_blosc2(path: Path) -> Any:
    """Open a Blosc2 frame to write."""
    from savebench.serializers._blosc2_stream import Writer

    return Writer(path)


def read_blosc2(path: Path) -> io.BufferedReader:
    """Open a Blosc2 frame to read."""
    from savebench.serializers._blosc2_stream import CHUNK_BYTES, Reader

    return io.BufferedReader(Reader(path), CHUNK_BYTES)
