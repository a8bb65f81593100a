"""Files written into a folder, and read by the reader that knows them."""

from pathlib import Path

from savebench.inspecting.formats import READERS
from savebench.inspecting.found import Inspection, Part
from savebench.inspecting.opened import Opened
from savebench.inspecting.tree import every_part


def recognised(path: Path) -> str:
    """Return the name of the first reader that knows a file; empty for none."""
    opened = Opened(path)
    return next((each.name for each in READERS if each.recognises(opened.head, opened)), "")


def read(path: Path) -> Inspection:
    """Return what the first reader that knows a file finds in it."""
    opened = Opened(path)
    return next(each for each in READERS if each.recognises(opened.head, opened)).read(opened)


def parts(inspection: Inspection) -> dict[str, Part]:
    """Return the parts of an inspection by their paths."""
    return {part.path: part for _, part in every_part(inspection.root)}
