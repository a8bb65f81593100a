"""What cannot be saved is found where it is, by the path that a person would write."""

import functools
import threading
from collections import OrderedDict, defaultdict, deque, namedtuple
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils import Bunch

from savebench.obstacles.search import Found, Obstacle, find_obstacles
from tests.obstacles.models import (
    LeavesOut,
    Reduces,
    Renames,
    Slotted,
    Wrapper,
    closure,
    local_class,
    numbers,
)

Pair = namedtuple("Pair", ["left", "right"])  # noqa: PYI024 - what people store
LOCK = threading.Lock()
NUMBERS = numbers()


@dataclass(frozen=True, slots=True)
class Frozen:
    """Stores its fields as a list, as dataclasses of this kind do."""

    held: Any


class Keeps(Reduces):
    """Hands over what it keeps."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Return the class and the lock."""
        return type(self), (self.lock,)


class Stack(list[Any]):
    """A list of one's own."""


def _find(model: Any, **asked: Any) -> tuple[Obstacle, ...]:
    return find_obstacles(model, deadline_s=monotonic() + 30, **asked).obstacles


def _objects(*values: Any) -> Any:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


_FIELDS = np.dtype([("a", "i8"), ("b", "O")])
PATHS: dict[str, Callable[[], Any]] = {
    "lock": lambda: Wrapper(lock=LOCK),
    "steps[-1][1].cache_['a'][0]": lambda: make_pipeline(
        StandardScaler(), Wrapper(cache_={"a": [LOCK]})
    ),
    "steps[0][1].func": lambda: make_pipeline(FunctionTransformer(LOCK), StandardScaler()),
    "[0]": lambda: [LOCK],
    "[1]": lambda: [0, LOCK, 2],
    "[-1]": lambda: [0, 1, LOCK],
    "many[0][2]": lambda: Wrapper(many=[(0, 1, LOCK)]),
    "['key']": lambda: {"key": LOCK},
    "[('a', 1)]": lambda: {("a", 1): LOCK},
    "[3]": lambda: {np.int64(3): LOCK},
    "list(odd.values())[0]": lambda: Wrapper(odd={frozenset({1}): LOCK}),
    "list(model.values())[1]": lambda: {"a": 1, "x" * 99: LOCK},
    "list(keys)[1]": lambda: Wrapper(keys={"a": 1, LOCK: 2}),
    "list(some)[0]": lambda: Wrapper(some={LOCK}),
    "list(frozen)[0]": lambda: Wrapper(frozen=frozenset({LOCK})),
    "ordered['a']": lambda: Wrapper(ordered=OrderedDict(a=LOCK)),
    "made.default_factory": lambda: Wrapper(made=defaultdict(lambda: 0)),
    "bunch['data']": lambda: Wrapper(bunch=Bunch(data=LOCK)),
    "ends[1]": lambda: Wrapper(ends=deque([0, LOCK])),
    "pair.right": lambda: Wrapper(pair=Pair(1, LOCK)),
    "stack[0]": lambda: Wrapper(stack=Stack([LOCK])),
    "call.args[0]": lambda: Wrapper(call=functools.partial(print, LOCK)),
    "call.keywords['file']": lambda: Wrapper(call=functools.partial(print, file=LOCK)),
    "method.__self__.lock": lambda: Wrapper(method=Slotted().__getstate__),
    "slotted.lock": lambda: Wrapper(slotted=Slotted()),
    "x.args[0]": lambda: Wrapper(x=ValueError(LOCK)),
    "x.held": lambda: Wrapper(x=Frozen(LOCK)),
    "x.__getstate__()['guard']": lambda: Wrapper(x=Renames()),
    "x.lock": lambda: Wrapper(x=Keeps(LOCK)),
    "array[1]": lambda: Wrapper(array=_objects(1, LOCK)),
    "array[1, 0]": lambda: Wrapper(array=_objects(1, 2, LOCK, 4).reshape(2, 2)),
    "array[()]": lambda: Wrapper(array=_objects(LOCK).reshape(())),
    "fields['b'][0]": lambda: Wrapper(fields=np.array([(1, LOCK)], dtype=_FIELDS)),
    "frame['b'].iloc[1]": lambda: Wrapper(
        frame=pd.DataFrame({"a": [1, 2], "b": _objects(0, LOCK)})
    ),
    "series.iloc[0]": lambda: Wrapper(series=pd.Series(_objects(LOCK, 1))),
    "frame.attrs['lock']": lambda: Wrapper(frame=_frame_with_attributes()),
}


def _frame_with_attributes() -> pd.DataFrame:
    frame = pd.DataFrame({"a": [1]})
    frame.attrs["lock"] = LOCK
    return frame


MADE_ANEW = frozenset({"method.__self__.lock"})
"""Paths to what is another object each time a model is made."""


