r"""Array buffers in one file beside what refers to them, aligned, so that they can be mapped.

The layout; integers are unsigned, little-endian, 8 bytes each::

     0   b"SBBUF\x01\r\n"
     8   bytes of the pickle stream (none in a raw copy)
    16   number of buffers
    24   bytes of the whole file
    32   the pickle stream
     .   the length of each buffer in bytes
     .   each buffer in turn, from the next multiple of 64 on

The header is written last: a dump that was cut short leaves a file that no load accepts.
"""

import mmap
import os
import struct
from collections.abc import Sequence
from pathlib import Path
from pickle import PickleBuffer
from typing import Any, BinaryIO

MAGIC = b"SBBUF\x01\r\n"
ALIGNMENT_BYTES = 64  # a cache line, and the widest vector registers

_HEADER = struct.Struct("<8sQQQ")
_LENGTH_BYTES = 8

Span = tuple[int, int]
"""Where a buffer starts in the file, and its length, in bytes."""


def begin(file: BinaryIO) -> None:
    """Leave room for the header; the pickle stream, if any, is to be written next."""
    file.write(bytes(_HEADER.size))


def finish(file: BinaryIO, buffers: Sequence[PickleBuffer]) -> None:
    """Write the buffers after the stream, then the header that makes the file valid."""
    stream_bytes = file.tell() - _HEADER.size
    contents = [buffer.raw() for buffer in buffers]
    lengths = [content.nbytes for content in contents]
    file.write(struct.pack(f"<{len(lengths)}Q", *lengths))
    for content, (start, _) in zip(contents, _place(file.tell(), lengths), strict=True):
        file.write(bytes(start - file.tell()))
        file.write(content)
    file_bytes = file.tell()
    file.seek(0)
    file.write(_HEADER.pack(MAGIC, stream_bytes, len(lengths), file_bytes))


def read(path: Path) -> tuple[bytes, list[Any]]:
    """Return the pickle stream, and each buffer in fresh, writable memory.

    Raises
    ------
    ValueError
        When the file was cut short or is not of this layout.
    """
    with path.open("rb") as file:
        stream, spans = _read_index(file, path)
        return stream, [_read_span(file, path, span) for span in spans]


def map_privately(path: Path) -> tuple[bytes, list[memoryview]]:
    """Return the pickle stream, and each buffer as a view of the mapped file.

    The views are writable, but what is written stays with this process. The mapping lives for as
    long as a view, or an array made from one.

    Raises
    ------
    ValueError
        When the file was cut short or is not of this layout.
    """
    with path.open("rb") as file:
        stream, spans = _read_index(file, path)
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    return stream, [whole[start : start + length] for start, length in spans]


def _read_index(file: BinaryIO, path: Path) -> tuple[bytes, list[Span]]:
    actual_bytes = os.fstat(file.fileno()).st_size
    header = file.read(_HEADER.size)
    if len(header) < _HEADER.size or not header.startswith(MAGIC):
        raise ValueError(f"{path}: not a file of pickled buffers; load it with what saved it")
    _, stream_bytes, count, file_bytes = _HEADER.unpack(header)
    spans: list[Span] = []
    if _HEADER.size + stream_bytes + count * _LENGTH_BYTES <= actual_bytes:
        stream = file.read(stream_bytes)
        lengths = struct.unpack(f"<{count}Q", file.read(count * _LENGTH_BYTES))
        spans = _place(file.tell(), lengths)
        end = sum(spans[-1]) if spans else file.tell()
        if end == file_bytes == actual_bytes:
            return stream, spans
    raise ValueError(
        f"{path}: damaged: {actual_bytes} bytes long where its header says {file_bytes}; "
        "save the model again"
    )


def _place(position: int, lengths: Sequence[int]) -> list[Span]:
    """Return where each buffer goes when the first byte after the index is `position`."""
    spans = []
    for length in lengths:
        start = position + -position % ALIGNMENT_BYTES
        spans.append((start, length))
        position = start + length
    return spans


def _read_span(file: BinaryIO, path: Path, span: Span) -> Any:
    import numpy as np

    start, length = span
    # Unlike a bytearray, numpy's memory is not filled with zeros before it is read into.
    memory = np.empty(length, np.uint8)
    file.seek(start)
    if file.readinto(memory.data) != length:  # type: ignore[attr-defined] # BinaryIO lacks it
        raise ValueError(f"{path}: became shorter while it was read; save the model again")
    return memory
