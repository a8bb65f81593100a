"""dtypes of NumPy as pickles spell them: `dtype('f8', False, True)`, then a state."""

import re
from typing import Any

from savebench.inspecting.pickles.values import DType, Node, items_of

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
_HAS_OBJECT = 1
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
    """Take a dtype's state in: byte order, size, fields, flags."""
    items = items_of(state)
    if items is None or len(items) not in _STATE_LENGTHS:
        dtype.sound = False
        return
    version, order = items[0], items[1]
    if order in {">", b">"} and not dtype.name.startswith(">"):
        dtype.name = f">{dtype.name}"
    if len(items) < 8:  # noqa: PLR2004 - of Python 2 and NumPy before 1.3; no size, no flags
        dtype.sound = dtype.name.lstrip("<>")[:1] not in {"S", "U", "V"}
        return
    fields, size, flags = items[4], items[5], items[7]
    kind = dtype.name.lstrip("<>=|")[:1]
    if isinstance(size, int) and size >= 0 and kind in {"S", "U", "V"}:
        dtype.itemsize = size
    inner = _fields(fields, items[3])
    if isinstance(version, int) and version >= _FLAGS_FROM and isinstance(flags, int):
        hasobject = bool(flags & _HAS_OBJECT)
        expected = dtype.hasobject or (kind == "V" and any(each.hasobject for each in inner))
        dtype.sound = dtype.sound and hasobject == expected
        dtype.hasobject = hasobject
    else:
        dtype.hasobject = dtype.hasobject or any(each.hasobject for each in inner)
    if inner:
        dtype.name = f"{dtype.name} of {len(inner)} fields"


def _fields(fields: Any, names: Any) -> list[DType]:
    """Return the dtypes of a structured dtype's fields, as far as they are known."""
    if not isinstance(fields, Node) or fields.known is None or items_of(names) is None:
        return []
    return [
        each
        for value in fields.known.values()
        for each in (items_of(value) or ())[:1]
        if isinstance(each, DType)
    ]
