"""From which size on one row loads faster than another, and how surely that size is known.

Method: at each size that a workload was measured in, the ratio of load + first call of the two
rows, paired by round, has a median and a 95 % interval (`stats.paired_ratio`). Between neighbouring
sizes the logarithms of the three are interpolated, linear in the logarithm of the size. The
crossover is where the median falls below 1 for good; its interval reaches from where the low end
does to where the high end does: the sizes at which the two cannot be told apart. Nothing is
extrapolated: what lies beyond the sizes measured is not known. Workloads are never pooled, for a
model's kind would pass for its size.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from savebench.records.schema import Run
from savebench.stats import Interval
from savebench.summary.evidence import Evidence
from savebench.summary.kinds import Kind, kind_of

PAIRS: tuple[tuple[str, str], ...] = (
    ("joblib-mmap", "pickle"),
    ("pickle-oob-mmap", "pickle"),
    ("pickle-oob", "pickle"),
    ("joblib", "pickle"),
    ("joblib+lz4", "joblib"),
    ("joblib+zlib3", "joblib"),
    ("pickle+zstd3", "pickle"),
)
"""(row, other): mapped, out of band, joblib against pickle; compressed against plain."""

Outcome = Literal["from", "up to", "always", "never", "slower", "between"]
"""Faster from a size on, up to one, at all sizes, at none, slower at all, at some in between."""
_FEWEST_SIZES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """Where one row becomes faster than another, of one workload; sizes in bytes."""

    row: str
    other: str
    workload: str
    kind: Kind
    outcome: Outcome
    at_bytes: float | None
    """None where there is no crossover, or it is not within the sizes measured."""
    low_bytes: float | None
    """None: below the smallest size measured."""
    high_bytes: float | None
    """None: above the largest."""
    sizes_bytes: tuple[float, ...]
    """The sizes measured."""
    rounds: int
    """The fewest at any size."""


Point = tuple[float, Interval]
"""Size in bytes, ratio."""


def crossovers_of(run: Run, evidence: Evidence) -> Iterator[Crossover]:
    """Yield the crossovers of every pair, on every workload that both have in two sizes or more."""
    models: dict[str, list[str]] = {}
    for model in run.header.workloads:
        models.setdefault(model.partition("@")[0], []).append(model)
    for row, other in PAIRS:
        for workload, sized in models.items():
            points = sorted(_points(evidence, row, other, sized), key=lambda point: point[0])
            if len({size for size, _ in points}) >= _FEWEST_SIZES:
                yield crossover_of(row, other, workload, points)


def _points(evidence: Evidence, row: str, other: str, models: Sequence[str]) -> Iterator[Point]:
    for model in models:
        ratio, size_bytes = evidence.ratio(row, other, model), evidence.model_bytes(model)
        if ratio and not ratio.is_range and size_bytes:
            yield float(size_bytes), ratio


def crossover_of(row: str, other: str, workload: str, points: Sequence[Point]) -> Crossover:
    """Return where `row` becomes faster than `other`.

    Parameters
    ----------
    row, other, workload
        Names.
    points
        Two or more, by rising size: bytes, and the ratio of the row's time to the other's.
    """
    outcome = _outcome([ratio for _, ratio in points])
    at = low = high = None
    if outcome in {"from", "up to"}:
        ordered = points if outcome == "from" else points[::-1]
        at, low, high = (
            _last_fall(ordered, [math.log(getattr(ratio, end)) for _, ratio in ordered])
            for end in ("median", "low", "high")
        )
        low, high = (low, high) if outcome == "from" else (high, low)
    return Crossover(
        row=row,
        other=other,
        workload=workload,
        kind=kind_of(workload),
        outcome=outcome,
        at_bytes=at,
        low_bytes=low,
        high_bytes=high,
        sizes_bytes=tuple(size for size, _ in points),
        rounds=min(ratio.n for _, ratio in points),
    )


def _outcome(ratios: Sequence[Interval]) -> Outcome:
    faster = [ratio.high < 1 for ratio in ratios]
    if all(faster):
        return "always"
    if not any(faster):
        return "slower" if all(ratio.low > 1 for ratio in ratios) else "never"
    if faster[-1]:
        return "from"
    return "up to" if faster[0] else "between"


def _last_fall(points: Sequence[Point], logs: Sequence[float]) -> float | None:
    """Return the size at which logs, the last of them below 0, fall below it for good.

    None where all are below: that is before the first size.
    """
    above = [number for number, log in enumerate(logs) if log >= 0]
    if not above:
        return None
    last = above[-1]
    share = logs[last] / (logs[last] - logs[last + 1])
    start, end = math.log(points[last][0]), math.log(points[last + 1][0])
    return math.exp(start + share * (end - start))
