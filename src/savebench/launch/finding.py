"""Ask an interpreter which modules it finds, and have it import none of them."""

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence

from savebench.launch.surroundings import Surroundings

_LIMIT_S = 60.0
_ASK = """
import importlib.util, json, sys
from importlib.machinery import PathFinder
from types import ModuleType

def find(name):
    above, _, _ = name.rpartition(".")
    if not above:
        return importlib.util.find_spec(name)
    spec = find(above)
    if spec is None or spec.submodule_search_locations is None:
        return None
    package = sys.modules.setdefault(above, ModuleType(above))  # a namespace looks for it there
    package.__path__, package.__spec__ = spec.submodule_search_locations, spec
    return PathFinder.find_spec(name, package.__path__)

found = {}
for name in json.load(sys.stdin):
    try:
        found[name] = find(name) is not None
    except Exception:
        found[name] = False
print()
print(json.dumps(found))
"""


def find_modules(names: Iterable[str], path: Sequence[str]) -> dict[str, bool]:
    """Return whether a new interpreter finds each module, by its full name.

    Parameters
    ----------
    names
        A package on the way to a module is not imported: what it would do about its own
        ``__path__`` is not known.
    path
        What the interpreter imports from before its own packages.

    Returns
    -------
    Empty when the interpreter does not answer: then nothing is known of any.
    """
    environment = Surroundings(path=tuple(path), user_site=True).environment(hash_seed=0)
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-c", _ASK],
            input=json.dumps(sorted(names)),
            capture_output=True,
            check=True,
            encoding="utf-8",
            env=environment,
            timeout=_LIMIT_S,
        )
        found: dict[str, bool] = json.loads(ended.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}
    return found
