"""Cost against model size: a fixed cost and a cost per MB, fitted to each series."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from savebench.report.drawing.figures import Plot
from savebench.report.drawing.style import Look, log_limits, looks, new_figure, read_as
from savebench.stats import CostLine, fit_cost_line
from savebench.summary import SummaryRow
from savebench.units import human_seconds

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ALL_WORKLOADS = "all workloads"
_METRICS = {"load_predict_s": "load + predict", "dump_s": "dump"}
_FAMILIES_A_FIGURE = 3
_MB = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One serializer's cost over the sizes of one family."""

    family: str
    """A workload, or `ALL_WORKLOADS` where none was measured in two sizes."""
    serializer: str
    metric: str
    points: tuple[tuple[float, float], ...]
    """(model bytes, seconds), by rising size."""
    line: CostLine | None
    """Seconds and seconds a byte; None where the points are of different workloads."""


def scaling_series(rows: Sequence[SummaryRow]) -> list[Series]:
    """Return the cost of each round trip over size, in families measured in two sizes or more.

    Where no workload has two sizes, the models of all workloads make one family, without lines: a
    model's kind would pass for its size.
    """
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    sizes: dict[str, set[str]] = {}
    for row in rows:
        if _counts(row):
            sizes.setdefault(row.workload, set()).add(row.size)
    growing = {workload for workload, names in sizes.items() if len(names) > 1}
    for row in rows:
        if _counts(row) and (not growing or row.workload in growing):
            family = row.workload if growing else ALL_WORKLOADS
            points = found.setdefault((family, row.metric, row.serializer), [])
            points.append((float(row.model_bytes or 0), row.median))
    return [
        Series(
            family=family,
            metric=metric,
            serializer=serializer,
            points=tuple(sorted(points)),
            line=_line(points) if growing else None,
        )
        for (family, metric, serializer), points in found.items()
    ]


def scaling_plots(rows: Sequence[SummaryRow]) -> Iterator[Plot]:
    """Yield figures of three families at most: load + predict at the left, dump at the right."""
    series = scaling_series(rows)
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


def line_text(line: CostLine) -> str:
    """Return a fitted line in words: ``"61.2 us + 512 us/MB"``."""
    return f"{human_seconds(line.fixed)} + {human_seconds(line.per_unit * _MB)}/MB"


def _counts(row: SummaryRow) -> bool:
    return (
        row.metric in _METRICS
        and row.kind == "round-trip"
        and bool(row.model_bytes)
        and row.median > 0
    )


def _line(points: Sequence[tuple[float, float]]) -> CostLine | None:
    sizes, costs = zip(*points, strict=True)
    return fit_cost_line(sizes, costs) if len(set(sizes)) > 1 else None


def _figure(
    families: Sequence[str], series: Sequence[Series], shown: Mapping[str, Look]
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


def _in_order(series: Sequence[Series], shown: Mapping[str, Look]) -> list[Series]:
    by_name = {one.serializer: one for one in series}
    return [by_name[name] for name in shown if name in by_name]


def _draw(axes: "Axes", series: Sequence[Series], shown: Mapping[str, Look]) -> None:
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


def _draw_series(axes: "Axes", one: Series, look: Look) -> None:
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
