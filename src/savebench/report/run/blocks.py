"""What every table of a report shows: rows grouped by model and kind, and the texts of cells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from savebench.records import Header
from savebench.report.run.remarks import model_remarks
from savebench.report.words import KIND_LABELS, MISSING, span, with_ends
from savebench.summary import (
    BASELINE,
    RANKED_OUTCOMES,
    OutcomeRow,
    SummaryRow,
    kind_of,
    outcome_rows,
    rank_metric,
    summary_rows,
)
from savebench.units import aligned_ratio, human_bytes, human_seconds

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One serializer's values for one model."""

    serializer: str
    kind: str
    metrics: Mapping[str, SummaryRow]

    @property
    def ranking(self) -> SummaryRow | None:
        """The row of the metric that ranks the kind."""
        return self.metrics.get(rank_metric(self.kind))

    @property
    def rank(self) -> str:
        """``"2"``, ``"2="`` where the rank is shared, ``"-"`` where there is none."""
        row = self.ranking
        if row is None or row.rank is None:
            return MISSING
        return f"{row.rank}=" if row.tied else str(row.rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The serializers of one kind, best first."""

    kind: str
    label: str
    lines: tuple[Line, ...]

    def has(self, metric: str) -> bool:
        """Whether the metric was measured for any of the lines."""
        return any(metric in line.metrics for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Everything about one workload at one size."""

    model: str
    model_bytes: int | None
    groups: tuple[Group, ...]
    troubles: tuple[OutcomeRow, ...]
    """Cases that did not end well: they take no rank."""
    remarks: tuple[str, ...] = ()
    """What was found out of the model before any serializer was judged."""

    @property
    def rounds_note(self) -> str:
        """What to say of rows that have a time and no rank; empty where there is none."""
        rows = [line.ranking for group in self.groups for line in group.lines]
        measured = [row for row in rows if row is not None]
        unranked = [row for row in measured if row.rank is None]
        rounds = f"n = {span(row.n for row in unranked)}"
        if not unranked:
            return ""
        if len(unranked) < len(measured):
            return f"{MISSING}: no interval to rank by, for want of rounds ({rounds})"
        brackets = "brackets hold the range; " if max(row.n for row in unranked) > 1 else ""
        return f"{rounds}: no interval, no ranks; {brackets}ordered by median"


def blocks(header: Header, summary: "pd.DataFrame", outcomes: "pd.DataFrame") -> list[Block]:
    """Return one block per workload at one size, in the order of the header's cases."""
    by_model: dict[str, dict[str, dict[str, SummaryRow]]] = {}
    for row in summary_rows(summary):
        model = by_model.setdefault(f"{row.workload}@{row.size}", {})
        model.setdefault(row.serializer, {})[row.metric] = row
    troubles: dict[str, list[OutcomeRow]] = {}
    for outcome in outcome_rows(outcomes):
        trouble = troubles.setdefault(f"{outcome.workload}@{outcome.size}", [])
        if outcome.outcome != "ok":
            trouble.append(outcome)
    return [
        Block(
            model=model,
            model_bytes=header.workloads[model].model_bytes,
            groups=_groups(header, by_model.get(model, {}), trouble),
            troubles=tuple(trouble),
            remarks=model_remarks(header.workloads[model]),
        )
        for model, trouble in troubles.items()
    ]


def cell(row: SummaryRow | None) -> str:
    """Return a median with its unit: ``"12.4 ms"``."""
    if row is None:
        return MISSING
    return human_seconds(row.median) if row.unit == "s" else human_bytes(row.median)


def ratio_cell(row: SummaryRow | None) -> str:
    """Return the ratio to the baseline with its interval: ``"1.24x [1.20-1.31]"``.

    ``"same [0.97-1.04]"`` where the interval covers 1. Where the rounds are too few for an interval
    the brackets hold the range, and nothing is called the same; one round has no brackets.
    """
    if row is None or row.ratio is None or row.ratio_low is None or row.ratio_high is None:
        return MISSING
    if row.serializer == BASELINE:
        return "baseline"
    text = "same" if row.same_as_baseline else aligned_ratio(row.ratio)
    if row.ratio_n == 1 or (row.same_as_baseline and row.ratio_low == row.ratio_high):
        return text
    return with_ends(text, row.ratio_low, row.ratio_high)


def plain_ratio_cell(row: SummaryRow | None) -> str:
    """Return the ratio to the baseline without an interval, for what hardly varies: a size."""
    if row is None or row.ratio is None:
        return MISSING
    return aligned_ratio(row.ratio)


def of_model_cell(row: SummaryRow | None) -> str:
    """Return bytes as a multiple of the model's size: ``"2.01x"``."""
    if row is None or not row.model_bytes:
        return MISSING
    return aligned_ratio(row.median / row.model_bytes)


def baseline_first(kinds: Mapping[str, str]) -> list[str]:
    """Return serializers by kind, in the order of a report, and the baseline before all others."""
    order = list(KIND_LABELS)
    return sorted(kinds, key=lambda name: (name != BASELINE, order.index(kinds[name])))


def _groups(
    header: Header,
    by_serializer: Mapping[str, Mapping[str, SummaryRow]],
    troubles: Iterable[OutcomeRow],
) -> tuple[Group, ...]:
    out = {row.serializer for row in troubles if row.outcome not in RANKED_OUTCOMES}
    by_kind: dict[str, list[Line]] = {kind: [] for kind in KIND_LABELS}
    for name, metrics in by_serializer.items():
        if name not in out:
            kind = kind_of(header, name)
            line = Line(serializer=name, kind=kind, metrics=metrics)
            by_kind.setdefault(kind, []).append(line)
    return tuple(
        Group(
            kind=kind, label=KIND_LABELS.get(kind, kind), lines=tuple(sorted(lines, key=_by_median))
        )
        for kind, lines in by_kind.items()
        if lines
    )


def _by_median(line: Line) -> float:
    """Return what orders lines; ranks follow it."""
    return float("inf") if line.ranking is None else line.ranking.median
