"""How every plot looks: colours, markers and axes that people read."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from savebench.units import human_bytes, human_seconds

if TYPE_CHECKING:
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

# Any: matplotlib 3.11 types the keys as literals, earlier versions as str.
RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "savebench",
    "font.size": 9.0,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.0,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "figure.dpi": 100,
}
"""In force while a figure is drawn and saved; text stays text in an SVG, and ids are fixed."""

_OKABE_ITO = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Source: M. Okabe, K. Ito, Color Universal Design, 2008; its yellow is too faint on white."""
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_LINES: tuple[str | tuple[int, tuple[int, ...]], ...] = (
    "-",
    "--",
    "-.",
    ":",
    (0, (5, 1)),
    (0, (3, 1, 1, 1)),
    (0, (1, 1)),
)
MUTED = "#999999"
_PREFERRED = (
    "pickle",
    "joblib",
    "joblib-mmap",
    "joblib+zlib3",
    "joblib+lz4",
    "joblib+zstd3",
    "pickle-oob",
)
_LADDERS = (
    (1.0, 2.0, 5.0),
    (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0),
    (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0),
    tuple(step / 10 for step in range(10, 100)),
)
"""Steps within a decade, from coarse to fine."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one series is drawn: told apart by colour, marker and line, so that grey works too."""

    color: str
    marker: str
    line: str | tuple[int, tuple[int, ...]]


def looks(serializers: Sequence[str]) -> dict[str, Look]:
    """Return the looks of the highlighted serializers, seven at most: the known ones first."""
    known = [name for name in _PREFERRED if name in serializers]
    others = [name for name in serializers if name not in known]
    chosen = [*known, *others][: len(_OKABE_ITO)]
    kinds = zip(chosen, _OKABE_ITO, _MARKERS, _LINES, strict=False)
    return {name: Look(color, marker, line) for name, color, marker, line in kinds}


def darker(color: str) -> str:
    """Return a darker shade: thin letters need more contrast than marks do."""
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part * 0.75):02X}" for part in parts)


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure, inches wide and high, that no global state knows of."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    figure = Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08))
    FigureCanvasAgg(figure)
    return figure


def read_as(axis: "Axis", low: float, high: float, unit: str, most: int = 5) -> None:
    """Give a logarithmic axis few ticks at round values, written with their unit."""
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullFormatter, NullLocator

    ticks = log_ticks(low, high, most)
    human = human_seconds if unit == "s" else human_bytes
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FixedFormatter([human(tick) for tick in ticks]))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())


def log_limits(values: Iterable[float], margin: float = 0.12) -> tuple[float, float]:
    """Return limits of a log axis around positive values, at least a factor of two apart."""
    found = list(values)
    low, high = math.log10(min(found)), math.log10(max(found))
    spare = max((high - low) * margin, (math.log10(2) - (high - low)) / 2, 0.05)
    return 10 ** (low - spare), 10 ** (high + spare)


def log_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return at most `most` round values between two limits, three or more where that can be."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    ticks: list[float] = []
    for ladder in _LADDERS:
        found = (step * 10.0**power for power in range(first, last + 1) for step in ladder)
        ticks = [tick for tick in found if low <= tick <= high]
        if len(ticks) > 2:  # noqa: PLR2004 - a log axis reads as one from three ticks on
            break
    if len(ticks) > most:
        decades = [10.0**power for power in range(first, last + 1) if low <= 10.0**power <= high]
        ticks = decades if len(decades) > 2 else ticks  # noqa: PLR2004 - as above
    return ticks[:: math.ceil(len(ticks) / most)] if ticks else ticks
