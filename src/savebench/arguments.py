"""What is handed over from Python where names and paths belong: checked before it is used."""

import os
from collections.abc import Iterable
from pathlib import Path

from savebench.catalogue import Serializer, Workload
from savebench.errors import UsageError
from savebench.own_model import is_model, looks_like_a_model, said_of_file, said_of_object


def path_given(value: object, where: str) -> Path:
    """Return the path that was handed over.

    Raises
    ------
    UsageError
        When it is none; `where` begins the message.
    """
    if isinstance(value, str | os.PathLike):
        return Path(value)
    raise UsageError(f"{where}: {_misplaced(value, 'name a path')}")


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


def refuse_misplaced(values: Iterable[object], where: str, instead: str) -> None:
    """Refuse arguments that a function does not take; `instead` says what it does.

    Raises
    ------
    UsageError
        When there is any.
    """
    for value in values:
        raise UsageError(f"{where}: {_misplaced(value, instead)}")


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
