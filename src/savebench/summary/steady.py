"""First operations beside a hot loop's, and the pairs of rows on whose order the two disagree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import permutations

from savebench.catalogue.rows import KINDS
from savebench.records.schema import Run
from savebench.records.series import ByRound, values_by_case
from savebench.stats import Interval, paired_ratio
from savebench.summary.table import SummaryRow

OPERATIONS: Mapping[str, tuple[str, str]] = {
    "load": ("load_s", "load_steady_s"),
    "dump": ("dump_s", "dump_steady_s"),
}
"""Operation -> its metric as a first operation, and in a hot loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Both:
    """One operation of one serializer, both ways."""

    fresh: SummaryRow
    steady: SummaryRow
    ratio: float | None
    """Fresh to steady, paired by round: how many times longer a first operation takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyLine:
    """One serializer's operations, both ways; None where one way was not measured."""

    serializer: str
    kind: str
    load: Both | None
    dump: Both | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A hot loop calls one row the faster of two, and first operations call it the slower."""

    operation: str
    """``"load"`` or ``"dump"``."""
    praised: str
    """The row that the hot loop calls faster."""
    other: str
    steady: Interval
    """Of the ratio of the praised row to the other: all below 1."""
    fresh: Interval
    """The same of first operations: all above 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteadyModel:
    """One model's rows both ways."""

    model: str
    lines: tuple[SteadyLine, ...]
    disagreements: tuple[Disagreement, ...]


def steady_of(run: Run, rows: Iterable[SummaryRow]) -> list[SteadyModel]:
    """Return the models of which a hot loop was measured, in the order of the rows.

    `rows` are those of the run's cases that did not fail (`summary.sound_rows`). Rows are told
    apart by the interval of their ratio, paired by round, as ranks are; with fewer rounds than an
    interval takes, or across kinds, nothing is said to disagree.
    """
    by_model: dict[str, dict[str, dict[str, SummaryRow]]] = {}
    for row in rows:
        of_model = by_model.setdefault(f"{row.workload}@{row.size}", {})
        of_model.setdefault(row.serializer, {})[row.metric] = row
    values: dict[str, dict[tuple[str, str], ByRound]] = {}
    for (case, metric), by_round in values_by_case(run.records).items():
        values.setdefault(case.model, {})[case.serializer, metric] = by_round
    found = []
    for model, by_serializer in by_model.items():
        series = values.get(model, {})
        lines = [
            line
            for name, metrics in by_serializer.items()
            if (line := _line(name, metrics, series)) is not None
        ]
        if lines:
            lines.sort(key=_place)
            told = tuple(_disagreements(lines, series))
            found.append(SteadyModel(model=model, lines=tuple(lines), disagreements=told))
    return found


def _place(line: SteadyLine) -> tuple[int, float]:
    """Return what orders lines: kinds as the catalogue has them, then first loads."""
    first_s = line.load.fresh.median if line.load else float("inf")
    return KINDS.index(line.kind), first_s


def _line(
    name: str,
    metrics: Mapping[str, SummaryRow],
    series: Mapping[tuple[str, str], ByRound],
) -> SteadyLine | None:
    both = {
        operation: Both(
            fresh=metrics[fresh],
            steady=metrics[steady],
            ratio=middle.median
            if (middle := _ratio(series[name, fresh], series[name, steady]))
            else None,
        )
        for operation, (fresh, steady) in OPERATIONS.items()
        if fresh in metrics and steady in metrics
    }
    if not both:
        return None
    kind = next(iter(both.values())).fresh.kind
    return SteadyLine(serializer=name, kind=kind, load=both.get("load"), dump=both.get("dump"))


def _disagreements(
    lines: Iterable[SteadyLine], series: Mapping[tuple[str, str], ByRound]
) -> Iterable[Disagreement]:
    for operation, metrics in OPERATIONS.items():
        for one, other in permutations(lines, 2):
            if one.kind != other.kind:
                continue
            fresh, steady = (
                _ratio(
                    series.get((one.serializer, metric), {}),
                    series.get((other.serializer, metric), {}),
                )
                for metric in metrics
            )
            if fresh is None or steady is None or fresh.is_range or steady.is_range:
                continue
            if steady.high < 1 < fresh.low:
                yield Disagreement(
                    operation=operation,
                    praised=one.serializer,
                    other=other.serializer,
                    steady=steady,
                    fresh=fresh,
                )


def _ratio(values: ByRound, others: ByRound) -> Interval | None:
    try:
        return paired_ratio(values, others)
    except ValueError:
        return None
