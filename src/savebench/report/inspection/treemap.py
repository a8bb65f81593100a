"""A model's bytes as a treemap: an area a part, striped where predict does not read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from savebench.inspecting.found import Inspection, Part
from savebench.inspecting.tree import Large, largest
from savebench.report.drawing.figures import Plot
from savebench.report.drawing.style import new_figure
from savebench.report.inspection.squares import Box, squarified
from savebench.report.inspection.words import path_text, share_of, share_text, visible
from savebench.units import human_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDTH, _HEIGHT = 9.0, 5.0
_MOST = 24
_LEAST_SHARE = 0.002
_COLOURS = ("#9ECAE1", "#FDD0A2", "#A1D99B", "#DADAEB", "#F7B6D2", "#C7E9C0", "#FDAE6B", "#C6DBEF")
"""Light enough for dark letters; the groups are told by labels and borders, not by colour."""
_REST = "#E8E8E8"
_SMALL = "small parts"
_DARK = "#222222"
_FONTS = (9.0, 8.0, 7.0)
_PADDING_POINTS = 4.0
_SHORTEST = 4
_LINE = 1.25
_GROUP = re.compile(r"steps\[\d+\]\[1\](?:\.[^.\[]*)?|[^.\[]*(?:\[\d+\])*")
_NOT_READ = re.compile(r"not read by")
_PART_NOT_READ = re.compile(r"^(\d+) % of it ")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tile:
    """One rectangle, and what is written into it."""

    name: str
    size_bytes: int
    group: str
    not_read: float
    """The share of it that predict does not read."""


def treemap(inspection: Inspection) -> Plot | None:
    """Return an inspection as a treemap; None where there is nothing to show."""
    tiles = list(_tiles(inspection.root))
    if not tiles or inspection.root is None:
        return None
    named = ", ".join(
        f"{each.name} {share_text(share_of(each.size_bytes, inspection.root))}"
        for each in tiles[:5]
    )
    return Plot(
        name="treemap",
        title=f"What {visible(inspection.source)} consists of",
        alt=f"A treemap of {human_bytes(inspection.root.bytes)}; the largest parts: {named}.",
        figure=_figure(tiles, inspection.root),
    )


def _tiles(root: Part | None) -> Iterator[_Tile]:
    """Yield the largest parts, and the rest as one, largest first but for the rest."""
    if root is None or not root.bytes:
        return
    rest = root.bytes
    for each in largest(root, _MOST):
        if each.bytes < _LEAST_SHARE * root.bytes or each.bytes > rest:
            break
        rest -= each.bytes
        yield _Tile(
            name=path_text(each.path),
            size_bytes=each.bytes,
            group=_group(each),
            not_read=_not_read(each.what),
        )
    if rest > _LEAST_SHARE * root.bytes:
        yield _Tile(name=_SMALL, size_bytes=rest, group="", not_read=0.0)


def _group(each: Large) -> str:
    """Return the step of a pipeline, or the attribute, that a part belongs to."""
    found = _GROUP.match(each.path)
    return found[0] if found else each.path


def _not_read(what: str) -> float:
    share = _PART_NOT_READ.match(what)
    if share:
        return int(share[1]) / 100
    return 1.0 if _NOT_READ.search(what) and not what.startswith("edges") else 0.0


def _figure(tiles: list[_Tile], root: Part) -> "Figure":
    figure = new_figure(_WIDTH, _HEIGHT)
    figure.set_layout_engine("none")
    has_stripes = any(each.not_read for each in tiles)
    low = 0.07 if has_stripes else 0.01
    axes = figure.add_axes((0.01, low, 0.98, 0.99 - low))
    axes.set_xlim(0, _WIDTH * 0.98 * 72)
    axes.set_ylim(_HEIGHT * (0.99 - low) * 72, 0)
    axes.set_axis_off()
    box = Box(0.0, 0.0, _WIDTH * 0.98 * 72, _HEIGHT * (0.99 - low) * 72)
    ordered = sorted(tiles, key=lambda each: -each.size_bytes)
    colours = _colours(ordered)
    for tile, place in zip(
        ordered, squarified([each.size_bytes for each in ordered], box), strict=True
    ):
        _draw(axes, tile, place, colours.get(tile.group, _REST))
        _write(axes, tile, place, root)
    if has_stripes:
        _legend(figure)
    return figure


def _colours(tiles: list[_Tile]) -> dict[str, str]:
    groups = [each.group for each in tiles if each.group]
    return {
        group: _COLOURS[number % len(_COLOURS)]
        for number, group in enumerate(dict.fromkeys(groups))
    }


def _draw(axes: "Axes", tile: _Tile, box: Box, colour: str) -> None:
    """Draw a rectangle; stripes cover as much of it as is not read, from the right."""
    from matplotlib.patches import Rectangle

    axes.add_patch(
        Rectangle(
            (box.x, box.y), box.width, box.height, facecolor=colour, edgecolor="white", linewidth=2
        )
    )
    if tile.not_read:
        width = box.width * tile.not_read
        axes.add_patch(
            Rectangle(
                (box.x + box.width - width, box.y),
                width,
                box.height,
                facecolor="none",
                edgecolor="#00000030",
                hatch="///",
                linewidth=0,
            )
        )


def _write(axes: "Axes", tile: _Tile, box: Box, root: Part) -> None:
    """Write name, size and share into a rectangle, smaller or shorter where they do not fit."""
    share = share_text(tile.size_bytes / root.bytes)
    figures = (f"{human_bytes(tile.size_bytes)}, {share}", share)
    width, height = box.width - 2 * _PADDING_POINTS, box.height - 2 * _PADDING_POINTS
    name = _drawable(tile.name)
    for font in _FONTS:
        lines = _fitting(name, figures, font, (width, height))
        if lines:
            axes.text(
                box.x + _PADDING_POINTS,
                box.y + _PADDING_POINTS,
                "\n".join(lines),
                fontsize=font,
                linespacing=_LINE,
                color=_DARK,
                va="top",
                parse_math=False,
                bbox={"facecolor": "#FFFFFFB0", "edgecolor": "none", "pad": 1.0}
                if tile.not_read
                else None,
            )
            return


def _fitting(
    name: str, figures: tuple[str, str], font: float, room: tuple[float, float]
) -> list[str]:
    """Return the lines that fit, the name over as many as it needs; none where nothing does."""
    width, height = room
    lines_at_most = int(height / (font * _LINE))
    for figure in figures:
        if _length(figure, font) > width:
            continue
        wrapped = _wrapped(name, font, width, lines_at_most - 1)
        if wrapped:
            return [*wrapped, figure]
    return []


def _wrapped(name: str, font: float, width: float, most: int) -> list[str]:
    """Return a name over at most so many lines, broken before dots and brackets; shortened last."""
    if most < 1:
        return []
    lines = [""]
    for piece in re.findall(r"[.\[(]?[^.\[(]+|[.\[(]", name):
        if _length(lines[-1] + piece, font) <= width:
            lines[-1] += piece
        else:
            lines.append(piece)
    lines = [line for line in lines if line]
    lines = lines if len(lines) <= most else [*lines[: most - 1], lines[-1]]
    short = [_cut(line, font, width) for line in lines]
    return short if all(short) else []


def _cut(line: str, font: float, width: float) -> str:
    """Return a line that fits, its middle left out; empty where too little would be left."""
    if _length(line, font) <= width:
        return line
    for kept in range(len(line) - 1, _SHORTEST - 1, -1):
        shorter = f"{line[: kept - kept // 2]}…{line[len(line) - kept // 2 :]}"
        if _length(shorter, font) <= width:
            return shorter
    return ""


@cache
def _length(text: str, font: float) -> float:
    """Return how wide a text is, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    properties = FontProperties(family="DejaVu Sans", size=font)
    return float(text_to_path.get_text_width_height_descent(text, properties, ismath=False)[0])


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties(family="DejaVu Sans"))).get_charmap())


def _drawable(text: str) -> str:
    """Return a text with a question mark for what the font of plots cannot draw."""
    return "".join(each if ord(each) in _glyphs() else "?" for each in text)


def _legend(figure: "Figure") -> None:
    from matplotlib.patches import Patch

    stripes = Patch(facecolor="white", edgecolor="#00000080", hatch="///", linewidth=0.5)
    figure.legend(
        handles=[stripes],
        labels=["not read by predict (or transform)"],
        loc="lower left",
        bbox_to_anchor=(0.005, 0.0),
        fontsize=8,
        frameon=False,
    )
