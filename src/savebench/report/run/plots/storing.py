"""Every plot of a run, drawn without a display and stored as PNG and SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from savebench.records import Run
from savebench.report.drawing.figures import Plot, store
from savebench.report.drawing.style import RC
from savebench.report.run.plots.heatmap import heatmap_plots
from savebench.report.run.plots.peaks import peak_plots
from savebench.report.run.plots.scaling import scaling_plots
from savebench.report.run.plots.tradeoff import tradeoff_plots
from savebench.summary import RANKED_OUTCOMES, SummaryRow, case_outcomes, outcome_rows, summary_rows

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlot:
    """Where a plot was stored, and its words."""

    title: str
    alt: str
    png: Path
    svg: Path


def draw_all(run: Run, summary: "pd.DataFrame", folder: Path) -> list[Path]:
    """Draw every plot that the data allow into a folder; return the PNG and SVG files' paths."""
    return [path for plot in store_plots(run, summary, folder) for path in (plot.png, plot.svg)]


def store_plots(run: Run, summary: "pd.DataFrame", folder: Path) -> list[StoredPlot]:
    """Draw every plot that the data allow into a folder, and return where each is.

    Cases that failed are left out: a plot would show them beside cases that did not.
    """
    import matplotlib as mpl

    folder.mkdir(parents=True, exist_ok=True)
    stored = []
    with mpl.rc_context(rc=RC):
        for plot in _plots(sound_rows(run, summary)):
            png, svg = store(plot, folder)
            stored.append(StoredPlot(title=plot.title, alt=plot.alt, png=png, svg=svg))
    return stored


def _plots(rows: list[SummaryRow]) -> Iterator[Plot]:
    yield from tradeoff_plots(rows)
    yield from heatmap_plots(rows)
    yield from scaling_plots(rows)
    yield from peak_plots(rows)


def sound_rows(run: Run, summary: "pd.DataFrame") -> list[SummaryRow]:
    """Return the summary's rows of cases that did not fail."""
    failed = {
        (row.workload, row.size, row.serializer)
        for row in outcome_rows(case_outcomes(run))
        if row.outcome not in RANKED_OUTCOMES
    }
    return [
        row
        for row in summary_rows(summary)
        if (row.workload, row.size, row.serializer) not in failed
    ]
