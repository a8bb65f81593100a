"""JSON and its binary form as items, one after the other: no tree is built, nothing recurses.

Source of the binary form: https://ubjson.org, draft 12, with XGBoost's typed arrays.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from savebench.inspecting.faults import Damaged

_LONGEST = 300
_MOST_DEPTH = 100
_MOST_STEPS = 5_000_000
_SIZES = {"i": 1, "U": 1, "I": 2, "u": 2, "l": 4, "m": 4, "L": 8, "M": 8, "d": 4, "D": 8, "C": 1}
_INTEGERS = {"i": "b", "U": "B", "I": "h", "u": "H", "l": "i", "m": "I", "L": "q", "M": "Q"}
_FLAT = re.compile(rb"[^\[\]{}\"]{0,1000000}")
_SCALAR = re.compile(rb"[-+0-9.eE]{1,60}|true|false|null|NaN|-?Infinity")
_STRING = re.compile(rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"', re.DOTALL)
_SPACE = re.compile(rb"[ \t\r\n]*")


class Item(NamedTuple):
    """A value that is no object: a number, a text, or a whole array of numbers."""

    path: str
    size: int
    """Bytes of it in the file, its key's not counted."""
    text: str
    """A text or a number, cut where it is long; empty for an array."""


class _Level:
    """An object or an array that is being read."""

    __slots__ = ("count", "is_array", "left", "path", "type")

    def __init__(self, path: str, *, is_array: bool, left: int = -1, type_: str = "") -> None:
        self.path = path
        self.is_array = is_array
        self.left = left
        """How many are still to come; -1: until its end."""
        self.type = type_
        self.count = 0

    def child(self, key: str) -> str:
        """Return the path of the next value."""
        if self.is_array:
            self.count += 1
            return f"{self.path}[{self.count - 1}]"
        return f"{self.path}.{key}" if self.path else key


def ubjson_items(data: memoryview) -> Iterator[Item]:
    """Yield the items of a binary JSON.

    Raises
    ------
    Damaged
        Where it breaks off or is none.
    """
    reader = _Binary(data)
    yield from reader.value("", reader.marker())
    yield from _rest(reader)


def _rest(reader: "_Binary | _Text") -> Iterator[Item]:
    """Yield items until the outermost object ends."""
    steps = 0
    while reader.levels:
        steps += 1
        if steps > _MOST_STEPS:
            raise Damaged(f"more than {_MOST_STEPS:,} values; the rest was not looked at")
        yield from reader.step()


