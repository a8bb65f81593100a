"""The saved state of an object, in a form that can be compared where nothing can be asked.

What pickle would save is gone through (`__reduce_ex__`, containers), and each array and each value
is folded into a fingerprint (BLAKE2b) of the attribute that it lies below. Two objects of equal
state have equal fingerprints; nothing of the object's size is kept.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

STATE = "saved state"
"""Stands for a method where the state is compared instead of answers."""
_CHUNK = 1 << 24
_PAGE_BYTES = 4096
_PLAIN = (int, float, complex, str, bytes, bool, type(None))


def state_of(model: Any) -> dict[str, str]:
    """Return a fingerprint for each attribute of a model, by name."""
    return {name: _fingerprint(value) for name, value in _attributes(model)}


def arrays_of(model: Any) -> list[Any]:
    """Return all arrays of numbers that a model holds."""
    import numpy as np

    return [
        value
        for value in _walk(model)
        if isinstance(value, np.ndarray) and not value.dtype.hasobject
    ]


def touch(arrays: list[Any]) -> int:
    """Read one byte of every page of the arrays, as a first use does; return their sum."""
    total = 0
    for array in arrays:
        if array.flags.forc and array.nbytes:
            flat = array.reshape(-1, order="A").view("u1")
            total += int(flat[::_PAGE_BYTES].sum(dtype="u8"))
    return total


def _attributes(model: Any) -> Iterator[tuple[str, Any]]:
    yield "type", f"{type(model).__module__}.{type(model).__qualname__}"
    if isinstance(model, dict):
        yield from ((f"[{key!r}]", value) for key, value in model.items())
    elif isinstance(getattr(model, "__dict__", None), dict) and not callable(model):
        yield from sorted(model.__dict__.items())
    else:
        yield "all", model


def _fingerprint(value: Any) -> str:
    import numpy as np

    total = hashlib.blake2b(digest_size=16)
    for each in _walk(value):
        if isinstance(each, np.ndarray) and not each.dtype.hasobject:
            total.update(f"{each.dtype.str}{each.shape}".encode())
            flat = np.ascontiguousarray(each).reshape(-1).view("u1")
            for start in range(0, flat.size, _CHUNK):
                total.update(flat[start : start + _CHUNK].data)
        else:
            total.update(repr(each).encode())
    return total.hexdigest()


def _walk(value: Any) -> Iterator[Any]:
    """Yield leaves, and marks for what holds them, in an order that the state decides."""
    import numpy as np

    waiting: list[Any] = [value]
    seen: dict[int, Any] = {}
    while waiting:
        each = waiting.pop()
        if isinstance(each, _PLAIN):
            yield each
            continue
        if id(each) in seen:
            continue
        seen[id(each)] = each  # and kept alive: an id is used again
        if isinstance(each, np.ndarray):
            yield each
            parts = list(each.ravel()) if each.dtype.hasobject else []
        else:
            mark, parts = _opened(each)
            yield mark
        waiting.extend(reversed(parts))


def _opened(value: Any) -> tuple[str, list[Any]]:  # noqa: PLR0911 - one return a kind
    """Return a mark for what a value is, and what it consists of."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__")):
        return f"{value.__module__}.{value.__qualname__}", []
    if kind in (list, tuple):
        return f"{name}{len(value)}", list(value)
    if kind is dict:
        return f"{name}{len(value)}", [part for pair in value.items() for part in pair]
    if kind in (set, frozenset):
        return f"{name}{len(value)}", sorted(value, key=repr)
    try:
        reduced = value.__reduce_ex__(4)
    except Exception:  # noqa: BLE001 - what cannot be saved is compared by what it is
        return name, []
    if isinstance(reduced, str):
        return reduced, []
    parts = list(reduced[1:3])
    for items in reduced[3:5]:
        parts.extend([] if items is None else list(items))
    return name, parts
