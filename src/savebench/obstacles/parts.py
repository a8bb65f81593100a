"""What pickle stores of an object, part by part, each with the step that leads to it.

Pickle's own way is followed (``copyreg``, ``__reduce_ex__``, what ``__getstate__`` returns), not
``vars()``: what a class leaves out is left out. Where a part is also an attribute or an item of the
object, the step says so; else it says what a person would call to see it.
"""

import copyreg
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from savebench.obstacles import paths
from savebench.obstacles.containers import Parts, notable, notable_pairs
from savebench.obstacles.paths import Step
from savebench.obstacles.reduced import reduced_parts

PROTOCOL = 5


def parts_of(value: Any) -> Parts | str:
    """Return the parts of an object, or its name where pickle stores it as a name.

    Raises
    ------
    Exception
        What the object raises when pickle asks it for its parts; iterating may raise, too.
    """
    kind = type(value)
    if issubclass(kind, type) or kind is FunctionType:
        return str(value.__qualname__)
    builder = _BUILDERS.get(kind) or _builder_for(value)
    if builder is not None:
        return builder(value)
    reducer = copyreg.dispatch_table.get(kind)
    reduced = reducer(value) if reducer is not None else value.__reduce_ex__(PROTOCOL)
    return reduced if isinstance(reduced, str) else reduced_parts(value, reduced)


def _list_parts(values: list[Any]) -> Parts:
    last = len(values) - 1
    return notable(values, lambda number: paths.item(-1 if 0 < number == last else number))


def _array_parts(array: Any) -> Parts:
    """Yield what an array of objects holds; any other is one block of numbers."""
    if type(array).__module__ != "numpy":
        yield paths.CLASS, type(array)
    if not array.dtype.hasobject:
        return
    if array.dtype.names:
        for name in array.dtype.names:
            yield paths.item(name), array[name]
        return
    import numpy as np

    def step_to(number: int) -> Step:
        place = np.unravel_index(number, array.shape)
        return paths.index(", ".join(str(int(each)) for each in place) or "()")

    yield from notable(array.flat, step_to)


def _frame_parts(frame: Any) -> Parts:
    """Yield the columns of a pandas frame that hold objects."""
    for number, name in enumerate(frame.columns):
        column = frame.iloc[:, number]
        if column.dtype == object:
            yield paths.column(name, number), column


def _series_parts(series: Any) -> Parts:
    if series.dtype == object:
        yield from notable(series.to_numpy(), lambda number: Step("{0}.iloc[{1}]", number))


def _with_attributes(value: Any) -> Parts:
    """Yield the parts of what has ``attrs``: pandas copies them deeply whenever it is looked at."""
    yield paths.attribute("attrs"), value.attrs
    yield from reduced_parts(value, value.__reduce_ex__(PROTOCOL))


_BUILDERS: dict[type, Callable[[Any], Parts]] = {
    list: _list_parts,
    tuple: lambda values: notable(values, paths.item),
    set: lambda values: notable(values, paths.member),
    frozenset: lambda values: notable(values, paths.member),
    dict: lambda values: notable_pairs(values.items()),
}
_PANDAS: dict[str, Callable[[Any], Parts]] = {"DataFrame": _frame_parts, "Series": _series_parts}


def _builder_for(value: Any) -> Callable[[Any], Parts] | None:
    """Return how to take apart what libraries store in their own compact way."""
    kind = type(value)
    if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ in _PANDAS:
        return _with_attributes if value.attrs else _PANDAS[kind.__name__]
    array: Any = getattr(sys.modules.get("numpy"), "ndarray", None)
    if array is None or not issubclass(kind, array):
        return None
    as_array = all(
        getattr(kind, name) is getattr(array, name) for name in ("__reduce__", "__reduce_ex__")
    )
    return _array_parts if as_array else None
