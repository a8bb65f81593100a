"""Every plot of a run, drawn without a display and stored as PNG and SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from savebench.report.drawing.figures import Plot, store
from savebench.report.drawing.style import RC
from savebench.report.run.plots.heatmap import heatmap_plots
from savebench.report.run.plots.peaks import peak_plots
from savebench.report.run.plots.scaling import scaling_plots
from savebench.report.run.plots.tradeoff import tradeoff_plots
from savebench.summary import SummaryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlot:
    """Where a plot was stored, and its words."""

    title: str
    alt: str
    png: Path
    svg: Path


def draw_all(rows: Sequence[SummaryRow], folder: Path) -> list[Path]:
    """Draw every plot that the data allow into a folder; return the PNG and SVG files' paths."""
    return [path for plot in store_plots(rows, folder) for path in (plot.png, plot.svg)]


def store_plots(rows: Sequence[SummaryRow], folder: Path) -> list[StoredPlot]:
    """Draw every plot that the data allow into a folder, and return where each is.

    The rows are of cases that did not fail (`summary.sound_rows`): a plot would show others beside
    them.
    """
    import matplotlib as mpl

    folder.mkdir(parents=True, exist_ok=True)
    stored = []
    with mpl.rc_context(rc=RC):
        for plot in _plots(rows):
            png, svg = store(plot, folder)
            stored.append(StoredPlot(title=plot.title, alt=plot.alt, png=png, svg=svg))
    return stored


def _plots(rows: Sequence[SummaryRow]) -> Iterator[Plot]:
    yield from tradeoff_plots(rows)
    yield from heatmap_plots(rows)
    yield from scaling_plots(rows)
    yield from peak_plots(rows)
