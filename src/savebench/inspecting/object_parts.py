"""What pickle would store of one object: its own bytes, and its parts each with a way to it."""

import copyreg
import sys
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from types import FunctionType
from typing import Any, NamedTuple

PROTOCOL = 5
_AT_ONCE = 10_000
_LONGEST_KEY = 40
_LARGE_ATOM_BYTES = 1024
_NUMBERS = (bool, int, float, complex, type(None), type(...), type(NotImplemented), range, slice)
_TEXTS = frozenset({str, bytes, bytearray})
_NAMED = (type, FunctionType)
_PLAIN = frozenset({*_NUMBERS, *_TEXTS})


class Child(NamedTuple):
    """A part and the step to it from its parent: ``".tree_"``, ``"[0]"``."""

    step: str
    value: Any


class Atoms(NamedTuple):
    """So many numbers and texts in a row that need no parts of their own."""

    bytes: int
    texts: int
    text_bytes: int


Pieces = Iterator[Child | Atoms]


def dotted(kind: type) -> str:
    """Return a class's name with its module; built-in ones have none."""
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{module}.{kind.__qualname__}"


def is_atom(value: Any) -> bool:
    """Return whether it is a number, or a text too small for a part of its own."""
    kind = type(value)
    if kind in _TEXTS:
        return sys.getsizeof(value) < _LARGE_ATOM_BYTES
    return kind in _PLAIN or _is_numpy_scalar(value)


def is_text(value: Any) -> bool:
    """Return whether it is a text or a string of bytes."""
    return type(value) in _TEXTS


def is_plain_array(value: Any) -> bool:
    """Return whether NumPy itself says what is stored of it."""
    array: Any = getattr(sys.modules.get("numpy"), "ndarray", None)
    if array is None or not issubclass(type(value), array):
        return False
    names = ("__reduce__", "__reduce_ex__")
    return all(getattr(type(value), name) is getattr(array, name) for name in names)


def _is_numpy_scalar(value: Any) -> bool:
    generic: Any = getattr(sys.modules.get("numpy"), "generic", None)
    return generic is not None and issubclass(type(value), generic)


def pieces_of(value: Any) -> Pieces:
    """Yield what pickle would store of an object.

    Calls what pickling calls (``copyreg``'s table, ``__reduce_ex__``, ``__getstate__``) and nothing
    else of the object.

    Raises
    ------
    Exception
        What the object raises when pickle asks it.
    """
    kind = type(value)
    if issubclass(kind, _NAMED):  # stored as a name
        return iter(())
    if kind in {list, tuple}:
        return _items(value)
    if kind in {set, frozenset}:
        return _items(value)
    if kind is dict:
        return _pairs(value.items())
    if is_plain_array(value):
        return _items(value.flat)
    reducer = copyreg.dispatch_table.get(kind)
    reduced = reducer(value) if reducer is not None else value.__reduce_ex__(PROTOCOL)
    return iter(()) if isinstance(reduced, str) else _reduced(reduced)


def _items(values: Iterable[Any]) -> Pieces:
    """Yield items by their places; many atoms in a row as one."""
    iterator, start = iter(values), 0
    while batch := tuple(islice(iterator, _AT_ONCE)):
        others = _others(batch)
        yield _sum(batch)
        for number in others:
            yield Child(f"[{start + number}]", batch[number])
        start += len(batch)


def _pairs(pairs: Iterable[tuple[Any, Any]]) -> Pieces:
    """Yield values by their keys; keys that are no atoms by their places."""
    iterator, start = iter(pairs), 0
    while batch := tuple(islice(iterator, _AT_ONCE)):
        keys, values = tuple(key for key, _ in batch), tuple(each for _, each in batch)
        yield _sum(keys)
        yield _sum(values)
        for number in _others(keys):
            yield Child(f".keys()[{start + number}]", keys[number])
        for number in _others(values):
            key = keys[number]
            plain = type(key) in _PLAIN and sys.getsizeof(key) < _LARGE_ATOM_BYTES
            text = repr(key)[:_LONGEST_KEY] if plain else f".values()[{start + number}]"
            yield Child(f"[{text}]" if plain else text, values[number])
        start += len(batch)


def _others(batch: tuple[Any, ...]) -> list[int]:
    """Return the places of what is no atom."""
    if set(map(type, batch)) <= _PLAIN - _TEXTS:
        return []
    return [number for number, value in enumerate(batch) if not is_atom(value)]


def _sum(batch: tuple[Any, ...]) -> Atoms:
    """Return the bytes of the atoms in a batch, each object once."""
    once = {id(value): value for value in batch if is_atom(value)}.values()
    texts = [value for value in once if type(value) in _TEXTS]
    return Atoms(
        bytes=sum(map(sys.getsizeof, once)), texts=len(texts), text_bytes=sum(map(len, texts))
    )


def _reduced(reduced: tuple[Any, ...]) -> Pieces:
    """Yield what ``__reduce_ex__`` returned: arguments, state, items, pairs."""
    arguments, state, items, pairs = (*reduced[1:5], None, None, None, None)[:4]
    for number, argument in enumerate(arguments or ()):
        if not issubclass(type(argument), _NAMED):
            yield from _one(f"({number})", argument)
    if items is not None:
        yield from _items(items)
    if pairs is not None:
        yield from _pairs(pairs)
    if state is not None:
        yield from _state(state)


def _state(state: Any) -> Pieces:
    if type(state) is dict:
        yield from _attributes(state.items())
    elif _is_slotted(state):
        yield from _attributes(chain((state[0] or {}).items(), state[1].items()))
    elif type(state) in {tuple, list}:
        for number, each in enumerate(state):
            yield from _one(f".<state>[{number}]", each)
    else:
        yield from _one(".<state>", state)


def _attributes(pairs: Iterable[tuple[Any, Any]]) -> Pieces:
    for key, value in pairs:
        named = type(key) is str and key.isidentifier()
        yield from _one(f".{key}" if named else f"[{repr(key)[:_LONGEST_KEY]}]", value)


def _one(step: str, value: Any) -> Pieces:
    yield _sum((value,)) if is_atom(value) else Child(step, value)


def _is_slotted(state: Any) -> bool:
    return (
        type(state) is tuple
        and len(state) == 2  # noqa: PLR2004 - a pair
        and (state[0] is None or type(state[0]) is dict)
        and type(state[1]) is dict
    )
