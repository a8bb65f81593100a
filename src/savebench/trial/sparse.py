"""Compare sparse answers as what they are: dense, they may be larger than any memory."""

from typing import Any

from savebench.trial import arrays
from savebench.trial.agreement import EXACT, Agreement, other_form


def compare_sparse(expected: Any, actual: Any) -> Agreement:
    """Compare two matrices or arrays of `scipy.sparse` in one format.

    What is not stored equals a stored 0.0, and the order in which values are stored is no matter.
    """
    if expected.shape != actual.shape:
        return other_form(f"shape {actual.shape} instead of {expected.shape}")
    if expected.dtype != actual.dtype:
        return other_form(f"{actual.dtype} instead of {expected.dtype}")
    if _same_storage(expected, actual):
        return EXACT
    one, other = _stored(expected), _stored(actual)
    if all(map(arrays.same_array, one[:-1], other[:-1])):
        same = arrays.same_bits(one[-1], other[-1])
        return EXACT if same else arrays.differing(one[-1], other[-1])
    return _compare_places(expected, actual)


def _same_storage(expected: Any, actual: Any) -> bool:
    """Whether two compressed matrices hold the same arrays: no copy is made to see that."""
    parts = ("indptr", "indices", "data")
    if not all(hasattr(expected, part) for part in parts):
        return False
    return all(arrays.same_array(getattr(expected, part), getattr(actual, part)) for part in parts)


def _stored(matrix: Any) -> list[Any]:
    """Return the coordinates of the stored values that are not 0.0, sorted, and the values."""
    import numpy as np

    coo = matrix.tocoo(copy=True)
    coo.sum_duplicates()
    coords = coo.coords if hasattr(coo, "coords") else (coo.row, coo.col)
    kept = np.flatnonzero(arrays.bits_of(coo.data).any(axis=1))
    return [*(np.asarray(axis[kept], dtype=np.int64) for axis in coords), coo.data[kept]]


def _compare_places(expected: Any, actual: Any) -> Agreement:
    """Compare sparse numbers of which some are stored by one side only."""
    import numpy as np

    one, other = (each.tocoo().astype(np.complex128) for each in (expected, actual))
    gaps = abs((one - other).tocoo().data)
    finite = gaps[np.isfinite(gaps)]
    largest, scale = float(finite.max(initial=0.0)), float(abs(one.data).max(initial=0.0))
    rounding = arrays.is_rounding(largest, scale, expected.dtype)
    return Agreement(
        exact=False,
        difference=f"values are stored in other places, and differ by up to {largest:.3g}",
        max_abs_difference=largest,
        by_rounding=rounding and finite.size == gaps.size,
    )
