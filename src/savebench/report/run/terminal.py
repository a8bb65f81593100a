"""A run's results as tables for a terminal: eight columns in 100 characters, seven in 80.

A ninth, what stays of a load, is there where it was measured; in 100 characters the gaps narrow.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from savebench.report.columns import Column, fitting, new_table
from savebench.report.lines import print_wrapped
from savebench.report.run.blocks import Block, Group, Line
from savebench.report.run.cells import (
    cell,
    of_floor_cell,
    of_model_cell,
    ratio_cell,
    speed_cell,
)
from savebench.report.run.content import Content
from savebench.report.run.lasting import print_lasting
from savebench.report.run.regimes import RegimeBlock, RegimeLine
from savebench.report.run.speeds import SpeedTable
from savebench.report.run.steady import print_steady
from savebench.report.words import one_line
from savebench.units import human_bytes

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_HELD = "held\n(x model)"
_COLUMNS = (
    Column(heading="rank", width=4),
    Column(heading="serializer", width=20, least=15, left=True),
    Column(heading="load\n+predict", width=9),
    Column(heading="vs pickle", width=22, leaves=5),
    Column(heading="dump", width=9, leaves=3),
    Column(heading="size", width=8, leaves=4),
    Column(heading="load peak\n(x model)", width=10, leaves=2),
    Column(heading=_HELD, width=10, leaves=1),
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

_SPEED_COLUMNS = (
    Column(heading="near the floor?", width=20, least=15, left=True),
    Column(heading="dump", width=9),
    Column(heading="dump\n/floor", width=6),
    Column(heading="dump\n+fsync", width=9, leaves=2),
    Column(heading="+fsync\n/floor", width=6, leaves=1),
    Column(heading="load\n+predict", width=9),
    Column(heading="load\n/floor", width=6),
)


_DECISIONS = (
    Column(heading="for", width=28, least=15, left=True),
    Column(heading="take", width=18, least=15, left=True),
    Column(heading="vs pickle", width=20),
    Column(heading="cannot be told apart", width=27, least=15, leaves=1, left=True),
)
"""Of the table of what to take; two spaces stand before each line."""


def print_report(content: Content, console: "Console") -> None:
    """Print what must be known first, a table per workload and size, and the answer."""
    for caution in content.cautions:
        print_wrapped(caution, console, style="bold")
        console.print()
    speeds = {table.model: table for table in content.speeds}
    for block in content.blocks:
        _print_block(block, console)
        if block.model in speeds:
            _print_speeds(speeds[block.model], console)
    print_lasting(content.lasting, console)
    print_steady(content.steady, console)
    for remark in (*content.uncounted, *content.remarks):
        print_wrapped(one_line(remark), console)
    _print_decisions(content.decisions, console)
    for sentence in content.answers:
        print_wrapped(sentence, console, first="* ")


def _print_decisions(blocks: Sequence[RegimeBlock], console: "Console") -> None:
    from rich.padding import Padding
    from rich.text import Text

    for position, block in enumerate(blocks):
        print_wrapped(f"{block.models}: {block.evidence}", console, style="bold")
        columns, gap = fitting(_DECISIONS, console.width - 2)
        table = new_table(columns, box=None, padding=(0, gap, 0, 0), show_header=position == 0)
        for line in block.lines:
            texts = _decision_texts(line)
            table.add_row(*(Text(texts[each.heading]) for each in columns))
        console.print(Padding(table, (0, 0, 0, 2)))
    if blocks:
        console.print()


def _decision_texts(line: RegimeLine) -> dict[str, str]:
    texts = (line.uses, one_line(line.take), line.ratio, one_line(line.alike))
    return {each.heading: text for each, text in zip(_DECISIONS, texts, strict=True)}


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

    measured = [each for each in _COLUMNS if each.heading != _HELD or group.has_resident]
    columns, gap = fitting(measured, room)
    table = new_table(columns, box=None, padding=(0, gap, 0, 0), show_header=headed)
    for line in group.lines:
        cells = _cells(line)
        table.add_row(*(Text(cells[each.heading]) for each in columns))
    return table


def _print_speeds(table: SpeedTable, console: "Console") -> None:
    """Print how near a large model's rows come to the floor, which takes no rank among them."""
    from rich.text import Text

    columns, gap = fitting(_SPEED_COLUMNS, console.width)
    shown = new_table(columns, box=None, padding=(0, gap, 0, 0))
    for row in table.speeds:
        paces = (row.dump, row.dump_sync, row.load)
        texts = [text(pace) for pace in paces for text in (speed_cell, of_floor_cell)]
        cells = dict(
            zip(
                (each.heading for each in _SPEED_COLUMNS),
                [one_line(row.serializer), *texts],
                strict=True,
            )
        )
        shown.add_row(*(Text(cells[each.heading]) for each in columns))
    console.print(shown)
    dumps, loads = (floor or "not measured" for floor in (table.dump_floor, table.load_floor))
    said = f"model's size over median time; floor of dumps: {dumps}; floor of loads: {loads}"
    print_wrapped(said, console, first="  ")
    console.print()


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
        of_model_cell(line.metrics.get("resident_bytes")),
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
