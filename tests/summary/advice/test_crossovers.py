"""Who is best at which bandwidth."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.summary.advice.costs import Basis
from savebench.summary.advice.crossovers import FASTEST, SLOWEST, crossovers_of
from tests.summary.advice.measured import FOREST, MB, candidate

BASIS = Basis(load="load_predict_s")


def test_two_rows_cross_at_sizes_apart_over_loads_apart() -> None:
    """(182 - 33) MB / (260 - 130) ms = 1.146 GB/s."""
    found = crossovers_of([FOREST[0], FOREST[8]], BASIS)

    (change,) = found.changes
    assert (change.below, change.above) == ("pickle+zstd3", "pickle")
    assert change.bytes_per_s == pytest.approx(149e6 / 0.13)
    assert change.low == pytest.approx(149e6 / (0.2704 - 0.1248))
    assert change.high == pytest.approx(149e6 / (0.2496 - 0.1352))
    assert found.sentence() == "below 1.15 GB/s take pickle+zstd3, above it pickle"


def test_three_rows_make_two_crossovers() -> None:
    """(33 - 21) MB / (2.6 - 0.26) s = 5.13 MB/s, (182 - 33) MB / (0.26 - 0.13) s = 1.15 GB/s."""
    found = crossovers_of(FOREST, BASIS)

    assert found.best == ("joblib+xz3", "pickle+zstd3", "pickle")
    assert found.sentence() == (
        "below 5.13 MB/s take joblib+xz3, up to 1.15 GB/s pickle+zstd3, above that pickle"
    )


def test_a_row_that_is_smaller_and_faster_is_best_everywhere() -> None:
    """Nothing crosses."""
    rows = [candidate("pickle", 10, 0.1), candidate("joblib", 12, 0.2)]

    assert crossovers_of(rows, BASIS).sentence() == (
        "pickle takes the least at every bandwidth from 1 MB/s to 10 GB/s"
    )


def test_intervals_that_overlap_leave_a_crossover_open_above() -> None:
    """One may never be slower than the other."""
    rows = [candidate("joblib+zstd3", 10, 0.107), candidate("pickle", 20, 0.100)]

    (change,) = crossovers_of(rows, BASIS).changes
    assert change.high == math.inf


def test_nobody_measured_leaves_nothing_to_say() -> None:
    """An empty answer."""
    assert crossovers_of([], BASIS).sentence() == ""


@given(
    st.lists(
        st.tuples(st.floats(0.1, 1000), st.floats(1e-3, 100)), min_size=1, max_size=6, unique=True
    ),
    st.floats(0, 4),
)
def test_between_crossovers_nobody_is_better_by_more_than_is_worth_a_habit(
    rows: list[tuple[float, float]], decade: float
) -> None:
    """At any bandwidth: within 5 % of the best of all."""
    names = ("pickle", "joblib", "joblib+xz3", "joblib+zstd3", "skops", "joblib+lz4")
    found = crossovers_of(
        [candidate(name, *row) for name, row in zip(names, rows, strict=False)], BASIS
    )
    at = min(max(10 ** (6 + decade), SLOWEST), FASTEST)
    passed = sum(change.bytes_per_s <= at for change in found.changes)
    line = next(each for each in found.lines if each.name == found.best[passed])

    assert line.at(at) <= 1.06 * min(each.at(at) for each in found.lines) + 1e-4
    assert line.size_bytes <= 1000 * MB


def test_who_is_ahead_by_noise_makes_no_crossover() -> None:
    """0.1 % of size, and 1 % of the load."""
    rows = [
        candidate("joblib+zstd3", 5.88, 0.479),
        candidate("pickle+zstd3", 5.89, 0.475),
        candidate("pickle", 33, 0.137),
    ]

    assert crossovers_of(rows, BASIS).sentence() == (
        "below 80.2 MB/s take pickle+zstd3, above it pickle"
    )
