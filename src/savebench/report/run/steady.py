"""What a hot loop would have told: in words, and as tables for a terminal."""

from typing import TYPE_CHECKING

from savebench.report.columns import Column, fitting, new_table
from savebench.report.lines import print_wrapped
from savebench.report.run.cells import cell
from savebench.report.words import MISSING, one_line, with_ends
from savebench.stats import Interval
from savebench.summary.steady import Both, Disagreement, SteadyLine, SteadyModel
from savebench.units import aligned_ratio

if TYPE_CHECKING:
    from rich.console import Console

HEADING = "What a hot loop would have told you"
_SHOWN = 5
"""Disagreements of a model that a terminal shows; the page has all."""
_COLUMNS = (
    Column(heading="serializer", width=20, least=15, left=True),
    Column(heading="load", width=9),
    Column(heading="in a\nhot loop", width=9),
    Column(heading="first is", width=8),
    Column(heading="dump", width=9, leaves=3),
    Column(heading="in its\nhot loop", width=9, leaves=2),
    Column(heading="first is ", width=8, leaves=1),
)


def disagreement_sentence(found: Disagreement) -> str:
    """Return one pair of rows on whose order the two disagree, in words."""
    return (
        f"{found.operation}: a hot loop calls {found.praised} faster than {found.other} "
        f"({_with_interval(found.steady)}); as first operations it is slower "
        f"({_with_interval(found.fresh)})"
    )


def steady_cells(both: Both | None) -> tuple[str, str, str]:
    """Return a first operation's time, the hot loop's, and how many times longer the first is."""
    if both is None:
        return MISSING, MISSING, MISSING
    ratio = MISSING if both.ratio is None else aligned_ratio(both.ratio)
    return cell(both.fresh), cell(both.steady), ratio


def print_steady(models: tuple[SteadyModel, ...], console: "Console") -> None:
    """Print a table per model and the pairs that it disagrees on, if a hot loop was measured."""
    from rich.text import Text

    for model in models:
        console.print(Text(f"{HEADING}: {model.model}", style="bold"))
        columns, gap = fitting(_COLUMNS, console.width)
        table = new_table(columns, box=None, padding=(0, gap, 0, 0))
        for line in model.lines:
            cells = _cells(line)
            table.add_row(*(Text(cells[each.heading]) for each in columns))
        console.print(table)
        for found in model.disagreements[:_SHOWN]:
            print_wrapped(one_line(disagreement_sentence(found)), console, first="  ", rest="    ")
        more = len(model.disagreements) - _SHOWN
        if more > 0:
            print_wrapped(f"and {more} more such pairs, in report.md", console, first="  ")
        console.print()


def _cells(line: SteadyLine) -> dict[str, str]:
    texts = (one_line(line.serializer), *steady_cells(line.load), *steady_cells(line.dump))
    return {each.heading: text for each, text in zip(_COLUMNS, texts, strict=True)}


def _with_interval(ratio: Interval) -> str:
    return with_ends(aligned_ratio(ratio.median), ratio.low, ratio.high)
