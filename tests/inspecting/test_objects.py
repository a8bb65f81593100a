"""Objects in memory, by attribute path."""

import pickle
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from savebench.inspecting.found import Inspection, Part
from savebench.inspecting.objects import inspect_object
from savebench.inspecting.tree import duplicates, every_part


def parts(inspection: Inspection) -> dict[str, Part]:
    """Return the parts of an inspection by their paths."""
    return {part.path: part for _, part in every_part(inspection.root)}


class Holder:
    """Anything with attributes."""

    def __init__(self, **attributes: object) -> None:
        """Set them."""
        vars(self).update(attributes)


class Slotted:
    """Attributes in slots."""

    __slots__ = ("first", "second")


class Kept(Holder):
    """Says itself what is stored of it."""

    def __getstate__(self) -> dict[str, Any]:
        """Leave the cache out."""
        return {name: each for name, each in vars(self).items() if name != "cache"}


class Refusing:
    """Raises when it is asked."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Raise."""
        raise ValueError("no [bold]thanks\x1b")


class Watched:
    """Tells what is called of it."""

    called: list[str] = []  # noqa: RUF012 - shared on purpose

    def __getattribute__(self, name: str) -> Any:
        """Note it."""
        Watched.called.append(name)
        return object.__getattribute__(self, name)

    def __len__(self) -> int:
        """Never to be asked."""
        raise AssertionError

    def __iter__(self) -> Iterator[int]:
        """Never to be asked."""
        raise AssertionError

    def __eq__(self, other: object) -> bool:
        """Never to be asked."""
        raise AssertionError

    def __hash__(self) -> int:
        """Never to be asked."""
        raise AssertionError

    def __repr__(self) -> str:
        """Never to be asked."""
        raise AssertionError


def test_bytes_are_told_by_attribute_path() -> None:
    """Sums go up to the root; arrays tell dtype, shape and order."""
    model = Holder(a=np.zeros((10, 20)), inner=[Holder(b=np.ones((3, 5), np.int8, order="F"))])

    found = inspect_object(model)

    assert parts(found)["a"].bytes == 1600
    deep = parts(found)["inner[0].b"]
    assert deep.bytes == 15
    assert deep.array is not None
    assert (deep.array.dtype, deep.array.shape, deep.array.order) == ("int8", (3, 5), "F")
    assert found.root is not None
    assert found.root.bytes == found.file_bytes
    assert 1600 + 15 <= found.file_bytes < 1600 + 15 + 1000
    assert all(
        part.bytes >= sum(each.bytes for each in part.parts) for part in parts(found).values()
    )


def test_an_array_that_is_referred_to_twice_counts_once() -> None:
    """One with equal bytes counts twice, and is told."""
    array = np.arange(1000.0)
    found = inspect_object(Holder(a=array, again=array, copy=array.copy()))

    assert [parts(found)[name].bytes for name in ("a", "again", "copy")] == [8000, 0, 8000]
    assert parts(found)["again"].what == "the same array as a, stored once"
    twice = duplicates(found.root)
    assert [part.path for part in twice] == ["copy"]
    assert twice[0].array is not None
    assert twice[0].array.same_as == "a"


def test_what_pickle_leaves_out_is_left_out() -> None:
    """States, slots, and what a class reduces itself to."""
    slotted = Slotted()
    slotted.first = np.zeros(200)  # type: ignore[attr-defined] # a slot
    kept = Kept(cache=np.zeros(1000), data=np.zeros(10))

    found = inspect_object([slotted, kept])

    assert parts(found)["[0].first"].bytes == 1600
    assert "[1].data" in parts(found)
    assert "[1].cache" not in parts(found)


def test_cycles_and_depths_end() -> None:
    """A list in itself, and 100,000 lists in one another."""
    ring: list[Any] = []
    ring.append(ring)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    assert inspect_object(ring).left_out == ()
    found = inspect_object(deep)

    assert found.left_out == ()
    assert found.root is not None
    assert found.root.bytes > 100_000 * 40


def test_what_cannot_be_pickled_costs_its_own_part() -> None:
    """And is named."""
    found = inspect_object({"bad": Refusing(), "good": np.zeros(100)})

    assert parts(found)["['good']"].bytes == 800
    (left_out,) = found.left_out
    assert left_out.startswith("['bad']: tests.inspecting.test_objects.Refusing cannot be pickled ")


def test_no_code_of_the_object_is_called_that_pickling_does_not_call() -> None:
    """Neither its length, nor what it equals, nor how it prints itself."""
    subject = Watched()
    pickle.dumps(subject)
    expected = set(Watched.called)
    Watched.called.clear()

    inspect_object([subject])

    assert set(Watched.called) <= expected


def test_a_table_of_texts_is_counted_and_told() -> None:
    """Of a dictionary as of an array of objects; a text that is there many times counts once."""
    words = {f"word{number}": number for number in range(5000)}
    same = np.array(["a text"] * 5000, object)
    found = inspect_object(Holder(vocabulary_=words, column=same))

    assert parts(found)["vocabulary_"].what == "a table of 5,000 texts"
    assert parts(found)["vocabulary_"].bytes > 5000 * 50
    assert 40_000 < parts(found)["column"].bytes < 40_500


def test_arrays_tell_how_far_they_shrink() -> None:
    """By a sample of their bytes; small ones are not tried."""
    numbers = np.random.default_rng(0).random(200_000)
    found = inspect_object(Holder(random=numbers, zeros=np.zeros((500, 400)).T, small=np.zeros(9)))

    shrinks = {name: parts(found)[name].array for name in ("random", "zeros", "small")}
    assert shrinks["random"] is not None
    assert shrinks["random"].shrinks_to == pytest.approx(0.94, abs=0.03)
    assert shrinks["zeros"] is not None
    assert shrinks["zeros"].shrinks_to == pytest.approx(0.005, abs=0.01)
    assert shrinks["small"] is not None
    assert shrinks["small"].shrinks_to is None


def test_time_is_bounded() -> None:
    """What came before the end of it is told."""
    ticks = iter(range(1000))

    found = inspect_object(
        [[each] for each in range(100_000)], budget_s=20, clock=lambda: next(ticks, 999)
    )

    assert len(found.left_out) == 1
    assert found.left_out[0].endswith("time or room ran out")


def test_nothing_is_changed() -> None:
    """The same pickle before and after."""
    model = Holder(a=np.arange(1000.0), b=[1, "two", {3: np.zeros((2, 2))}])
    before = pickle.dumps(model)

    inspect_object(model)

    assert pickle.dumps(model) == before
