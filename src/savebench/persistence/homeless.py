"""What in a model has no home in another process: classes and functions that no import reaches.

A pickle stores a class or a function as the names of its module and itself. Such a name leads
nowhere when the module exists in the test run only, and there is no such name for a lambda or for
what a function made. Found by pickling the model to nowhere with each of these replaced.
"""

import io
import pickle
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any, Literal

from savebench.trial.absence import MAIN

Cause = Literal["test run", "main", "lambda", "local", "closure"]

_LAMBDA = "<lambda>"
_LOCALS = "<locals>"


@dataclass(frozen=True, slots=True)
class Homeless:
    """A class or function that another process cannot import."""

    name: str
    """As a person would call it: ``class Model of test_models``."""
    module: str
    cause: Cause


def find_homeless(value: Any, test_modules: Iterable[str]) -> tuple[Homeless, ...]:
    """Return what a model refers to that other processes cannot import, each once.

    What comes after something that cannot be pickled at all (a lock, a generator) is not seen.
    """
    scout = _Scout(frozenset(test_modules))
    try:
        scout.dump(value)
    except Exception:  # noqa: BLE001 - the serializers themselves will say what is wrong
        return scout.found
    return scout.found


class _Scout(pickle.Pickler):
    """Pickles to nowhere, and writes a stand-in for everything homeless."""

    def __init__(self, test_modules: frozenset[str]) -> None:
        super().__init__(_Nowhere(), protocol=5, buffer_callback=lambda _: None)
        self._test_modules = test_modules
        self._found: dict[Homeless, None] = {}

    @property
    def found(self) -> tuple[Homeless, ...]:
        return tuple(self._found)

    def reducer_override(self, obj: Any) -> Any:
        """Note a class or function without a home, and go on without it."""
        if not isinstance(obj, type | FunctionType):
            return NotImplemented
        cause = _cause(obj, self._test_modules)
        if cause is None:
            return NotImplemented
        self._note(obj, cause)
        for base in obj.__mro__[1:] if isinstance(obj, type) else ():
            if (base_cause := _cause(base, self._test_modules)) is not None:
                self._note(base, base_cause)  # who stores the class itself needs its bases
        return str, ()

    def _note(self, obj: type | FunctionType, cause: Cause) -> None:
        self._found[Homeless(_describe(obj), obj.__module__, cause)] = None


class _Nowhere(io.RawIOBase):
    def write(self, data: Any, /) -> int:
        return memoryview(data).nbytes


def _cause(obj: type | FunctionType, test_modules: frozenset[str]) -> Cause | None:
    name = obj.__qualname__
    if name.endswith(_LAMBDA):
        return "lambda"
    if _LOCALS in name:
        return "closure" if isinstance(obj, FunctionType) and obj.__closure__ else "local"
    if obj.__module__ == MAIN:
        return "main"
    return "test run" if obj.__module__ in test_modules else None


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
