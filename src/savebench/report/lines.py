"""Lines for a terminal of any width: wrapped whole, never cut."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|[nmu]?s|min|h|[KMGT]?B)(?!\w))")
_GLUE = "\ue000"
"""Stands for a space at which a line does not break; of a private area, as wide as a space."""


def print_wrapped(
    text: str, console: "Console", *, first: str = "", rest: str | None = None, style: str = ""
) -> None:
    """Print a text over as many lines as the console's width asks for; a number keeps its unit.

    Parameters
    ----------
    text
        What to say; rich's markup in it stays text.
    console
        Its width counts, be it a terminal or not.
    first, rest
        What the first line and every further one begin with; `rest` is as wide as `first`, and
        blank, where left out.
    style
        Rich's name of a style: ``"bold"``.
    """
    from rich.cells import cell_len
    from rich.text import Text

    rest = " " * cell_len(first) if rest is None else rest
    width = max(1, console.width - max(cell_len(first), cell_len(rest)))
    glued = Text(_BEFORE_UNIT.sub(_GLUE, text))
    for number, line in enumerate(glued.wrap(console, width)):
        said = line.plain.rstrip().replace(_GLUE, " ")
        console.print(Text((rest if number else first) + said, style), soft_wrap=True)
