"""Labels beside points that do not collide."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FONT_POINTS = 7.0
_NEAR = 7
_REACH = (_NEAR, 14, 22, 32, 44, 58)
_FAR_REACH = (*_REACH, 76, 96, 120, 150)
_CROWD = 20
_DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_DOT_POINTS = 4


@dataclass(frozen=True, slots=True)
class Label:
    """A text to be placed beside a point of the data."""

    x: float
    y: float
    text: str
    color: str
    needed: bool
    """Placed before the others, and farther off where it must be."""


@dataclass(frozen=True, slots=True)
class _Box:
    """A rectangle, in points from the axes' lower left corner."""

    left: float
    low: float
    right: float
    high: float

    def overlaps(self, other: "_Box") -> bool:
        """Return whether the two share any room."""
        apart = (
            self.right <= other.left
            or other.right <= self.left
            or self.high <= other.low
            or other.high <= self.low
        )
        return not apart

    def holds(self, other: "_Box") -> bool:
        """Return whether the other lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.low <= other.low
            and other.high <= self.high
        )


def place_labels(
    axes: "Axes", labels: Iterable[Label], steps: Sequence[tuple[float, float]] = ()
) -> list[str]:
    """Write labels clear of points, of one another and of the frame; return the texts left out.

    `steps` are the corners of a line of level and upright strokes that labels keep clear of, too.

    Greedy: each label takes the first free of eight directions at growing distance, with a thin
    line back to its point where it stands off; in a crowd only the needed ones may stand off. The
    figure must be laid out before, and stay so: room is counted on the page.
    """
    wanted = sorted(labels, key=lambda label: not label.needed)
    scale = 72 / axes.get_figure(root=True).dpi  # type: ignore[union-attr]
    window = axes.get_window_extent()
    frame = _Box(window.x0 * scale, window.y0 * scale, window.x1 * scale, window.y1 * scale)
    points = axes.transData.transform([(label.x, label.y) for label in wanted]) * scale
    taken = [_around(x, y, _DOT_POINTS, _DOT_POINTS) for x, y in points]
    if steps:
        taken += _strokes(axes.transData.transform(list(steps)) * scale)
    reach = (_NEAR,) if len(wanted) > _CROWD else _REACH
    left_out = []
    for label, (x, y) in zip(wanted, points, strict=True):
        spot = _free_spot(
            _spots(x, y, _text_size(label.text), _FAR_REACH if label.needed else reach),
            frame,
            taken,
        )
        if spot is None:
            left_out.append(label.text)
            continue
        box, distance = spot
        taken.append(box)
        _write(axes, label, (box.left - x, box.low - y), led=distance > _NEAR)
    return left_out


def _strokes(corners: Iterable[Sequence[float]]) -> Iterator[_Box]:
    for (x, y), (next_x, next_y) in pairwise(corners):
        yield _Box(min(x, next_x) - 1, min(y, next_y) - 1, max(x, next_x) + 1, max(y, next_y) + 1)


def _free_spot(
    spots: Iterable[tuple[_Box, float]], frame: _Box, taken: Sequence[_Box]
) -> tuple[_Box, float] | None:
    for box, distance in spots:
        if frame.holds(box) and not any(box.overlaps(other) for other in taken):
            return box, distance
    return None


def _spots(
    x: float, y: float, size: tuple[float, float], reach: Iterable[float]
) -> Iterator[tuple[_Box, float]]:
    """Yield where a text of that size may stand around a point, and how far off, nearest first."""
    half_width, half_height = size[0] / 2, size[1] / 2
    for distance in reach:
        for right, up in _DIRECTIONS:
            middle_x = x + right * (distance + half_width)
            middle_y = y + up * (distance + half_height)
            yield _around(middle_x, middle_y, half_width, half_height), distance


def _around(x: float, y: float, half_width: float, half_height: float) -> _Box:
    return _Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _text_size(text: str) -> tuple[float, float]:
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(family="DejaVu Sans", size=_FONT_POINTS)
    width, _, _ = TextToPath().get_text_width_height_descent(text, font, ismath=False)
    return width + 2, _FONT_POINTS * 1.25


def _write(axes: "Axes", label: Label, offset: tuple[float, float], *, led: bool) -> None:
    line = {"arrowstyle": "-", "color": "#BBBBBB", "linewidth": 0.5, "shrinkA": 0, "shrinkB": 2}
    axes.annotate(
        label.text,
        (label.x, label.y),
        xytext=offset,
        textcoords="offset points",
        ha="left",
        va="bottom",
        color=label.color,
        fontsize=_FONT_POINTS,
        arrowprops=line if led else None,
        parse_math=False,
        zorder=5,
    )
