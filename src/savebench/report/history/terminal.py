"""A history in a terminal of 100 columns: machines, updates, what changed most."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from savebench.history.changepoints import SHORTEST
from savebench.history.collecting import said
from savebench.history.machines import Machine
from savebench.history.pruning import Pruning
from savebench.history.steps import SinceRow, Step, by_moment, since, steps, versions_since
from savebench.history.trends import History
from savebench.history.words import (
    machine_sentence,
    pace_sentence,
    step_text,
    summary_sentence,
    value_text,
)
from savebench.report.lines import print_wrapped
from savebench.report.words import one_line
from savebench.units import counted, human_bytes

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_ROWS = 12
_MOMENTS = 8
_SINCE_ROWS = 40
_MARKS = 6
_FEW = 3


def print_history(history: History, console: "Console") -> None:
    """Print what there is and what changed, the largest changes first."""
    from rich.text import Text

    console.print(Text(summary_sentence(history), style="bold"))
    for machine in history.machines:
        _print_machine(history, machine, console)
    found = steps(history)
    if not found:
        few = max(len(machine.runs) for machine in history.machines) < 2 * SHORTEST
        said_why = f"; times are looked at from {2 * SHORTEST} runs of a machine on" if few else ""
        console.print(f"No series changed its level{said_why}.")
        return
    moments = by_moment(found)
    console.print(
        f"{counted(len(found), 'change')} of level, by the run that each came with, newest first:\n"
    )
    for _, run, changes in moments[:_MOMENTS]:
        _print_moment(history, run, changes, console)
    shown = sum(min(len(changes), _ROWS) for _, _, changes in moments[:_MOMENTS])
    _print_rest(len(found) - shown, console)


def print_since(history: History, number: int, console: "Console") -> None:
    """Print what there is, and what is not as it was at a run."""
    from rich.text import Text

    console.print(Text(f"{summary_sentence(history)}\n", style="bold"))
    rows = since(history, number)
    run = f"#{number} ({history.label(number)}, {history.run(number).started:%Y-%m-%d})"
    console.print(Text(f"Since run {run}: {len(rows)} of the series changed", style="bold"))
    for machine, changes in versions_since(history, number).items():
        console.print(Text(f"  machine {machine}: {', '.join(map(one_line, changes))}"))
    if rows:
        console.print(_since_table(rows[:_SINCE_ROWS]))
    else:
        console.print("Every series stands at the level that it had then.")
    _print_rest(len(rows) - _SINCE_ROWS, console)


def print_pruning(pruning: Pruning, console: "Console") -> None:
    """Print which runs stay, which do not, and why."""
    from rich.text import Text

    lines = [
        *(f"keep    {each.folder}  ({each.rule})" for each in pruning.keep),
        *(f"leave   {one_line(said(each))}" for each in pruning.left),
        *(f"delete  {each.folder}" for each in pruning.delete),
    ]
    for line in lines:
        console.print(Text(line), soft_wrap=True)
    total = human_bytes(sum(doomed.size_bytes for doomed in pruning.delete))
    console.print(
        f"Keep {counted(len(pruning.keep), 'run')}, leave {len(pruning.left)} as they are, "
        f"delete {counted(len(pruning.delete), 'run')} ({total})."
    )


def _print_machine(history: History, machine: Machine, console: "Console") -> None:
    from rich.text import Text

    console.print(Text(f"\n{one_line(machine_sentence(machine))}"))
    console.print(Text(f"  {pace_sentence(machine)}"))
    marks = machine.marks[-_MARKS:]
    if len(machine.marks) > _MARKS:
        console.print(f"  {len(machine.marks) - _MARKS} earlier updates are on the page of --out.")
    for mark in marks:
        started = f"{history.run(mark.run).started:%Y-%m-%d}"
        line = f"updated before #{mark.run} ({started}): {one_line(', '.join(mark.changes))}"
        print_wrapped(line, console, first="  ", rest="    ")
    console.print()


def _print_moment(history: History, run: int, changes: Sequence[Step], console: "Console") -> None:
    """Print what changed with a run, the largest first."""
    from rich.text import Text

    where = f"#{run}  {history.run(run).started:%Y-%m-%d}  {history.label(run)}"
    console.print(Text(f"{where}: {counted(len(changes), 'change')}", style="bold"))
    if changes[0].versions:
        console.print(Text(f"  updated: {one_line(', '.join(changes[0].versions))}"))
    table = _table("change", "series", "metric", "before", "after", "last before")
    for step in changes[:_ROWS]:
        _add(
            table,
            step_text(step.before, step.after),
            step.series,
            step.metric,
            value_text(step.before, step.unit, exact=step.exact),
            value_text(step.after, step.unit, exact=step.exact),
            f"#{step.before_run}",
        )
    console.print(table)


def _print_rest(count: int, console: "Console") -> None:
    if count > 0:
        console.print(f"And {count} more: all are on the page of --out DIR, or in --json.")


def _since_table(rows: Sequence[SinceRow]) -> "Table":
    table = _table("change", "series", "metric", "then", "now", "changed at")
    for row in rows:
        is_change = row.before is not None and row.now is not None
        _add(
            table,
            step_text(row.before or 0.0, row.now or 0.0) if is_change else row.what,
            row.series,
            row.metric,
            value_text(row.before, row.unit, exact=row.exact),
            value_text(row.now, row.unit, exact=row.exact),
            " ".join(f"#{after}" for _, after in row.runs[-_FEW:]),
        )
    return table


def _table(*columns: str) -> "Table":
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        is_number = column in {"change", "before", "after", "then", "now"}
        table.add_column(
            column,
            justify="right" if is_number else "left",
            no_wrap=column != "series",
            overflow="fold",
        )
    return table


def _add(table: "Table", *cells: str) -> None:
    from rich.text import Text

    table.add_row(*(Text(one_line(cell)) for cell in cells))
