"""One series, base against head: how times, exact counts and memory are each judged."""

import math
from functools import partial
from statistics import NormalDist, median

from savebench.comparing.apart.pace import UNKNOWN, Pace
from savebench.comparing.comparison import Change, Verdict
from savebench.comparing.counts import judge_counts
from savebench.comparing.rule import MEMORY_ALLOWANCE_BYTES, Terms
from savebench.comparing.sides.side import Key, Measurement
from savebench.stats import Interval, unpaired_ratio

MOST_VALUES = 300
"""Of a side: beyond, every k-th in order; all pairs of more would take seconds a series."""

_TOO_FEW = "too few values for a 95 % interval (it takes 4 and 4, or 3 and 5)"

_MISTAKEN = 0.05
_TWO_SIDED, _POWER = NormalDist().inv_cdf(0.975), NormalDist().inv_cdf(0.95)


def repeats(measurement: Measurement) -> bool:
    """Whether all values of one side are the same."""
    return len(set(measurement.values)) == 1


def judge_exactly(
    key: Key, base: Measurement, head: Measurement, *, gates: bool, note: str
) -> Change:
    """Return the change of a count that repeats exactly: any difference is one."""
    before, after = base.values[0], head.values[0]
    verdict: Verdict = (
        "passed" if before == after else "regressed" if after > before else "improved"
    )
    ratio = after / before if before > 0 else None
    return _change(
        key, base, head, verdict=verdict, gates=gates, exact=True, ratio=ratio, note=note
    )


def judge_statistically(  # noqa: PLR0913 - one argument a source of the change's fields
    key: Key,
    base: Measurement,
    head: Measurement,
    terms: Terms,
    *,
    pace: Pace = UNKNOWN,
    gates: bool,
    note: str,
) -> Change:
    """Return the change of what varies: its verdict needs the whole interval beyond the margin.

    Where it gates, the interval that decides is Bonferroni's over all series that may fail a build;
    the one that is shown is of 95 %. The ratio is divided by the pace of the two moments, and its
    interval is widened by how far the control kernels disagree on that pace: what they disagree by,
    a series may differ by as well without a change of its own.
    """
    change = partial(_change, key, base, head, gates=gates)
    after, before = _thinned(head.values), _thinned(base.values)
    try:
        found = unpaired_ratio(after, before)
        surer = unpaired_ratio(after, before, 1 - _MISTAKEN / terms.family) if gates else found
    except ValueError:
        return change(verdict="inconclusive", note=_joined("no value above zero, no ratio", note))
    ratio = found.median / math.exp(pace.log_ratio)
    if found.is_range:
        return change(verdict="inconclusive", ratio=ratio, note=_joined(_TOO_FEW, note))
    low = math.log(found.low) - pace.log_ratio - pace.log_spread
    high = math.log(found.high) - pace.log_ratio + pace.log_spread
    detectable = _detectable(surer, pace, terms.margin)
    if surer.is_range:
        note = _joined(f"too few values to be sure among {terms.family} series that gate", note)
        return change(
            verdict="inconclusive", ratio=ratio, low=math.exp(low), high=math.exp(high), note=note
        )
    verdict = _verdict(
        math.log(surer.low) - pace.log_ratio - pace.log_spread,
        math.log(surer.high) - pace.log_ratio + pace.log_spread,
        detectable,
        terms,
    )
    return change(
        verdict=verdict,
        ratio=ratio,
        low=math.exp(low),
        high=math.exp(high),
        detectable=detectable,
        note=note,
    )


def judge_memory(
    key: Key, base: Measurement, head: Measurement, terms: Terms, *, gates: bool
) -> Change:
    """Return the change of peak memory: beyond the margin and an allowance, in every trial.

    A run measures memory once or twice a case, too seldom for an interval, but it repeats to a few
    arenas (two runs of one build: within 136 KiB in 75 series of 75). So head's least must lie
    beyond base's greatest by the margin and `MEMORY_ALLOWANCE_BYTES`. Less than that is no question
    that is asked of it, hence no `detectable`.
    """
    before, after = base.values, head.values
    verdict: Verdict = "passed"
    if _is_beyond(min(after), max(before), terms.margin):
        verdict = "regressed"
    elif _is_beyond(min(before), max(after), terms.margin):
        verdict = "improved"
    middle = median(before)
    ratio = median(after) / middle if middle > 0 else None
    return _change(key, base, head, verdict=verdict, gates=gates, ratio=ratio)


def judge_instructions(  # noqa: PLR0913 - as `judge_statistically`
    key: Key, base: Measurement, head: Measurement, terms: Terms, *, gates: bool, note: str
) -> Change:
    """Return the change of counted instructions: see `savebench.comparing.counts`."""
    count = judge_counts(base.values, head.values, terms.margin)
    return _change(
        key,
        base,
        head,
        verdict=count.verdict,
        gates=gates and count.repeats,
        ratio=median(head.values) / median(base.values),
        low=count.low,
        high=count.high,
        detectable=count.detectable,
        note=_joined(count.note, note),
    )


def not_compared(key: Key, base: Measurement, head: Measurement, why: str) -> Change:
    """Return both sides' figures without a comparison, and why there is none."""
    return _change(key, base, head, verdict="inconclusive", gates=False, note=why)


def _verdict(low: float, high: float, detectable: float, terms: Terms) -> Verdict:
    margin = math.log1p(terms.margin)
    if low > margin:
        return "regressed"
    if high < -margin:
        return "improved"
    return "inconclusive" if detectable > terms.detect else "passed"


def _detectable(found: Interval, pace: Pace, margin: float) -> float:
    """Return the change whose interval would lie beyond the margin with probability 0.95."""
    half = (math.log(found.high) - math.log(found.low)) / 2
    return math.expm1(math.log1p(margin) + pace.log_spread + half * (1 + _POWER / _TWO_SIDED))


def _is_beyond(more: float, less: float, margin: float) -> bool:
    return more > less * (1 + margin) + MEMORY_ALLOWANCE_BYTES


def _thinned(values: tuple[float, ...]) -> tuple[float, ...]:
    return values[:: -(-len(values) // MOST_VALUES)] if values else values


def _joined(*notes: str) -> str:
    return "; ".join(filter(None, notes))


def _change(  # noqa: PLR0913 - one argument a field
    key: Key,
    base: Measurement,
    head: Measurement,
    *,
    verdict: Verdict,
    gates: bool,
    exact: bool = False,
    ratio: float | None = None,
    low: float | None = None,
    high: float | None = None,
    detectable: float | None = None,
    note: str = "",
) -> Change:
    series, metric = key
    return Change(
        series=series,
        metric=metric,
        unit=head.unit,
        verdict=verdict,
        gates=gates,
        exact=exact,
        base=median(base.values),
        head=median(head.values),
        base_n=len(base.values),
        head_n=len(head.values),
        ratio=ratio,
        low=low,
        high=high,
        detectable=detectable,
        note=note,
    )
