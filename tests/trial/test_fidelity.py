"""Answers are equal to the last bit, or the difference is told."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from savebench.trial.fidelity import compare


@given(hnp.arrays(hnp.scalar_dtypes(), hnp.array_shapes()))
def test_an_array_equals_its_copy_whatever_is_in_it(array: Any) -> None:
    """NaNs and infinities included."""
    assert compare(array, array.copy()).exact


@pytest.mark.parametrize(
    ("expected", "actual", "difference"),
    [
        (np.array([1.0]), np.array([1.5]), "values differ by up to 0.5"),
        (np.array([0.0]), np.array([-0.0]), "values differ by up to 0"),
        (np.array([1.0]), np.array([1.0], dtype=np.float32), "float32 instead of float64"),
        (np.zeros(3), np.zeros((3, 1)), "shape (3, 1) instead of (3,)"),
        (np.zeros(3), [0.0, 0.0, 0.0], "list instead of ndarray"),
        (np.array(["a", "b"]), np.array(["a", "c"]), "1 of 2 values"),
        (np.array(["a", None], dtype=object), np.array(["a", 0], dtype=object), "1 of 2 values"),
        ((1, np.zeros(2)), (1, np.ones(2)), "part 1: values differ by up to 1"),
        ((1, 2), (1,), "1 parts instead of 2"),
        ({"a": 1}, {"b": 1}, "other keys"),
        ("yes", "no", "'no'"),
    ],
)
def test_a_difference_is_told(expected: Any, actual: Any, difference: str) -> None:
    """What, where and how much."""
    agreement = compare(expected, actual)
    assert not agreement.exact
    assert difference in agreement.difference


def test_the_largest_difference_is_a_number() -> None:
    """For inference exports, which answer in single precision."""
    assert compare(np.array([1.0, 2.0]), np.array([1.25, 2.5])).max_abs_difference == 0.5


def test_sparse_answers_and_frames_are_compared_by_value() -> None:
    """Whatever their container."""
    dense = np.array([[0.0, 1.0], [2.0, 0.0]])
    assert compare(scipy.sparse.csr_matrix(dense), scipy.sparse.csr_matrix(dense)).exact
    assert compare(pd.DataFrame(dense), pd.DataFrame(dense)).exact
    assert not compare(pd.DataFrame(dense), pd.DataFrame(dense + 1)).exact


FRAME = pd.DataFrame({"a": [1, 2], "b": [0.5, float("nan")]}, index=["x", "y"])


@pytest.mark.parametrize(
    ("actual", "difference"),
    [
        (FRAME.rename(index={"y": "z"}), "index: 1 of 2 values"),
        (FRAME.rename(columns={"b": "c"}), "columns: 1 of 2 values"),
        (FRAME.astype({"a": "float64"}), "dtypes: 1 of 2 values"),
        (FRAME.rename_axis("axis"), "index: name: str instead of NoneType"),
    ],
)
def test_the_labels_and_types_of_frames_are_compared(actual: pd.DataFrame, difference: str) -> None:
    """The values alone would be equal."""
    agreement = compare(FRAME, actual)
    assert not agreement.exact
    assert difference in agreement.difference


@pytest.mark.parametrize(
    "frame",
    [
        FRAME,
        FRAME["b"],
        FRAME.set_index(["a", "b"], append=True),
        pd.Series([1, None, 3], dtype="Int64", name="n"),
        pd.Series(["u", "v", None], dtype="category"),
        pd.Series(pd.to_datetime(["2026-01-01", None])),
    ],
)
def test_a_frame_equals_its_pickled_copy(frame: Any) -> None:
    """Missing values of every kind included."""
    assert compare(frame, pickle.loads(pickle.dumps(frame))).exact


@given(st.lists(st.integers() | st.text() | st.none()))
def test_plain_values_equal_themselves(values: list[Any]) -> None:
    """Lists of anything."""
    assert compare(values, list(values)).exact
