"""Which columns of a table fit a terminal: the least needed leave first, and no number is cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table

_SHORTEST_NAME = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table that is printed to a terminal."""

    heading: str
    width: int
    """In characters, where there is room."""
    least: int = 0
    """Down to which it shrinks before another column leaves, its texts going on in further lines;
    0: it does not."""
    leaves: int = 0
    """Its turn to leave where room is short: 1 is the first; 0: it stays."""
    left: bool = False
    """Whether its texts begin at the left, as names do; names shrink to 15 where all else fails."""

    @property
    def narrow(self) -> int:
        """Its width before another column leaves."""
        return self.least or self.width

    @property
    def narrowest(self) -> int:
        """Its width when no other column can leave any more."""
        return min(self.narrow, _SHORTEST_NAME) if self.left else self.narrow


def fitting(
    columns: Sequence[Column], room: int, gaps: Sequence[int] = (2, 1)
) -> tuple[list[Column], int]:
    """Return the columns that a line of `room` characters holds, and the gap between them.

    The gap narrows, to the last of `gaps`, before a name's column shrinks, and that before a column
    leaves. Where not even the columns that stay have room, they are returned all the same.
    """
    narrow = gaps[-1]
    kept = list(columns)
    while True:
        for gap in gaps:
            if _total(kept, gap) <= room:
                return kept, gap
        excess = _total(kept, narrow) - room
        shrunk = _shrunk(kept, [each.narrow for each in kept], excess)
        if _total(shrunk, narrow) <= room:
            return shrunk, narrow
        going = [each for each in kept if each.leaves]
        if not going:
            return _shrunk(kept, [each.narrowest for each in kept], excess), narrow
        kept.remove(min(going, key=lambda each: each.leaves))


def _total(columns: Sequence[Column], gap: int) -> int:
    return sum(each.width for each in columns) + gap * (len(columns) - 1)


def _shrunk(columns: Sequence[Column], least: Sequence[int], excess: int) -> list[Column]:
    """Return the columns narrower by so much in all, as far as they may be."""
    shrunk = []
    for each, narrow in zip(columns, least, strict=True):
        width = max(narrow, each.width - max(0, excess))
        excess -= each.width - width
        shrunk.append(replace(each, width=width))
    return shrunk


def new_table(columns: Iterable[Column], **style: Any) -> "Table":
    """Return an empty table of the columns; a name goes on in the next line, a number does not.

    What else it takes is as rich's `Table` has it.
    """
    from rich.table import Table

    table = Table(pad_edge=False, **style)
    for each in columns:
        table.add_column(
            each.heading,
            width=each.width,
            no_wrap=not each.left,
            overflow="fold",
            justify="left" if each.left else "right",
        )
    return table
