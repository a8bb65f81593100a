"""The saved state of what cannot be asked."""

import copy
import io
import pickle
from typing import Any

import joblib
import numpy as np
from sklearn.ensemble import RandomForestClassifier

from savebench.trial.state import arrays_of, difference, state_of


def _forest() -> Any:
    data = np.random.default_rng(0).normal(size=(200, 5))
    return {"model": RandomForestClassifier(4, random_state=0).fit(data, data[:, 0] > 0)}


def test_what_pickle_and_joblib_bring_back_has_the_same_state() -> None:
    """Though joblib shares other parts, and drops bytes between the fields of a tree's nodes."""
    model = _forest()
    stream = io.BytesIO()
    joblib.dump(model, stream)
    stream.seek(0)
    assert state_of(joblib.load(stream)) == state_of(model)
    assert state_of(pickle.loads(pickle.dumps(model))) == state_of(model)


def test_what_differs_is_named_by_attribute() -> None:
    """By how the person writes it."""
    model = _forest()
    other = copy.deepcopy(model)
    other["model"].classes_ = np.array([False, False])
    assert difference(state_of(model), state_of(other)) == "another saved state: ['model']"
    fitted, refitted = model["model"], other["model"]
    assert difference(state_of(fitted), state_of(refitted)) == "another saved state: classes_"


def test_which_parts_are_one_object_does_not_matter() -> None:
    """A copy of a shared list has the state of the list."""
    part = [1, 2]
    assert state_of([part, part]) == state_of([[1, 2], [1, 2]])


def test_a_cycle_ends() -> None:
    """As pickle ends."""
    loop: list[Any] = [1]
    loop.append(loop)
    again: list[Any] = [1]
    again.append(again)
    assert state_of(loop) == state_of(again)


def test_lists_in_lists_in_lists_need_no_recursion() -> None:
    """A hundred thousand deep."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert state_of(deep) == state_of(deep)


def test_arrays_are_found_wherever_they_are() -> None:
    """Each once."""
    shared = np.ones(3)
    found = arrays_of({"a": shared, "b": [shared, {"c": np.zeros(2)}]})
    assert sorted(len(each) for each in found) == [2, 3]
