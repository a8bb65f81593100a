"""Machines and their series: times relative to the control kernels, levels and change points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from savebench.history.changepoints import ChangePoint, change_points
from savebench.history.reading import EXACT, Key, RunMedians
from savebench.records.metrics import METRICS, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One case and metric on one machine, a value a run."""

    name: str
    """The case: ``knn-brute@16MB x joblib+zlib3``."""
    metric: str
    unit: Unit
    exact: bool
    """A size that repeated exactly in every run."""
    runs: tuple[int, ...]
    """Numbers of the runs that have a value, rising."""
    adjusted: tuple[float, ...]
    """Above zero; times as they would be at the machine's middle pace."""
    raw: tuple[float, ...]
    """As measured."""
    changes: tuple[ChangePoint, ...]

    @property
    def edges(self) -> tuple[int, ...]:
        """Where each level begins in `adjusted`, and where the last ends."""
        return (0, *(change.index for change in self.changes), len(self.adjusted))

    def level(self, position: int) -> float:
        """Return the median of the level that the value at a position belongs to."""
        for start, end in pairwise(self.edges):
            if start <= position < end:
                return median(self.adjusted[start:end])
        raise IndexError(position)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionMark:
    """What was updated between a run and the one before it on the machine."""

    run: int
    changes: tuple[str, ...]
    """``joblib 1.5.3 -> 1.6.0``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Runs whose times may be set beside one another: one machine, measured in one way."""

    number: int
    """From 1, in the order in which they were first seen."""
    about: Mapping[str, str]
    """Platform, processor, cores, file system, launcher, threads."""
    runs: tuple[int, ...]
    paces: Mapping[int, float]
    """Run -> its kernels' times over the machine's middle ones; 1.3: everything took 1.3x."""
    marks: tuple[VersionMark, ...]
    series: tuple[Trend, ...]

    def mark_between(self, before: int, after: int) -> tuple[str, ...]:
        """Return what was updated after one run, up to and with another."""
        return tuple(
            change for mark in self.marks if before < mark.run <= after for change in mark.changes
        )


def machines_of(runs: Sequence[RunMedians]) -> tuple[Machine, ...]:
    """Return the runs' machines, each with its series; a run's number is its place, from 1."""
    groups: dict[tuple[tuple[str, str], ...], dict[int, RunMedians]] = {}
    for number, run in enumerate(runs, start=1):
        groups.setdefault(tuple(about(run).items()), {})[number] = run
    return tuple(
        _machine(number, dict(key), mine) for number, (key, mine) in enumerate(groups.items(), 1)
    )


def about(run: RunMedians) -> dict[str, str]:
    """Return what times depend on, library versions aside: a line goes on when those change."""
    environment, settings = run.environment, run.settings
    return {
        "processor": environment.processor,
        "cores": str(environment.cores),
        "filesystem": environment.filesystem,
        "launch": settings.launch,
        "threads": str(settings.threads),
        "platform": environment.platform,
    }


def paces_of(runs: Mapping[int, RunMedians]) -> dict[int, float]:
    """Return how slow the machine was during each run, as told by its control kernels.

    A run's pace is the median, over the kernels, of the kernel's time over its median time in all
    runs. Runs without kernels have none.
    """
    times: dict[str, list[float]] = {}
    for run in runs.values():
        for kernel, time_s in run.kernels.items():
            times.setdefault(kernel, []).append(time_s)
    usual = {kernel: median(each) for kernel, each in times.items()}
    return {
        number: median(time_s / usual[kernel] for kernel, time_s in run.kernels.items())
        for number, run in runs.items()
        if run.kernels
    }


def _machine(number: int, about_it: dict[str, str], runs: dict[int, RunMedians]) -> Machine:
    paces = paces_of(runs)
    points: dict[Key, list[tuple[int, float]]] = {}
    for run_number, run in runs.items():
        for key, value in run.medians.items():
            if value > 0 and key[1] in METRICS:
                points.setdefault(key, []).append((run_number, value))
    inexact = frozenset().union(*(run.inexact for run in runs.values()))
    return Machine(
        number=number,
        about=about_it,
        runs=tuple(runs),
        paces=paces,
        marks=_marks(runs),
        series=tuple(
            _series(key, found, paces, exact=key[1] in EXACT and key not in inexact)
            for key, found in sorted(points.items())
        ),
    )


def _series(
    key: Key, points: Sequence[tuple[int, float]], paces: Mapping[int, float], *, exact: bool
) -> Trend:
    name, metric = key
    unit = METRICS[metric].unit
    runs, raw = zip(*points, strict=True)
    values = (
        tuple(value / paces.get(run, 1.0) for run, value in points) if unit == "s" else tuple(raw)
    )
    exact = exact and not _flutters(values)
    return Trend(
        name=name,
        metric=metric,
        unit=unit,
        exact=exact,
        runs=tuple(runs),
        adjusted=values,
        raw=tuple(raw),
        changes=tuple(change_points(values, exact=exact)),
    )


def _flutters(values: Sequence[float]) -> bool:
    """Whether a size differs from run to run so often that no step in it tells of a change."""
    differing = sum(after != before for before, after in pairwise(values))
    return differing > max(2, len(values) // 3)


def updates(before: RunMedians, after: RunMedians) -> tuple[str, ...]:
    """Return what was updated from one run to another: ``joblib 1.5.3 -> 1.6.0``."""
    old = {"python": before.environment.python, **before.environment.versions}
    new = {"python": after.environment.python, **after.environment.versions}
    return tuple(
        f"{name} {old.get(name, '(none)')} -> {new.get(name, '(none)')}"
        for name in sorted(new | old)
        if new.get(name) != old.get(name)
    )


def _marks(runs: Mapping[int, RunMedians]) -> tuple[VersionMark, ...]:
    return tuple(
        VersionMark(run=number, changes=changes)
        for (_, before), (number, after) in pairwise(runs.items())
        if (changes := updates(before, after))
    )
