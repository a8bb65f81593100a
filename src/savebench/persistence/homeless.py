"""What in a model has no home in another process: classes and functions that no import reaches.

A pickle stores a class or a function as the names of its module and itself. Such a name leads
nowhere when the module exists in the test run only, and there is no such name for a lambda or for
what a function made. Found by pickling the model to nowhere with each of these replaced.
"""

import io
import pickle
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any, Literal

from savebench.persistence.production import Production
from savebench.trial.absence import MAIN

Cause = Literal["test run", "path", "main", "lambda", "local", "closure"]

_LAMBDA = "<lambda>"
_LOCALS = "<locals>"


@dataclass(frozen=True, slots=True)
class Homeless:
    """A class or function that another process cannot import."""

    name: str
    """As a person would call it: ``class Model of test_models``."""
    module: str
    cause: Cause
    whence: str = ""
    """Where the test run has the module from, if it is for want of that."""
    mend: str = ""
    """How to have processes find the module, where its folder is all that they lack."""


def find_homeless(value: Any, production: Production) -> tuple[Homeless, ...]:
    """Return what a model refers to that other processes cannot import, each once.

    What comes after something that cannot be pickled at all (a lock, a generator) is not seen.
    """
    scout = _Scout(production)
    try:
        scout.dump(value)
    except Exception:  # noqa: BLE001 - the serializers themselves will say what is wrong
        return scout.found
    return scout.found


class _Scout(pickle.Pickler):
    """Pickles to nowhere, and writes a stand-in for everything homeless."""

    def __init__(self, production: Production) -> None:
        super().__init__(_Nowhere(), protocol=5, buffer_callback=lambda _: None)
        self._production = production
        self._found: dict[Homeless, None] = {}

    @property
    def found(self) -> tuple[Homeless, ...]:
        return tuple(self._found)

    def reducer_override(self, obj: Any) -> Any:
        """Note a class or function without a home, and go on without it."""
        if not isinstance(obj, type | FunctionType):
            return NotImplemented
        cause = _cause(obj, self._production)
        if cause is None:
            return NotImplemented
        self._note(obj, cause)
        for base in obj.__mro__[1:] if isinstance(obj, type) else ():
            if (base_cause := _cause(base, self._production)) is not None:
                self._note(base, base_cause)  # who stores the class itself needs its bases
        return str, ()

    def _note(self, obj: type | FunctionType, cause: Cause) -> None:
        name, module = _describe(obj), obj.__module__
        whence = self._production.whence(module) if cause in {"test run", "path"} else ""
        mend = self._production.how_to_find(module) if cause == "path" else ""
        self._found[Homeless(name, module, cause, whence, mend)] = None


class _Nowhere(io.RawIOBase):
    def write(self, data: Any, /) -> int:
        return memoryview(data).nbytes


def _cause(obj: type | FunctionType, production: Production) -> Cause | None:
    name = obj.__qualname__
    if name.endswith(_LAMBDA):
        return "lambda"
    if _LOCALS in name:
        return "closure" if isinstance(obj, FunctionType) and obj.__closure__ else "local"
    if obj.__module__ == MAIN:
        return "main"
    if obj.__module__ in production.hidden:
        return "test run"
    return "path" if production.lacks(obj.__module__) else None


def _describe(obj: type | FunctionType) -> str:
    what = "class" if isinstance(obj, type) else "function"
    name = obj.__qualname__.rpartition(f"{_LOCALS}.")[2]
    maker = obj.__qualname__.partition(f".{_LOCALS}")[0]
    if isinstance(obj, FunctionType) and name == _LAMBDA:
        code = obj.__code__
        return f"the lambda in line {code.co_firstlineno} of {Path(code.co_filename).name}"
    if _LOCALS in obj.__qualname__:
        kind = "closure" if isinstance(obj, FunctionType) and obj.__closure__ else f"local {what}"
        return f"the {kind} {name} that {obj.__module__}.{maker} made"
    return f"{what} {name} of {obj.__module__}"
