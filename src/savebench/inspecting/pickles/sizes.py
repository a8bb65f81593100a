"""How much a call would have Python reserve: no more than a file of that length could hold."""

from math import prod
from typing import Any

from savebench.inspecting.pickles.machine import Machine
from savebench.inspecting.pickles.values import INT, DType, Global, Node, items_of
from savebench.inspecting.trust import CALLED_TYPE

_FREE_BYTES = 10**8
_A_BYTE = 16
"""So much may be reserved for each byte that was read: sets are made of lists."""
_ITEM_BYTES = 8
_NUMBER_BYTES = 40
_UNKNOWN = 1 << 62
_NUMBERS = frozenset({"int", "float", "complex", "bool", "object", "slice", "type"})
_RAW = frozenset({"void", "record", "bytes_", "string_"})
_PLAIN_MODULES = ("datetime", "decimal", "fractions", "pandas", "uuid", "numpy.dtypes")


def check_size(m: Machine, class_: Global, args: tuple[Any, ...] | None, who: Global) -> int:
    """Refuse a call that asks for too much; return how many items the result may have."""
    if args is None:
        return 0
    items = _length_of_range(args) if class_.name == "range" else 0
    asked = items * _NUMBER_BYTES
    if not items and not _is_number(class_):
        asked = sum(map(_asked, args)) * _item_bytes(args)
    counted = sum(each.count for each in args if isinstance(each, Node))
    m.session.reserved += asked + counted * _ITEM_BYTES
    if m.session.reserved > _FREE_BYTES + _A_BYTE * m.at:
        m.session.misuse(
            who, f"would take far more memory than the file has bytes, at byte {m.at:,}"
        )
    return min(items + counted, _UNKNOWN)


def _length_of_range(args: tuple[Any, ...]) -> int:
    """Return how many numbers a range has; one that is not known is as long as any."""
    if not all(each.__class__ is int for each in args):
        return _UNKNOWN
    start, stop, step = (*((0, *args) if len(args) == 1 else args), 1)[:3]
    return int(abs(stop - start) // max(1, abs(step)))


def _is_number(class_: Global) -> bool:
    """Whether numbers that it is given are no sizes."""
    if class_.module in {"builtins", "__builtin__"}:
        return class_.name in _NUMBERS
    if class_.module.startswith(_PLAIN_MODULES):
        return True
    is_scalar = class_.module.startswith("numpy") and class_.role.startswith(CALLED_TYPE)
    return is_scalar and class_.name not in _RAW


def _asked(value: Any) -> int:
    """Return how many items a number, or a shape, asks for."""
    if value.__class__ is int:
        return abs(int(value))
    if value is INT:
        return _UNKNOWN
    sizes = items_of(value)
    if sizes and all(each.__class__ is int or each is INT for each in sizes):
        return prod(map(_asked, sizes))
    return 0


def _item_bytes(args: tuple[Any, ...]) -> int:
    return max([1, *(each.itemsize for each in args if isinstance(each, DType))])
