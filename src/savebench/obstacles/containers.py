"""Go through containers, many items at once: most hold numbers and texts by the million."""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import islice
from pickle import PickleBuffer
from typing import Any

from savebench.obstacles import paths
from savebench.obstacles.paths import Step

Part = tuple[Step, Any]
Parts = Iterator[Part | None]
"""Parts, and None now and then: nothing found, but time has passed."""

_AT_ONCE = 10_000
_SMALL_TUPLE = 8
_PLAIN_ATOMS: frozenset[type] = frozenset(
    {
        *(bool, int, float, complex, str, bytes, bytearray, range, slice),
        *(type(None), type(...), type(NotImplemented), PickleBuffer),
    }
)


def is_atom(value: Any) -> bool:
    """Return whether an object holds nothing that pickle could stumble over."""
    atoms = _atoms("numpy" in sys.modules)
    if type(value) is tuple and len(value) <= _SMALL_TUPLE:
        return atoms.issuperset(map(type, value))
    return type(value) in atoms


@cache
def _atoms(with_numpy: bool) -> frozenset[type]:  # noqa: FBT001 - the key of a cache
    """Return the types whose objects hold nothing; NumPy's scalars, where there can be any."""
    if not with_numpy:
        return _PLAIN_ATOMS
    import numpy as np

    return _PLAIN_ATOMS | set(np.sctypeDict.values()) - {np.void, np.object_}


def _batches(values: Iterable[Any]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield many at once, with the number of the first: looking at each takes far longer."""
    iterator, start = iter(values), 0
    while batch := tuple(islice(iterator, _AT_ONCE)):
        yield start, batch
        start += len(batch)


def notable(values: Iterable[Any], step_to: Callable[[int], Step]) -> Parts:
    """Yield what is no atom."""
    atoms = _atoms("numpy" in sys.modules)
    for start, batch in _batches(values):
        if not atoms.issuperset(map(type, batch)):
            for number, value in enumerate(batch, start):
                if not is_atom(value):
                    yield step_to(number), value
        if len(batch) == _AT_ONCE:
            yield None


def notable_pairs(pairs: Iterable[tuple[Any, Any]]) -> Parts:
    """Yield keys and values that are no atoms."""
    atoms = _atoms("numpy" in sys.modules)
    for start, batch in _batches(pairs):
        if not atoms.issuperset(type(each) for pair in batch for each in pair):
            for number, (key, value) in enumerate(batch, start):
                if not is_atom(key):
                    yield paths.member(number), key
                if not is_atom(value):
                    yield paths.value_of(key, number), value
        if len(batch) == _AT_ONCE:
            yield None
