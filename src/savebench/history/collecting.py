"""The runs under a folder: found, read, put in order; what is not one is named and passed over."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from savebench.errors import DataError, UsageError
from savebench.history.reading import RunMedians, read_medians
from savebench.own_model import refuse_model
from savebench.records.store import COMPRESSED_FILE, RUN_FILE, is_locked

_LIKE_DATA = (".json", ".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that is not counted, and why."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a folder holds."""

    runs: tuple[RunMedians, ...]
    """By the time they started; each once."""
    skipped: tuple[Skipped, ...]


def collect(folder: Path) -> Collected:
    """Read every run at any depth under a folder, one at a time.

    Raises
    ------
    UsageError
        When the folder is none.
    DataError
        When there is no run in it that can be read.
    """
    refuse_model(folder)
    if not folder.is_dir():
        raise UsageError(f"{folder}: no such folder; name one that holds the folders of runs")
    runs: list[RunMedians] = []
    skipped: list[Skipped] = []
    for path, is_run in candidates(folder):
        if not is_run:
            skipped.append(Skipped(path, "not a savebench run, and nothing that history reads"))
        elif is_locked(path):
            skipped.append(Skipped(path, "a run is going on in it"))
        else:
            try:
                runs.append(read_medians(path))
            except DataError as error:
                skipped.append(Skipped(path, str(error).removeprefix(f"{path}: ")))
    kept, copies = _each_once(sorted(runs, key=lambda run: (run.started, str(run.folder))))
    if not kept:
        first = f" ({len(skipped)} passed over; the first: {said(skipped[0])})" if skipped else ""
        raise DataError(
            f"{folder}: no run in it{first}; make one with: savebench run --out {folder}/NAME"
        )
    return Collected(runs=tuple(kept), skipped=(*skipped, *copies))


def candidates(folder: Path) -> Iterator[tuple[Path, bool]]:
    """Yield each run's folder, and each other file that looks like data: (path, whether a run).

    Hidden folders are passed over (a branch's ``.git``), links are not followed, and nothing is
    looked for inside a run's folder. This is where readers of other formats would join.
    """
    for where, folders, files in os.walk(folder):
        here = Path(where)
        if RUN_FILE in files or COMPRESSED_FILE in files:
            folders.clear()
            yield here, True
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(_LIKE_DATA) and not name.startswith("."):
                yield here / name, False


def said(each: Skipped) -> str:
    """Return what to say of a path that is passed over."""
    return each.why if each.why.startswith(str(each.path)) else f"{each.path}: {each.why}"


def _each_once(runs: Sequence[RunMedians]) -> tuple[list[RunMedians], list[Skipped]]:
    """Return the runs without copies, and the copies."""
    first: dict[tuple[object, str, int], RunMedians] = {}
    copies = []
    for run in runs:
        same = first.setdefault((run.started, run.environment.fingerprint, run.seed), run)
        if same is not run:
            copies.append(Skipped(run.folder, f"a copy of {same.folder}, which is counted"))
    return list(first.values()), copies
