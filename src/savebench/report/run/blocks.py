"""A run model by model: its rows grouped by kind, with what must be known beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from savebench.records.schema import Header
from savebench.report.run.counts import CountLine, count_lines
from savebench.report.run.remarks import model_remarks, trouble_lines
from savebench.report.words import KIND_LABELS, MISSING, span
from savebench.summary import (
    RANKED_OUTCOMES,
    OutcomeRow,
    SummaryRow,
    kind_of,
    rank_metric,
)


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
    def rounds(self) -> int:
        """How many rounds the ranking metric has."""
        return self.ranking.n if self.ranking else 0

    @property
    def cold(self) -> SummaryRow | None:
        """The cold twin of the ranking metric."""
        return self.metrics.get("load_cold_s" if self.kind == "floor" else "load_cold_predict_s")

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

    @property
    def is_floor(self) -> bool:
        """Whether its lines load bare bytes, which cannot answer."""
        return self.kind == "floor"

    @property
    def has_resident(self) -> bool:
        """Whether the memory that stays after a load was measured for any of the lines."""
        return any("resident_bytes" in line.metrics for line in self.lines)

    @property
    def has_workers(self) -> bool:
        """Whether the memory of further processes was measured for any of the lines."""
        return any("worker_bytes" in line.metrics for line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Everything about one workload at one size."""

    model: str
    stresses: str
    """Which behaviour the model exposes."""
    model_bytes: int | None
    groups: tuple[Group, ...]
    troubles: tuple[str, ...]
    """What did not end well, a line each: such cases take no rank."""
    counts: tuple[CountLine, ...] = ()
    """What was counted, where it was."""
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


def blocks_of(
    header: Header, rows: Iterable[SummaryRow], outcomes: Iterable[OutcomeRow]
) -> list[Block]:
    """Return one block per workload at one size, in the order of the header's cases."""
    by_model: dict[str, dict[str, dict[str, SummaryRow]]] = {}
    for row in rows:
        model = by_model.setdefault(f"{row.workload}@{row.size}", {})
        model.setdefault(row.serializer, {})[row.metric] = row
    troubles: dict[str, list[OutcomeRow]] = {}
    for outcome in outcomes:
        trouble = troubles.setdefault(f"{outcome.workload}@{outcome.size}", [])
        if outcome.outcome != "ok":
            trouble.append(outcome)
    return [
        Block(
            model=model,
            stresses=header.workloads[model].stresses,
            model_bytes=header.workloads[model].model_bytes,
            groups=_groups(header, by_model.get(model, {}), trouble),
            troubles=tuple(trouble_lines(trouble)),
            counts=count_lines(by_model.get(model, {})),
            remarks=model_remarks(header.workloads[model]),
        )
        for model, trouble in troubles.items()
    ]


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
