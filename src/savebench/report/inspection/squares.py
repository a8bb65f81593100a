"""A treemap's rectangles: areas as given, as square as can be.

Source: M. Bruls, K. Huizing, J. J. van Wijk, Squarified Treemaps, 2000.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


def squarified(sizes: Sequence[float], box: Box) -> list[Box]:
    """Return a rectangle for each size, their areas in proportion, filling the box.

    Parameters
    ----------
    sizes
        Above zero, largest first.
    box
        What is to be filled.
    """
    whole = sum(sizes)
    if not whole:
        return []
    areas = [size / whole * box.width * box.height for size in sizes]
    placed: list[Box] = []
    while areas:
        row = _best_row(areas, min(box.width, box.height))
        boxes, box = _laid(row, box)
        placed += boxes
        areas = areas[len(row) :]
    return placed


def _best_row(areas: Sequence[float], side: float) -> list[float]:
    """Return the first areas that together give the squarest rectangles along a side."""
    row = [areas[0]]
    for area in areas[1:]:
        if _worst([*row, area], side) > _worst(row, side):
            break
        row.append(area)
    return row


def _worst(row: Sequence[float], side: float) -> float:
    """Return the largest ratio of a rectangle's sides in a row."""
    total = sum(row)
    return max(side**2 * max(row) / total**2, total**2 / (side**2 * min(row)))


def _laid(row: Sequence[float], box: Box) -> tuple[list[Box], Box]:
    """Lay a row along the shorter side; return its rectangles, and what is left."""
    total, boxes = sum(row), []
    if box.width >= box.height:
        width, y = total / box.height, box.y
        for area in row:
            boxes.append(Box(box.x, y, width, area / width))
            y += area / width
        return boxes, Box(box.x + width, box.y, max(0.0, box.width - width), box.height)
    height, x = total / box.width, box.x
    for area in row:
        boxes.append(Box(x, box.y, area / height, height))
        x += area / height
    return boxes, Box(box.x, box.y + height, box.width, max(0.0, box.height - height))
