"""Classes and functions that no import reaches: what pickle stores as names that lead nowhere.

A pickle stores a class or a function as the names of its module and itself. There is no such name
for a lambda or for what a function made, and a name leads nowhere when the module holds something
else under it, or exists in this process only.
"""

import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass
from dis import get_instructions
from operator import attrgetter
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Literal

from savebench.obstacles import paths
from savebench.obstacles.containers import Parts, is_atom
from savebench.obstacles.paths import Step

Cause = Literal["lambda", "closure", "local", "missing", "renamed", "main", "test run"]

MADE: frozenset[Cause] = frozenset({"lambda", "closure", "local"})
"""What never had a name that an import could reach."""

CARRIED_BY: dict[Cause, tuple[str, ...]] = {
    "lambda": ("cloudpickle", "dill"),
    "closure": ("cloudpickle", "dill"),
    "local": ("cloudpickle", "dill"),
    "missing": ("cloudpickle", "dill"),
    "renamed": ("cloudpickle", "dill"),
    "main": ("cloudpickle", "dill"),
    "test run": (),
}
"""Rows that carry it; tests/obstacles/test_carriers.py tries."""

MAIN = "__main__"
_SINGLETONS = frozenset({type(None), type(...), type(NotImplemented)})
"""Classes that pickle knows by heart."""
_SKIPPED = frozenset({"__dict__", "__weakref__", "_abc_impl"})
"""What no pickler stores of a class."""
_LAMBDA = "<lambda>"
_LOCALS = "<locals>"


@dataclass(frozen=True, slots=True)
class Homeless:
    """A class or function that another process cannot import."""

    cause: Cause
    name: str
    """As a person would call it: ``class Model of test_models``."""
    module: str

    @property
    def what(self) -> str:
        """Its name, and what is the matter with it where that does not say so."""
        if self.cause == "renamed":
            return f"{self.name}, which is not the one that {self.module} holds now"
        if self.cause == "missing":
            return f"{self.name}, which {self.module} does not hold"
        if self.cause == "main":
            return f"{self.name}, which no other process can import from there"
        return self.name


def homeless(value: Any, name: str, absent: Container[str] | None) -> Homeless | None:
    """Return why a class or function has no home in another process, or None if it has one.

    Parameters
    ----------
    value
        What pickle stores as a name.
    name
        That name, within its module.
    absent
        Modules that other processes lack, which have another ``__main__``; None: they are like this
        one.
    """
    if value in _SINGLETONS:
        return None
    module = _module_of(value, name)
    cause = _cause(value, name, module, absent)
    return cause and Homeless(cause, _describe(value, name, module, cause), module)


def is_by_value(value: Any, home: Homeless | None) -> bool:
    """Return whether picklers that store code would store that of a class or function."""
    if not isinstance(value, type | FunctionType):
        return False
    by_cause = home is not None and home.cause in {*MADE, "missing", "renamed"}
    return by_cause or value.__module__ in {MAIN, *_registered()}


def _registered() -> frozenset[str]:
    """Return the modules that cloudpickle was told to store by value."""
    cloudpickle: Any = sys.modules.get("cloudpickle")
    return frozenset() if cloudpickle is None else cloudpickle.list_registry_pickle_by_value()


def code_parts(value: Any) -> Parts:
    """Yield what a pickler that stores code finds in a function or a class."""
    return _class_parts(value) if isinstance(value, type) else _function_parts(value)


def _module_of(value: Any, name: str) -> str:
    module = getattr(value, "__module__", None)
    if isinstance(module, str):
        return module
    for each, holder in list(sys.modules.items()):
        if each != MAIN and holder is not None and _lookup(holder, name) is value:
            return each
    return MAIN


def _lookup(holder: Any, name: str) -> Any:
    try:
        return attrgetter(name)(holder)
    except Exception:  # noqa: BLE001 - a module may define what its attributes are
        return None


def _cause(value: Any, name: str, module: str, absent: Container[str] | None) -> Cause | None:
    if name.endswith(_LAMBDA):
        return "lambda"
    if _LOCALS in name:
        return "closure" if getattr(value, "__closure__", None) else "local"
    held = _lookup(sys.modules.get(module), name)
    if held is not value:
        return "renamed" if held is not None else _missing(value, module)
    if absent is None:
        return None
    if module == MAIN:
        return "main"
    return "test run" if module in absent else None


def _missing(value: Any, module: str) -> Cause:
    """Return why a module does not hold it: it may be another process's ``__main__``.

    From there a pickler that stores code carried it here.
    """
    return "main" if module == MAIN and isinstance(value, type | FunctionType) else "missing"


def _describe(value: Any, name: str, module: str, cause: Cause) -> str:
    what = "class" if isinstance(value, type) else "function"
    code = getattr(value, "__code__", None)
    if cause == "lambda" and isinstance(code, CodeType):
        return f"the lambda in line {code.co_firstlineno} of {Path(code.co_filename).name}"
    if cause in MADE:
        maker = name.partition(f".{_LOCALS}")[0]
        kind = "closure" if cause == "closure" else f"local {what}"
        return f"the {kind} {name.rpartition(f'{_LOCALS}.')[2]} that {module}.{maker} made"
    return f"{what} {name} of {module}"


def _function_parts(function: FunctionType) -> Parts:
    for number, cell in enumerate(function.__closure__ or ()):
        try:
            held = cell.cell_contents
        except ValueError:  # nothing is in it yet
            continue
        if not is_atom(held):
            yield Step("{0}.__closure__[{1}].cell_contents", number), held
    for name, held in _named(function):
        if not is_atom(held):
            yield name, held


def _named(function: FunctionType) -> Iterator[tuple[Step, Any]]:
    for number, default in enumerate(function.__defaults__ or ()):
        yield Step("{0}.__defaults__[{1}]", number), default
    for key, default in (function.__kwdefaults__ or {}).items():
        yield Step("{0}.__kwdefaults__[{1!r}]", key), default
    for key in _globals_used(function.__code__):
        if key in function.__globals__:
            yield Step("{0}.__globals__[{1!r}]", key), function.__globals__[key]
    for key, held in vars(function).items():
        yield paths.attribute(key), held


def _globals_used(code: CodeType) -> dict[str, None]:
    """Return the names that a function looks up in its module, and those within it, in order."""
    used = dict.fromkeys(
        str(each.argval) for each in get_instructions(code) if each.opname == "LOAD_GLOBAL"
    )
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            used |= _globals_used(constant)
    return used


def _class_parts(value: type) -> Parts:
    for base in value.__bases__:
        yield Step("{0}.__mro__[{1}]", value.__mro__.index(base)), base
    for name, held in vars(value).items():
        for step, part in _unwrapped(name, held):
            if not is_atom(part):
                yield step, part


def _unwrapped(name: str, held: Any) -> Iterator[tuple[Step, Any]]:
    """Yield what a class's attribute is or, for methods of a kind and properties, holds."""
    if isinstance(held, staticmethod | classmethod):
        yield paths.attribute(name), held.__func__
    elif isinstance(held, property):
        for part in ("fget", "fset", "fdel"):
            yield Step("{0}.{1}", f"{name}.{part}"), getattr(held, part)
    elif name not in _SKIPPED and not hasattr(type(held), "__objclass__"):
        yield paths.attribute(name), held
