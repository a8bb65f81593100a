"""Intervals, ratios and fits."""

import math
import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench import stats
from savebench.stats import (
    FEWEST_FOR_INTERVAL,
    Interval,
    detectable_change,
    fit_cost_line,
    geometric_mean,
    is_slower,
    median_interval,
    paired_ratio,
    relative_span,
    robust_spread,
    unpaired_ratio,
)

TIMES = st.floats(min_value=1e-7, max_value=1e4)
BY_ROUND = st.dictionaries(st.integers(1, 30), TIMES, min_size=1, max_size=20)


def test_the_interval_of_ten_values_is_the_second_smallest_to_the_second_largest() -> None:
    """Tables of the binomial give ranks 2 and 9 for ten values, at 97.85 %."""
    values = [7.0, 3.0, 9.0, 1.0, 5.0, 10.0, 2.0, 8.0, 4.0, 6.0]

    interval = median_interval(values)

    assert (interval.median, interval.low, interval.high) == (5.5, 2.0, 9.0)
    assert interval.coverage == pytest.approx(0.978515625)
    assert not interval.is_range


def test_six_values_are_the_fewest_with_an_interval() -> None:
    """Their extremes cover the median with probability 1 - 2 / 64."""
    interval = median_interval([1, 2, 3, 4, 5, 6])

    assert interval == Interval(3.5, 1, 6, 6, 1 - 2 / 64, is_range=False)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_fewer_than_six_values_give_their_range_and_say_so(count: int) -> None:
    """No order statistics of so few reach 95 %."""
    interval = median_interval(list(range(count)))

    assert interval.is_range
    assert (interval.low, interval.high) == (0, count - 1)
    assert interval.coverage < 0.95


@pytest.mark.parametrize("values", [[], [1.0, math.nan], [1.0, math.inf]])
def test_a_median_of_nothing_or_of_what_is_not_finite_is_refused(values: list[float]) -> None:
    """A NaN would hide at either end of the order."""
    with pytest.raises(ValueError, match="a median needs"):
        median_interval(values)


@given(st.lists(TIMES, min_size=1, max_size=60))
def test_the_median_lies_in_its_interval_and_the_interval_in_the_range(values: list[float]) -> None:
    """Whatever the values are."""
    interval = median_interval(values)

    assert min(values) <= interval.low <= interval.median <= interval.high <= max(values)
    assert interval.n == len(values)


@given(st.lists(TIMES, min_size=1, max_size=40), st.randoms())
def test_the_order_of_values_does_not_matter(values: list[float], rng: random.Random) -> None:
    """Trials of a round come in a shuffled order."""
    shuffled = rng.sample(values, len(values))

    assert median_interval(shuffled) == median_interval(values)


@given(st.integers(6, 200))
def test_the_coverage_is_attained_and_a_narrower_interval_would_miss_it(count: int) -> None:
    """The exact binomial sums, computed another way."""
    interval = median_interval(list(range(count)))
    rank = int(interval.low) + 1

    below = sum(math.comb(count, k) for k in range(rank)) / 2**count
    next_below = sum(math.comb(count, k) for k in range(rank + 1)) / 2**count

    assert interval.coverage == pytest.approx(1 - 2 * below)
    assert 1 - 2 * below >= 0.95 > 1 - 2 * next_below


@pytest.mark.parametrize("count", [6, 9, 15, 40])
def test_intervals_of_skewed_noise_cover_the_true_median_as_often_as_they_say(count: int) -> None:
    """Log-normal noise with a heavy tail of disturbances; 2000 intervals, a seeded draw."""
    rng = random.Random(20 + count)  # noqa: S311 - noise, not secrets
    repeats = 2000

    def draw() -> float:
        # A disturbance doubles what lies above the median, and so leaves the median where it is.
        value = rng.lognormvariate(0.0, 0.5)
        return value * 2 if value > 1 and rng.random() < 0.3 else value

    covered = sum(
        median_interval([draw() for _ in range(count)]).covers(1.0) for _ in range(repeats)
    )

    four_standard_errors = 4 * math.sqrt(0.95 * 0.05 / repeats)
    assert covered / repeats >= 0.95 - four_standard_errors


