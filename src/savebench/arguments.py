"""What is handed over to a public function: taken as it was meant, or refused in one line.

The command line calls the same functions, so that both read names, paths and numbers alike.
Quantities with a unit (durations, sizes, percentages) are read by `savebench.units`.
"""

import difflib
import inspect
import operator
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from savebench.catalogue.rows import Serializer, Workload
from savebench.errors import SavebenchError, UsageError
from savebench.own_model import is_model, looks_like_a_model, said_of_file, said_of_object

_P = ParamSpec("_P")
_T = TypeVar("_T")


StrPath = str | os.PathLike[str]
Names = str | Iterable[str]
"""One name or glob, or several."""


def refusing_others(instead: str) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Return a decorator of a public function: arguments it does not take are a `UsageError`.

    What the function itself raises names its arguments, where the message names options.

    Parameters
    ----------
    instead
        What to say to who hands over something without a name.
    """

    def decorate(function: Callable[_P, _T]) -> Callable[_P, _T]:
        signature = inspect.signature(function)
        where = f"savebench.{function.__name__}"

        @wraps(function)
        def refusing(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as error:
                fault = _misfit(signature, args, kwargs, instead) or str(error)
                raise UsageError(f"{where}: {fault}") from None
            try:
                return function(*args, **kwargs)
            except SavebenchError as error:
                error.as_typed = error.as_typed or str(error)
                error.args = (in_python(str(error), signature.parameters),)
                raise

        return refusing

    return decorate


_OPTION = re.compile(r"savebench [a-z]+ --[a-z-]+|(?<![\w/.-])--([a-z][a-z-]*)( (?=\S+:))?")
"""What stands in a command that is named whole stays; behind others a value may be given."""
_RENAMED = {"probe": "X"}


def in_python(text: str, takes: Mapping[str, inspect.Parameter]) -> str:
    """Return a text that names options of the command line with a function's arguments instead.

    ``--trust`` becomes ``trust=True``, ``--max-size`` ``max_size=``, ``--rounds 0:`` ``rounds=0:``;
    options that are no argument of the function stay.
    """

    def spelled(found: re.Match[str]) -> str:
        option = found[1] or ""
        name = _RENAMED.get(option, option.replace("-", "_"))
        if name not in takes:
            return found[0]
        return f"{name}=True{found[2] or ''}" if takes[name].default is False else f"{name}="

    return _OPTION.sub(spelled, text)


def all_in_python(value: _T, takes: Mapping[str, inspect.Parameter]) -> _T:
    """Return a frozen value with every text within it as `in_python` spells it."""
    found: Any = value
    if isinstance(value, str):
        found = in_python(value, takes)
    elif type(value) is tuple:
        found = tuple(all_in_python(each, takes) for each in found)
    elif isinstance(value, dict):
        found = {key: all_in_python(each, takes) for key, each in value.items()}
    elif is_dataclass(value) and not isinstance(value, type):
        of_it = {
            each.name: all_in_python(getattr(value, each.name), takes)
            for each in fields(value)
            if each.init
        }
        found = replace(value, **of_it)
    return cast("_T", found)


def path_given(value: object, where: str) -> Path:
    """Return the path that was handed over.

    Raises
    ------
    UsageError
        When it is none; `where` begins the message.
    """
    if isinstance(value, str | os.PathLike) and (path := os.fspath(value)):
        return Path(os.fsdecode(path))
    raise UsageError(f"{where}: {_misplaced(value, 'name a path')}")


def environment_given(value: object, where: str) -> str:
    """Return what stands for an environment: a text as it is, or a path.

    Raises
    ------
    UsageError
        When it is neither; `where` begins the message.
    """
    return value if isinstance(value, str) else str(path_given(value, where))


def names_given(value: object, where: str) -> tuple[str, ...]:
    """Return the names or globs that were handed over, one or several.

    Raises
    ------
    UsageError
        When anything else is among them; `where` begins the message.
    """
    alone = isinstance(value, str) or is_model(value) or not isinstance(value, Iterable)
    names = [value] if alone else list(value)  # type: ignore[call-overload] # what is alone is no iterable
    for name in names:
        if not isinstance(name, str):
            raise UsageError(f"{where}: {_misplaced(name, 'write names, like knn-brute')}")
    return tuple(map(str, names))


def renamed_given(value: object, where: str) -> dict[str, str]:
    """Return new names by the old ones.

    Raises
    ------
    UsageError
        When it is no mapping of text to text; `where` begins the message.
    """
    if isinstance(value, Mapping) and all(
        isinstance(name, str) for pair in value.items() for name in pair
    ):
        return dict(value)
    raise UsageError(f"{where}: {_misplaced(value, 'write old and new names: {old: new}')}")


def text_given(value: object, where: str) -> str:
    """Return the text that was handed over.

    Raises
    ------
    UsageError
        When it is none; `where` begins the message.
    """
    if isinstance(value, str):
        return value
    raise UsageError(f"{where}: {_misplaced(value, 'write a name')}")


def whole_given(value: object, where: str) -> int:
    """Return the whole number that was handed over, NumPy's too.

    Raises
    ------
    UsageError
        When it is none; `where` begins the message.
    """
    try:
        if not isinstance(value, bool):
            return operator.index(value)  # type: ignore[arg-type] # it says itself whether it is one
    except TypeError:
        pass
    raise UsageError(f"{where}: {_misplaced(value, 'write a whole number')}")


def flag_given(value: object, where: str) -> bool:
    """Return whether it was asked for.

    Raises
    ------
    UsageError
        When it is neither true nor false; `where` begins the message.
    """
    if isinstance(value, bool):
        return value
    raise UsageError(f"{where}: {_misplaced(value, 'write True or False')}")


def optional(given: Callable[[object, str], _T], value: object, where: str) -> _T | None:
    """Return what was handed over as one of the above takes it, None where nothing was."""
    return None if value is None else given(value, where)


def watcher_given(value: _T | None, silent: _T, where: str) -> _T:
    """Return who is to be told what goes on; the silent one where nobody is.

    Raises
    ------
    UsageError
        When it lacks a method that the silent one has; `where` begins the message.
    """
    if value is None:
        return silent
    for name in (each for each in dir(silent) if not each.startswith("_")):
        if isinstance(value, type) or not callable(getattr(value, name, None)):
            raise UsageError(f"{where}: {_misplaced(value, f'it must have a method {name}()')}")
    return value


def _misfit(
    signature: inspect.Signature,
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    instead: str,
) -> str:
    """Return what to say of arguments that a function does not take, ``""`` where there is none."""
    takes = signature.parameters
    by_place = [each for each in takes.values() if each.kind is each.POSITIONAL_OR_KEYWORD]
    unknown = [name for name in kwargs if name not in takes]
    models = [kwargs[name] for name in unknown if is_model(kwargs[name])]
    for value in [*args[len(by_place) :], *models]:
        return _misplaced(value, instead)
    for name in unknown:
        near = difflib.get_close_matches(name, takes, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(takes)}"
        return f"there is no argument {name!r}; {hint}"
    return ""


def _misplaced(value: object, instead: str) -> str:
    """Return what to say of a value that has no business there."""
    name = value.__name__ if isinstance(value, type) else type(value).__name__
    if is_model(value):
        return said_of_object(name)
    if isinstance(value, Path) and looks_like_a_model(value):
        return said_of_file(value)
    if isinstance(value, Serializer | Workload):
        return (
            f"{value.name!r} is a row, and only rows that an installed package offers can be "
            "measured, by their names (README: Add your own)"
        )
    return f"cannot take this {name}; {instead}"
