"""Peak memory of dump and load, as multiples of the model's size."""

import statistics
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from savebench.report.drawing.figures import Plot
from savebench.report.drawing.style import new_figure
from savebench.summary import SummaryRow
from savebench.summary.peaks import PEAKS, Multiples, models_that_show, peak_multiples

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_METRICS = {"dump_peak_bytes": "dump", "load_peak_bytes": "load"}
_COLOURS = {"dump_peak_bytes": "#D55E00", "load_peak_bytes": "#0072B2"}
_MARKERS = {"dump_peak_bytes": "s", "load_peak_bytes": "o"}
_LINEAR_UP_TO = 8.0


def peak_plots(rows: Sequence[SummaryRow]) -> Iterator[Plot]:
    """Yield one dot plot, or none where no peak was measured."""
    used, large = models_that_show(rows, PEAKS)
    which = "models of about 1 MB and more" if large else "all models (none reaches 1 MB)"
    multiples = peak_multiples(rows)
    if not multiples:
        return
    models = len({(row.workload, row.size) for row in used})
    yield Plot(
        name="peak-memory",
        title=f"Peak memory as a multiple of the model's size, {which}",
        alt=(
            f"Peak memory during dump and load as a multiple of the model's size, "
            f"for {len(multiples)} serializers over {models} models."
        ),
        figure=_figure(multiples),
    )


def _figure(multiples: Multiples) -> "Figure":
    from matplotlib.lines import Line2D

    figure = new_figure(8.0, 0.26 * len(multiples) + 1.3)
    axes = figure.subplots()
    for row, metrics in enumerate(multiples.values()):
        for shift, (metric, values) in zip((-0.16, 0.16), metrics.items(), strict=True):
            _draw(axes, row + shift, metric, values)
    most = max(value for metrics in multiples.values() for vs in metrics.values() for value in vs)
    _scale(axes, most)
    axes.set_yticks(range(len(multiples)), list(multiples), parse_math=False)
    axes.set_ylim(len(multiples) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#EEEEEE", linewidth=0.6)
    axes.axvline(1.0, color="#777777", linewidth=0.8, linestyle=":")
    axes.set_xlabel("peak memory above the level before, as a multiple of the model's pickled size")
    handles = [
        Line2D(
            [], [], color=_COLOURS[metric], marker=_MARKERS[metric], linestyle="none", label=what
        )
        for metric, what in (
            (name, f"{text}: median over models") for name, text in _METRICS.items()
        )
    ]
    handles.append(Line2D([], [], color="#777777", marker="|", linestyle="none", label="one model"))
    figure.legend(handles=handles, loc="outside upper right", ncols=3, fontsize=8)
    return figure


def _draw(axes: "Axes", height: float, metric: str, values: list[float]) -> None:
    if not values:
        return
    colour = _COLOURS[metric]
    axes.plot([min(values), max(values)], [height, height], color=colour, linewidth=0.8, alpha=0.5)
    axes.plot(values, [height] * len(values), "|", color=colour, markersize=5, alpha=0.7)
    axes.plot(
        statistics.median(values), height, marker=_MARKERS[metric], color=colour, markersize=5
    )


def _scale(axes: "Axes", most: float) -> None:
    from matplotlib.ticker import FuncFormatter

    if most > _LINEAR_UP_TO:
        axes.set_xscale("symlog", linthresh=1.0)
    axes.set_xlim(left=-0.03 * min(most, _LINEAR_UP_TO))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}x"))
