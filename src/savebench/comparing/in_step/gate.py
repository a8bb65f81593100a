"""The gate's statistics: which series are suspect, how many rounds settle it, what is proven.

Pure functions of log-ratios, head over base, one a round: both numbers of a pair were measured in
the same moment by fresh processes, so what slows a moment cancels, and rounds are independent.

Two stages. *Screening* measures every series with few rounds and asks of each: does the estimate
lie beyond the margin? *Confirming* measures those suspects in fresh rounds, and tests them, by
these rounds alone: null hypothesis ratio <= 1 + margin, one-sided, Wilcoxon's signed-rank test,
Holm's correction over the suspects. Whatever screening let through, a family without a true change
has one called with a probability of at most `Rule.alpha`. A suspect is let go before its rounds are
full when they speak for the null hypothesis (`is_futile`): that can only lose a finding, never make
one.

What a change must be to be found is `detectable`: it must pass both stages. A series whose
detectable change is larger than asked gets no pass.

Source: F. Wilcoxon, Individual Comparisons by Ranking Methods, Biometrics Bulletin 1(6), 1945;
J. L. Hodges, E. L. Lehmann, Estimates of Location Based on Rank Tests, Annals of Mathematical
Statistics 34(2), 1963; S. Holm, A Simple Sequentially Rejective Multiple Test Procedure,
Scandinavian Journal of Statistics 6(2), 1979; D. R. Cox, A Note on Data-Splitting for the
Evaluation of Significance Levels, Biometrika 62(2), 1975 (choose by some data, test by other).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Literal, TypeVar

import numpy as np

from savebench.comparing.rule import Rule

FEWEST = 8
"""Rounds that screening gives every series."""
FEWEST_CONFIRMING = 16
"""Rounds that confirming gives every suspect: fewer cannot attain small p-values."""
EFFICIENCY = 1.0472
"""Of the Hodges-Lehmann estimate: its variance is pi / 3 that of the mean, were values normal."""
_EXACT_UP_TO = 200
_NORMAL_MAD = 1.4826
_SCREEN_CAUTION, _CONFIRM_CAUTION = 1.3, 1.5
"""The spread that few rounds show may be too small by so much."""
_FUTILE_Z = 1.25

Call = Literal["regressed", "improved", "same"]
Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class Shift:
    """An estimated log-ratio: Hodges and Lehmann's, with the signed-rank test's interval."""

    estimate: float
    low: float
    high: float
    n: int


def estimate(logs: Sequence[float], confidence: float = 0.95) -> Shift:
    """Return the Hodges-Lehmann estimate of log-ratios and its signed-rank interval.

    The estimate is the median of all means of two (Walsh averages); the interval holds those
    averages that a two-sided signed-rank test would not reject. With fewer than six rounds no test
    attains 95 %: the ends are then the least and the greatest.

    Parameters
    ----------
    logs
        Log-ratios, one a round.
    confidence
        Of the interval.

    Raises
    ------
    ValueError
        When there is none.
    """
    if not logs:
        raise ValueError("an estimate needs at least one log-ratio")
    walsh = _walsh(np.asarray(logs, dtype=float))
    skip = max(_critical(len(logs), (1 - confidence) / 2), 0)
    return Shift(
        estimate=float(np.median(walsh)),
        low=float(walsh[skip]),
        high=float(walsh[-1 - skip]),
        n=len(logs),
    )


def _walsh(values: np.ndarray) -> np.ndarray:
    """Return the sorted means of all pairs, each value with itself included."""
    first, second = np.triu_indices(len(values))
    return np.sort((values[first] + values[second]) / 2)


def signed_rank_p(logs: Sequence[float], bound: float) -> float:
    """Return the one-sided p-value of the hypothesis that log-ratios centre at most at `bound`.

    Exact up to 200 rounds, then by the normal approximation; a value at the bound counts half.

    Raises
    ------
    ValueError
        When there are none.
    """
    n = len(logs)
    if not n:
        raise ValueError("a test needs at least one log-ratio")
    beyond = np.asarray(logs, dtype=float) - bound
    ranks = np.argsort(np.argsort(np.abs(beyond), kind="stable"), kind="stable") + 1
    statistic = float(ranks[beyond > 0].sum() + ranks[beyond == 0].sum() / 2)
    if n <= _EXACT_UP_TO:
        return float(_upper_tail(n)[math.floor(statistic)])
    mean, variance = n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24
    return 1 - NormalDist().cdf((statistic - 0.5 - mean) / math.sqrt(variance))


@lru_cache(maxsize=512)
def _upper_tail(n: int) -> np.ndarray:
    """Return P(W >= w) for w = 0, 1, ...: W the sum of the ranks 1..n that fair coins choose."""
    mass = np.zeros(n * (n + 1) // 2 + 1)
    mass[0] = 1.0
    for rank in range(1, n + 1):
        shifted = np.zeros_like(mass)
        shifted[rank:] = mass[:-rank]
        mass = (mass + shifted) / 2
    return np.minimum(1.0, np.cumsum(mass[::-1])[::-1])


@lru_cache(maxsize=512)
def _critical(n: int, tail: float) -> int:
    """Return how many Walsh averages lie outside the interval at each end; -1: none can."""
    if n > _EXACT_UP_TO:
        mean, variance = n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24
        return int(mean + NormalDist().inv_cdf(tail) * math.sqrt(variance))
    lower = 1 - np.append(_upper_tail(n)[1:], 0.0)  # P(W <= w)
    return int(np.searchsorted(lower, tail, side="right")) - 1


def spread_of(logs: Sequence[float]) -> float:
    """Return the standard deviation of log-ratios: the larger of the usual and the robust one.

    The robust one (1.4826 * MAD) is the noise of most rounds, the usual one sees spikes: a forecast
    of what can be found must not be rosier than either.
    """
    values = np.asarray(logs, dtype=float)
    if len(values) < 2:  # noqa: PLR2004 - one value has no spread
        return math.inf
    robust = _NORMAL_MAD * float(np.median(np.abs(values - np.median(values))))
    winsorized = _winsorized_deviation(values)
    return max(robust, winsorized)


def _winsorized_deviation(values: np.ndarray) -> float:
    """Return the standard deviation with the outermost tenth at each end pulled in.

    Rank methods give a far outlier the weight of a near one; so does this.
    """
    tail = len(values) // 10
    ordered = np.sort(values)
    if tail:
        ordered[:tail], ordered[-tail:] = ordered[tail], ordered[-tail - 1]
    return float(ordered.std(ddof=1))


def standard_error(spread: float, rounds: float) -> float:
    """Return the standard error of the Hodges-Lehmann estimate over so many rounds."""
    return math.sqrt(EFFICIENCY / rounds) * spread


def suspects(screened: Mapping[Name, Sequence[float]], rule: Rule) -> dict[Name, Call]:
    """Return the series that screening leaves open, with the direction to confirm.

    A regression must not slip through: the estimate need only lie beyond the margin. An improvement
    is good to know, no more: it must lie half-way between the margin and the change to be found.
    """
    found: dict[Name, Call] = {}
    for name, logs in screened.items():
        shift = estimate(logs).estimate
        if shift > rule.log_margin:
            found[name] = "regressed"
        elif shift < -(rule.log_margin + rule.log_detect) / 2:
            found[name] = "improved"
    return found


def is_futile(confirming: Sequence[float], direction: Call, rule: Rule) -> bool:
    """Return whether the rounds so far speak against a suspect: it may leave, as unchanged.

    So they do when the estimate lies well short of the margin: by 1.25 standard errors.
    """
    sign = -1 if direction == "improved" else 1
    shift = sign * estimate(confirming).estimate
    error = standard_error(spread_of(confirming), len(confirming))
    return shift < rule.log_margin - _FUTILE_Z * error


def screen_rounds(spread: float, rule: Rule) -> int:
    """Return the rounds after which screening lets a change of `detect` through (`Rule.power`)."""
    return _rounds(_SCREEN_CAUTION * spread, rule, _z_stage(rule), FEWEST)


def confirm_rounds(spread: float, family: int, rule: Rule) -> int:
    """Return the rounds that confirming needs for a change of `detect`, among so many suspects."""
    z = NormalDist().inv_cdf(1 - rule.alpha / max(1, family)) + _z_stage(rule)
    return _rounds(_CONFIRM_CAUTION * spread, rule, z, FEWEST_CONFIRMING)


def _z_stage(rule: Rule) -> float:
    """Return the normal quantile with which each stage must let a true change through."""
    return NormalDist().inv_cdf((1 + rule.power) / 2)


def _rounds(spread: float, rule: Rule, quantiles: float, fewest: int) -> int:
    if not math.isfinite(spread):
        return fewest
    distance = rule.log_detect - rule.log_margin
    return max(fewest, math.ceil(EFFICIENCY * (quantiles * spread / distance) ** 2))


def detectable(spread: float, screened: int, confirmed: int, family: int, rule: Rule) -> float:
    """Return the smallest change that both stages together find with probability `Rule.power`.

    Parameters
    ----------
    spread
        Standard deviation of the series' log-ratios.
    screened, confirmed
        Rounds of each stage; for a series that was no suspect, those that it would have had.
    family
        How many suspects were confirmed.
    rule
        Margin, alpha and power.
    """
    level = rule.alpha / max(1, family)
    if not math.isfinite(spread) or not screened or 2.0**-confirmed > level:
        return math.inf  # however large the change: so few signs and ranks cannot prove it
    through = _z_stage(rule) * standard_error(spread, screened)
    settled = (NormalDist().inv_cdf(1 - level) + _z_stage(rule)) * standard_error(spread, confirmed)
    return math.expm1(rule.log_margin + max(through, settled))


def holm(p_values: Mapping[Name, float], alpha: float, family: int | None = None) -> set[Name]:
    """Return the names whose null hypotheses Holm's procedure rejects at family-wise `alpha`.

    `family` counts the hypotheses where some have no p-value: they are taken for not rejected.
    """
    rejected: set[Name] = set()
    order = sorted(p_values, key=lambda name: p_values[name])
    for position, name in enumerate(order):
        if p_values[name] > alpha / (max(len(order), family or 0) - position):
            break
        rejected.add(name)
    return rejected


def confirmed_changes(
    confirmed: Mapping[Name, Sequence[float]],
    directions: Mapping[Name, Call],
    family: int,
    rule: Rule,
) -> dict[Name, Call]:
    """Return what fresh rounds prove of the suspects: a change beyond the margin, or nothing.

    Both directions are one family of so many suspects: all share `Rule.alpha`.
    """
    p_values: dict[Name, float] = {}
    for name, logs in confirmed.items():
        sign = 1 if directions[name] == "regressed" else -1
        p_values[name] = signed_rank_p([sign * each for each in logs], rule.log_margin)
    proven = holm(p_values, rule.alpha, family)
    return {name: directions[name] if name in proven else "same" for name in confirmed}
