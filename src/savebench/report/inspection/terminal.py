"""An inspection in a terminal of 80 characters and more."""

from typing import TYPE_CHECKING

from savebench.inspecting.found import Inspection, Part
from savebench.inspecting.tree import largest
from savebench.report.columns import Column, fitting, new_table
from savebench.report.inspection.branches import branches
from savebench.report.inspection.words import (
    against,
    facts,
    heading,
    large_text,
    path_text,
    share_of,
    share_text,
    visible,
)
from savebench.report.lines import print_wrapped
from savebench.units import human_bytes

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_LABEL_WIDTH = 14
_WIDEST_PATH = 44
_NARROWEST = 16
_SIZE = Column(heading="bytes", width=8)
_SHARE = Column(heading="share", width=6)


def show(inspection: Inspection, console: "Console") -> None:
    """Print an inspection: facts, what speaks against loading it, the tree, the largest, notes.

    Nothing that a file says is taken as markup, and what would steer a terminal is written as an
    escape. Lines are as wide as the console, 100 characters at most where it is no terminal.
    """
    print_wrapped(heading(inspection), console, style="bold")
    for label, text in facts(inspection):
        print_wrapped(text, console, first=f"  {label:<{_LABEL_WIDTH - 3}} ")
    for line in against(inspection):
        print_wrapped(line, console, first="    ! ", rest="      ")
    root = inspection.root
    if root is not None:
        console.print()
        console.print(_tree(root, console.width))
        _show_largest(root, console)
    _show_list("Notes", inspection.notes, console)
    _show_list("Not told without loading it", inspection.left_out, console)


def _show_list(title: str, lines: tuple[str, ...], console: "Console") -> None:
    if not lines:
        return
    console.print()
    print_wrapped(title, console, style="bold")
    for line in lines:
        print_wrapped(visible(line, 600), console, first="* ")


def _tree(root: Part, room: int) -> "Table":
    from rich.text import Text

    lines = branches(root)
    table = _new_table("part", [f"{each.guide}{each.label}" for each in lines], room)
    for line in lines:
        share = share_text(line.bytes / root.bytes) if root.bytes else ""
        what = f"{line.kind}: {line.what}" if line.kind and line.what else line.kind or line.what
        name = Text(line.guide, style="dim") + Text(line.label)
        size = human_bytes(line.bytes) if line.bytes or line.kind else ""
        table.add_row(name, Text(size), Text(share if size else ""), Text(what))
    return table


def _show_largest(root: Part, console: "Console") -> None:
    found = largest(root)
    if len(found) < 2:  # noqa: PLR2004 - one part says no more than the tree
        return
    console.print()
    print_wrapped("Largest", console, style="bold")
    for each in found:
        share = share_text(share_of(each.bytes, root))
        numbers = f"{human_bytes(each.bytes):>{_SIZE.width}}  {share:>{_SHARE.width}}  "
        print_wrapped(path_text(each.path), console, first=numbers)
        what = ": ".join(filter(None, (large_text(each), visible(each.what))))
        print_wrapped(what, console, first=" " * (len(numbers) + 2))


def _new_table(first: str, names: list[str], room: int) -> "Table":
    """Return an empty table whose first column is as wide as its names, or as room allows."""
    width = min(max(_NARROWEST, *map(len, names)), _WIDEST_PATH, room // 2 - 4)
    gap = 2
    rest = max(_NARROWEST, room - width - _SIZE.width - _SHARE.width - 3 * gap)
    columns = (
        Column(heading=first, width=width, left=True),
        _SIZE,
        _SHARE,
        Column(heading="what", width=rest, left=True),
    )
    kept, gap = fitting(columns, room)
    table = new_table(kept, box=None, padding=(0, gap, 0, 0), show_header=False)
    table.columns[-1].overflow = "fold"
    return table
