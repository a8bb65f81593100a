"""Two arrays of one shape, value by value: bits, and the gaps between numbers.

Large arrays are looked at a few values at a time, without a copy of the whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from savebench.trial.agreement import Agreement, other_values

_CHUNK_VALUES = 1 << 16
_ROUNDED_DIGITS = 0.6
"""Of the digits of a number, the share that rounding leaves alone: sums in another order differ in
the last few, and a clock's seconds, in a number of their size, do not pass for that."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How far two arrays of numbers are apart."""

    largest: float
    """Of the differences that are finite."""
    scale: float
    """The largest finite number expected."""
    undefined: int
    """How many values are NaN or infinite in one array and something else in the other."""

    def is_rounding(self, dtype: Any) -> bool:
        """Whether all of it may come from sums in another order, say."""
        return not self.undefined and is_rounding(self.largest, self.scale, dtype)


def is_rounding(gap: float, scale: float, dtype: Any) -> bool:
    """Whether a gap lies in the last digits that the dtype has, against the largest number."""
    import numpy as np

    if not np.issubdtype(dtype, np.inexact):
        return False  # a count or a label does not differ by rounding
    return bool(gap <= scale * np.finfo(dtype).eps ** _ROUNDED_DIGITS)


def largest_gap(expected: Any, actual: Any) -> Gap:
    """Return how far two arrays of numbers are apart."""
    import numpy as np

    largest, scale, undefined = 0.0, 0.0, 0
    for one, other in _chunks(expected, actual):
        wide = one.astype(np.complex128), other.astype(np.complex128)
        both = np.isfinite(wide[0]) & np.isfinite(wide[1])
        with np.errstate(over="ignore", invalid="ignore"):
            largest = max(largest, float(abs(wide[0] - wide[1])[both].max(initial=0.0)))
            scale = max(scale, float(abs(wide[0])[both].max(initial=0.0)))
        undefined += int(np.count_nonzero(~both & ~_same_values(*wide)))
    return Gap(largest, scale, undefined)


def _same_values(one: Any, other: Any) -> Any:
    import numpy as np

    return (one == other) | (np.isnan(one) & np.isnan(other))


def differing(expected: Any, actual: Any) -> Agreement:
    """Say how two arrays of one shape differ: numbers by how much, others in how many places."""
    import numpy as np

    if not all(np.issubdtype(array.dtype, np.number) for array in (expected, actual)):
        return other_values(f"{_count_different(expected, actual)} of {expected.size} values")
    gap = largest_gap(expected, actual)
    undefined = f", and {gap.undefined} are NaN or infinite in one only" if gap.undefined else ""
    return Agreement(
        exact=False,
        difference=f"values differ by up to {gap.largest:.3g}{undefined}",
        max_abs_difference=gap.largest,
        by_rounding=gap.is_rounding(expected.dtype),
    )


def same_array(one: Any, other: Any) -> bool:
    """Whether two arrays have one shape and dtype, and the same bits."""
    return one.shape == other.shape and one.dtype == other.dtype and same_bits(one, other)


def same_bits(expected: Any, actual: Any) -> bool:
    """Whether two arrays of one shape hold the same bytes, in whichever layout."""
    return all(one.tobytes() == other.tobytes() for one, other in _chunks(expected, actual))


def _count_different(expected: Any, actual: Any) -> int:
    if expected.dtype != actual.dtype:
        pairs_of_values = zip(expected.ravel(), actual.ravel(), strict=True)
        return sum(bool(one != other) for one, other in pairs_of_values)
    pairs = ((bits_of(one), bits_of(other)) for one, other in _chunks(expected, actual))
    return sum(int((one != other).any(axis=1).sum()) for one, other in pairs)


def bits_of(values: Any) -> Any:
    """Return one row of bytes a value."""
    import numpy as np

    return np.frombuffer(values.tobytes(), np.uint8).reshape(values.size, values.itemsize)


def _chunks(one: Any, other: Any) -> Iterator[tuple[Any, Any]]:
    """Yield two arrays of one shape a few values at a time, in the same order."""
    import numpy as np

    if one.size:
        yield from np.nditer(
            [one, other], ["external_loop", "buffered"], order="C", buffersize=_CHUNK_VALUES
        )
