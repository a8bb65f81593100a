"""From which size on one row wins over another."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.stats import Interval
from savebench.summary.regimes.crossovers import Crossover, Point, crossover_of
from tests.report.synthetic import Profile
from tests.summary.regimes.runs import decided, exact_run

MB = 1e6


def point(size_mb: float, low: float, median: float, high: float) -> Point:
    """Return the ratio at a size."""
    return size_mb * MB, Interval(median, low, high, n=8, coverage=0.95)


def crossed(*points: Point) -> Crossover:
    """Return where a mapped load crosses pickle's."""
    return crossover_of("joblib-mmap", "pickle", "knn-brute", points)


def test_a_crossover_is_interpolated_in_the_logarithms_of_size_and_ratio() -> None:
    """From 4 times to a quarter, over a hundredfold: half of the way is ten megabytes.

    The low end, from 2 to 1/8, falls below 1 at a quarter of the way; the high end at three.
    """
    found = crossed(point(1, 2, 4, 8), point(100, 1 / 8, 1 / 4, 1 / 2))

    assert found.outcome == "from"
    assert found.at_bytes == pytest.approx(10 * MB)
    assert found.low_bytes == pytest.approx(10**0.5 * MB)
    assert found.high_bytes == pytest.approx(10**1.5 * MB)
    assert (found.sizes_bytes, found.rounds, found.kind) == ((MB, 100 * MB), 8, "arrays")


def test_a_row_that_wins_on_small_models_only_wins_up_to_a_size() -> None:
    """The same curve, the other way about."""
    found = crossed(point(1, 1 / 8, 1 / 4, 1 / 2), point(100, 2, 4, 8))

    assert found.outcome == "up to"
    assert found.at_bytes == pytest.approx(10 * MB)
    assert (found.low_bytes or 0) < 10 * MB < (found.high_bytes or 0)


@pytest.mark.parametrize(
    ("points", "outcome"),
    [
        ([point(1, 0.4, 0.5, 0.6), point(16, 0.1, 0.2, 0.3)], "always"),
        ([point(1, 1.4, 1.5, 1.6), point(16, 1.1, 1.2, 1.3)], "slower"),
        ([point(1, 1.4, 1.5, 1.6), point(16, 0.8, 0.9, 1.1)], "never"),
        ([point(1, 2, 2, 2), point(4, 0.5, 0.5, 0.5), point(16, 2, 2, 2)], "between"),
    ],
)
def test_nothing_is_extrapolated_beyond_the_sizes_measured(
    points: list[Point], outcome: str
) -> None:
    """A ratio that falls with size need not fall on."""
    found = crossed(*points)

    assert found.outcome == outcome
    assert (found.at_bytes, found.low_bytes, found.high_bytes) == (None, None, None)


def test_an_end_below_the_smallest_size_is_not_known() -> None:
    """At 1 MB the two cannot be told apart already."""
    found = crossed(point(1, 0.9, 1.1, 1.3), point(16, 0.3, 0.4, 0.5))

    assert found.low_bytes is None
    assert MB < (found.at_bytes or 0) < (found.high_bytes or 0) < 16 * MB


def test_a_run_of_several_sizes_names_the_size_at_which_its_costs_are_equal() -> None:
    """260 us + 20 us/MB against 60 us + 500 us/MB are equal at 0.42 MB.

    Measured at 0.1, 0.3, 0.6 and 2 MB, the line between the logarithms is near the true one.
    """
    models = [f"knn-brute@{size}" for size in ("100KB", "300KB", "600KB", "2MB")]
    mapped = Profile(fixed_s=260e-6, load_s_per_mb=0.02e-3, maps_file=True)

    found = [
        each
        for each in decided(exact_run({"joblib-mmap": mapped}, models)).crossovers
        if each.row == "joblib-mmap"
    ]

    (one,) = found
    assert one.outcome == "from"
    assert one.at_bytes == pytest.approx(0.2 / 0.48 * MB, rel=0.05)


def test_one_size_has_no_crossover() -> None:
    """Nothing to interpolate between; nor are workloads pooled."""
    models = ["knn-brute@1MB", "arrays@16MB"]

    assert decided(exact_run({}, models)).crossovers == ()


RATIOS = st.lists(
    st.tuples(st.floats(0.05, 20), st.floats(1, 3), st.floats(1, 3)), min_size=2, max_size=6
)


@given(RATIOS)
def test_a_crossover_lies_in_its_interval_and_within_the_sizes(
    ratios: list[tuple[float, float, float]],
) -> None:
    """Whatever the curve."""
    points = [
        point(4**number, middle / below, middle, middle * above)
        for number, (middle, below, above) in enumerate(ratios)
    ]

    found = crossed(*points)

    known = [each for each in (found.low_bytes, found.at_bytes, found.high_bytes) if each]
    assert known == sorted(known)
    assert all(points[0][0] * 0.999 <= each <= points[-1][0] * 1.001 for each in known)
    if found.outcome == "from":
        assert points[-1][1].high < 1
        assert found.high_bytes is not None
        assert not math.isclose(found.high_bytes, 0)
