"""Intervals, ratios and fits: pure functions of numbers.

One process is one sample. Nothing here assumes a normal distribution, and no outlier is dropped.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

FEWEST_FOR_INTERVAL = 6
"""Values that an interval of 95 % takes; fewer have only their range (`median_interval`)."""
_WIDEST_LOG_ODDS = 30
"""A fixed share beyond e^-30 cannot be seen at any size between 1 B and 1 TB."""
_SECTIONS = 40
_EXACT_UP_TO = 50
"""Values a side up to which the distribution of the Mann-Whitney statistic is counted out."""
_NORMAL_MAD = 1.4826
"""The standard deviation of a normal distribution over its median absolute deviation."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A median and the interval that holds the true median with probability `coverage`."""

    median: float
    low: float
    high: float
    n: int
    coverage: float
    """The probability that the interval attains, at least the one asked for unless `is_range`."""
    is_range: bool = False
    """Too few values for the confidence asked for: low and high are the least and greatest."""

    def covers(self, value: float) -> bool:
        """Return whether `value` lies in the interval, ends included."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost that grows with size: ``fixed + per_unit * size``."""

    fixed: float
    per_unit: float
    n: int
    """How many distinct sizes the line was fitted through."""

    def at(self, size: float) -> float:
        """Return the cost of `size`."""
        return self.fixed + self.per_unit * size


