"""Evidence to changes: what is said of each series of `savebench ab`. Pure functions."""

import math
from collections.abc import Sequence
from statistics import median

from savebench.comparing.comparison import Change, Verdict
from savebench.comparing.in_step.gate import (
    FEWEST_CONFIRMING,
    confirm_rounds,
    detectable,
    estimate,
    signed_rank_p,
    spread_of,
)
from savebench.comparing.in_step.stages import Evidence
from savebench.comparing.rule import MEMORY_ALLOWANCE, Rule
from savebench.comparing.series import Pairs, Series
from savebench.records.metrics import MEMORY, METRICS, SIZE
from savebench.records.schema import Case, Record


def change_of(series: Series, pairs: Pairs, evidence: Evidence[Series], rule: Rule) -> Change:
    """Return what is said of a series that was measured on both sides."""
    if not evidence.screened.get(series):
        return _unproven(series, pairs, "no round was measured on both sides")
    return _statistical_change(series, pairs, evidence, rule)


def change_of_size(case: Case, pairs: Pairs, rule: Rule, *, same_model: bool = True) -> Change:
    """Return what is said of a case's size: where it never varies, a byte more is a regression.

    A size that varies from dump to dump, or is that of another model, is demoted: a change is what
    leaves every size of one side beyond the margin from every size of the other.
    """
    exact = same_model and pairs.repeats_exactly
    least, most = min(pairs.base.values()), max(pairs.base.values())
    base, head = median(pairs.base.values()), median(pairs.head.values())
    low, high = min(pairs.head.values()) / most, max(pairs.head.values()) / least
    margin = 0.0 if exact else rule.margin
    verdict: Verdict = "passed"
    if low > 1 + margin:
        verdict = "regressed"
    elif high < 1 / (1 + margin):
        verdict = "improved"
    note = f"{head - base:+,.0f} bytes in every dump" if head != base else ""
    if not pairs.repeats_exactly:
        note = f"demoted: its size varies between dumps ({least:,.0f} to {most:,.0f} bytes at base)"
    elif not same_model and note:
        note = f"demoted: both sides fitted another model; {note}"
    return Change(
        series=str(case),
        metric=SIZE,
        unit=METRICS[SIZE].unit,
        verdict=verdict,
        gates=True,
        exact=exact,
        base=base,
        head=head,
        base_n=len(pairs.base),
        head_n=len(pairs.head),
        ratio=head / base,
        low=low,
        high=high,
        detectable=1 / base if exact else high / low - 1 + margin,
        note=note,
    )


def _statistical_change(
    series: Series, pairs: Pairs, evidence: Evidence[Series], rule: Rule
) -> Change:
    case, metric = series
    screened, confirmed = evidence.screened[series], evidence.confirmed.get(series, [])
    logs = confirmed or screened
    shift = estimate(logs)
    family = len(evidence.suspects)
    smallest = _detectable(screened, confirmed, family, rule, let_go=series in evidence.let_go)
    verdict, note = _verdict(series, evidence, rule, smallest)
    if metric in MEMORY and verdict in {"regressed", "improved"}:
        note += f"; only what lies beyond {MEMORY_ALLOWANCE} is counted"
    return Change(
        series=str(case),
        metric=metric,
        unit=METRICS[metric].unit,
        verdict=verdict,
        gates=True,
        base=median(pairs.base.values()),
        head=median(pairs.head.values()),
        base_n=len(pairs.base),
        head_n=len(pairs.head),
        ratio=math.exp(shift.estimate),
        low=math.exp(shift.low),
        high=math.exp(shift.high),
        detectable=smallest if math.isfinite(smallest) else None,
        note=note,
    )


def _detectable(
    screened: Sequence[float],
    confirmed: Sequence[float],
    family: int,
    rule: Rule,
    *,
    let_go: bool,
) -> float:
    """Return the smallest change that would have been found; see `gate.detectable`.

    A series that was no suspect, or was let go, would else have been confirmed with the rounds that
    its spread asks for.
    """
    spread, family = spread_of(screened), max(1, family)
    rounds = len(confirmed)
    if let_go or not confirmed:
        rounds = max(rounds, confirm_rounds(spread, family, rule))
    return detectable(spread, len(screened), rounds, family, rule)


def _verdict(
    series: Series, evidence: Evidence[Series], rule: Rule, smallest: float
) -> tuple[Verdict, str]:
    call = evidence.calls.get(series)
    if call is not None and call != "same":
        sign = 1 if call == "regressed" else -1
        p = signed_rank_p([sign * each for each in evidence.confirmed[series]], rule.log_margin)
        return call, f"p = {p:.2g} over {len(evidence.confirmed[series])} fresh rounds"
    if not smallest <= rule.detect:
        found = f"{smallest:.0%}" if math.isfinite(smallest) else "no"
        return "inconclusive", f"only a change of {found} or more would be found: a longer --budget"
    if series in evidence.suspects:
        fresh = evidence.confirmed.get(series, [])
        if not fresh:
            return "inconclusive", "suspect, and no time was left to confirm: a longer --budget"
        if len(fresh) < FEWEST_CONFIRMING and series not in evidence.let_go:
            few = f"suspect, and time was left for {len(fresh)} fresh rounds: a longer --budget"
            return "inconclusive", few
        shift = estimate(fresh)
        reach = shift.high if evidence.suspects[series] == "regressed" else -shift.low
        if reach >= rule.log_detect:
            return "inconclusive", "suspect; fresh rounds neither prove a change nor exclude it"
    return "passed", ""


def _unproven(series: Series, pairs: Pairs, note: str) -> Change:
    case, metric = series
    return Change(
        series=str(case),
        metric=metric,
        unit=METRICS[metric].unit,
        verdict="inconclusive",
        gates=True,
        base_n=len(pairs.base),
        head_n=len(pairs.head),
        note=note,
    )


def change_of_trouble(case: Case, base: Record | None, head: Record | None) -> Change | None:
    """Return what is said of a case that went wrong; None where both sides decline it alike.

    What fails on both sides is no regression, and nothing is known of it: it stays open.
    """
    if base is not None and head is not None:
        if base.outcome == head.outcome == "unsupported":
            return None
        verdict: Verdict = "inconclusive"
    else:
        verdict = "regressed" if head is not None else "improved"
    parts = [
        f"{side}: {record.outcome} in {record.trial}: {record.reason}"
        for side, record in (("base", base), ("head", head))
        if record is not None
    ]
    return outcome_change(str(case), verdict, "; ".join(parts))


def outcome_change(series: str, verdict: Verdict, note: str) -> Change:
    """Return what is said of a case without figures."""
    return Change(
        series=series,
        metric="outcome",
        unit="",
        verdict=verdict,
        gates=True,
        exact=True,
        note=note,
    )
