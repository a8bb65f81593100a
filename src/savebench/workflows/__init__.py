"""Workflows to copy, one file a service: ``NAME.yml`` in this folder is what the verb prints.

To add one: a file here, and the schema that it is held against in ``tests/test_workflows.py``.
"""

import difflib
from importlib.resources import files

from savebench.errors import UsageError

_ENDING = ".yml"


def services() -> tuple[str, ...]:
    """Return the services that have a workflow, by name: ``("github", "gitlab")``."""
    names = (each.name for each in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)))


def workflow(service: str) -> str:
    """Return the text of a service's workflow, ready to be stored where its first lines say.

    Raises
    ------
    UsageError
        When there is none for that service.
    """
    known = services()
    if service not in known:
        near = difflib.get_close_matches(service.lower(), known, n=1)
        hint = (
            f"; did you mean {near[0]}?"
            if near
            else f"; there are {', '.join(known)} (others: --help)"
        )
        raise UsageError(f"there is no workflow for {service!r}{hint}")
    return files(__name__).joinpath(service + _ENDING).read_text(encoding="utf-8")
