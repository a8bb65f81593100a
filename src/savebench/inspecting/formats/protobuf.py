"""The wire format of protocol buffers: fields of a message, one after the other.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator
from typing import NamedTuple

from savebench.inspecting.faults import Damaged

_LONGEST_VARINT = 10
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Field(NamedTuple):
    """One field of a message."""

    number: int
    value: int
    """Of a number; else 0."""
    start: int
    """Where the content begins: of a text, of bytes, of a message within."""
    end: int


def fields(data: memoryview, start: int, end: int) -> Iterator[Field]:
    """Yield the fields of the message between two places.

    Raises
    ------
    Damaged
        Where it is no message.
    """
    at = start
    while at < end:
        key, at = _varint(data, at, end)
        number, kind = key >> 3, key & 7
        if not number:
            raise Damaged(f"no field where one should be, at byte {at:,}")
        if kind == _VARINT:
            value, at = _varint(data, at, end)
            yield Field(number, value, at, at)
            continue
        if kind == _BYTES:
            length, at = _varint(data, at, end)
        elif kind in {_FIXED64, _FIXED32}:
            length = 8 if kind == _FIXED64 else 4
        else:
            raise Damaged(f"a field of an unknown kind at byte {at:,}")
        if length > end - at:
            raise Damaged(
                f"breaks off: {length:,} bytes are promised at {at:,}, {end - at:,} are there; "
                "get a whole copy of the file"
            )
        yield Field(number, 0, at, at + length)
        at += length


def heads(data: memoryview) -> Iterator[tuple[int, int, int]]:
    """Yield each field's number, its value if it is a number, and where its content begins.

    Of the beginning of a message only: a field that goes on beyond it is the last.

    Raises
    ------
    Damaged
        Where it is no message.
    """
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at, end)
        kind = key & 7
        if not key >> 3 or kind not in {_VARINT, _FIXED64, _BYTES, _FIXED32}:
            raise Damaged(f"no field where one should be, at byte {at:,}")
        value, length = 0, 8 if kind == _FIXED64 else 4
        if kind == _VARINT:
            value, at = _varint(data, at, end)
            length = 0
        elif kind == _BYTES:
            length, at = _varint(data, at, end)
        yield key >> 3, value, at
        at += length


def _varint(data: memoryview, at: int, end: int) -> tuple[int, int]:
    """Return a number and the place behind it."""
    value = 0
    for step in range(_LONGEST_VARINT):
        if at >= end:
            raise Damaged(f"breaks off within a number at byte {at:,}; get a whole copy")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:  # noqa: PLR2004 - the bit that says "there is more"
            return value & (2**64 - 1), at
    raise Damaged(f"a number without an end at byte {at:,}")


def packed(data: memoryview, start: int, end: int) -> Iterator[int]:
    """Yield the numbers of a packed field."""
    at = start
    while at < end:
        value, at = _varint(data, at, end)
        yield value


def text(data: memoryview, field: Field, longest: int = 300) -> str:
    """Return a field's text, cut where it is long."""
    return bytes(data[field.start : min(field.end, field.start + longest)]).decode(
        "utf-8", "replace"
    )
