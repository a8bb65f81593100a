"""A comparison as tables for a terminal: what wants an eye first, then what does not, as counts."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from savebench.comparing.comparison import (
    VERDICTS,
    Change,
    Comparison,
    Moved,
    Verdict,
    has_regressed,
    is_open,
    worst_first,
)
from savebench.report.columns import Column, fitting, new_table
from savebench.report.comparison.wording import amount, change_text, detectable_text
from savebench.report.lines import print_wrapped
from savebench.report.words import one_line
from savebench.units import human_count, human_duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_COLUMNS = (
    Column(heading="series", width=31, least=27, left=True),
    Column(heading="metric", width=20, left=True),
    Column(heading="base", width=7, leaves=1),
    Column(heading="head", width=7, leaves=3),
    Column(heading="change [95 %]", width=24),
    Column(heading="finds", width=6, leaves=2),
)
"""A long series' name goes on in a second line; a number never does."""
_MOVED = (
    Column(heading="function", width=60, least=27, left=True),
    Column(heading="base", width=8, leaves=2),
    Column(heading="head", width=8, leaves=1),
    Column(heading="change", width=8),
)

_MOST_ROWS = 20
"""Of one verdict; --all shows the rest."""
_INDENT = "    "
_STYLES: dict[Verdict, str] = {
    "regressed": "bold red",
    "missing": "yellow",
    "inconclusive": "yellow",
    "improved": "green",
    "new": "",
    "passed": "",
}


def print_comparison(comparison: Comparison, console: "Console", *, show_all: bool = False) -> None:
    """Print what must be known first, a table a verdict, and what to do.

    Parameters
    ----------
    comparison
        Of two runs, or measured in step.
    console
        Where to print; 100 columns show every column, fewer leave out ``base``, then ``finds``.
    show_all
        Show the passed series and every row, too.
    """
    base, head = (one_line(each.label) for each in (comparison.base, comparison.head))
    print_wrapped(f"base {base}, head {head}", console, style="bold")
    for remark in comparison.remarks:
        print_wrapped(one_line(remark), console, first="! ")
    rest = list(worst_first(comparison.changes))
    for verdict in VERDICTS:
        for gates in (True, False):
            section = [each for each in rest if (each.verdict, each.gates) == (verdict, gates)]
            if section:
                _print_section(section, console, show_all=show_all)
    if comparison.moved:
        _print_moved(comparison.moved, console)
    console.print()
    print_wrapped(conclusion(comparison), console, style="bold")


def _print_moved(moved: Sequence[Moved], console: "Console") -> None:
    """Print which functions' instructions moved most in the series that regressed most."""
    from rich.text import Text

    first = moved[0]
    title = f"\nwhere {first.metric} of {one_line(first.series)} moved, by function:"
    console.print(Text(title, style="bold"))
    columns, gap = fitting(_MOVED, console.width)
    table = new_table(columns, box=None, padding=(0, gap, 0, 0))
    for each in moved:
        change = human_count(each.head - each.base)
        cells = {
            "function": one_line(each.function),
            "base": amount(each.base, "instructions"),
            "head": amount(each.head, "instructions"),
            "change": change if change.startswith("-") else f"+{change}",
        }
        table.add_row(*(Text(cells[column.heading]) for column in columns))
    console.print(table)


def conclusion(comparison: Comparison) -> str:
    """Return the verdict in words, and what to do."""
    regressed = [each for each in comparison.changes if each.verdict == "regressed"]
    gating = sum(each.gates for each in regressed)
    spent = f" after {human_duration(comparison.spent_s)}" if comparison.spent_s else ""
    if has_regressed(comparison):
        return (
            f"Regressed{spent}: {_series(gating)} (exit code 1). Mend it; or, where the change is "
            "meant, say so in the change and make head the new base."
        )
    advice = len(regressed)
    unsure = [each for each in comparison.changes if is_open(each)]
    if advice:
        still = f" {_series(len(unsure))} open (exit code 3 with --strict)." if unsure else ""
        return (
            f"Passed{spent}: nothing that gates has regressed.{still} As advice, {_series(advice)} "
            f"{'looks' if advice == 1 else 'look'} worse: measure both in step to be sure: "
            "savebench ab --base ENV --head ENV"
        )
    if unsure:
        return (
            f"Passed{spent} as far as could be told: {_series(len(unsure))} "
            f"{'stays' if len(unsure) == 1 else 'stay'} open (exit code 3 with --strict). "
            f"{_remedy(comparison, unsure)}"
        )
    return f"Passed{spent}: {_series(len(comparison.changes))}, none worse than base."