class _Binary:
    """A place in a binary JSON, and the objects and arrays around it."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0
        self.levels: list[_Level] = []

    def step(self) -> Iterator[Item]:
        """Read the next value of the innermost object or array, or leave it."""
        level = self.levels[-1]
        if level.left == 0:
            self.levels.pop()
            return
        if level.left < 0 and self._peek() in "]}":
            self._at += 1
            self.levels.pop()
            return
        level.left -= level.left > 0
        key = "" if level.is_array else self._text(self._count())
        path = level.child(key)
        yield from self.value(path, level.type or self.marker())

    def value(self, path: str, kind: str) -> Iterator[Item]:
        """Read a value of a kind; an object or an array is only begun."""
        if kind in "[{":
            yield from self._begin(path, kind)
        elif kind in _SIZES:
            size = _SIZES[kind]
            raw = self._take(size)
            number = int.from_bytes(raw, "big", signed=kind in "iIlL") if kind in _INTEGERS else 0
            yield Item(path, size, str(number) if kind in _INTEGERS else "")
        elif kind in "SH":
            length = self._count()
            yield Item(path, length, self._text(length))
        elif kind in "TFZN":
            yield Item(path, 0, "")
        else:
            raise Damaged(f"no value of binary JSON at byte {self._at - 1:,}")

    def _begin(self, path: str, kind: str) -> Iterator[Item]:
        type_, left = "", -1
        if self._peek() == "$":
            self._at += 1
            type_ = self.marker()
        if self._peek() == "#":
            self._at += 1
            left = self._count()
        elif type_:
            raise Damaged(f"an array with a type and no length at byte {self._at:,}")
        if kind == "[" and type_ in _SIZES:
            size = left * _SIZES[type_]
            self._skip(size)
            yield Item(path, size, "")
            return
        if type_ in {"T", "F", "Z", "N"}:  # values without bytes: a length is all there is
            yield Item(path, 0, "")
            return
        if len(self.levels) >= _MOST_DEPTH:
            raise Damaged(f"objects within objects, more than {_MOST_DEPTH} deep")
        self.levels.append(_Level(path, is_array=kind == "[", left=left, type_=type_))

    def marker(self) -> str:
        """Return the letter that says what follows."""
        while True:
            found = chr(self._take(1)[0])
            if found != "N":
                return found

    def _peek(self) -> str:
        if self._at >= len(self._data):
            raise Damaged(f"breaks off after {len(self._data):,} bytes; get a whole copy")
        return chr(self._data[self._at])

    def _count(self) -> int:
        kind = self.marker()
        if kind not in _INTEGERS:
            raise Damaged(f"no length where one should be, at byte {self._at:,}")
        count: int = struct.unpack(f">{_INTEGERS[kind]}", self._take(_SIZES[kind]))[0]
        if count < 0:
            raise Damaged(f"a length below zero at byte {self._at:,}")
        return count

    def _text(self, length: int) -> str:
        start = self._at
        self._skip(length)
        return bytes(self._data[start : start + min(length, _LONGEST)]).decode("utf-8", "replace")

    def _take(self, size: int) -> bytes:
        start = self._at
        self._skip(size)
        return bytes(self._data[start : start + size])

    def _skip(self, size: int) -> None:
        if size > len(self._data) - self._at:
            raise Damaged(
                f"breaks off: {size:,} bytes are promised at {self._at:,}, "
                f"{len(self._data) - self._at:,} are there; get a whole copy of the file"
            )
        self._at += size


def json_items(data: memoryview) -> Iterator[Item]:
    """Yield the items of a JSON text; an array of numbers is one, but for a version.

    Raises
    ------
    Damaged
        Where it breaks off or is none.
    """
    reader = _Text(data)
    yield from reader.value("")
    yield from _rest(reader)


class _Text:
    """A place in a JSON text, and the objects and arrays around it."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0
        self.levels: list[_Level] = []

    def step(self) -> Iterator[Item]:
        """Read the next value of the innermost object or array, or leave it."""
        level = self.levels[-1]
        self._space()
        if self._peek() == b",":
            self._at += 1
            self._space()
        if self._peek() in b"]}":
            self._at += 1
            self.levels.pop()
            return
        key = ""
        if not level.is_array:
            key = self._string()
            self._space()
            if self._peek() != b":":
                raise Damaged(f"no JSON at byte {self._at:,}: a colon is missing")
            self._at += 1
        yield from self.value(level.child(key))

    def value(self, path: str) -> Iterator[Item]:
        """Read a value; an object, or an array of more than numbers, is only begun."""
        self._space()
        start, first = self._at, self._peek()
        if first == b'"':
            text = self._string()
            yield Item(path, self._at - start, text)
        elif first == b"[" and not path.endswith("version") and self._numbers():
            yield Item(path, self._at - start, "")
        elif first in {b"[", b"{"}:
            if len(self.levels) >= _MOST_DEPTH:
                raise Damaged(f"objects within objects, more than {_MOST_DEPTH} deep")
            self._at += 1
            self.levels.append(_Level(path, is_array=first == b"["))
        else:
            found = _SCALAR.match(self._data, self._at)
            if found is None:
                raise Damaged(f"no JSON at byte {self._at:,}")
            self._at = found.end()
            yield Item(path, self._at - start, found[0][:_LONGEST].decode("ascii"))

    def _numbers(self) -> bool:
        """Pass over an array that holds nothing but numbers; false where it holds more."""
        at = self._at + 1
        while True:
            found = _FLAT.match(self._data, at)
            at = found.end() if found else at
            if at >= len(self._data):
                raise Damaged(f"breaks off after {len(self._data):,} bytes; get a whole copy")
            if found is not None and found[0] and self._data[at] not in b'[]{}"':
                continue
            if self._data[at] == ord("]"):
                self._at = at + 1
                return True
            return False

    def _string(self) -> str:
        found = _STRING.match(self._data, self._at)
        if found is None:
            raise Damaged(f"no JSON at byte {self._at:,}: a text without an end, or none")
        start, end = found.span(1)
        self._at = found.end()
        cut = min(end, start + _LONGEST)
        return bytes(self._data[start:cut]).decode("utf-8", "replace")

    def _space(self) -> None:
        found = _SPACE.match(self._data, self._at)
        self._at = found.end() if found else self._at

    def _peek(self) -> bytes:
        if self._at >= len(self._data):
            raise Damaged(f"breaks off after {len(self._data):,} bytes; get a whole copy")
        return bytes(self._data[self._at : self._at + 1])
