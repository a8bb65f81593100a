"""What only a loaded model tells: a file loaded in a child, on a person's word."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec

from savebench.errors import DataError
from savebench.inspecting.found import Inspection

_TIMEOUT_S = 1800.0
_LAST_WORDS = 200


def with_loaded(found: Inspection, path: Path) -> Inspection:
    """Return an inspection of a pickle or joblib file, its tree that of the object in memory.

    All code that the file names runs, in a child.

    Raises
    ------
    DataError
        When it cannot be loaded here; the message gives the last that the child said.
    """
    if found.container not in {"pickle", "joblib"}:
        raise DataError(f"{path}: --trust loads pickles and joblib's files, and this is neither")
    live = _asked(path)
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


def _asked(path: Path) -> Inspection:
    """Have a child load a file and look at the object."""
    command = [sys.executable, "-m", "savebench.inspecting.loaded", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_TIMEOUT_S, check=False)
        return msgspec.json.decode(done.stdout, type=Inspection)
    except subprocess.TimeoutExpired:
        raise DataError(f"{path}: was not loaded within {_TIMEOUT_S:,.0f} s") from None
    except msgspec.DecodeError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it said nothing"]
        last = said[-1][:_LAST_WORDS]
        raise DataError(
            f"{path}: could not be loaded here (exit {done.returncode}: {last})"
        ) from None


def main() -> None:
    """Load the file that is named, and print what is in it; what it prints goes to stderr."""
    answers = os.dup(1)
    os.dup2(2, 1)
    from savebench.inspecting.objects import inspect_object

    found = inspect_object(_loaded(Path(sys.argv[1])))
    with os.fdopen(answers, "wb") as file:
        file.write(msgspec.json.encode(found))


def _loaded(path: Path) -> object:
    """Load a file as those who wrote it would."""
    import pickle

    import joblib

    from savebench.inspecting.opened import Opened

    opened = Opened(path)
    if opened.compression in {"none", "joblib-zf"}:
        return joblib.load(path)
    with opened.file() as file:
        try:
            return joblib.load(file)
        except ValueError:
            file.seek(0)
            return pickle.load(file)


if __name__ == "__main__":
    main()
