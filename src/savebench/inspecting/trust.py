"""The reviewed list: which names a file may import, and what it may do with them.

It is data: `reviewed.txt`, one line a reason. What is not on it is not trusted.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TYPE = "type"
"""Its objects may be made without its constructor, and given their state."""
CALLED_TYPE = "called-type"
"""Its objects may be made by its constructor too."""
VALUE = "value"
"""It may be referred to; the file may not call it."""
LATER = "value+later"
"""A model may have it called on its input, too, and a partial may wrap it."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One name."""

    role: str
    """`type`, `called-type`, `value`, or `call:RULE`, a function that is called under a rule.
    After a type may stand `+items` or `+append`: how it may be filled."""
    reason: str


@cache
def reviewed() -> dict[tuple[str, str], Reviewed]:
    """Return the list: (module, name) -> what was found in review."""
    text = files("savebench.inspecting").joinpath("reviewed.txt").read_text("utf-8")
    return dict(pair for line in text.splitlines() for pair in _entries(line))


def _entries(line: str) -> list[tuple[tuple[str, str], Reviewed]]:
    """Read one line: role | modules | names | reason."""
    if not line.strip() or line.startswith("#"):
        return []
    role, modules, names, reason = (part.strip() for part in line.split("|", 3))
    found = Reviewed(role, reason)
    return [((module, name), found) for module in modules.split() for name in names.split()]
