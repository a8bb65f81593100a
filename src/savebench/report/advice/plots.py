"""The plots of an answer: ready time against bandwidth, workers against memory."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from savebench.report.advice.spreading import spread
from savebench.report.drawing.figures import Plot, freeze
from savebench.report.drawing.style import (
    MUTED,
    RC,
    Look,
    darker,
    log_limits,
    looks,
    new_figure,
    read_as,
)
from savebench.summary.advice.answer import Answer
from savebench.summary.advice.crossovers import FASTEST, SLOWEST, Line
from savebench.summary.advice.needs import human_rate
from savebench.summary.advice.workers import WorkersTable
from savebench.units import human_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FONT = 8.0
_GAP_POINTS = 11.0
"""From one label's middle to the next."""
_CHARACTER_POINTS = 4.9
_LABEL_OFFSET = 18.0
"""From a line's end to its label, in points."""
_POINTS = 80
_MOST_LINES = 7


def plots_of(answer: Answer) -> list[Plot]:
    """Return the plots that the data allow, drawn in the style of all."""
    import matplotlib as mpl

    with mpl.rc_context(rc=RC):
        found = [bandwidth_plot(answer), workers_plot(answer)]
    return [plot for plot in found if plot is not None]


def bandwidth_plot(answer: Answer) -> Plot | None:
    """Draw the time to the first answer from 1 MB/s to 10 GB/s; None where nothing was sized."""
    crossovers = answer.crossovers
    if not crossovers.lines:
        return None
    shown = _shown(answer)
    figure = new_figure(8.2, 4.6)
    axes = figure.subplots()
    _draw_lines(axes, answer, shown)
    freeze(figure)
    _label_ends(
        axes,
        [(line.name, FASTEST, line.at(FASTEST), darker(look.color)) for line, look in shown],
    )
    _mark_bandwidths(axes, answer)
    names = ", ".join(line.name for line, _ in shown)
    return Plot(
        name="ready-by-bandwidth",
        title="Time to the first answer against bandwidth",
        alt=(
            f"Download, load and first answer together, from 1 MB/s to 10 GB/s, of {names}: "
            f"{crossovers.sentence()}."
        ),
        figure=figure,
    )


def _shown(answer: Answer) -> list[tuple[Line, Look]]:
    """Return the lines to draw: who is best somewhere, the taken one, then by time."""
    crossovers = answer.crossovers
    at = answer.needs.bandwidth_bytes_per_s or FASTEST
    by_time = [line.name for line in sorted(crossovers.lines, key=lambda line: line.at(at))]
    wanted = [*crossovers.best, *([answer.take] if answer.take else []), *by_time]
    names = list(dict.fromkeys(wanted))[:_MOST_LINES]
    by_name = {line.name: line for line in crossovers.lines}
    return [(by_name[name], look) for name, look in looks(names).items() if name in by_name]


def _draw_lines(axes: "Axes", answer: Answer, shown: Sequence[tuple[Line, Look]]) -> None:
    rates = [SLOWEST * (FASTEST / SLOWEST) ** (step / _POINTS) for step in range(_POINTS + 1)]
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(color="#EEEEEE", linewidth=0.6)
    best = {line.name: line for line in answer.crossovers.lines}
    least = [best[answer.crossovers.best_at(rate)].at(rate) for rate in rates]
    axes.plot(rates, least, color="#DDDDDD", linewidth=7, solid_capstyle="round", zorder=1)
    for number, (line, look) in enumerate(shown):
        # Lines that coincide show their marks in turn.
        start = 4 + 3 * number
        axes.plot(
            rates,
            [line.at(rate) for rate in rates],
            color=look.color,
            linestyle=look.line,
            marker=look.marker,
            markersize=4,
            markevery=(start, 24),
            linewidth=2.2 if line.name == answer.take else 1.2,
            zorder=3,
        )
    low, high = log_limits((line.at(rate) for line, _ in shown for rate in rates), margin=0.05)
    low /= 1.3  # room for labels beside the lowest lines
    axes.set_xlim(SLOWEST, FASTEST)
    axes.set_ylim(low, high)
    read_as(axes.xaxis, SLOWEST, FASTEST, unit="bytes", most=5)
    read_as(axes.yaxis, low, high, unit="s", most=6)
    axes.set_xlabel("bandwidth, per second")
    axes.set_ylabel("download + load + first answer")
    _leave_room(axes, [line.name for line, _ in shown], top=0.07)


def _leave_room(axes: "Axes", labels: Sequence[str], top: float) -> None:
    """Keep the right of the figure free for labels, and a share of it above the frame."""
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = axes.get_figure(root=True)
    engine = figure.get_layout_engine() if figure else None
    if figure is None or not isinstance(engine, ConstrainedLayoutEngine):
        return
    points = _LABEL_OFFSET + max(map(len, labels), default=0) * _CHARACTER_POINTS + 6
    share = min(0.5, points / (figure.get_figwidth() * 72))
    engine.set(rect=(0, 0, 1 - share, 1 - top))