def median_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Return the median and its exact order-statistic interval.

    The k-th smallest and k-th largest value hold the true median with probability
    ``1 - 2 P(B < k)``, B binomial(n, 1/2), whatever the distribution; k is the largest that
    attains `confidence`. Fewer than six values cannot attain 95 %: the ends are then their range.

    Source: H. A. David, H. N. Nagaraja, Order Statistics, 3rd ed., 2003, section 7.1;
    J.-Y. Le Boudec, Performance Evaluation of Computer and Communication Systems, 2010, theorem
    2.1.

    Parameters
    ----------
    values
        One number a trial, in any order and unit.
    confidence
        The coverage asked for, between 0 and 1.

    Raises
    ------
    ValueError
        When there are no values, or one is not finite.
    """
    ordered = sorted(values)
    n = len(ordered)
    if not n:
        raise ValueError("a median needs at least one value")
    if not all(map(math.isfinite, ordered)):
        raise ValueError("a median needs finite values")
    rank, coverage = _order_statistic(n, confidence)
    return Interval(
        median=_middle(ordered),
        low=ordered[max(rank, 1) - 1],
        high=ordered[n - max(rank, 1)],
        n=n,
        coverage=coverage,
        is_range=rank == 0,
    )


def paired_ratio(
    values_by_round: Mapping[int, float],
    baseline_by_round: Mapping[int, float],
    confidence: float = 0.95,
) -> Interval:
    """Return the median ratio of values to baseline over the rounds that both have.

    Both numbers of a pair come from one round, so what slows a whole round cancels. The interval is
    that of the median log-ratio (`median_interval`), turned back into ratios: swapping the two
    inverts it exactly. A round where either number is not above zero has no ratio and is left out.

    Source: T. Kalibera, R. Jones, Rigorous Benchmarking in Reasonable Time, ISMM 2013 (ratios of
    execution times with intervals); P. J. Fleming, J. J. Wallace, How not to lie with statistics,
    CACM 29(3), 1986 (why ratios are averaged on the log scale).

    Raises
    ------
    ValueError
        When no round has both, above zero.
    """
    logs = [
        math.log(value) - math.log(baseline_by_round[number])
        for number, value in values_by_round.items()
        if value > 0 and baseline_by_round.get(number, 0.0) > 0
    ]
    if not logs:
        raise ValueError("a paired ratio needs a round that both sides have, above zero")
    found = median_interval(logs, confidence)
    return Interval(
        median=math.exp(found.median),
        low=math.exp(found.low),
        high=math.exp(found.high),
        n=found.n,
        coverage=found.coverage,
        is_range=found.is_range,
    )


def unpaired_ratio(
    values: Sequence[float], baseline: Sequence[float], confidence: float = 0.95
) -> Interval:
    """Return by what factor values lie above a baseline of another moment, with its interval.

    The two sides share no rounds: the estimate is the median of all ratios of a value to a baseline
    value (Hodges and Lehmann, on the log scale), and its interval is made of the k-th smallest and
    k-th largest of them, k from the distribution of the Mann-Whitney statistic: exact up to 50
    values a side, its normal approximation with continuity correction above. It holds the true
    factor where the two distributions differ by a factor alone. Swapping the two inverts it
    exactly. Ties make it wider than need be. Fewer values than the confidence needs (4 and 4 for
    95 %) give the range of the ratios and say so. Numbers not above zero are left out. `n` is the
    size of the smaller side.

    Source: J. L. Hodges, E. L. Lehmann, Estimates of Location Based on Rank Tests, Annals of
    Mathematical Statistics 34(2), 1963; M. Hollander, D. A. Wolfe, E. Chicken, Nonparametric
    Statistical Methods, 3rd ed., 2014, section 4.3 (Moses's interval).

    Raises
    ------
    ValueError
        When a side has no value above zero.
    """
    above = [math.log(value) for value in values if value > 0]
    below = [math.log(value) for value in baseline if value > 0]
    if not above or not below:
        raise ValueError("an unpaired ratio needs values above zero on both sides")
    differences = sorted(high - low for high in above for low in below)
    rank, coverage = _rank_sum_rank(*sorted((len(above), len(below))), confidence)
    end = max(rank, 1)
    return Interval(
        median=math.exp(_middle(differences)),
        low=math.exp(differences[end - 1]),
        high=math.exp(differences[-end]),
        n=min(len(above), len(below)),
        coverage=coverage,
        is_range=rank == 0,
    )


def is_slower(
    values_by_round: Mapping[int, float], other_by_round: Mapping[int, float]
) -> bool | None:
    """Return whether values lie above the other's; None where so few rounds cannot tell.

    They do where the whole interval of their paired ratio lies above 1. Fewer rounds that both have
    than an interval needs (`FEWEST_FOR_INTERVAL`) tell nothing, however far apart they lie: of two
    rows that do not differ, one is ahead in all of five rounds once in sixteen times.
    """
    try:
        ratio = paired_ratio(values_by_round, other_by_round)
    except ValueError:
        return None
    return None if ratio.is_range else ratio.low > 1


def robust_spread(values: Sequence[float]) -> float:
    """Return ``1.4826 * MAD / median``: a relative standard deviation that ignores outliers.

    MAD is the median distance from the median; the factor makes it the standard deviation where
    values are normal. Fewer than half of the values, however far off, cannot make it large.

    Source: P. J. Rousseeuw, C. Croux, Alternatives to the Median Absolute Deviation, JASA 88(424),
    1993, section 1.

    Raises
    ------
    ValueError
        When there are no values, or their median is not above zero.
    """
    middle = _positive_median(values)
    return _NORMAL_MAD * _middle(sorted(abs(value - middle) for value in values)) / middle


def relative_span(values: Sequence[float], low: float = 0.05, high: float = 0.95) -> float:
    """Return the distance between two quantiles as a fraction of the median.

    Quantiles are interpolated between neighbours (definition 7 of R. J. Hyndman, Y. Fan, Sample
    Quantiles in Statistical Packages, The American Statistician 50(4), 1996).

    Raises
    ------
    ValueError
        When there are no values, or their median is not above zero.
    """
    middle = _positive_median(values)
    ordered = sorted(values)
    return (_quantile(ordered, high) - _quantile(ordered, low)) / middle


def detectable_change(spread: float, n: int, power: float = 0.9, confidence: float = 0.95) -> float:
    """Return the smallest relative change between two medians that would be found.

    0.1 means: of two sides of `n` processes each, whose times have the relative standard deviation
    `spread`, one that truly takes 10 % more is told apart with probability `power` by a two-sided
    test that calls equals different with probability ``1 - confidence``. Normal approximation on
    the log scale: the difference of two medians has the standard error ``sqrt(2) * sqrt(pi / 2) *
    spread / sqrt(n)``. It is a forecast: pairing by round makes real comparisons finer where noise
    is shared by a round, and outliers make them coarser.

    Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed., 1988, chapter
    2 (power of a difference); H. Cramer, Mathematical Methods of Statistics, 1946, section 28.5
    (the standard error of a median).

    Raises
    ------
    ValueError
        When `n` is below 1, `spread` is negative, or a probability is not between 0 and 1.
    """
    if n < 1 or spread < 0 or not (0 < power < 1 and 0 < confidence < 1):
        raise ValueError(
            "a detectable change needs n >= 1, spread >= 0 and probabilities in (0, 1)"
        )
    normal = NormalDist()
    quantiles = normal.inv_cdf((1 + confidence) / 2) + normal.inv_cdf(power)
    return math.expm1(quantiles * math.sqrt(math.pi) * spread / math.sqrt(n))


def geometric_mean(values: Sequence[float]) -> float:
    """Return the geometric mean: the average that fits ratios.

    Raises
    ------
    ValueError
        When there are no values, or one is not above zero.
    """
    if not values or min(values) <= 0:
        raise ValueError("a geometric mean needs values above zero")
    return math.exp(math.fsum(map(math.log, values)) / len(values))


def fit_cost_line(sizes: Sequence[float], costs: Sequence[float]) -> CostLine:
    """Fit ``fixed + per_unit * size`` to costs that span orders of magnitude.

    Method: least squares of the log residuals ``log(cost) - log(fixed + per_unit * size)``, both
    parts at least zero. Every size counts alike, and twice too much weighs as much as half; plain
    least squares would fit the largest size and ignore the rest. For a given share of the fixed
    part the best scale is a geometric mean, which leaves one unknown: a grid over the share's
    log-odds finds the valley, golden sections its bottom; all fixed and all growing are tried too.

    Source: G. A. F. Seber, C. J. Wild, Nonlinear Regression, 1989, sections 2.8 (errors that
    multiply: fit the logarithm) and 5.10 (separable least squares).

    Raises
    ------
    ValueError
        When there are fewer than two distinct sizes, or a size or cost is not above zero.
    """
    if len(sizes) != len(costs) or len(set(sizes)) < 2:  # noqa: PLR2004 - two points make a line
        raise ValueError("a cost line needs costs at two distinct sizes or more")
    if min(*costs, *sizes) <= 0:
        raise ValueError("a cost line needs sizes and costs above zero")
    largest = max(sizes)
    parts = [size / largest for size in sizes]

    def misfit(log_odds: float) -> float:
        return _log_misfit(_share(log_odds), parts, costs)[0]

    steps = range(-_WIDEST_LOG_ODDS, _WIDEST_LOG_ODDS + 1)
    valley = min(steps, key=misfit)
    inner = _share(_golden_minimum(misfit, valley - 1, valley + 1))
    share = min((0.0, 1.0, inner), key=lambda share: _log_misfit(share, parts, costs)[0])
    scale = _log_misfit(share, parts, costs)[1]
    return CostLine(fixed=scale * share, per_unit=scale * (1 - share) / largest, n=len(set(sizes)))


def _share(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))


def _log_misfit(
    share: float, parts: Sequence[float], costs: Sequence[float]
) -> tuple[float, float]:
    """Return the squared log residuals of ``scale * (share + (1 - share) * part)``, and scale."""
    logs = [
        math.log(cost / (share + (1 - share) * part))
        for cost, part in zip(costs, parts, strict=True)
    ]
    middle = math.fsum(logs) / len(logs)
    return math.fsum((log - middle) ** 2 for log in logs), math.exp(middle)


def _golden_minimum(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a function with one valley between two points is least."""
    ratio = (math.sqrt(5) - 1) / 2
    for _ in range(_SECTIONS):
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if function(left) < function(right):
            high = right
        else:
            low = left
    return (low + high) / 2


def _positive_median(values: Sequence[float]) -> float:
    middle = _middle(sorted(values)) if values else 0.0
    if not middle > 0:
        raise ValueError("a relative spread needs values whose median is above zero")
    return middle


def _quantile(ordered: Sequence[float], share: float) -> float:
    position = share * (len(ordered) - 1)
    below = math.floor(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def _middle(ordered: Sequence[float]) -> float:
    half, odd = divmod(len(ordered), 2)
    if odd:
        return ordered[half]
    low, high = ordered[half - 1], ordered[half]
    return low + (high - low) / 2


@lru_cache(maxsize=1024)
def _order_statistic(n: int, confidence: float) -> tuple[int, float]:
    """Return the largest rank k that attains `confidence`, 0 if none does, and the coverage."""
    outside = 0
    best, coverage = 0, 1 - 2 * 0.5**n
    for rank in range(1, n // 2 + 1):
        outside += math.comb(n, rank - 1)
        attained = 1 - 2 * outside / 2**n
        if attained < confidence:
            break
        best, coverage = rank, attained
    return best, coverage


@lru_cache(maxsize=1024)
def _rank_sum_rank(fewer: int, more: int, confidence: float) -> tuple[int, float]:
    """Return the largest rank k whose differences attain `confidence`, 0 if none, and coverage.

    The k-th smallest and k-th largest of all differences hold the shift with probability
    ``1 - 2 P(U < k)``.
    """
    if more > _EXACT_UP_TO:
        return _rank_sum_rank_nearly(fewer, more, confidence)
    total = math.comb(fewer + more, fewer)
    outside, best, coverage = 0, 0, 1 - 2 / total
    for rank, count in enumerate(_rank_sum_counts(fewer, more), start=1):
        outside += count
        attained = 1 - 2 * outside / total
        if attained < confidence:
            break
        best, coverage = rank, attained
    return best, coverage


def _rank_sum_rank_nearly(fewer: int, more: int, confidence: float) -> tuple[int, float]:
    """Return the same by the normal approximation with continuity correction."""
    normal = NormalDist()
    middle = fewer * more / 2
    deviation = math.sqrt(fewer * more * (fewer + more + 1) / 12)
    rank = math.floor(middle + 0.5 + normal.inv_cdf((1 - confidence) / 2) * deviation)
    coverage = 1 - 2 * normal.cdf((max(rank, 1) - 0.5 - middle) / deviation)
    return max(rank, 0), coverage


def _rank_sum_counts(fewer: int, more: int) -> list[int]:
    """Return in how many orders of the two samples the statistic is 0, 1, ... up to its middle.

    They are the coefficients of the Gaussian binomial: the product over i of
    ``(1 - x^(more + i)) / (1 - x^i)``.
    """
    counts = [1] + [0] * (fewer * more // 2)
    for factor in range(1, fewer + 1):
        for power in range(len(counts) - 1, more + factor - 1, -1):
            counts[power] -= counts[power - more - factor]
        for power in range(factor, len(counts)):
            counts[power] += counts[power - factor]
    return counts