@pytest.mark.parametrize("path", list(PATHS))
def test_the_path_leads_to_what_cannot_be_saved(path: str) -> None:
    """As Python: what a person types to see it."""
    model = PATHS[path]()
    (found,) = _find(model)
    source = f"model{path}" if path.startswith("[") else path
    names = {"model": model, **getattr(model, "__dict__", {})}

    assert found.path == path
    assert eval(source, names) is found.subject  # noqa: S307 - our own paths


def test_what_no_attribute_leads_to_says_what_to_call() -> None:
    """An argument of ``__reduce__`` that the object does not keep."""
    (found,) = _find(Wrapper(x=Reduces(path="x")))

    assert str(found) == "x.__reduce_ex__(5)[1][1][0]: a lock"


def test_what_getstate_leaves_out_is_no_obstacle() -> None:
    """Pickle's way is followed, not the attributes."""
    assert _find([LeavesOut()]) == ()


def test_a_thing_is_found_once_by_its_shortest_path() -> None:
    """However many ways lead to it."""
    held = Wrapper(lock=LOCK)
    found = _find(Wrapper(deep=[[held]], again={"a": held}, lock=LOCK))

    assert [each.path for each in found] == ["lock"]


def test_a_long_path_is_cut_in_the_middle() -> None:
    """Its ends say most."""
    model: Any = LOCK
    for number in range(300):
        model = {f"level{number}": model}
    (found,) = _find(model)

    assert found.path.startswith("['level299']['level298']")
    assert "..." in found.path
    assert found.path.endswith("['level1']['level0']")
    assert len(found.path) <= 100


def test_what_is_stored_as_code_is_looked_into() -> None:
    """Cloudpickle stores a closure: no obstacle is it, but what it holds."""
    found = _find([closure(LOCK), lambda: NUMBERS], by_value=True)

    assert [str(each) for each in found] == [
        "[0].__closure__[0].cell_contents: a lock",
        "[-1].__globals__['NUMBERS']: a generator",
    ]


def test_the_bases_and_methods_of_a_class_that_is_stored_as_code_are_looked_into() -> None:
    """A local class comes along with all that makes it."""
    kind: Any = local_class()
    kind.limit = staticmethod(closure(LOCK))
    found = _find(kind(), by_value=True, absent=frozenset({"tests.obstacles.models"}))

    assert [str(each) for each in found] == [
        "__class__.__mro__[1]: class Wrapper of tests.obstacles.models",
        "__class__.limit.__closure__[0].cell_contents: a lock",
    ]


def test_a_class_that_others_cannot_import_is_found_with_its_objects() -> None:
    """Only where it is said which modules others lack."""
    model = [Wrapper()]

    assert _find(model) == ()
    assert [str(each) for each in _find(model, absent=frozenset({"tests.obstacles.models"}))] == [
        "[0]: an object of class Wrapper of tests.obstacles.models"
    ]


def test_a_large_list_keeps_nobody_from_being_found() -> None:
    """Breadth first, and large lists in portions: what lies deeper beside it has its turn."""
    crowd: list[Any] = [[] for _ in range(100_000)]
    crowd[-1].append(threading.Lock())
    found = _find(Wrapper(crowd=crowd, inner=Wrapper(inner=Wrapper(inner=Wrapper(lock=LOCK)))))

    assert [each.path for each in found] == ["inner.inner.inner.lock", "crowd[-1][0]"]


def test_millions_of_numbers_and_texts_are_passed_over_at_once() -> None:
    """In a list, a dictionary and an array; they hold nothing."""
    model = Wrapper(
        listed=list(range(1_000_000)),
        named={str(number): float(number) for number in range(300_000)},
        packed=np.zeros(100_000_000),
        lock=LOCK,
    )
    found = find_obstacles(model, deadline_s=monotonic() + 10)

    assert [each.path for each in found.obstacles] == ["lock"]
    assert found.is_complete


@pytest.mark.parametrize("depth", [10, 100_000])
def test_no_depth_is_too_deep(depth: int) -> None:
    """Nothing recurses."""
    model: Any = [LOCK]
    for _ in range(depth):
        model = [model]
    found = find_obstacles(model, deadline_s=monotonic() + 30)

    assert [each.what for each in found.obstacles] == ["a lock"]
    while isinstance(model, list):  # to let it go in one piece would recurse
        model = model.pop()


def test_what_holds_itself_ends() -> None:
    """A list in itself, an object that is its own attribute."""
    model: list[Any] = [Wrapper()]
    model += [model, LOCK]
    model[0].itself = model[0]

    assert [each.path for each in _find(model)] == ["[-1]"]


def test_a_time_that_is_over_ends_the_search() -> None:
    """With what was found until then."""
    assert find_obstacles([LOCK], deadline_s=0.0) == Found((), is_complete=False)
