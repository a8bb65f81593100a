"""What only a loaded model tells: a file loaded, or an attribute imported, in a child."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from savebench.errors import DataError
from savebench.inspecting.found import Inspection

_TIMEOUT_S = 1800.0
_LAST_WORDS = 200


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """What the child says: what it found, or why there is nothing."""

    found: Inspection | None = None
    fault: str = ""


def with_loaded(found: Inspection, path: Path) -> Inspection:
    """Return an inspection of a pickle or joblib file, its tree that of the object in memory.

    All code that the file names runs, in a child.

    Raises
    ------
    DataError
        When it cannot be loaded here; the message says why.
    """
    if found.container not in {"pickle", "joblib"}:
        raise DataError(f"{path}: --trust loads pickles and joblib's files, and this is neither")
    live = _asked("file", str(path))
    return replace(
        found,
        root=live.root,
        notes=(
            *found.notes,
            *live.notes,
            "loaded in a child: bytes in the tree are those in memory",
        ),
        left_out=live.left_out,
    )


def inspect_attribute(where: str) -> Inspection:
    """Return what is in an object by its place, ``package.module:attribute``.

    The module is imported in a child, which looks for it where this process would, and in the
    current folder.

    Raises
    ------
    DataError
        When there is no such module or attribute, or its code raises.
    """
    return _asked("attribute", where)


def _asked(kind: str, name: str) -> Inspection:
    """Have a child load what is named, and look at the object."""
    path = os.pathsep.join([*filter(None, sys.path), os.getcwd()])  # noqa: PTH109 - as given
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "savebench.inspecting.loaded", kind, name],
            capture_output=True,
            timeout=_TIMEOUT_S,
            check=False,
            env={**os.environ, "PYTHONPATH": path},
        )
        told = msgspec.json.decode(done.stdout, type=_Told)
    except subprocess.TimeoutExpired:
        raise DataError(f"{name}: was not loaded within {_TIMEOUT_S:,.0f} s") from None
    except msgspec.DecodeError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        last = said[-1][:_LAST_WORDS]
        raise DataError(
            f"{name}: could not be loaded here (exit {done.returncode}: {last})"
        ) from None
    if told.found is None:
        raise DataError(f"{name}: {told.fault}")
    return told.found


def main() -> None:
    """Load what is named, and print what is in it; what it prints itself goes to stderr."""
    answers = os.dup(1)
    os.dup2(2, 1)
    told = _told(_FETCHERS[sys.argv[1]], sys.argv[2])
    with os.fdopen(answers, "wb") as file:
        file.write(msgspec.json.encode(told))


def _told(fetch: Callable[[str], object], name: str) -> _Told:
    from savebench.obstacles.raised import named

    try:
        model = fetch(name)
    except DataError as fault:
        return _Told(fault=str(fault))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a model's code may raise anything
        return _Told(fault=f"loading it raised {named(error)}")
    from savebench.inspecting.objects import inspect_object

    return _Told(found=inspect_object(model))


def _attribute(where: str) -> object:
    from savebench.inspecting.attributes import fetch

    return fetch(where)


def _file(name: str) -> object:
    """Load a file as those who wrote it would."""
    import pickle

    import joblib

    from savebench.inspecting.opened import Opened

    opened = Opened(Path(name))
    if opened.compression in {"none", "joblib-zf"}:
        return joblib.load(name)
    with opened.file() as file:
        try:
            return joblib.load(file)
        except ValueError:
            file.seek(0)
            return pickle.load(file)


_FETCHERS: Mapping[str, Callable[[str], object]] = {"attribute": _attribute, "file": _file}


if __name__ == "__main__":
    main()
