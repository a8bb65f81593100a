"""The instructions of a run: a table of its own a model, for counts are never mixed with times."""

from collections.abc import Mapping
from dataclasses import dataclass

from savebench.records.metrics import INSTRUCTIONS
from savebench.report.words import MISSING
from savebench.summary import BASELINE, SummaryRow
from savebench.units import aligned_ratio, human_value

_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """What one serializer's dump, load and first answer come to, in instructions."""

    serializer: str
    dump: str
    load: str
    predict: str
    vs_baseline: str
    """Of the load."""
    repeats: str
    """``"exactly"``, or how far the counts are apart: ``"within 0.012 %"``."""


def count_lines(by_serializer: Mapping[str, Mapping[str, SummaryRow]]) -> tuple[CountLine, ...]:
    """Return a line each serializer of a model that was counted, the least load first."""
    counted = {
        name: counts
        for name, metrics in by_serializer.items()
        if (counts := {each: row for each, row in metrics.items() if each in INSTRUCTIONS})
    }
    order = sorted(counted, key=lambda name: (_load_of(counted[name]), name))
    return tuple(_line(name, counted[name]) for name in order)


def _load_of(counts: Mapping[str, SummaryRow]) -> float:
    row = counts.get("load_instructions")
    return float("inf") if row is None else row.median


def _line(serializer: str, counts: Mapping[str, SummaryRow]) -> CountLine:
    return CountLine(
        serializer=serializer,
        dump=_cell(counts.get("dump_instructions")),
        load=_cell(counts.get("load_instructions")),
        predict=_cell(counts.get("predict_instructions")),
        vs_baseline=_ratio(counts.get("load_instructions")),
        repeats=_repeats(counts),
    )


def _cell(row: SummaryRow | None) -> str:
    return MISSING if row is None else human_value(row.median, row.unit)


def _ratio(row: SummaryRow | None) -> str:
    if row is None or row.ratio is None:
        return MISSING
    return "baseline" if row.serializer == BASELINE else aligned_ratio(row.ratio)


def _repeats(counts: Mapping[str, SummaryRow]) -> str:
    """Return how far the counts of one thing are apart, of that which repeats worst."""
    repeated = [row for row in counts.values() if row.n > 1 and row.median]
    if not repeated:
        return MISSING
    apart = max((row.high - row.low) / row.median for row in repeated)
    return f"within {_PERCENT * apart:.2g} %" if apart else "exactly"
