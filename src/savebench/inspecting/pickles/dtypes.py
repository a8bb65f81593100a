"""dtypes of NumPy as pickles spell them: `dtype('f8', False, True)`, then a state."""

import re
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple

from savebench.inspecting.pickles.values import KNOWN_KEYS, DType, Node, items_of

_SPELLED = re.compile(r"([<>|=]?)([?a-zA-Z])(\d{0,9})(\[[^\]]{0,20}\])?")
_KINDS = {"b": "bool", "i": "int", "u": "uint", "f": "float", "c": "complex"}
_CODES = {
    "?": ("bool", 1),
    "b": ("int8", 1),
    "B": ("uint8", 1),
    "h": ("int16", 2),
    "H": ("uint16", 2),
    "i": ("int32", 4),
    "I": ("uint32", 4),
    "l": ("int64", 8),
    "L": ("uint64", 8),
    "q": ("int64", 8),
    "Q": ("uint64", 8),
    "e": ("float16", 2),
    "f": ("float32", 4),
    "d": ("float64", 8),
    "g": ("float128", 16),
    "F": ("complex64", 8),
    "D": ("complex128", 16),
    "G": ("complex256", 32),
    "O": ("object", 8),
    "M": ("datetime64", 8),
    "m": ("timedelta64", 8),
    "S": ("S", 0),
    "U": ("U", 0),
    "V": ("V", 0),
}
_BYTES_A_CHARACTER = 4
_STATE_LENGTHS = range(5, 10)
_OBJECT_FLAGS = 0x1B
"""What NumPy sets for items that hold objects: counted, pickled as lists, made empty."""
_HARMLESS = 0x18
"""Of those, what may stand on items that hold none."""
_FLAGS_FROM = 3
"""The version of the state from which on it carries flags."""


def spelled(text: Any) -> DType | None:
    """Return the dtype of an array-protocol string; None where it is no such."""
    if isinstance(text, bytes) and text.isascii():
        text = text.decode()
    found = _SPELLED.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    order, code, digits, unit = found.groups()
    name, size = _sized(code, int(digits), unit or "") if digits else _CODES.get(code, ("", 0))
    mark = order if order == ">" else ""
    return DType(mark + name, size, code == "O") if name else None


def _sized(code: str, number: int, unit: str) -> tuple[str, int]:
    """Return name and bytes of a kind with a number: f8, U10, M8[ns]."""
    if code in _KINDS:
        return "bool" if code == "b" else f"{_KINDS[code]}{8 * number}", number
    if code in {"O", "M", "m"}:
        return f"{_CODES[code][0]}{unit}", 8
    if code in {"S", "U", "V"}:
        return f"{code}{number}", number * (_BYTES_A_CHARACTER if code == "U" else 1)
    return "", 0


def set_state(dtype: DType, state: Any) -> None:
    """Take a dtype's state in: byte order, size, fields, flags.

    NumPy takes flags, size and places of fields as they are given. A state that contradicts them
    has it take numbers for pointers; such a dtype is not sound, nor one that is given a state
    a second time, or after others have got hold of it.
    """
    items = items_of(state)
    if items is None or len(items) not in _STATE_LENGTHS or dtype.settled or dtype.exposed:
        dtype.sound = False
        return
    dtype.settled = True
    version, order = items[0], items[1]
    if order in {">", b">"} and not dtype.name.startswith(">"):
        dtype.name = f">{dtype.name}"
    if len(items) < 8:  # noqa: PLR2004 - of Python 2 and NumPy before 1.3; no size, no flags
        dtype.sound = dtype.name.lstrip("<>")[:1] not in {"S", "U", "V"}
        return
    size, flags = items[5], items[7]
    kind = dtype.name.lstrip("<>=|")[:1]
    if isinstance(size, int) and size >= 0 and kind in {"S", "U", "V"}:
        dtype.itemsize = size
    parts = _parts(items[2], items[3], items[4])
    dtype.sound = dtype.sound and parts is not None and _fit(parts, kind, dtype.itemsize)
    hasobject = dtype.hasobject or any(part.dtype.hasobject for part in parts or ())
    if isinstance(version, int) and version >= _FLAGS_FROM:
        said = flags & _OBJECT_FLAGS if isinstance(flags, int) else -1
        fitting = _OBJECT_FLAGS if hasobject else said & _HARMLESS
        dtype.sound = dtype.sound and fitting == said
    dtype.hasobject = hasobject
    if parts and items[4] is not None:
        dtype.name = f"{dtype.name} of {len(parts)} fields"


class _Part(NamedTuple):
    """A dtype within another, and where it lies."""

    dtype: DType
    offset: int
    nbytes: int


def _fit(parts: list[_Part], kind: str, size: int) -> bool:
    """Whether parts lie within so many bytes, and no object lies where something else does."""
    if parts and kind != "V":
        return False
    inside = all(each.offset >= 0 and each.offset + each.nbytes <= size for each in parts)
    if not inside or not all(each.dtype.sound for each in parts):
        return False
    if not any(each.dtype.hasobject for each in parts):
        return True
    placed = sorted(parts, key=lambda each: each.offset)
    return all(a.offset + a.nbytes <= b.offset for a, b in pairwise(placed))


def _parts(base: Any, names: Any, fields: Any) -> list[_Part] | None:
    """Return what a dtype consists of, an array's items or fields; None where it is not known."""
    if base is not None:
        within = items_of(base)
        if within is None or len(within) != 2 or fields is not None:  # noqa: PLR2004
            return None
        part = _part((within[0], 0), within[1])
        return None if part is None else [part]
    if fields is None:
        return []
    known = fields.known if isinstance(fields, Node) else None
    called = items_of(names)
    if known is None or called is None or fields.odd or len(known) >= KNOWN_KEYS:
        return None
    parts = [_part(items_of(value), ()) for value in known.values()]
    whole = [part for part in parts if part is not None]
    return whole if len(whole) == len(parts) >= len(called) else None


def _part(placed: tuple[Any, ...] | None, shape: Any) -> _Part | None:
    """Return a part from its dtype, its place, and how many of it there are."""
    sizes = (shape,) if isinstance(shape, int) else items_of(shape)
    if placed is None or len(placed) < 2 or sizes is None:  # noqa: PLR2004 - a title may follow
        return None
    dtype, offset = placed[:2]
    if not isinstance(dtype, DType) or not all(
        isinstance(each, int) and each >= 0 for each in (offset, *sizes)
    ):
        return None
    dtype.exposed = dtype.exposed or not dtype.settled
    return _Part(dtype, offset, dtype.itemsize * prod(sizes))
