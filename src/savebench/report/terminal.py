"""A run's results as tables for a terminal: eight columns in 100 characters, six in 80."""

from typing import TYPE_CHECKING

from savebench.noise import noise_sentence
from savebench.records import Run
from savebench.report.answer import answer_sentences
from savebench.report.tables import (
    Block,
    Group,
    Line,
    blocks,
    cell,
    of_model_cell,
    one_line,
    ratio_cell,
)
from savebench.summary import case_outcomes
from savebench.units import human_bytes

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console
    from rich.table import Table

_COLUMNS = (
    ("rank", 4),
    ("serializer", 20),
    ("load\n+predict", 9),
    ("vs pickle", 22),
    ("dump", 9),
    ("size", 8),
    ("load peak\n(x model)", 10),
    ("n", 4),
)
"""Headings and widths: every block's columns stand under one another. A plug-in's name longer
than its column loses its end; a number never does."""

_FULL_WIDTH = sum(width for _, width in _COLUMNS) + 2 * (len(_COLUMNS) - 1)
_NARROW_COLUMNS = 6


def print_report(run: Run, summary: "pd.DataFrame", console: "Console") -> None:
    """Print a table per workload and size, what failed under it, and the answer in sentences."""
    from rich.text import Text

    noise = noise_sentence(run)
    if noise:
        console.print(Text(f"{noise}\n", style="bold"))
    for block in blocks(run.header, summary, case_outcomes(run)):
        _print_block(block, console)
    for sentence in answer_sentences(run, summary):
        console.print(Text(f"* {sentence}"))


def _print_block(block: Block, console: "Console") -> None:
    from rich.text import Text

    size = f"  ({human_bytes(block.model_bytes)} pickled)" if block.model_bytes else ""
    console.print(Text(f"{block.model}{size}", style="bold"))
    for position, group in enumerate(block.groups):
        if position or group.kind != "round-trip":
            console.print(Text(f"  {group.label}", style="italic"))
        console.print(_table(group, wide=console.width >= _FULL_WIDTH, headed=position == 0))
    if block.rounds_note:
        console.print(Text(f"  {block.rounds_note}"))
    for trouble in block.troubles:
        line = f"  {trouble.serializer}: {trouble.outcome}: {one_line(trouble.reason)}"
        console.print(Text(line), no_wrap=True, overflow="ellipsis", crop=True)
    console.print()


def _table(group: Group, *, wide: bool, headed: bool) -> "Table":
    from rich.table import Table
    from rich.text import Text

    shown = len(_COLUMNS) if wide else _NARROW_COLUMNS
    table = Table(box=None, padding=(0, 1), pad_edge=False, show_header=headed)
    for heading, width in _COLUMNS[:shown]:
        justify = "left" if heading == "serializer" else "right"
        table.add_column(heading, width=width, no_wrap=True, justify=justify)  # type: ignore[arg-type]
    for line in group.lines:
        table.add_row(*map(Text, _cells(line)[:shown]))
    return table


def _cells(line: Line) -> tuple[str, ...]:
    ranking = line.ranking
    return (
        line.rank,
        line.serializer,
        cell(ranking),
        ratio_cell(ranking),
        cell(line.metrics.get("dump_s")),
        cell(line.metrics.get("size_bytes")),
        of_model_cell(line.metrics.get("load_peak_bytes")),
        str(ranking.n) if ranking else "0",
    )
