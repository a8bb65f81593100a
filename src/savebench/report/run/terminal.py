"""A run's results as tables for a terminal: eight columns in 100 characters, seven in 80."""

from typing import TYPE_CHECKING

from savebench.report.columns import Column, fitting, new_table
from savebench.report.lines import print_wrapped
from savebench.report.run.blocks import Block, Group, Line
from savebench.report.run.cells import cell, of_model_cell, ratio_cell
from savebench.report.run.content import Content
from savebench.report.words import one_line
from savebench.units import human_bytes

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_COLUMNS = (
    Column(heading="rank", width=4),
    Column(heading="serializer", width=20, least=15, left=True),
    Column(heading="load\n+predict", width=9),
    Column(heading="vs pickle", width=22, leaves=4),
    Column(heading="dump", width=9, leaves=2),
    Column(heading="size", width=8, leaves=3),
    Column(heading="load peak\n(x model)", width=10, leaves=1),
    Column(heading="n", width=4),
)
"""Every block's columns stand under one another. A longer name goes on in the next line."""
_COUNTS = (
    Column(heading="instructions", width=20, least=15, left=True),
    Column(heading="load", width=9),
    Column(heading="vs pickle", width=9, leaves=2),
    Column(heading="dump", width=9),
    Column(heading="predict", width=9),
    Column(heading="repeats", width=14, leaves=1),
)


def print_report(content: Content, console: "Console") -> None:
    """Print what must be known first, a table per workload and size, and the answer."""
    for caution in content.cautions:
        print_wrapped(caution, console, style="bold")
        console.print()
    for block in content.blocks:
        _print_block(block, console)
    for remark in (*content.uncounted, *content.remarks):
        print_wrapped(one_line(remark), console)
    for sentence in content.answers:
        print_wrapped(sentence, console, first="* ")


def _print_block(block: Block, console: "Console") -> None:
    from rich.text import Text

    size = f"  ({human_bytes(block.model_bytes)} pickled)" if block.model_bytes else ""
    console.print(Text(f"{block.model}{size}", style="bold"))
    for position, group in enumerate(block.groups):
        if position or group.kind != "round-trip":
            console.print(Text(f"  {group.label}", style="italic"))
        console.print(_table(group, room=console.width, headed=position == 0))
    if block.counts:
        console.print(_counts_table(block, room=console.width))
    if block.rounds_note:
        print_wrapped(block.rounds_note, console, first="  ")
    for remark in (*block.remarks, *block.troubles):
        print_wrapped(one_line(remark), console, first="  ", rest="    ")
    console.print()


def _table(group: Group, *, room: int, headed: bool) -> "Table":
    from rich.text import Text

    columns, gap = fitting(_COLUMNS, room)
    table = new_table(columns, box=None, padding=(0, gap, 0, 0), show_header=headed)
    for line in group.lines:
        cells = _cells(line)
        table.add_row(*(Text(cells[each.heading]) for each in columns))
    return table


def _cells(line: Line) -> dict[str, str]:
    """Return the texts of a line, by their columns' headings."""
    ranking = line.ranking
    texts = (
        line.rank,
        one_line(line.serializer),
        cell(ranking),
        ratio_cell(ranking),
        cell(line.metrics.get("dump_s")),
        cell(line.metrics.get("size_bytes")),
        of_model_cell(line.metrics.get("load_peak_bytes")),
        str(line.rounds),
    )
    return {each.heading: text for each, text in zip(_COLUMNS, texts, strict=True)}


def _counts_table(block: Block, *, room: int) -> "Table":
    from rich.text import Text

    columns, gap = fitting(_COUNTS, room)
    table = new_table(columns, box=None, padding=(0, gap, 0, 0))
    for line in block.counts:
        texts = (
            one_line(line.serializer),
            line.load,
            line.vs_baseline,
            line.dump,
            line.predict,
            line.repeats,
        )
        cells = {each.heading: text for each, text in zip(_COUNTS, texts, strict=True)}
        table.add_row(*(Text(cells[each.heading]) for each in columns))
    return table
