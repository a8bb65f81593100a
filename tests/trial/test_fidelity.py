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


FORMATS = ["csr", "csc", "coo", "bsr", "lil", "dok", "dia"]
SPARSE = np.array([[0.0, 1.5, 0.0], [2.5, 0.0, 0.0], [0.0, 0.0, float("nan")]])


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", ["matrix", "array"])
def test_a_sparse_answer_of_any_format_equals_its_copy(form: str, kind: str) -> None:
    """The older matrices and the newer arrays of SciPy."""
    make = getattr(scipy.sparse, f"{form}_{kind}")
    assert compare(make(SPARSE), make(SPARSE)).exact


@pytest.mark.parametrize("form", FORMATS)
def test_a_sparse_difference_is_told(form: str) -> None:
    """As much as it would be of the dense array."""
    make = getattr(scipy.sparse, f"{form}_array")
    other = SPARSE.copy()
    other[1, 0] = 2.75
    agreement = compare(make(SPARSE), make(other))
    assert agreement.difference == "values differ by up to 0.25"
    assert agreement.max_abs_difference == 0.25
    assert agreement.same_form


def test_a_sparse_value_in_another_place_is_told() -> None:
    """It differs from the nothing that is stored there by all of itself."""
    agreement = compare(scipy.sparse.csr_array(SPARSE[:2]), scipy.sparse.csr_array(SPARSE[1::-1]))
    assert agreement.difference == "values are stored in other places, and differ by up to 2.5"


@pytest.mark.parametrize(("stored", "exact"), [(0.0, True), (-0.0, False), (1e-300, False)])
def test_a_stored_zero_equals_what_is_not_stored(stored: float, exact: bool) -> None:  # noqa: FBT001 - a column of the table
    """To the bit: a negative zero is another number."""
    matrix = scipy.sparse.csr_array(SPARSE)
    places = ([1.5, 2.5, float("nan"), stored], ([0, 1, 2, 2], [1, 0, 2, 0]))
    assert compare(matrix, scipy.sparse.csr_array(places, shape=(3, 3))).exact is exact


def test_the_order_in_which_values_are_stored_is_no_matter() -> None:
    """Nor whether duplicates were summed."""
    one = scipy.sparse.coo_array(([1.0, 2.0, 3.0], ([0, 0, 1], [0, 1, 1])), shape=(2, 2))
    other = scipy.sparse.coo_array(
        ([3.0, 2.0, 0.5, 0.5], ([1, 0, 0, 0], [1, 1, 0, 0])), shape=(2, 2)
    )
    assert compare(one, other).exact


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int64, np.complex128])
def test_sparse_values_of_every_dtype_are_compared(dtype: type) -> None:
    """Unsigned ones do not wrap around."""
    one = scipy.sparse.csr_array(np.array([[0, 1], [0, 0]], dtype=dtype))
    other = scipy.sparse.csr_array(np.array([[1, 0], [0, 0]], dtype=dtype))
    assert compare(one, one.copy()).exact
    assert compare(one, other).max_abs_difference == 1.0


def test_a_sparse_answer_is_never_made_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    """600 texts hashed into 2**20 columns would be 4.7 GiB."""
    one = scipy.sparse.random_array((600, 2**20), density=1e-6, rng=0, format="csr")
    other = one.copy()
    one.data[0], other.data[0] = 1.0, 2.0
    for method in ("toarray", "todense"):
        monkeypatch.setattr(type(one), method, None)
    assert compare(one, one.copy()).exact
    assert compare(one, other).max_abs_difference == 1.0


@given(hnp.arrays(np.float64, hnp.array_shapes(max_dims=2, max_side=5)), st.data())
def test_sparse_answers_agree_just_where_dense_ones_do(dense: Any, data: st.DataObject) -> None:
    """To the bit, but for the order of axes: two dimensions as SciPy has them."""
    dense = np.atleast_2d(dense)
    other = data.draw(hnp.arrays(np.float64, dense.shape, elements=st.sampled_from([0.0, 1.0])))
    mixed = np.where(other == 0.0, dense, other)
    dense, mixed = dense + 0.0, mixed + 0.0  # what is not stored is a positive zero
    expected = compare(dense, mixed).exact
    assert compare(scipy.sparse.csr_array(dense), scipy.sparse.csr_array(mixed)).exact == expected


def test_a_large_array_is_compared_whole() -> None:
    """In chunks, whatever its layout, to the last value."""
    array = np.arange(200_000.0).reshape(400, 500)
    for layout in (array, np.asfortranarray(array), array[::-1, ::-1]):
        other = layout.copy()
        assert compare(layout, other).exact
        other[-1, -1] += 2.0
        assert compare(layout, other).max_abs_difference == 2.0


def test_every_part_of_an_answer_counts() -> None:
    """A first part that differs by rounding hides no second that differs by more."""
    agreement = compare((np.array([1.0]), np.array([3])), (np.array([1.0 + 1e-15]), np.array([5])))
    assert agreement.difference == "part 0: values differ by up to 1.11e-15"
    assert agreement.max_abs_difference == 2.0
    assert not agreement.by_rounding


@pytest.mark.parametrize(
    ("expected", "actual", "by_rounding"),
    [
        (np.array([1.0, 1e6]), np.array([1.0, 1e6 + 1e-9]), True),
        (np.array([1.0]), np.array([1.001]), False),
        (np.array([1.0], np.float32), np.array([1.00001], np.float32), True),
        (np.array([1]), np.array([2]), False),
        (np.array([np.nan, 1.0]), np.array([1.0, 1.0]), False),
        (np.array([np.inf]), np.array([-np.inf]), False),
        (np.array([1.0]), np.array([1.0], np.float32), False),
        (np.array([0.0]), np.array([-0.0]), True),
        (["a", 1.0], ["a", 1.0 + 1e-15], True),
        (np.array(["a", 1.0], object), np.array(["a", 1.0 + 1e-15], object), True),
        ("a", "b", False),
    ],
)
def test_rounding_is_told_from_other_differences(
    expected: Any,
    actual: Any,
    by_rounding: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Floating-point numbers of one type, in the lower half of their digits."""
    agreement = compare(expected, actual)
    assert not agreement.exact
    assert agreement.by_rounding is by_rounding


def test_a_number_that_became_nan_is_counted() -> None:
    """The largest difference of the others says nothing of it."""
    agreement = compare(np.array([1.0, 2.0, 3.0]), np.array([1.5, np.nan, 3.0]))
    assert (
        agreement.difference == "values differ by up to 0.5, and 1 are NaN or infinite in one only"
    )


def test_records_of_fields_are_compared_field_by_field() -> None:
    """Objects among them."""
    dtype = [("n", "i4"), ("text", object)]
    one = np.array([(1, "a"), (2, "b")], dtype)
    other = np.array([(1, "a"), (2, "c")], dtype)
    assert compare(one, one.copy()).exact
    assert compare(one, other).difference == "field text: 1 of 2 values"


@pytest.mark.parametrize(
    ("expected", "actual", "same_form"),
    [
        (np.zeros(2), np.ones(2), True),
        (np.zeros(2), np.zeros(3), False),
        (np.zeros(2), np.zeros(2, np.float32), False),
        ([1, 2], [1, 3], True),
        ([1, 2], [1], False),
        ({"a": 1}, {"b": 1}, False),
        (1, "1", False),
    ],
)
def test_form_is_told_from_values(
    expected: Any,
    actual: Any,
    same_form: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Types, shapes and keys are form."""
    assert compare(expected, actual).same_form is same_form
