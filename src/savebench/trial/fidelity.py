"""Whether two answers agree to the last bit, and if not, by how much and where."""

from dataclasses import replace
from typing import Any

from savebench.trial import arrays
from savebench.trial.agreement import (
    EXACT,
    Agreement,
    combine,
    other_form,
    other_values,
    within,
)
from savebench.trial.sparse import compare_sparse

_LABELS = ("index", "columns", "dtypes", "dtype", "name", "names")
"""What a frame, a series or an index says beside its values, each as far as it has it."""


def compare(expected: Any, actual: Any) -> Agreement:  # noqa: PLR0911 - one return a type
    """Compare answers: arrays (dense, sparse, of objects), frames, and containers of them.

    Types, dtypes and shapes must be the same, of frames the labels too; numbers must be equal bit
    by bit (so a NaN equals itself, and 0.0 differs from -0.0). Sparse answers stay sparse: what is
    not stored equals a stored 0.0.
    """
    import numpy as np

    if isinstance(expected, np.ndarray):
        return _compare_arrays(expected, actual)
    if type(expected) is not type(actual):
        return other_form(f"{_name(actual)} instead of {_name(expected)}")
    if hasattr(expected, "tocoo"):  # scipy.sparse, of whichever format; one is a dict, too
        return compare_sparse(expected, actual)
    if isinstance(expected, tuple | list):
        return _compare_parts(list(expected), list(actual))
    if isinstance(expected, dict):
        if list(expected) != list(actual):
            return other_form("other keys")
        return _compare_parts(list(expected.values()), list(actual.values()))
    if hasattr(expected, "to_numpy"):  # pandas, polars
        return _compare_frames(expected, actual)
    if isinstance(expected, float | np.generic):
        return _compare_arrays(np.asarray(expected), np.asarray(actual))
    if expected is actual:  # what equals nothing, not even itself: pandas' NA and NaT
        return EXACT
    return EXACT if expected == actual else other_values(f"{actual!r:.60}")


def _compare_frames(expected: Any, actual: Any) -> Agreement:
    """Compare the labels and types of a frame, a series or an index, then the values."""
    for part in _LABELS:
        if hasattr(expected, part):
            agreement = compare(getattr(expected, part), getattr(actual, part, None))
            if not agreement.exact:
                return other_form(f"{part}: {agreement.difference}")
    return compare(expected.to_numpy(), actual.to_numpy())


def _compare_parts(expected: list[Any], actual: list[Any]) -> Agreement:
    if len(expected) != len(actual):
        return other_form(f"{len(actual)} parts instead of {len(expected)}")
    pairs = enumerate(zip(expected, actual, strict=True))
    return combine(within(f"part {index}", compare(*pair)) for index, pair in pairs)


def _compare_arrays(expected: Any, actual: Any) -> Agreement:
    import numpy as np

    if not isinstance(actual, np.ndarray):
        return other_form(f"{_name(actual)} instead of {_name(expected)}")
    if expected.shape != actual.shape:
        return other_form(f"shape {actual.shape} instead of {expected.shape}")
    if expected.dtype != actual.dtype:
        return _compare_dtypes(expected, actual)
    if names := expected.dtype.names:
        return combine(
            within(f"field {name}", compare(expected[name], actual[name])) for name in names
        )
    if expected.dtype.hasobject:
        return _compare_objects(expected, actual)
    return EXACT if arrays.same_bits(expected, actual) else arrays.differing(expected, actual)


def _compare_dtypes(expected: Any, actual: Any) -> Agreement:
    """Say how arrays of different types differ, and whether in their values, too."""
    found = arrays.differing(expected, actual)
    kind = f"{actual.dtype} instead of {expected.dtype}, "
    return replace(found, difference=kind + found.difference, by_rounding=False, same_form=False)


def _compare_objects(expected: Any, actual: Any) -> Agreement:
    pairs = zip(expected.ravel(), actual.ravel(), strict=True)
    found = [each for each in (compare(*pair) for pair in pairs) if not each.exact]
    if not found:
        return EXACT
    return replace(combine(found), difference=f"{len(found)} of {expected.size} values")


def _name(value: object) -> str:
    return type(value).__name__
