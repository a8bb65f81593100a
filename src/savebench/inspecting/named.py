"""What a person named: a file, or ``package.module:attribute``, which a child imports."""

import os
from pathlib import Path

from savebench.inspecting.attributes import is_attribute
from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection


def inspect_named(name: str, *, trust: bool = False) -> Inspection:
    """Return what is in a file or, where there is none of that name, in an attribute.

    Parameters
    ----------
    name
        As the person wrote it.
    trust
        Whether a file is loaded, too, in a child.

    Raises
    ------
    DataError
        When there is neither, or it cannot be read or loaded.
    """
    if is_attribute(name) and not os.path.exists(name):  # noqa: PTH110 - never raises
        from savebench.inspecting.loaded import inspect_attribute

        return inspect_attribute(name)
    path = Path(name)
    found = inspect_file(path)
    if trust and not found.damage:
        from savebench.inspecting.loaded import with_loaded

        return with_loaded(found, path)
    return found
