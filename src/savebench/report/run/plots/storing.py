"""Every plot of a run, drawn without a display and stored as PNG and SVG."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from savebench.report.drawing.figures import Plot, StoredPlot, store_all
from savebench.report.run.plots.heatmap import heatmap_plots
from savebench.report.run.plots.peaks import peak_plots
from savebench.report.run.plots.scaling import scaling_plots
from savebench.report.run.plots.tradeoff import tradeoff_plots
from savebench.summary import SummaryRow


def draw_all(rows: Sequence[SummaryRow], folder: Path) -> list[Path]:
    """Draw every plot that the data allow into a folder; return the PNG and SVG files' paths."""
    return [path for plot in store_plots(rows, folder) for path in (plot.png, plot.svg)]


def store_plots(rows: Sequence[SummaryRow], folder: Path) -> list[StoredPlot]:
    """Draw every plot that the data allow into a folder, and return where each is.

    The rows are of cases that did not fail (`summary.sound_rows`): a plot would show others beside
    them.
    """
    return store_all(_plots(rows), folder)


def _plots(rows: Sequence[SummaryRow]) -> Iterator[Plot]:
    yield from tradeoff_plots(rows)
    yield from heatmap_plots(rows)
    yield from scaling_plots(rows)
    yield from peak_plots(rows)
