"""A history as a folder: ``history.md`` and ``plots/``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from savebench.errors import UsageError
from savebench.history.collecting import said
from savebench.history.steps import by_moment, since, steps, versions_since
from savebench.history.trends import History
from savebench.history.words import (
    machine_sentence,
    pace_sentence,
    step_text,
    summary_sentence,
    value_text,
)
from savebench.report.drawing.figures import StoredPlot
from savebench.report.history.plots import store_history_plots
from savebench.report.markdown import Markdown, render, unbroken
from savebench.units import counted

PAGE = "history.md"
_TEMPLATE = "history.md.j2"
_MOST_ROWS = 2000
"""Some 400 KB of page: more than that a browser shows slowly, and nobody reads."""


def write_history(history: History, folder: Path, number: int | None = None) -> Path:
    """Write ``history.md`` and ``plots/`` into a folder; return the page's path.

    Parameters
    ----------
    history
        What to show.
    folder
        Made where it is missing; files of the same names are replaced.
    number
        A run; the page then has a table of what changed since.

    Raises
    ------
    UsageError
        When the folder cannot be written.
    """
    path = folder / PAGE
    try:
        plots = store_history_plots(history, folder / "plots")
        path.write_text(_page(history, plots, number), encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(
            f"{folder}: cannot write there ({error.strerror}); name another folder with --out"
        ) from error
    return path


def _page(history: History, plots: Sequence[StoredPlot], number: int | None) -> str:
    found = steps(history)
    return render(
        _TEMPLATE,
        _FILTERS,
        history=history,
        summary=summary_sentence(history),
        plots=plots,
        moments=by_moment(found[:_MOST_ROWS]),
        count=len(found),
        most=_MOST_ROWS,
        number=number,
        rows=since(history, number) if number is not None else [],
        updates=versions_since(history, number) if number is not None else {},
        several=len(history.machines) > 1,
    )


_FILTERS: dict[str, Callable[..., Any]] = {
    "about": machine_sentence,
    "pace": pace_sentence,
    "change": lambda row: unbroken(step_text(row.before, row.after)),
    "value": lambda value, row: unbroken(value_text(value, row.unit, exact=row.exact)),
    "since_change": lambda row: unbroken(
        row.what if row.ratio is None else step_text(row.before, row.now)
    ),
    "between": lambda row: Markdown(
        ", ".join(f"#{before} and #{after}" for before, after in row.runs)
    ),
    "said": said,
    "counted": counted,
}
