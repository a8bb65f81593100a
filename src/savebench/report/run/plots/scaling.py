"""Cost against model size: a fixed cost and a cost per MB, fitted to each series."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from savebench.report.drawing.figures import Plot
from savebench.report.drawing.style import Look, log_limits, looks, new_figure, read_as
from savebench.report.words import line_text
from savebench.summary import SummaryRow
from savebench.summary.fits import ALL_WORKLOADS, Curve, curves_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_METRICS = {"load_predict_s": "load + predict", "dump_s": "dump"}
_FAMILIES_A_FIGURE = 3


def scaling_plots(rows: Sequence[SummaryRow]) -> Iterator[Plot]:
    """Yield figures of three families at most: load + predict at the left, dump at the right."""
    series = curves_of(rows)
    families = list(dict.fromkeys(one.family for one in series))
    shown = looks(list(dict.fromkeys(one.serializer for one in series)))
    pages = [
        families[start : start + _FAMILIES_A_FIGURE]
        for start in range(0, len(families), _FAMILIES_A_FIGURE)
    ]
    for number, page in enumerate(pages, start=1):
        of = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        pooled = page == [ALL_WORKLOADS]
        note = "; no workload was measured in two sizes, so each point is another" if pooled else ""
        yield Plot(
            name=f"scaling-{number}",
            title=f"Cost against model size{of}{note}",
            alt=(
                f"Time to load and predict, and to dump, against model size for "
                f"{', '.join(page)}"
                f"{'' if pooled else ', with fitted lines: a fixed cost and a cost per MB'}."
            ),
            figure=_figure(page, [one for one in series if one.family in page], shown),
        )


def _figure(
    families: Sequence[str], series: Sequence[Curve], shown: Mapping[str, Look]
) -> "Figure":
    figure = new_figure(9.6, 3.7 * len(families))
    grid = figure.subplots(len(families), len(_METRICS), squeeze=False)
    for family, line_of_axes in zip(families, grid, strict=True):
        for (metric, what), axes in zip(_METRICS.items(), line_of_axes, strict=True):
            mine = [one for one in series if (one.family, one.metric) == (family, metric)]
            axes.set_title(f"{what}: {family}", parse_math=False)
            if mine:
                _draw(axes, _in_order(mine, shown), shown)
            else:
                axes.set_axis_off()
    return figure


def _in_order(series: Sequence[Curve], shown: Mapping[str, Look]) -> list[Curve]:
    by_name = {one.serializer: one for one in series}
    return [by_name[name] for name in shown if name in by_name]


def _draw(axes: "Axes", series: Sequence[Curve], shown: Mapping[str, Look]) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(color="#EEEEEE", linewidth=0.6)
    for one in series:
        _draw_series(axes, one, shown[one.serializer])
    sizes = log_limits((size for one in series for size, _ in one.points), margin=0.06)
    low, high = log_limits((cost for one in series for _, cost in one.points), margin=0.06)
    # The key lies in the upper left, where rising lines leave room; give it more.
    high *= (high / low) ** (0.05 * len(series))
    axes.set_xlim(*sizes)
    axes.set_ylim(low, high)
    read_as(axes.xaxis, *sizes, unit="bytes")
    read_as(axes.yaxis, low, high, unit="s", most=6)
    pooled = series[0].family == ALL_WORKLOADS
    each = "; each point is another workload" if pooled else ""
    axes.set_xlabel(f"model size (pickled){each}")
    axes.legend(loc="upper left", fontsize=7, handlelength=3.2, labelspacing=0.25)


def _draw_series(axes: "Axes", one: Curve, look: Look) -> None:
    label = f"{one.serializer}: {line_text(one.line)}" if one.line else one.serializer
    if one.line:
        sizes = _between(one.points[0][0], one.points[-1][0])
        costs = [one.line.at(size) for size in sizes]
        axes.plot(sizes, costs, color=look.color, linestyle=look.line, linewidth=1.2)
    axes.plot(
        [size for size, _ in one.points],
        [cost for _, cost in one.points],
        color=look.color,
        marker=look.marker,
        markersize=5,
        linestyle="none",
    )
    axes.plot(
        [],
        [],
        color=look.color,
        marker=look.marker,
        markersize=5,
        linestyle=look.line if one.line else "none",
        label=label,
    )


def _between(low: float, high: float, count: int = 60) -> list[float]:
    step = math.log(high / low) / (count - 1)
    return [low * math.exp(step * number) for number in range(count)]