def test_a_ratio_is_paired_by_round_so_that_a_slow_round_cancels() -> None:
    """Times differ fivefold between rounds; the ratio does not."""
    baseline = {1: 1.0, 2: 5.0, 3: 2.0, 4: 3.0, 5: 1.5, 6: 4.0, 9: 100.0}
    values = {number: 1.2 * time for number, time in baseline.items() if number != 9}

    ratio = paired_ratio(values, baseline)

    assert (ratio.low, ratio.median, ratio.high) == pytest.approx((1.2, 1.2, 1.2))
    assert ratio.n == 6


@given(BY_ROUND, BY_ROUND)
def test_swapping_the_sides_inverts_a_ratio(one: dict[int, float], two: dict[int, float]) -> None:
    """The log scale has no favourite."""
    if not one.keys() & two.keys():
        return

    ratio, inverse = paired_ratio(one, two), paired_ratio(two, one)

    assert ratio.median == pytest.approx(1 / inverse.median)
    assert (ratio.low, ratio.high) == pytest.approx((1 / inverse.high, 1 / inverse.low))


@pytest.mark.parametrize("baseline", [{}, {2: 1.0}, {1: 0.0}])
def test_a_ratio_without_a_shared_positive_round_is_refused(baseline: dict[int, float]) -> None:
    """A peak of zero bytes has no ratio."""
    with pytest.raises(ValueError, match="paired ratio"):
        paired_ratio({1: 1.0}, baseline)


def test_rows_that_cross_from_round_to_round_cannot_be_told_apart() -> None:
    """The interval of the ratio covers 1."""
    one = {1: 1.0, 2: 1.1, 3: 0.9, 4: 1.05, 5: 0.95, 6: 1.0}
    two = {1: 1.1, 2: 1.0, 3: 1.0, 4: 0.95, 5: 1.05, 6: 0.98}
    twice = {number: time * 2 for number, time in one.items()}

    assert is_slower(one, two) is False
    assert is_slower(twice, one) is True
    assert is_slower(one, twice) is False


@pytest.mark.parametrize("rounds", [0, 1, 2, 5])
def test_fewer_rounds_than_an_interval_takes_tell_nothing_however_far_apart(rounds: int) -> None:
    """Neither that rows differ nor that they are the same; six rounds do."""
    one = dict.fromkeys(range(1, 9), 0.002)
    two = dict.fromkeys(range(1, rounds + 1), 4.6)

    assert is_slower(two, one) is None
    assert is_slower(dict.fromkeys(range(1, 7), 4.6), one) is True


def test_an_interval_takes_as_many_values_as_its_name_says() -> None:
    """One fewer has a range alone."""
    assert not median_interval(list(range(FEWEST_FOR_INTERVAL))).is_range
    assert median_interval(list(range(FEWEST_FOR_INTERVAL - 1))).is_range


def test_the_geometric_mean_of_a_ratio_and_its_inverse_is_one() -> None:
    """Half as long on one model and twice as long on another is no gain."""
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)


@pytest.mark.parametrize("values", [[], [1.0, 0.0], [-1.0]])
def test_a_geometric_mean_of_nothing_or_of_zero_is_refused(values: list[float]) -> None:
    """Its logarithm does not exist."""
    with pytest.raises(ValueError, match="above zero"):
        geometric_mean(values)


@given(
    st.floats(1e-6, 1.0),
    st.floats(1e-12, 1e-6),
    st.lists(st.integers(1, 10**6), min_size=2, max_size=6, unique=True),
)
def test_a_cost_that_is_a_line_is_found_again(
    fixed: float, per_byte: float, kilobytes: list[int]
) -> None:
    """At each size measured, to a tenth of a percent; the parts may be too small to see."""
    sizes = [1000.0 * kilobyte for kilobyte in kilobytes]
    costs = [fixed + per_byte * size for size in sizes]

    line = fit_cost_line(sizes, costs)

    assert [line.at(size) for size in sizes] == pytest.approx(costs, rel=1e-3)
    assert line.n == len(sizes)


