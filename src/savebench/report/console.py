"""Consoles that print where they are told to, in a notebook too."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

_WIDTH = 100


def text_of(print_to: "Callable[[Console], None]") -> str:
    """Return what is printed to a console of 100 columns.

    Without colour or bold. In a notebook a console of rich displays what it is given, whatever its
    file, and a kernel asks for colours everywhere: not this one.
    """
    from rich.console import Console

    text = io.StringIO()
    print_to(Console(file=text, width=_WIDTH, force_jupyter=False, force_terminal=False))
    return text.getvalue()
