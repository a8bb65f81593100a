"""Whether two answers agree to the last bit, and if not, by how much and where."""

from dataclasses import dataclass
from typing import Any

_LABELS = ("index", "columns", "dtypes", "dtype", "name", "names")
"""What a frame, a series or an index says beside its values, each as far as it has it."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an answer compares with the one stored when the model was built."""

    exact: bool
    difference: str = ""
    """Where and how they differ, for a person; empty when exact."""
    max_abs_difference: float | None = None
    """Largest absolute difference, where both are numbers of one shape."""


def compare(expected: Any, actual: Any) -> Agreement:  # noqa: PLR0911 - one return a type
    """Compare answers: arrays (dense, sparse, of objects), frames, and containers of them.

    Types, dtypes and shapes must be the same, of frames the labels too; numbers must be equal bit
    by bit (so a NaN equals itself, and 0.0 differs from -0.0).
    """
    import numpy as np

    if isinstance(expected, np.ndarray):
        return _compare_arrays(expected, actual)
    if type(expected) is not type(actual):
        return _differ(f"{_name(actual)} instead of {_name(expected)}")
    if isinstance(expected, tuple | list):
        return _compare_parts(list(expected), list(actual))
    if isinstance(expected, dict):
        if list(expected) != list(actual):
            return _differ("other keys")
        return _compare_parts(list(expected.values()), list(actual.values()))
    if hasattr(expected, "toarray"):  # scipy.sparse, of whichever format
        return compare(expected.toarray(), actual.toarray())
    if hasattr(expected, "to_numpy"):  # pandas, polars
        return _compare_frames(expected, actual)
    if isinstance(expected, float | np.generic):
        return _compare_arrays(np.asarray(expected), np.asarray(actual))
    if expected is actual:  # what equals nothing, not even itself: pandas' NA and NaT
        return Agreement(exact=True)
    return Agreement(exact=True) if expected == actual else _differ(f"{actual!r:.60}")


def _compare_frames(expected: Any, actual: Any) -> Agreement:
    """Compare the labels and types of a frame, a series or an index, then the values."""
    for part in _LABELS:
        if hasattr(expected, part):
            agreement = compare(getattr(expected, part), getattr(actual, part, None))
            if not agreement.exact:
                return _differ(f"{part}: {agreement.difference}")
    return compare(expected.to_numpy(), actual.to_numpy())


def _compare_parts(expected: list[Any], actual: list[Any]) -> Agreement:
    if len(expected) != len(actual):
        return _differ(f"{len(actual)} parts instead of {len(expected)}")
    for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
        agreement = compare(one, other)
        if not agreement.exact:
            return Agreement(
                exact=False,
                difference=f"part {index}: {agreement.difference}",
                max_abs_difference=agreement.max_abs_difference,
            )
    return Agreement(exact=True)


def _compare_arrays(expected: Any, actual: Any) -> Agreement:
    import numpy as np

    if not isinstance(actual, np.ndarray):
        return _differ(f"{_name(actual)} instead of {_name(expected)}")
    if expected.shape != actual.shape:
        return _differ(f"shape {actual.shape} instead of {expected.shape}")
    if expected.dtype == actual.dtype and _same_bits(expected, actual):
        return Agreement(exact=True)
    kind = "" if expected.dtype == actual.dtype else f"{actual.dtype} instead of {expected.dtype}, "
    if not all(np.issubdtype(array.dtype, np.number) for array in (expected, actual)):
        return _differ(f"{kind}{_count_different(expected, actual)} of {expected.size} values")
    gaps = np.abs(expected.astype(np.complex128) - actual.astype(np.complex128))
    largest = float(np.nanmax(gaps, initial=0.0))
    return Agreement(
        exact=False,
        difference=f"{kind}values differ by up to {largest:.3g}",
        max_abs_difference=largest,
    )


def _same_bits(expected: Any, actual: Any) -> bool:
    if expected.dtype.hasobject:
        return all(
            compare(one, other).exact
            for one, other in zip(expected.ravel(), actual.ravel(), strict=True)
        )
    return bool(expected.tobytes() == actual.tobytes())


def _count_different(expected: Any, actual: Any) -> int:
    pairs = zip(expected.ravel(), actual.ravel(), strict=True)
    if expected.dtype.hasobject:
        return sum(not compare(one, other).exact for one, other in pairs)
    return sum(one != other for one, other in pairs)


def _differ(difference: str) -> Agreement:
    return Agreement(exact=False, difference=difference)


def _name(value: object) -> str:
    return type(value).__name__
