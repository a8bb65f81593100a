"""Values of one moment: what services that judge changes by themselves are fed with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isfinite

from savebench.comparing.comparison import Change, Comparison, is_uncounted
from savebench.records.metrics import METRICS, Unit
from savebench.report.comparison.wording import verdict_text
from savebench.summary import SummaryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The value of one series, with its interval where there is one."""

    series: str
    metric: str
    unit: Unit
    value: float
    low: float | None
    high: float | None
    n: int
    verdict: str = ""
    """Against a base, where there was one: ``regressed (advice)``."""


def readings_of_comparison(comparison: Comparison) -> Iterator[Reading]:
    """Yield head's values. What head does not have is missing; a reader of values sees a gap.

    The interval is that of the change, laid around head's value: it says how well head is known
    against base, not against another day.
    """
    for change in comparison.changes:
        if change.unit and change.head is not None and isfinite(change.head):
            low, high = _around(change, change.head)
            yield Reading(
                series=change.series,
                metric=change.metric,
                unit=change.unit,
                value=change.head,
                low=low,
                high=high,
                n=change.head_n,
                verdict=verdict_text(change),
            )


def readings_of_summary(rows: Iterable[SummaryRow]) -> Iterator[Reading]:
    """Yield a run's medians with their intervals; with few rounds, their ranges."""
    for row in rows:
        yield Reading(
            series=f"{row.workload}@{row.size} x {row.serializer}",
            metric=row.metric,
            unit=METRICS[row.metric].unit,
            value=row.median,
            low=row.low if row.n > 1 else None,
            high=row.high if row.n > 1 else None,
            n=row.n,
        )


def _around(change: Change, head: float) -> tuple[float | None, float | None]:
    if change.exact:
        return head, head
    if not change.ratio or change.low is None or change.high is None or is_uncounted(change):
        return None, None
    low, high = head * change.low / change.ratio, head * change.high / change.ratio
    return (low, high) if isfinite(low) and isfinite(high) else (None, None)
