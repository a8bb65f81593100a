"""Look into a model that somebody does not carry: what stands in the way, and who carries it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from savebench.measuring.site import Site
from savebench.obstacles.explaining import Examination, stores_code
from savebench.obstacles.explanation import Explanation
from savebench.obstacles.homes import MADE, MAIN
from savebench.obstacles.search import Obstacle
from savebench.obstacles.writing import to_nowhere
from savebench.persistence.asked import Asked
from savebench.persistence.carrying import Carried
from savebench.persistence.others import Way, ways_that_carry
from savebench.persistence.production import Lacking
from savebench.subjects.subject import Subject

_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why serializers do not carry a model, as far as its parts are the reason."""

    dumps: Mapping[str, Explanation] = field(default_factory=dict)
    """Serializer -> what it could not store."""
    loads: Mapping[str, tuple[Obstacle, ...]] = field(default_factory=dict)
    """Serializer -> what it stored by a name that only the test run can import."""
    findable: Mapping[str, str] = field(default_factory=dict)
    """Module of those -> how production could find it, where its folder is all that it lacks."""
    whences: Mapping[str, str] = field(default_factory=dict)
    """Module of those -> where the test run has it from."""
    ways: tuple[Way, ...] = ()
    """How else the model could be saved as it is, where no serializer asked for does: tried."""


def diagnose(
    model: Any, carried: Mapping[str, Carried], asked: Asked, subject: Subject, site: Site
) -> Diagnosis:
    """Look into the model, for each serializer that could not dump it or have it loaded.

    This pickles it, which may change it: it comes after everything else. A mismatch, a timeout or a
    crash is no reason to look: no part of the model is known to be at fault.
    """
    examination = Examination(model, absent=Lacking(asked.production), seconds=_SECONDS)
    dumps: dict[str, Explanation] = {}
    loads: dict[str, tuple[Obstacle, ...]] = {}
    for name, each in carried.items():
        write = to_nowhere(asked.serializers[name].row.dump)
        if each.error is not None:
            dumps[name] = examination.explain(each.error, write)
        elif each.stage == "load" and each.absent:
            found = examination.found(by_value=stores_code(write))
            loads[name] = _of_module(each.absent, found.obstacles)
    missed = {each.home.module for found in loads.values() for each in found if each.home} - {MAIN}
    production = asked.production
    findable = {
        name: production.how_to_find(name) for name in missed if name not in production.hidden
    }
    whences = {name: production.whence(name) for name in missed}
    if not (loads or any(dumps.values())) or any(each.outcome == "ok" for each in carried.values()):
        return Diagnosis(dumps, loads, findable, whences)
    modules = {
        each.home.module: None
        for each in examination.found(by_value=True).obstacles
        if each.home is not None and each.home.cause == "test run"
    }
    return Diagnosis(
        dumps, loads, findable, whences, ways_that_carry(model, asked, subject, site, list(modules))
    )


def _of_module(module: str, obstacles: tuple[Obstacle, ...]) -> tuple[Obstacle, ...]:
    """Return the classes and functions that have a name, but in a module that others lack."""
    return tuple(
        each
        for each in obstacles
        if each.home is not None
        and f"{each.home.module}.".startswith(f"{module}.")  # a load misses the top one first
        and each.home.cause not in MADE
    )