def _label_ends(axes: "Axes", ends: Sequence[tuple[str, float, float, str]]) -> None:
    scale = 72 / axes.figure.dpi
    middles = [axes.transData.transform((x, y))[1] * scale for _, x, y, _ in ends]
    places = spread(middles, [_GAP_POINTS * (1 + name.count("\n")) for name, *_ in ends])
    for (name, x, y, color), middle, place in zip(ends, middles, places, strict=True):
        axes.annotate(
            name,
            (x, y),
            xytext=(_LABEL_OFFSET, place - middle),
            textcoords="offset points",
            ha="left",
            va="center",
            color=color,
            fontsize=_FONT,
            arrowprops={"arrowstyle": "-", "color": "#BBBBBB", "linewidth": 0.6, "shrinkA": 0},
            annotation_clip=False,
            parse_math=False,
        )


def _mark_bandwidths(axes: "Axes", answer: Answer) -> None:
    """Mark the crossovers, and the person's own bandwidth, and name them above the frame."""
    crossovers = answer.crossovers
    by_name = {line.name: line for line in crossovers.lines}
    marks = [(each.bytes_per_s, human_rate(each.bytes_per_s), "") for each in crossovers.changes]
    for each in crossovers.changes:
        axes.plot(
            [each.bytes_per_s],
            [by_name[each.above].at(each.bytes_per_s)],
            marker="o",
            markersize=9,
            markerfacecolor="none",
            markeredgecolor="#000000",
            linestyle="none",
            zorder=4,
        )
    own = answer.needs.bandwidth_bytes_per_s
    if own is not None and SLOWEST <= own <= FASTEST:
        marks.append((own, f"yours: {human_rate(own)}", "own"))
    scale = 72 / axes.figure.dpi
    middles = [axes.transData.transform((rate, 1))[0] * scale for rate, _, _ in marks]
    widths = [len(text) * _CHARACTER_POINTS + 8 for _, text, _ in marks]
    for (rate, text, kind), middle, place in zip(
        marks, middles, spread(middles, widths), strict=True
    ):
        is_own = kind == "own"
        axes.axvline(
            rate, color="#000000" if is_own else MUTED, linewidth=1.0, linestyle=":", zorder=0
        )
        axes.annotate(
            text,
            (rate, 1),
            xycoords=("data", "axes fraction"),
            xytext=(place - middle, 12),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=_FONT,
            fontweight="bold" if is_own else "normal",
            color="#333333",
            arrowprops={"arrowstyle": "-", "color": "#BBBBBB", "linewidth": 0.6, "shrinkA": 0},
            annotation_clip=False,
            parse_math=False,
        )


def workers_plot(answer: Answer) -> Plot | None:
    """Draw the memory of all workers against their number; None where no memory was measured."""
    table = answer.workers
    if table is None or not table.lines:
        return None
    figure = new_figure(8.2, 4.2)
    axes = figure.subplots()
    _draw_ways(axes, answer, table)
    freeze(figure)
    _label_ends(
        axes,
        [
            (f"{line.way}\n({line.serializer})", count, total.median, darker(look.color))
            for line, look in zip(table.lines, _way_looks(table), strict=True)
            for count, total in line.totals[-1:]
        ],
    )
    ways = ", ".join(f"{line.way} ({line.serializer})" for line in table.lines)
    return Plot(
        name="memory-by-workers",
        title="Memory of all workers",
        alt=f"Memory of the model in all workers, against their number: {ways}.",
        figure=figure,
    )


def _way_looks(table: WorkersTable) -> list[Look]:
    return list(looks([line.way for line in table.lines]).values())


def _draw_ways(axes: "Axes", answer: Answer, table: WorkersTable) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    axes.grid(color="#EEEEEE", linewidth=0.6)
    for line, look in zip(table.lines, _way_looks(table), strict=True):
        axes.plot(
            [count for count, _ in line.totals],
            [total.median for _, total in line.totals],
            color=look.color,
            linestyle=look.line,
            marker=look.marker,
            markersize=5,
            linewidth=1.4,
            clip_on=False,  # the last mark lies on the frame
        )
    most = max(total.median for line in table.lines for _, total in line.totals)
    limit = answer.needs.memory_bytes
    axes.set_xlim(0, table.counts[-1])
    axes.set_ylim(0, 1.18 * max(most, limit if limit and limit < 2 * most else 0))
    axes.xaxis.set_major_locator(FixedLocator([float(count) for count in table.counts]))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: human_bytes(value)))
    axes.set_xlabel("workers")
    axes.set_ylabel("memory of the model in all of them")
    if limit is not None and limit < 2 * most:
        axes.axhline(limit, color="#000000", linewidth=1.0, linestyle=":")
        axes.annotate(
            f"limit: {human_bytes(limit)}",
            (0, limit),
            xytext=(4, 3),
            textcoords="offset points",
            fontsize=_FONT,
            fontweight="bold",
        )
    if answer.needs.workers is not None:
        axes.axvline(answer.needs.workers, color="#000000", linewidth=1.0, linestyle=":", zorder=0)
    ways = [line.way for line in table.lines]
    _leave_room(axes, [*ways, *(f"({line.serializer})" for line in table.lines)], top=0.0)
