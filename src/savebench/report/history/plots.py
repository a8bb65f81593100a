"""A history as plots: small multiples of the series that changed most, a machine a figure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from savebench.history.changepoints import ChangePoint
from savebench.history.machines import Machine, Trend
from savebench.history.steps import size
from savebench.history.trends import History
from savebench.history.words import step_text, value_text
from savebench.report.drawing.figures import Plot, StoredPlot, store_all
from savebench.report.drawing.style import MUTED, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3
_PANELS = 12
_FIGURES = 2
_LABELS = 3
_LINE_POINTS = 11
_DRAWN_ONE_BY_ONE = 300
"""More points than that make an SVG large; they are drawn into it as a picture."""
_WORSE, _BETTER, _LEVEL = "#D55E00", "#0072B2", "#000000"
"""Okabe and Ito's, as in `drawing.style`; an arrow says the same without colour."""


def store_history_plots(history: History, folder: Path) -> list[StoredPlot]:
    """Draw into a folder, which is made where it is missing; return where each plot is."""
    plots = (plot for machine in history.machines for plot in machine_plots(machine))
    return store_all(plots, folder)


def machine_plots(machine: Machine) -> Iterator[Plot]:
    """Yield figures of twelve series at most, the largest changes first; then the pace."""
    changed = changed_most(machine)
    shown = changed[: _PANELS * _FIGURES]
    pages = [shown[start : start + _PANELS] for start in range(0, len(shown), _PANELS)]
    for number, page in enumerate(pages, start=1):
        of = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        yield Plot(
            name=f"history-{machine.number}-{number}",
            title=f"Machine {machine.number}: what changed most{of}",
            alt=(
                f"Each run's median of {len(page)} series over the runs of machine "
                f"{machine.number}, with the level between changes: "
                f"{'; '.join(f'{each.name} {each.metric}' for each in page)}."
            ),
            figure=_small_multiples(machine, page),
        )
    if len(machine.paces) > 1:
        yield Plot(
            name=f"pace-{machine.number}",
            title=f"Machine {machine.number}: its pace, which the times are relative to",
            alt=(
                f"Time of the control kernels in each run of machine {machine.number}, relative to "
                "their usual time; dotted lines where libraries were updated."
            ),
            figure=_pace(machine),
        )


def changed_most(machine: Machine) -> list[Trend]:
    """Return the series that changed, by their largest change."""
    changed = [series for series in machine.series if series.changes]
    return sorted(
        changed,
        key=lambda series: (
            -max(size(change.ratio) for change in series.changes),
            series.name,
            series.metric,
        ),
    )


def _small_multiples(machine: Machine, page: Sequence[Trend]) -> "Figure":
    columns = min(_COLUMNS, len(page))
    lines = -(-len(page) // columns)
    figure = new_figure(3.4 * columns + 0.4, 2.1 * lines + 0.5)
    grid = figure.subplots(lines, columns, squeeze=False).ravel()
    for axes, series in zip(grid, page, strict=False):
        _draw(axes, machine, series)
    for axes in grid[len(page) :]:
        axes.set_axis_off()
    for axes in grid[max(0, len(page) - columns) : len(page)]:
        axes.set_xlabel("run", fontsize=8)
    return figure


def _draw(axes: "Axes", machine: Machine, series: Trend) -> None:
    """Draw points, levels, changes and updates."""
    _mark_updates(axes, machine)
    axes.plot(
        series.runs,
        series.adjusted,
        ".",
        color=MUTED,
        markersize=3.5,
        zorder=2,
        rasterized=len(series.runs) > _DRAWN_ONE_BY_ONE,
    )
    for start, end in pairwise(series.edges):
        level = median(series.adjusted[start:end])
        ends = [series.runs[start] - 0.5, series.runs[end - 1] + 0.5]
        axes.plot(ends, [level, level], color=_LEVEL, linewidth=1.8, zorder=3)
    low, high = min(series.adjusted), max(series.adjusted)
    spare = max(high - low, 1.0 if series.exact else 0.02 * high)
    axes.set_ylim(low - 0.12 * spare, high + (0.12 + 0.17 * len(_labelled(series))) * spare)
    _runs_axis(axes, machine)
    _mark_changes(axes, series)
    axes.set_title(f"{series.name}\n{series.metric}", fontsize=8, parse_math=False)
    _in_unit(axes, series)


def _mark_changes(axes: "Axes", series: Trend) -> None:
    """Mark each change with a line; write out the largest three, one below the other."""
    left, right = axes.get_xlim()
    labelled = sorted(_labelled(series), key=lambda change: change.index)
    for change in series.changes:
        at = (series.runs[change.index - 1] + series.runs[change.index]) / 2
        color = _WORSE if change.ratio > 1 else _BETTER
        axes.axvline(at, color=color, linewidth=0.9, linestyle="--", zorder=1)
        if change not in labelled:
            continue
        arrow = "\N{UPWARDS ARROW}" if change.ratio > 1 else "\N{DOWNWARDS ARROW}"
        is_late = at > (left + right) / 2
        axes.annotate(
            f"{arrow} {step_text(change.before, change.after)}",
            xy=(at, 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(-4 if is_late else 4, -1 - _LINE_POINTS * labelled.index(change)),
            textcoords="offset points",
            color=color,
            fontsize=8,
            fontweight="bold",
            ha="right" if is_late else "left",
            va="top",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6, "alpha": 0.85},
        )


def _labelled(series: Trend) -> list[ChangePoint]:
    """Return the changes that are written out: the largest."""
    return sorted(series.changes, key=lambda change: -size(change.ratio))[:_LABELS]


def _pace(machine: Machine) -> "Figure":
    figure = new_figure(7.2, 2.6)
    axes = figure.subplots()
    _mark_updates(axes, machine)
    axes.axhline(1.0, color=_LEVEL, linewidth=1.0)
    axes.plot(list(machine.paces), list(machine.paces.values()), ".", color=_BETTER, markersize=4)
    axes.set_ylabel("kernels' time / usual", fontsize=8)
    axes.set_xlabel("run", fontsize=8)
    low, high = min(machine.paces.values()), max(machine.paces.values())
    axes.set_ylim(min(low, 0.95) - 0.02, max(high, 1.05) + 0.02)
    _runs_axis(axes, machine)
    return figure


def _mark_updates(axes: "Axes", machine: Machine) -> None:
    for mark in machine.marks:
        axes.axvline(mark.run - 0.5, color=MUTED, linewidth=1.1, linestyle=":", zorder=0)


def _runs_axis(axes: "Axes", machine: Machine) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.set_xlim(machine.runs[0] - 1, machine.runs[-1] + 1)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.tick_params(labelsize=8)


def _in_unit(axes: "Axes", series: Trend) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(4, integer=series.exact))
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: value_text(value, series.unit, exact=series.exact))
    )
