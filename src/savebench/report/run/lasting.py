"""After the load: what stays, what was put off, who stands still and what is shared, by model."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from savebench.report.columns import Column, fitting, new_table
from savebench.report.run.blocks import Block, Line
from savebench.report.run.cells import cell
from savebench.report.words import one_line

if TYPE_CHECKING:
    from rich.console import Console

HEADING = "After the load"
_OWN = frozenset({"load_predict_100_s", "serving_stall_s", "preload_worker_bytes"})
"""Metrics that make a table worth its room; the others stand beside them to be compared with."""
_HEADINGS = {
    "resident_bytes": "held",
    "load_predict_s": "first answer",
    "load_predict_100_s": "hundredth answer",
    "load_in_thread_s": "load in a thread",
    "serving_stall_s": "stall while serving",
    "worker_bytes": "each worker that loads",
    "preload_worker_bytes": "each worker forked after",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasting:
    """One model's figures from its load on; the columns that were measured, and no others."""

    model: str
    metrics: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands over each metric."""
        return tuple(_HEADINGS[metric] for metric in self.metrics)

    def cells(self, line: Line) -> tuple[str, ...]:
        """Return a line's figures in the order of the metrics."""
        return tuple(cell(line.metrics.get(metric)) for metric in self.metrics)


def lasting_of(blocks: Iterable[Block]) -> list[Lasting]:
    """Return a table for each model of which anything was measured after its load."""
    found = []
    for block in blocks:
        lines = tuple(
            line for group in block.groups for line in group.lines if _OWN & line.metrics.keys()
        )
        metrics = tuple(
            metric for metric in _HEADINGS if any(metric in line.metrics for line in lines)
        )
        if lines:
            found.append(Lasting(model=block.model, metrics=metrics, lines=lines))
    return found


def print_lasting(tables: Iterable[Lasting], console: "Console") -> None:
    """Print a table per model, if anything was measured after its load."""
    from rich.text import Text

    for each in tables:
        console.print(Text(f"{HEADING}: {each.model}", style="bold"))
        names = Column(heading="serializer", width=20, least=15, left=True)
        figures = [
            Column(heading=heading.replace(" ", "\n"), width=9, leaves=1 + (metric in _OWN))
            for metric, heading in zip(each.metrics, each.headings, strict=True)
        ]
        columns, gap = fitting([names, *figures], console.width)
        table = new_table(columns, box=None, padding=(0, gap, 0, 0))
        for line in each.lines:
            texts = (one_line(line.serializer), *each.cells(line))
            named = dict(zip((one.heading for one in [names, *figures]), texts, strict=True))
            table.add_row(*(Text(named[one.heading]) for one in columns))
        console.print(table)
        console.print()
