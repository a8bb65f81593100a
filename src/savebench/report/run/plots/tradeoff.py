"""Size against load + predict, a panel per workload and size."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from savebench.report.drawing.figures import Plot, freeze
from savebench.report.drawing.labels import Label, place_labels
from savebench.report.drawing.style import (
    MUTED,
    Look,
    darker,
    log_limits,
    looks,
    new_figure,
    read_as,
)
from savebench.summary import SummaryRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

_PANELS = 6
_ACROSS = 2
_FRONT = "#777777"


@dataclass(frozen=True, slots=True)
class Point:
    """One serializer's two costs for one model."""

    serializer: str
    kind: str
    size_bytes: float
    load_predict_s: float


def tradeoff_plots(rows: Sequence[SummaryRow]) -> Iterator[Plot]:
    """Yield figures of six panels at most: artifact size against the time to load and predict."""
    panels = _points(rows)
    names = list(panels)
    series = looks(list(dict.fromkeys(point.serializer for ps in panels.values() for point in ps)))
    pages = [names[start : start + _PANELS] for start in range(0, len(names), _PANELS)]
    for number, page in enumerate(pages, start=1):
        of = f" ({number} of {len(pages)})" if len(pages) > 1 else ""
        fastest = ", ".join(
            f"{name}: {min(panels[name], key=lambda point: point.load_predict_s).serializer}"
            for name in page
        )
        yield Plot(
            name=f"tradeoff-{number}",
            title=f"Size against load + predict{of}",
            alt=f"Artifact size against time to load and predict. Least time on {fastest}.",
            figure=_figure({name: panels[name] for name in page}, series),
        )


def pareto_front(points: Sequence[Point]) -> list[Point]:
    """Return the points that no other beats in both costs, by rising size."""
    front: list[Point] = []
    for point in sorted(points, key=lambda p: (p.size_bytes, p.load_predict_s)):
        if not front or point.load_predict_s < front[-1].load_predict_s:
            front.append(point)
    return front


def _points(rows: Sequence[SummaryRow]) -> dict[str, list[Point]]:
    ranked: dict[tuple[str, str], SummaryRow] = {}
    sizes: dict[tuple[str, str], SummaryRow] = {}
    for row in rows:
        key = f"{row.workload}@{row.size}", row.serializer
        if row.metric == "load_predict_s":
            ranked[key] = row
        elif row.metric == "size_bytes" and row.median > 0:
            sizes[key] = row
    panels: dict[str, list[Point]] = {}
    for key, row in ranked.items():
        if key in sizes:
            point = Point(row.serializer, row.kind, sizes[key].median, row.median)
            panels.setdefault(key[0], []).append(point)
    return panels


def _figure(panels: dict[str, list[Point]], series: dict[str, Look]) -> "Figure":
    across = min(_ACROSS, len(panels))
    down = math.ceil(len(panels) / across)
    figure = new_figure(4.7 * across, 3.5 * down + 0.6)
    grid = figure.subplots(down, across, squeeze=False)
    for axes, (name, points) in zip(grid.flat, panels.items(), strict=False):
        _draw(axes, name, points, series)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_axis_off()
    _add_legend(figure, panels, series)
    freeze(figure)
    for axes, points in zip(grid.flat, panels.values(), strict=False):
        front = pareto_front(_round_trips(points))
        names = {point.serializer for point in front}
        labels = [_label(point, names, series) for point in points]
        place_labels(axes, labels, steps=_corners(front))
    return figure


def _draw(axes: "Axes", name: str, points: list[Point], series: dict[str, Look]) -> None:
    axes.set_title(name, parse_math=False)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(color="#EEEEEE", linewidth=0.6)
    axes.set_axisbelow(True)
    front = pareto_front(_round_trips(points))
    axes.plot(
        [x for x, _ in _corners(front)],
        [y for _, y in _corners(front)],
        color=_FRONT,
        linewidth=1.0,
        zorder=1.5,
    )
    for point in points:
        look = series.get(point.serializer, Look(MUTED, "o", "-"))
        axes.plot(
            point.size_bytes,
            point.load_predict_s,
            marker=look.marker,
            markersize=6 if point.serializer in series else 4,
            color=look.color,
            markerfacecolor=look.color if point.kind == "round-trip" else "white",
            linestyle="none",
            zorder=3 if point.serializer in series else 2,
        )
    x_limits = log_limits((point.size_bytes for point in points), margin=0.2)
    y_limits = log_limits((point.load_predict_s for point in points), margin=0.2)
    axes.set_xlim(*x_limits)
    axes.set_ylim(*y_limits)
    read_as(axes.xaxis, *x_limits, unit="bytes")
    read_as(axes.yaxis, *y_limits, unit="s")
    axes.set_xlabel("size on disk")
    axes.set_ylabel("load + predict")


def _label(point: Point, front: set[str], series: dict[str, Look]) -> Label:
    look = series.get(point.serializer)
    return Label(
        x=point.size_bytes,
        y=point.load_predict_s,
        text=point.serializer,
        color=darker(look.color) if look else "#666666",
        needed=point.serializer in front or point.serializer in series,
    )


def _corners(front: Sequence[Point]) -> list[tuple[float, float]]:
    """Return the corners of the front as a staircase."""
    corners = [(point.size_bytes, point.load_predict_s) for point in front[:1]]
    for before, point in pairwise(front):
        corners.append((point.size_bytes, before.load_predict_s))
        corners.append((point.size_bytes, point.load_predict_s))
    return corners


def _round_trips(points: Sequence[Point]) -> list[Point]:
    return [point for point in points if point.kind == "round-trip"]


def _add_legend(figure: "Figure", panels: dict[str, list[Point]], series: dict[str, Look]) -> None:
    everyone = [point for points in panels.values() for point in points]
    handles = [
        _dot(name, color=look.color, marker=look.marker, markersize=6)
        for name, look in series.items()
    ]
    if {point.serializer for point in everyone} - series.keys():
        handles.append(_dot("the others"))
    if any(point.kind != "round-trip" for point in everyone):
        handles.append(_dot("hollow: no round trip, no rival", markerfacecolor="white"))
    handles.append(
        _dot("front: none is smaller and faster", color=_FRONT, marker="", linestyle="-")
    )
    figure.legend(handles=handles, loc="outside lower center", ncols=4, fontsize=8)


def _dot(label: str, **style: Any) -> "Line2D":
    from matplotlib.lines import Line2D

    plain: dict[str, Any] = {"color": MUTED, "marker": "o", "markersize": 4, "linestyle": "none"}
    return Line2D([], [], label=label, **plain | style)
