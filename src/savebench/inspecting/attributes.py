"""An object by where it stands, ``package.module:attribute``: to fetch it runs that module's code.

Only a child of savebench fetches anything.
"""

import importlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from savebench.errors import DataError
from savebench.obstacles.raised import named, place_of

_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def is_attribute(name: str) -> bool:
    """Whether a name is written as that of an attribute is."""
    return _ATTRIBUTE.fullmatch(name) is not None


def fetch(where: str) -> Any:
    """Import the attribute; what is no model but can be called is asked for one.

    Raises
    ------
    DataError
        When there is no such module or attribute, or its code raises. The message does not repeat
        `where`.
    """
    module, _, name = where.partition(":")
    found: Any = _imported(module)
    reached = module
    for part in name.split("."):
        try:
            found = getattr(found, part)
        except AttributeError:
            raise DataError(f"{reached} has no attribute {part!r}") from None
        reached = f"{reached}.{part}"
    is_model = not isinstance(found, type) and (hasattr(found, "fit") or hasattr(found, "predict"))
    if is_model or not callable(found):
        return found
    with _telling(f"calling {name}()"):
        return found()


def _imported(module: str) -> Any:
    try:
        with _telling(f"importing {module}"):
            return importlib.import_module(module)
    except DataError as fault:
        error = fault.__cause__
        missing = error.name if isinstance(error, ModuleNotFoundError) else None
        if missing and f"{module}.".startswith(f"{missing}."):
            raise DataError(
                f"there is no module {missing}, neither installed nor in the current folder"
            ) from None
        raise


@contextmanager
def _telling(what: str) -> Iterator[None]:
    """Say of what is raised what was being done, and where it was raised."""
    try:
        yield
    except MemoryError:  # says enough, and counts as such
        raise
    except (Exception, SystemExit) as error:
        place = "" if isinstance(error, SyntaxError) else place_of(error)  # says it itself
        raise DataError(f"{what} raised {named(error)}{f' ({place})' if place else ''}") from error
