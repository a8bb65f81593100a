"""Change points: planted ones are found with their size, and noise has none."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.history.changepoints import SHORTEST, ChangePoint, change_points


def _series(seed: int, *levels: tuple[int, float], noise: float = 0.03) -> list[float]:
    """Return values at levels, each for so many runs, with log-normal noise."""
    rng = np.random.default_rng(seed)
    means = np.concatenate([np.full(count, level) for count, level in levels])
    values: list[float] = (means * np.exp(noise * rng.standard_normal(len(means)))).tolist()
    return values


@pytest.mark.parametrize("seed", range(10))
def test_a_step_of_ten_per_cent_at_run_30_of_60_is_found_with_its_size(seed: int) -> None:
    """Within two runs, in noise of 3 %, and nothing else with it."""
    (change,) = change_points(_series(seed, (30, 1.0), (30, 1.1)))

    assert abs(change.index - 30) <= 2
    assert change.ratio == pytest.approx(1.1, abs=0.025)


def test_noise_alone_has_no_change_points() -> None:
    """Fewer than 1 % of 600 series, short ones and long ones."""
    lengths = [10, 12, 20, 30, 60, 120] * 100
    alarms = sum(
        bool(change_points(_series(seed, (count, 0.02)))) for seed, count in enumerate(lengths)
    )

    assert alarms <= 5


def test_outliers_alone_have_no_change_points() -> None:
    """Each tenth run is half as slow again: a bad day is no level."""
    alarms = 0
    for seed in range(100):
        values = _series(seed, (60, 1.0))
        for at in range(seed % 10, 60, 10):
            values[at] *= 1.5
        alarms += bool(change_points(values))

    assert alarms == 0


def test_five_runs_a_side_are_enough_for_a_change_of_a_quarter() -> None:
    """The shortest level there is."""
    found = [change_points(_series(seed, (5, 1.0), (5, 1.25))) for seed in range(100)]

    assert sum([change.index for change in each] == [5] for each in found) >= 95


def test_fewer_than_five_runs_a_side_say_nothing() -> None:
    """However large the step."""
    assert change_points([1.0] * SHORTEST + [9.0] * (SHORTEST - 1)) == []
    assert change_points([]) == []


def test_a_regression_mended_after_ten_runs_of_four_hundred_is_found() -> None:
    """Plain binary segmentation would miss it."""
    there, back = change_points(_series(1, (200, 1.0), (10, 1.2), (190, 1.0)))

    assert abs(there.index - 200) <= 2
    assert abs(back.index - 210) <= 2
    assert there.ratio == pytest.approx(1.2, abs=0.05)


def test_several_changes_come_in_the_order_of_time() -> None:
    """Up, up, down."""
    found = change_points(_series(2, (40, 1.0), (30, 1.15), (30, 1.4), (40, 0.9)))

    assert [round(change.index / 10) * 10 for change in found] == [40, 70, 100]
    assert [change.after for change in found][:-1] == [change.before for change in found][1:]


def test_of_exact_values_every_step_is_a_change() -> None:
    """One byte, one run, two values."""
    assert change_points([100.0, 100.0, 101.0, 100.0], exact=True) == [
        ChangePoint(index=2, before=100.0, after=101.0),
        ChangePoint(index=3, before=101.0, after=100.0),
    ]
    assert change_points([7.0], exact=True) == []


def test_a_level_that_stands_still_has_no_change_points() -> None:
    """No noise at all is no reason to divide by it."""
    assert change_points([0.5] * 40) == []
    assert [each.index for each in change_points([0.5] * 20 + [0.6] * 20)] == [20]


@given(st.lists(st.floats(1e-6, 1e6), max_size=60))
def test_each_level_has_five_values_or_more(values: list[float]) -> None:
    """Whatever the values are."""
    edges = [0, *(change.index for change in change_points(values)), len(values)]

    assert len(edges) == 2 or all(after - before >= SHORTEST for before, after in pairwise(edges))