@given(st.dictionaries(st.integers(1, 10**9), TIMES, min_size=2, max_size=8))
def test_no_part_of_a_fitted_line_is_negative(costs: dict[int, float]) -> None:
    """Not even for costs that fall with size or grow faster than it."""
    line = fit_cost_line(list(costs), list(costs.values()))

    assert line.fixed >= 0
    assert line.per_unit >= 0
    assert line.fixed + line.per_unit > 0


def test_a_small_model_counts_as_much_as_a_large_one() -> None:
    """Plain least squares would put the fixed cost anywhere within the noise of the largest."""
    sizes = [1e3, 1e5, 1e7, 1e9]
    costs = [1e-4 + size * 1e-9 for size in sizes]
    costs[-1] *= 1.05

    line = fit_cost_line(sizes, costs)

    assert line.fixed == pytest.approx(1e-4, rel=0.02)


def test_twice_too_much_weighs_as_much_as_half() -> None:
    """Costs that scatter are fitted in their middle, not at their lower edge."""
    line = fit_cost_line([1e6, 1e6, 1e9, 1e9], [1e-3, 4e-3, 1e-3, 4e-3])

    assert line.fixed == pytest.approx(2e-3)
    assert line.per_unit == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("sizes", "costs"),
    [
        ([1.0], [1.0]),
        ([2.0, 2.0], [1.0, 1.1]),
        ([1.0, 2.0], [0.0, 1.0]),
        ([0.0, 2.0], [1.0, 1.0]),
    ],
)
def test_a_line_through_one_size_or_a_free_lunch_is_refused(
    sizes: list[float], costs: list[float]
) -> None:
    """Neither has a line on a log scale."""
    with pytest.raises(ValueError, match="a cost line needs"):
        fit_cost_line(sizes, costs)


@pytest.mark.parametrize("spread", [0.02, 0.1, 0.3])
def test_the_robust_spread_of_normal_values_is_their_standard_deviation(spread: float) -> None:
    """A tenth of outliers, a hundred times too large, hardly moves it."""
    rng = random.Random(1)  # noqa: S311 - noise, not secrets
    values = [rng.gauss(1.0, spread) for _ in range(4000)]

    assert robust_spread(values) == pytest.approx(spread, rel=0.05)
    assert robust_spread([*values, *[100.0] * 400]) == pytest.approx(spread, rel=0.25)


def test_the_span_is_from_quantile_to_quantile() -> None:
    """Of 1 to 101 the 5 % quantile is 6 and the 95 % quantile 96; the median is 51."""
    assert relative_span([float(value) for value in range(101, 0, -1)]) == pytest.approx(90 / 51)
    assert relative_span([3.0]) == 0


@pytest.mark.parametrize("values", [[], [0.0, 0.0], [-1.0, -2.0, 3.0]])
def test_a_spread_relative_to_nothing_is_refused(values: list[float]) -> None:
    """There is no fraction of zero."""
    with pytest.raises(ValueError, match="above zero"):
        robust_spread(values)
    with pytest.raises(ValueError, match="above zero"):
        relative_span(values)


def test_a_detectable_change_is_the_textbooks() -> None:
    """(1.960 + 1.282) * sqrt(pi) * 0.07 / sqrt(10) on the log scale."""
    assert detectable_change(0.07, 10) == pytest.approx(math.expm1(0.12718), rel=1e-4)
    assert detectable_change(0.0, 10) == 0


@pytest.mark.parametrize(
    ("spread", "n", "power", "confidence"),
    [(0.1, 0, 0.9, 0.95), (-0.1, 5, 0.9, 0.95), (0.1, 5, 1.0, 0.95), (0.1, 5, 0.9, 0.0)],
)
def test_a_detectable_change_of_nonsense_is_refused(
    spread: float, n: int, power: float, confidence: float
) -> None:
    """No processes, negative noise, certainty."""
    with pytest.raises(ValueError, match="a detectable change needs"):
        detectable_change(spread, n, power, confidence)


