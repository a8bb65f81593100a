"""The saved state of an object, in a form that can be compared where nothing can be asked.

What pickle would save is gone through (`__reduce_ex__`, containers), and each array and each value
is folded into a fingerprint (BLAKE2b) of the attribute that it lies below. Two objects of equal
state have equal fingerprints; nothing of the object's size is kept.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

STATE = "saved state"
"""Stands for a method where the state is compared instead of answers."""
_CHUNK = 1 << 24
_MOST = 5
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


def difference(expected: dict[str, str], actual: dict[str, str]) -> str:
    """Return which attributes have another state, or ``""``."""
    other = [name for name in {**expected, **actual} if expected.get(name) != actual.get(name)]
    if not other:
        return ""
    more = f" and {len(other) - _MOST} more" if len(other) > _MOST else ""
    return f"another saved state: {', '.join(other[:_MOST])}{more}"


@dataclass(slots=True)
class _Open:
    """A value whose parts are being gone through."""

    key: int
    total: Any
    parts: list[Any]
    """Those to come, the next one last."""


def _fingerprint(value: Any) -> str:
    """Return a fingerprint that the content decides, and not which parts are one object."""
    known: dict[int, str] = {}
    alive: list[Any] = []  # an id is used again once its object is gone
    result = ""
    stack: list[_Open] = []
    waiting: list[Any] = [value]
    while True:
        if waiting:
            each = waiting.pop()
            found = _leaf(each)
            if found is None and id(each) in known:
                found = known[id(each)]
            if found is None:
                known[id(each)] = "a cycle"
                alive.append(each)
                mark, parts = _opened_with_arrays(each)
                total = hashlib.blake2b(mark.encode(), digest_size=16)
                alive.append(parts)
                stack.append(_Open(id(each), total, parts[::-1]))
            else:
                result = found
                if stack:
                    stack[-1].total.update(found.encode())
        if not stack:
            return result
        top = stack[-1]
        if top.parts:
            waiting.append(top.parts.pop())
            continue
        stack.pop()
        known[top.key] = result = top.total.hexdigest()
        if stack:
            stack[-1].total.update(result.encode())


def _leaf(value: Any) -> str | None:
    """Return a text for what holds nothing, or None."""
    import numpy as np

    if isinstance(value, _PLAIN):
        return f"{type(value).__name__}:{value!r}"
    if not isinstance(value, np.ndarray) or value.dtype.hasobject:
        return None
    total = hashlib.blake2b(f"{value.dtype.str}{value.shape}".encode(), digest_size=16)
    if value.dtype.names:  # bytes between the fields are nobody's
        for name in value.dtype.names:
            total.update(f"{name}={_leaf(value[name])}".encode())
        return total.hexdigest()
    flat = np.ascontiguousarray(value).reshape(-1).view("u1")
    for start in range(0, flat.size, _CHUNK):
        total.update(flat[start : start + _CHUNK].data)
    return total.hexdigest()


def _opened_with_arrays(value: Any) -> tuple[str, list[Any]]:
    import numpy as np

    if isinstance(value, np.ndarray):
        return f"array of objects {value.shape}", list(value.ravel())
    return _opened(value)


def _walk(value: Any) -> Iterator[Any]:
    """Yield each part once: an object that stands in two places is one."""
    import numpy as np

    waiting: list[Any] = [value]
    seen: dict[int, Any] = {}
    while waiting:
        each = waiting.pop()
        if id(each) in seen or isinstance(each, _PLAIN):
            continue
        seen[id(each)] = each
        yield each
        if not isinstance(each, np.ndarray) or each.dtype.hasobject:
            waiting.extend(_opened_with_arrays(each)[1])


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
