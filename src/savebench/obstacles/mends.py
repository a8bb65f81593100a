"""What to do about an obstacle: leave it out, take it out, or write it in another way."""

import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

from savebench.obstacles.homes import MADE, MAIN, Cause, Homeless, homeless
from savebench.obstacles.kinds import Kind, class_name
from savebench.obstacles.paths import Node

_LIBRARIES = frozenset(
    {
        *("sklearn", "numpy", "scipy", "pandas", "joblib", "xgboost", "lightgbm", "catboost"),
        *("torch", "tensorflow", "keras"),
    }
)
"""Packages whose classes nobody changes to save a model."""
_MODULE = "a module that is installed where the model is loaded"
_GAP = "{}"
_LEAVE_OUT = "write __getstate__ on"
_WAYS: dict[Cause, str] = {
    "lambda": f"write {_GAP} as a function at the top level of {_MODULE}",
    "closure": f"write {_GAP} as a function or class at the top level of {_MODULE}",
    "local": f"move {_GAP} to the top level of {_MODULE}",
    "missing": f"write {_GAP} at the top level of {_MODULE}, under that name",
    "renamed": f"make the model anew: {_GAP} was defined again, or wrapped, since",
    "main": f"move {_GAP} into {_MODULE}",
    "test run": f"move {_GAP} into {_MODULE}",
}


@dataclass(frozen=True, slots=True)
class Mend:
    """What to do about one obstacle."""

    way: str = ""
    """``write __getstate__ on Model of my_models that leaves out {}``; ``""``: nothing helps."""
    thing: str = ""
    """What belongs in the gap."""
    instead: str = ""
    """What could be kept in its place, if anything."""


def sentences(mends: Iterable[Mend]) -> list[str]:
    """Return what to do, each way once with all that it is for."""
    ways: dict[str, dict[str, str]] = {}
    for mend in mends:
        if mend.way:
            ways.setdefault(mend.way, {})[mend.thing] = mend.instead
    return [_sentence(way, things) for way, things in ways.items()]


def _sentence(way: str, things: dict[str, str]) -> str:
    text = way.replace(_GAP, listed(things))
    (instead, *others) = things.values()
    if instead and not others:
        return f"{text}, or keep {instead} in its place"
    if way.startswith(_LEAVE_OUT):
        return f"{text}, and __setstate__ that makes {'them' if others else 'it'} anew"
    return text


def listed(names: Iterable[str], *, last: str = "and", most: int = 3) -> str:
    """Return names as a sentence lists them, the first few of many."""
    every = list(dict.fromkeys(names))
    rest = len(every) - most
    shown = [*every[:most], *([f"{rest:,} more"] if rest > 0 else [])]
    return f" {last} ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))


def mend_kind(kind: Kind, node: Node) -> Mend:
    """Return what to do about a part of some kind."""
    if kind.mend and not is_library(type(node.value).__module__, node):
        return Mend(kind.mend)
    return _without(node, kind.instead)


def mend_homeless(home: Homeless, node: Node) -> Mend:
    """Return what to do about a class or a function that other processes cannot import."""
    if home.cause in {*MADE, "missing", "renamed"} and is_library(home.module, node):
        return _without(node)
    return Mend(_WAYS[home.cause], home.name)


def owner_of(node: Node) -> tuple[type, str] | None:
    """Return the nearest class above a part that a person may change, and its attribute."""
    way = node.way()
    for above, below in zip(way[-2::-1], way[:0:-1], strict=True):
        kind = type(above.value)
        if below.step.template == "{0}.{1}" and not is_library(kind.__module__, node):
            return kind, str(below.step.key)
    return None


def _without(node: Node, instead: str = "") -> Mend:
    for above in node.way()[:-1]:
        if isinstance(above.value, type | FunctionType):  # its code is stored, and what that uses
            home = homeless(above.value, above.value.__qualname__, frozenset({MAIN}))
            if home is not None and home.cause in _WAYS:
                return Mend(_WAYS[home.cause], home.name)
    owner = owner_of(node)
    if owner is not None:
        way = f"{_LEAVE_OUT} {class_name(owner[0])} that leaves out {_GAP}"
        return Mend(way, owner[1], instead)
    path = node.path()
    return Mend(f"take {_GAP} out of the model before saving", path, instead) if path else Mend()


def is_library(module: str, node: Node) -> bool:
    """Return whether a class is none that the person whose model this is would change."""
    top = module.partition(".")[0]
    if top == MAIN:
        return False
    if top in sys.stdlib_module_names or top in _LIBRARIES:
        return True
    if top == type(node.way()[0].value).__module__.partition(".")[0]:
        return False
    file = getattr(sys.modules.get(module), "__file__", None)
    return isinstance(file, str) and any(
        Path(file).is_relative_to(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")
    )