@pytest.mark.parametrize(("spread", "n"), [(0.05, 10), (0.15, 25), (0.3, 40)])
def test_a_detectable_change_is_found_as_often_as_promised(spread: float, n: int) -> None:
    """Simulated: nine times in ten, and one alarm in twenty where nothing changed."""
    rng = random.Random(n)  # noqa: S311 - noise, not secrets
    standard_error = math.sqrt(math.pi / n) * spread
    change = detectable_change(spread, n)

    def alarms(true_change: float, tries: int = 1500) -> float:
        found = 0
        for _ in range(tries):
            base, head = (median(rng.gauss(0, spread) for _ in range(n)) for _ in range(2))
            found += abs(head + math.log1p(true_change) - base) > 1.96 * standard_error
        return found / tries

    assert alarms(change) == pytest.approx(0.9, abs=0.04)
    assert alarms(0.0) == pytest.approx(0.05, abs=0.025)


@pytest.mark.parametrize(
    ("sizes", "rank"), [((4, 4), 1), ((5, 5), 3), ((8, 8), 14), ((5, 10), 9), ((20, 20), 128)]
)
def test_an_unpaired_interval_takes_its_rank_from_the_tables_of_mann_and_whitney(
    sizes: tuple[int, int], rank: int
) -> None:
    """Two-sided 5 %: the tabled critical value plus one is the rank of the differences' ends."""
    high = [math.exp(number) for number in range(sizes[0])]
    low = [math.exp(number / 100) for number in range(sizes[1])]
    ratios = sorted(one / other for one in high for other in low)

    interval = unpaired_ratio(high, low)

    assert interval.low == pytest.approx(ratios[rank - 1])
    assert interval.high == pytest.approx(ratios[-rank])
    assert interval.coverage >= 0.95
    assert not interval.is_range


def test_three_values_a_side_give_a_range_and_say_so() -> None:
    """Only two of twenty orders are more extreme than all others: 10 %."""
    interval = unpaired_ratio([2.0, 2.0, 4.0], [1.0, 1.0, 2.0])

    assert interval.is_range
    assert interval.coverage == pytest.approx(0.9)
    assert [interval.low, interval.high] == pytest.approx([1.0, 4.0])


@given(
    st.lists(TIMES, min_size=1, max_size=9),
    st.lists(TIMES, min_size=1, max_size=9),
)
def test_swapping_the_sides_inverts_the_unpaired_ratio(one: list[float], two: list[float]) -> None:
    """Head over base and base over head say the same."""
    forth, back = unpaired_ratio(one, two), unpaired_ratio(two, one)

    assert forth.median == pytest.approx(1 / back.median)
    assert [forth.low, forth.high] == pytest.approx([1 / back.high, 1 / back.low])


@pytest.mark.parametrize("sizes", [(5, 5), (6, 12), (60, 55)])
def test_the_unpaired_interval_holds_the_true_factor_as_often_as_it_says(
    sizes: tuple[int, int],
) -> None:
    """Skewed noise, a true factor of 1.3, a thousand repetitions; exact and approximated ranks."""
    rng = random.Random(3)  # noqa: S311 - noise, not secrets
    repetitions = 300 if max(sizes) > 50 else 1000

    held = 0
    for _ in range(repetitions):
        base = [rng.expovariate(1.0) + 1 for _ in range(sizes[0])]
        head = [1.3 * (rng.expovariate(1.0) + 1) for _ in range(sizes[1])]
        held += unpaired_ratio(head, base).covers(1.3)

    assert 0.93 <= held / repetitions <= 0.995


def test_an_approximated_rank_is_that_of_the_exact_distribution() -> None:
    """Where the one takes over from the other."""
    exact = stats._rank_sum_rank(50, 50, 0.95)
    near = stats._rank_sum_rank_nearly(50, 50, 0.95)

    assert abs(exact[0] - near[0]) <= 1
    assert exact[1] == pytest.approx(near[1], abs=1e-3)


def test_an_unpaired_ratio_of_nothing_is_refused() -> None:
    """Zeros have no ratio."""
    with pytest.raises(ValueError, match="above zero on both sides"):
        unpaired_ratio([0.0], [1.0])
