"""A drawn figure with its words, and how it is stored."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from savebench.report.drawing.style import RC

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PNG_DPI = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A figure, and what to call it."""

    name: str
    """Without an ending: ``"tradeoff-1"``."""
    title: str
    alt: str
    """What it shows, for those who cannot see it."""
    figure: "Figure"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPlot:
    """Where a plot was stored, and its words."""

    title: str
    alt: str
    png: Path
    svg: Path


def store_all(plots: Iterable[Plot], folder: Path) -> list[StoredPlot]:
    """Draw and store plots in one style; return where each is, in a folder made where missing."""
    import matplotlib as mpl

    folder.mkdir(parents=True, exist_ok=True)
    stored = []
    with mpl.rc_context(rc=RC):
        for plot in plots:
            png, svg = store(plot, folder)
            stored.append(StoredPlot(title=plot.title, alt=plot.alt, png=png, svg=svg))
    return stored


def freeze(figure: "Figure") -> None:
    """Lay a figure out once, so that it is not laid out anew for each file it is stored in."""
    if figure.get_layout_engine() is not None:
        figure.draw_without_rendering()
        figure.set_layout_engine("none")


def store(plot: Plot, folder: Path) -> tuple[Path, Path]:
    """Write ``name.png`` and ``name.svg`` into a folder and return their paths.

    The same figure gives the same bytes: no date is written and ids are fixed (`style.RC`).
    """
    png, svg = folder / f"{plot.name}.png", folder / f"{plot.name}.svg"
    freeze(plot.figure)
    plot.figure.savefig(png, dpi=_PNG_DPI)
    plot.figure.savefig(svg, metadata={"Date": None})
    return png, svg
