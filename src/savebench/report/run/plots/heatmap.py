"""Dump, load + predict and size as ratios to pickle: serializers down, models across."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from savebench.report.drawing.figures import Plot
from savebench.report.drawing.style import new_figure
from savebench.summary import BASELINE, SummaryRow
from savebench.summary.ranks import baseline_first
from savebench.units import aligned_ratio

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

COLUMNS_A_PAGE = 25
_METRICS = {
    "load_predict_s": "load + predict",
    "dump_s": "dump",
    "size_bytes": "size on disk",
}
_CELL_WIDTH, _CELL_HEIGHT = 0.52, 0.23
_LEAST_SPAN, _GREATEST_SPAN = 2.0, 32.0
_DARK = 0.5

Ratios = dict[tuple[str, str, str], float]
"""(metric, serializer, model) -> ratio."""


def heatmap_plots(rows: Sequence[SummaryRow]) -> Iterator[Plot]:
    """Yield heat maps of 25 models at most, three maps one above the other in each."""
    ratios: Ratios = {
        (row.metric, row.serializer, f"{row.workload}@{row.size}"): row.ratio
        for row in rows
        if row.metric in _METRICS and row.ratio is not None
    }
    if not ratios:
        return
    kinds = {row.serializer: row.kind for row in rows}
    serializers = baseline_first(kinds)
    models = list(dict.fromkeys(f"{row.workload}@{row.size}" for row in rows))
    pages = _pages(models)
    for number, page in enumerate(pages, start=1):
        of = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        yield Plot(
            name=f"ratios-{number}",
            title=f"Time and size relative to {BASELINE}{of}",
            alt=(
                f"Heat maps of load + predict, dump and size relative to {BASELINE}: "
                f"{len(serializers)} serializers down, {len(page)} models across; "
                f"the numbers are in the tables of the report."
            ),
            figure=_figure(ratios, serializers, kinds, page),
        )


def _pages(models: list[str]) -> list[list[str]]:
    """Return pages of nearly equal length."""
    count = math.ceil(len(models) / COLUMNS_A_PAGE)
    length = math.ceil(len(models) / count)
    return [models[start : start + length] for start in range(0, len(models), length)]


def _figure(
    ratios: Ratios, serializers: list[str], kinds: dict[str, str], models: list[str]
) -> "Figure":
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm

    map_height = _CELL_HEIGHT * len(serializers) + 0.35
    longest = max(map(len, models))
    figure = new_figure(
        max(6.0, 1.9 + _CELL_WIDTH * len(models)),
        map_height * len(_METRICS) + 1.0 + 0.06 * longest,
    )
    span = _span(ratios)
    norm = LogNorm(1 / span, span)
    grid = figure.subplots(len(_METRICS), 1, sharex=True, squeeze=False)
    for axes, (metric, what) in zip(grid.flat, _METRICS.items(), strict=True):
        _draw(axes, ratios, metric, serializers, models, norm)
        _part_kinds(axes, serializers, kinds)
        axes.set_title(f"{what}, relative to {BASELINE}")
    bar = figure.colorbar(
        ScalarMappable(norm, "PuOr_r"),
        ax=grid.ravel().tolist(),
        location="bottom",
        extend="both",
        aspect=40,
        shrink=0.9,
        pad=0.01,
    )
    _mark_bar(bar.ax.xaxis, span)
    bar.set_label(f"purple: less than {BASELINE}; orange: more; hatched: no value", fontsize=8)
    return figure


def _draw(  # noqa: PLR0913, PLR0917 - a map, its two edges and its scale
    axes: "Axes",
    ratios: Ratios,
    metric: str,
    serializers: list[str],
    models: list[str],
    norm: "LogNorm",
) -> None:
    import numpy as np
    from matplotlib import colormaps

    values = np.array(
        [[ratios.get((metric, name, model), math.nan) for model in models] for name in serializers]
    )
    colours = colormaps["PuOr_r"]
    axes.set_facecolor("white")
    axes.pcolormesh(
        np.ma.masked_invalid(values), norm=norm, cmap=colours, edgecolors="white", linewidth=0.6
    )
    for (row, column), value in np.ndenumerate(values):
        if math.isnan(value):
            _hatch(axes, row, column)
            continue
        _write(axes, row, column, float(value), colours(norm(value)))
    axes.set_xlim(0, len(models))
    axes.set_ylim(len(serializers), 0)
    axes.set_yticks([row + 0.5 for row in range(len(serializers))], serializers, parse_math=False)
    axes.set_xticks([column + 0.5 for column in range(len(models))])
    axes.set_xticklabels(models, rotation=40, ha="right", rotation_mode="anchor", parse_math=False)
    axes.tick_params(length=0, labelsize=8)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _write(
    axes: "Axes", row: int, column: int, ratio: float, colour: tuple[float, float, float, float]
) -> None:
    """Write a ratio into its cell, in white where the cell is dark."""
    red, green, blue, _ = colour
    dark = 0.299 * red + 0.587 * green + 0.114 * blue < _DARK
    axes.text(
        column + 0.5,
        row + 0.52,
        aligned_ratio(ratio)[:-1],
        ha="center",
        va="center",
        fontsize=7,
        color="white" if dark else "black",
        in_layout=False,
        parse_math=False,
    )


def _hatch(axes: "Axes", row: int, column: int) -> None:
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle(
            (column, row),
            1,
            1,
            fill=False,
            hatch="////",
            edgecolor="#BBBBBB",
            linewidth=0,
            in_layout=False,
        )
    )


def _part_kinds(axes: "Axes", serializers: list[str], kinds: dict[str, str]) -> None:
    """Draw a line between kinds: rows of different kinds are no rivals."""
    for row in range(1, len(serializers)):
        if kinds[serializers[row]] != kinds[serializers[row - 1]]:
            axes.axhline(row, color="black", linewidth=1.2)


def _span(ratios: Ratios) -> float:
    """Return the ratio at which the colours end: the same either way from 1."""
    widest = max(max(ratio, 1 / ratio) for ratio in ratios.values())
    return min(max(widest, _LEAST_SPAN), _GREATEST_SPAN)


def _mark_bar(axis: object, span: float) -> None:
    from matplotlib.axis import Axis
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    assert isinstance(axis, Axis)
    steps = [2.0**power for power in range(-5, 6)]
    ticks = [step for step in steps if 1 / span <= step <= span]
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(
        FixedFormatter([f"1/{1 / tick:g}" if tick < 1 else f"{tick:g}x" for tick in ticks])
    )
    axis.set_minor_locator(NullLocator())
