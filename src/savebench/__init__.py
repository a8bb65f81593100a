"""savebench: how should I save this model? Measured, not folklore.

Each package says in its own first lines what it is; which may import which stands in
``pyproject.toml`` (``[tool.importlinter]``), from what is shown down to what everything rests on.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from savebench.advised import Advice
    from savebench.api import ab, advise, claims, compare, inspect, load_history, load_run, run
    from savebench.catalogue.rows import Serializer, Workload
    from savebench.claimed import Claims
    from savebench.errors import SavebenchError, Unsupported
    from savebench.inspected import Inspected
    from savebench.results import Compared, Results

__all__ = [
    "Advice",
    "Claims",
    "Compared",
    "Inspected",
    "Results",
    "SavebenchError",
    "Serializer",
    "Unsupported",
    "Workload",
    "ab",
    "advise",
    "claims",
    "compare",
    "inspect",
    "load_history",
    "load_run",
    "run",
]

_HOMES = {
    "Compared": "savebench.results",
    "Results": "savebench.results",
    "SavebenchError": "savebench.errors",
    "Serializer": "savebench.catalogue.rows",
    "Unsupported": "savebench.errors",
    "Workload": "savebench.catalogue.rows",
    "Advice": "savebench.advised",
    "ab": "savebench.api",
    "Claims": "savebench.claimed",
    "advise": "savebench.api",
    "claims": "savebench.api",
    "compare": "savebench.api",
    "inspect": "savebench.api",
    "Inspected": "savebench.inspected",
    "load_history": "savebench.api",
    "load_run": "savebench.api",
    "run": "savebench.api",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `import savebench` stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'savebench' has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