def _remedy(comparison: Comparison, unsure: Iterable[Change]) -> str:
    if all(each.verdict == "missing" for each in unsure):
        return "Where a series was renamed, say so with --alias OLD=NEW."
    if comparison.kind == "ab":
        return "Give it more time with --budget."
    return "More rounds tell more; measuring both in step tells most: savebench ab"


def _print_section(section: Sequence[Change], console: "Console", *, show_all: bool) -> None:
    from rich.text import Text

    first = section[0]
    advice = "" if first.gates or first.verdict in {"new", "missing"} else " (advice)"
    title = Text(f"\n{first.verdict}{advice}: {_series(len(section))}")
    title.stylize(_STYLES[first.verdict])
    console.print(title)
    if first.verdict == "passed" and not show_all:
        return
    if first.verdict in {"missing", "new"} and not show_all:
        _print_some(_by_series(section), console)
        return
    shown = list(section) if show_all else [each for each in section if _has_row(each)]
    rows = shown if show_all else shown[:_MOST_ROWS]
    if rows:
        _print_rows(rows, console)
    hidden = [each for each in section if each not in shown]
    lines = [f"{len(shown) - len(rows)} more: --all shows them"] if len(shown) > len(rows) else []
    _print_lines([*lines, *_by_note(hidden)], console)


def _has_row(change: Change) -> bool:
    """Whether a change says more than its note: what has no interval is counted by its reason."""
    return change.verdict != "inconclusive" or change.low is not None or not change.unit


def _print_rows(rows: Sequence[Change], console: "Console") -> None:
    columns, _ = fitting(_COLUMNS, console.width, gaps=(1,))
    table = _table(columns, headed=True)
    for change in rows:
        cells = _cells(change)
        table.add_row(*(cells[each.heading] for each in columns))
        if change.note and change.verdict in {"regressed", "improved"}:
            console.print(table)
            _print_lines([one_line(change.note)], console)
            table = _table(columns, headed=False)
    if table.row_count:
        console.print(table)


def _table(columns: Iterable[Column], *, headed: bool) -> "Table":
    from rich.table import Table

    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=headed)
    for each in columns:
        table.add_column(
            each.heading,
            width=each.width,
            overflow="fold",
            justify="left" if each.left else "right",
        )
    return table


def _cells(change: Change) -> dict[str, str]:
    """Return the texts of a row, by their columns' headings."""
    from rich.markup import escape

    return {
        "series": escape(one_line(change.series)),
        "metric": escape(one_line(change.metric)),
        "base": amount(change.base, change.unit),
        "head": amount(change.head, change.unit),
        "change [95 %]": escape(change_text(change)),
        "finds": detectable_text(change),
    }


def _by_series(section: Iterable[Change]) -> list[str]:
    """Return one line a case: how many metrics it has on one side alone, and why."""
    metrics: dict[tuple[str, str], list[str]] = {}
    for change in section:
        metrics.setdefault((change.series, change.note), []).append(change.metric)
    return [
        f"{one_line(name)}: {found[0] if len(found) == 1 else f'{len(found)} metrics'}: "
        f"{one_line(note)}"
        for (name, note), found in metrics.items()
    ]


def _by_note(section: Iterable[Change]) -> list[str]:
    counts: dict[str, int] = {}
    for change in section:
        counts[change.note] = counts.get(change.note, 0) + 1
    return [f"{_series(count)}: {one_line(note)}" for note, count in counts.items()]


def _print_lines(lines: Iterable[str], console: "Console") -> None:
    """Print lines below a table, whole."""
    for line in lines:
        print_wrapped(line, console, first=_INDENT, rest=f"{_INDENT}  ")


def _print_some(lines: Sequence[str], console: "Console") -> None:
    """Print the beginning of a list, as far as a person reads; each line of it is whole."""
    _print_lines(lines[:_MOST_ROWS], console)
    if len(lines) > _MOST_ROWS:
        _print_lines([f"{len(lines) - _MOST_ROWS} more: --all shows them"], console)


def _series(count: int) -> str:
    return f"{count} series"
