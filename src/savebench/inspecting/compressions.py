"""Compressed streams, told by their first bytes and unpacked piece by piece."""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from savebench.errors import DataError
from savebench.inspecting.faults import Damaged
from savebench.inspecting.found import Compression
from savebench.inspecting.limits import CHUNK_BYTES, LZMA_BYTES, ZSTD_BYTES

Chunks = Iterator[bytes]

_ZF = b"ZF"
_ZF_HEADER = 21
"""`ZF`, then a length in hexadecimal, padded to 19 characters."""
_ZLIB_HEADERS = 31
_LONGEST_MAGIC = 14
_ZSTD_READ = 1 << 17
_LZMA_ALONE = b"\x5d\x00\x00"
_MAGIC: tuple[tuple[bytes, Compression], ...] = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


def compression_of(head: bytes) -> Compression:
    """Return how a stream is compressed that begins so."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    if head[:3] == b"BZh" and head[3:4].isdigit() and head[4:10] in {_BLOCK, _NO_BLOCK}:
        return "bz2"
    if head.startswith(_ZF) and _is_zf(head):
        return "joblib-zf"
    if head[:1] == b"\x78" and len(head) > 1 and not int.from_bytes(head[:2]) % _ZLIB_HEADERS:
        return "zlib"
    if _is_lzma_alone(head):
        return "lzma"
    return "none"


_BLOCK, _NO_BLOCK = b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"


def _is_zf(head: bytes) -> bool:
    try:
        int(head[2:_ZF_HEADER], 16)
    except ValueError:
        return False
    return True


def _is_lzma_alone(head: bytes) -> bool:
    """Whether it has the 13 bytes of the old header: properties, dictionary, length."""
    if not head.startswith(_LZMA_ALONE) or len(head) < 14:  # noqa: PLR2004 - header and a byte
        return False
    dictionary = int.from_bytes(head[1:5], "little")
    length = int.from_bytes(head[5:13], "little")
    return dictionary.bit_count() <= 2 and (length == 2**64 - 1 or length < 2**48)  # noqa: PLR2004


def unpacked(chunks: Chunks, how: Compression) -> Chunks:
    """Yield what compressed chunks hold, each piece no larger than a few megabytes.

    Raises
    ------
    Damaged
        While it is consumed, where the data contradict themselves or break off.
    DataError
        Where the library that unpacks them is not installed.
    """
    if how == "joblib-zf":
        return _zf(chunks)
    if how == "zstd":
        return _zstd(chunks)
    return _members(chunks, how)


def _zf(chunks: Chunks) -> Chunks:
    """Yield joblib's oldest compressed form: a header, perhaps a blank, zlib data."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) > _ZF_HEADER + 1:
            break

    def rest() -> Chunks:
        yield head[_ZF_HEADER:].removeprefix(b" ")
        yield from chunks

    declared, seen = int(head[2:_ZF_HEADER], 16), 0
    for piece in _members(rest(), "zlib"):
        seen += len(piece)
        yield piece
    if seen != declared:
        raise Damaged(f"its header promises {declared:,} bytes, it holds {seen:,}")


class _Zlib:
    """zlib's unpacker with the manners of bz2's and lzma's."""

    def __init__(self, window_bits: int) -> None:
        self._unpacker = zlib.decompressobj(window_bits)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._unpacker.decompress(self._unpacker.unconsumed_tail + data, max_length)

    @property
    def needs_input(self) -> bool:
        return not self._unpacker.unconsumed_tail

    @property
    def eof(self) -> bool:
        return self._unpacker.eof

    @property
    def unused_data(self) -> bytes:
        return self._unpacker.unused_data


def _opened_lz4() -> Any:
    return _library("lz4.frame", "lz4").LZ4FrameDecompressor()


def _library(module: str, distribution: str) -> Any:
    """Import what unpacks a kind of data that the standard library cannot."""
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError:
        raise DataError(
            f"compressed with {distribution}, which is not installed here; "
            f"pip install {'zstandard' if distribution == 'zstd' else distribution}"
        ) from None


_OPENERS: dict[Compression, Callable[[], Any]] = {
    "gzip": lambda: _Zlib(31),
    "zlib": lambda: _Zlib(15),
    "bz2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=LZMA_BYTES),
    "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=LZMA_BYTES),
    "lz4": _opened_lz4,
}
_ALONE: frozenset[Compression] = frozenset({"zlib", "lzma"})
"""Kinds of which no second member follows the first."""


def _members(chunks: Chunks, how: Compression) -> Chunks:
    """Yield what one compressed member after the other holds."""
    waiting = next(chunks, b"")
    while True:
        unpacker = _OPENERS[how]()
        data = waiting
        while not unpacker.eof:
            if not data and unpacker.needs_input:
                data = next(chunks, b"")
                if not data:
                    raise Damaged(f"its {how} data break off; get a whole copy of the file")
            yield _piece(unpacker, data, how)
            data = b""
        waiting = unpacker.unused_data or next(chunks, b"")
        if len(waiting) < _LONGEST_MAGIC:
            waiting += next(chunks, b"")
        if how in _ALONE or compression_of(waiting) != how:
            return


def _piece(unpacker: Any, data: bytes, how: Compression) -> bytes:
    """Return the next piece of a member."""
    try:
        piece: bytes = unpacker.decompress(data, max_length=CHUNK_BYTES)
    except Exception as fault:  # noqa: BLE001 - five libraries, five hierarchies
        said = " ".join(str(fault).split())[:100] or type(fault).__name__
        raise Damaged(f"its {how} data are corrupt ({said}); get a whole copy") from None
    return piece


class _Reader:
    """Chunks as a file to read from."""

    def __init__(self, chunks: Chunks) -> None:
        self._chunks = chunks
        self._left = b""

    def read(self, size: int) -> bytes:
        if not self._left:
            self._left = next(self._chunks, b"")
        piece, self._left = self._left[:size], self._left[size:]
        return piece


def _zstd(chunks: Chunks) -> Chunks:
    """Yield what frames of zstd hold."""
    unpacker = _library("zstandard", "zstd").ZstdDecompressor(max_window_size=ZSTD_BYTES)
    source = _Reader(chunks)
    with unpacker.stream_reader(source, read_size=_ZSTD_READ, read_across_frames=True) as reader:
        while True:
            try:
                piece: bytes = reader.read(CHUNK_BYTES)
            except Exception as fault:  # noqa: BLE001 - as in _piece
                said = " ".join(str(fault).split())[:100]
                raise Damaged(f"its zstd data are corrupt ({said}); get a whole copy") from None
            if not piece:
                return
            yield piece
