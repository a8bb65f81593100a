"""Try rows that a test did not ask for, where none that it asked for carries its model."""

import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import Any

from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Serializer
from savebench.launch.messages import RowRef
from savebench.measuring.site import Site
from savebench.obstacles.writing import writes
from savebench.persistence.asked import Asked
from savebench.persistence.carrying import check_all, task_of
from savebench.subjects.subject import Subject

PROVIDER = "savebench.serializers.pickles:rows"
_ROWS = ("pickle", "cloudpickle", "dill")
_BY_VALUE = "cloudpickle"
_DUMP_S = 2.0
_LOAD_S = 30.0


@dataclass(frozen=True, slots=True)
class Way:
    """A way to save a model."""

    row: str
    registered: tuple[str, ...] = ()
    """Modules that cloudpickle has to be told beforehand to store by value."""


def ways_that_carry(
    model: Any, asked: Asked, subject: Subject, site: Site, modules: Sequence[str]
) -> tuple[Way, ...]:
    """Return how else the model could be saved as it is: saved, loaded and asked like the others.

    A way that takes longer than two seconds to save it is not tried to the end, and not named.

    Parameters
    ----------
    modules
        What the model refers to and only the test run can import.
    """
    ways = [Way(row) for row in _ROWS if row not in asked.serializers]
    known = tuple(name for name in modules if name in sys.modules)
    if known and not set(known) & _registered():
        ways.append(Way(_BY_VALUE, known))
    folder = site.work / "others"
    tasks = {}
    for number, way in enumerate(ways):
        row = load_row(PROVIDER, way.row, Serializer)
        artifact = folder / str(number) / "model"
        if all(find_spec(name) for name in row.modules) and _save(model, way, row, artifact):
            ref = RowRef(PROVIDER, way.row)
            tasks[str(number)] = task_of(ref, artifact, row.modules, asked, subject, site)
    answers = check_all(tasks, min(asked.timeout_s, _LOAD_S), site)
    return tuple(ways[int(key)] for key, answer in answers.items() if answer.outcome == "ok")


def _save(model: Any, way: Way, row: Serializer, artifact: Path) -> bool:
    artifact.parent.mkdir(parents=True)
    with warnings.catch_warnings(), _stored_by_value(way.registered):
        warnings.simplefilter("ignore")
        if not writes(way.row, model, monotonic() + _DUMP_S):
            return False
        try:
            row.dump(model, artifact)
        except Exception:  # noqa: BLE001 - what it wrote to nowhere it may not write to a disk
            return False
    return True


@contextmanager
def _stored_by_value(modules: Sequence[str]) -> Iterator[None]:
    """Have cloudpickle store what modules define, for a moment."""
    if not modules:
        yield
        return
    import cloudpickle

    with ExitStack() as stack:
        for name in modules:
            module = sys.modules[name]
            cloudpickle.register_pickle_by_value(module)
            stack.callback(cloudpickle.unregister_pickle_by_value, module)
        yield


def _registered() -> set[str]:
    """Return the modules that the test itself told cloudpickle to store by value."""
    cloudpickle: Any = sys.modules.get(_BY_VALUE)
    return set() if cloudpickle is None else set(cloudpickle.list_registry_pickle_by_value())
