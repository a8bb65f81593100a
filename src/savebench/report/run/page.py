"""A run's report as a folder: ``report.md``, ``summary.csv``, ``regimes.json`` and ``plots/``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from savebench.records.schema import Run
from savebench.report.claims.page import CLAIM_FILTERS
from savebench.report.drawing.figures import StoredPlot
from savebench.report.markdown import Markdown, render, unbroken
from savebench.report.run.cells import (
    cell,
    of_floor_cell,
    of_model_cell,
    plain_ratio_cell,
    ratio_cell,
    speed_cell,
    spread_cell,
)
from savebench.report.run.content import Content, content_of
from savebench.report.run.json import regimes_json
from savebench.report.run.plots.storing import store_plots
from savebench.report.run.steady import HEADING, disagreement_sentence, steady_cells
from savebench.report.words import MISSING, line_text, shortened
from savebench.summary import BASELINE, outcomes_frame, summary_frame, write_csv
from savebench.units import counted, human_bytes, human_duration

_TEMPLATE = "report.md.j2"


def write_report(run: Run, folder: Path) -> Path:
    """Write ``report.md``, the tables and ``plots/`` into a folder; return the report's path.

    The folder is made where it is missing; files of the same names are replaced.
    """
    content = content_of(run)
    folder.mkdir(parents=True, exist_ok=True)
    summary, outcomes = summary_frame(content.rows), outcomes_frame(content.outcomes)
    write_csv(summary, outcomes, folder / "summary.csv")
    (folder / "regimes.json").write_bytes(regimes_json(content))
    plots = store_plots(content.sound, folder / "plots")
    path = folder / "report.md"
    path.write_text(page_of(content, plots), encoding="utf-8", newline="\n")
    return path


def page_of(content: Content, plots: Sequence[StoredPlot]) -> str:
    """Return the text of ``report.md``; its pictures lie in ``plots/`` beside it."""
    return render(
        _TEMPLATE,
        {**_FILTERS, **CLAIM_FILTERS},
        run=content,
        plots=plots,
        baseline=BASELINE,
        claims=[told for told in content.claims if told.is_told],
        untold=sum(not told.is_told for told in content.claims),
        commands=(),
        hot_loop=HEADING,
    )


def _interval(text: str) -> Markdown:
    """Return a cell's text, its interval as markdown shows it: ``"1.24x [1.20, 1.31]"``."""
    return unbroken(text.replace("-", ", ") if "[" in text else text)


_FILTERS: dict[str, Callable[..., Any]] = {
    "cell": lambda row: unbroken(cell(row)),
    "ratio": lambda row: _interval(ratio_cell(row)),
    "interval": _interval,
    "plain_ratio": plain_ratio_cell,
    "of_model": of_model_cell,
    "speed": lambda pace: unbroken(speed_cell(pace)),
    "of_floor": of_floor_cell,
    "line": lambda line: unbroken(line_text(line) if line else MISSING),
    "spread": lambda spread: _interval(spread_cell(spread)),
    "steady": lambda both: Markdown(" | ".join(map(unbroken, steady_cells(both)))),
    "disagreement": disagreement_sentence,
    "bar": lambda cells: Markdown(" | ".join(map(unbroken, cells))),
    "bytes": human_bytes,
    "duration": human_duration,
    "counted": counted,
    "shortened": shortened,
}
