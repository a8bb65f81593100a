"""Delete runs that a policy no longer keeps. Nothing but a finished run's own files, ever.

`plan` looks and decides; `carry_out` deletes, and looks again just before. A folder that holds
anything beside a run's own files, a link, an interrupted or running run is left as it is.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from savebench.errors import UsageError
from savebench.history.collecting import Skipped, collect
from savebench.history.machines import about
from savebench.history.policy import Rule, kept
from savebench.records.store import COMPRESSED_FILE, LOCK_FILE, RUN_FILE, WORK, is_locked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from savebench.history.reading import RunMedians

_OWN = frozenset({"summary.csv", "report.md", "report.html", LOCK_FILE})
_PLOTS = "plots"
_DRAWN = frozenset({".png", ".svg"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A run that stays, and the rule that keeps it."""

    folder: Path
    rule: str


@dataclass(frozen=True, slots=True)
class Doomed:
    """A run that the policy does not keep."""

    folder: Path
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruning:
    """What a policy means for a folder."""

    root: Path
    keep: tuple[Kept, ...]
    delete: tuple[Doomed, ...]
    left: tuple[Skipped, ...]
    """What stays although no rule keeps it, and why."""


def plan(root: Path, rules: Sequence[Rule]) -> Pruning:
    """Return what to keep and what to delete; machines are looked at one by one.

    Raises
    ------
    UsageError, DataError
        When there is no folder, or no run in it.
    """
    collected = collect(root)
    groups: dict[tuple[tuple[str, str], ...], list[RunMedians]] = {}
    for run in collected.runs:
        groups.setdefault(tuple(about(run).items()), []).append(run)
    keep: list[Kept] = []
    delete: list[Doomed] = []
    left = list(collected.skipped)
    for runs in groups.values():
        reasons = kept([run.started for run in runs], rules)
        for at, run in enumerate(runs):
            if at in reasons:
                keep.append(Kept(run.folder, reasons[at]))
            elif why := why_not(root, run.folder):
                left.append(Skipped(run.folder, why))
            else:
                files = own_files(run.folder)
                size_bytes = sum(path.stat().st_size for path in files)
                delete.append(Doomed(run.folder, size_bytes))
    return Pruning(root=root, keep=tuple(keep), delete=tuple(delete), left=tuple(left))


def carry_out(
    pruning: Pruning, *, unlink: Callable[[Path], None] = Path.unlink
) -> tuple[list[Path], list[Skipped]]:
    """Delete the runs; return the folders that are gone and those that had to stay.

    A run's records go last: what is interrupted half-way is a run still.
    """
    gone: list[Path] = []
    stayed: list[Skipped] = []
    for doomed in pruning.delete:
        try:
            with _held(doomed.folder):
                why = why_not(pruning.root, doomed.folder, held=True)
                if why:
                    stayed.append(Skipped(doomed.folder, why))
                    continue
                for path in own_files(doomed.folder):
                    unlink(path)
                plots = doomed.folder / _PLOTS
                if plots.is_dir():
                    plots.rmdir()
            (doomed.folder / LOCK_FILE).unlink(missing_ok=True)
            if doomed.folder.resolve() != pruning.root.resolve():
                doomed.folder.rmdir()
            gone.append(doomed.folder)
        except UsageError as error:
            stayed.append(Skipped(doomed.folder, str(error)))
        except OSError as error:
            stayed.append(Skipped(doomed.folder, f"cannot be deleted ({error.strerror})"))
    return gone, stayed


def why_not(root: Path, folder: Path, *, held: bool = False) -> str:
    """Return why a run's folder must not be deleted, empty where it may.

    Parameters
    ----------
    root
        Nothing outside it is touched.
    folder
        A run's folder.
    held
        Whether its lock is our own.
    """
    if not folder.resolve().is_relative_to(root.resolve()) or folder.is_symlink():
        return f"it is a link, or not inside {root}"
    if not held and is_locked(folder):
        return "a run is going on in it"
    if (folder / WORK).exists() or (folder / WORK).is_symlink():
        return "the run was interrupted; resume it, or delete it yourself"
    foreign = sorted(_foreign(folder))
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        return f"it holds what is not the run's own: {foreign[0]}{more}"
    return ""


def own_files(folder: Path) -> list[Path]:
    """Return a run's own files, its records last; the lock is left out."""
    plots = folder / _PLOTS
    drawn = sorted(plots.iterdir()) if plots.is_dir() else []
    told = [folder / name for name in sorted(_OWN - {LOCK_FILE})]
    records = [folder / COMPRESSED_FILE, folder / RUN_FILE]
    return [*drawn, *(path for path in (*told, *records) if path.is_file())]


def _foreign(folder: Path) -> "Iterator[str]":
    """Yield the names of what is no file of a run's own, links among them."""
    for path in folder.iterdir():
        if path.name == _PLOTS and path.is_dir() and not path.is_symlink():
            for plot in path.iterdir():
                if plot.is_symlink() or not plot.is_file() or plot.suffix not in _DRAWN:
                    yield f"{_PLOTS}/{plot.name}"
            continue
        known = path.name in _OWN or path.name in {RUN_FILE, COMPRESSED_FILE}
        if path.is_symlink() or not path.is_file() or not known:
            yield path.name


@contextmanager
def _held(folder: Path) -> "Iterator[None]":
    """Hold a run's lock, so that nobody resumes what is being deleted."""
    from filelock import FileLock, Timeout

    path = folder / LOCK_FILE
    was_there = path.exists()
    try:
        with FileLock(path, timeout=0):
            yield
    except Timeout:
        raise UsageError("a run is going on in it") from None
    if not was_there:
        path.unlink(missing_ok=True)
