"""What changed and when: change points with the runs around them, and the state since a run."""

import math
from collections.abc import Iterable
from typing import Literal

import msgspec

from savebench.history.machines import Machine, Trend, updates
from savebench.history.trends import History
from savebench.records.metrics import Unit


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one series, with the two runs around it."""

    machine: int
    series: str
    metric: str
    unit: Unit
    exact: bool
    before_run: int
    after_run: int
    before: float
    """Median of the level before; times at the machine's middle pace."""
    after: float
    ratio: float
    """After over before."""
    versions: list[str]
    """What was updated between the two runs."""


class SinceRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a series stands now against its level at an earlier run."""

    machine: int
    series: str
    metric: str
    unit: Unit
    exact: bool
    what: Literal["slower", "faster", "larger", "smaller", "new", "gone"]
    before: float | None
    """Its level then; None for a new one."""
    now: float | None
    """Its level now; None for one that the machine's newest run lacks."""
    ratio: float | None
    runs: list[tuple[int, int]]
    """The runs around each change since then."""


def steps(history: History) -> list[Step]:
    """Return every change, the largest first."""
    found = [
        _step(machine, series, at)
        for machine in history.machines
        for series in machine.series
        for at in range(len(series.changes))
    ]
    return sorted(found, key=lambda step: (-size(step.ratio), step.series, step.metric))


def by_moment(found: Iterable[Step]) -> list[tuple[int, int, list[Step]]]:
    """Return changes by the run that they came with, the newest first: (machine, run, changes)."""
    groups: dict[tuple[int, int], list[Step]] = {}
    for step in found:
        groups.setdefault((step.after_run, step.machine), []).append(step)
    return [(machine, run, groups[run, machine]) for run, machine in sorted(groups, reverse=True)]


def size(ratio: float) -> float:
    """Return how large a change is, up or down: the distance of its logarithm from zero."""
    return abs(math.log(ratio))


def since(history: History, number: int) -> list[SinceRow]:
    """Return what is not as it was at a run: changed levels, new series, series that are gone.

    Machines that had no run by then, or have none after it, have nothing to compare.
    """
    rows = [
        row
        for machine in history.machines
        if machine.runs[0] <= number < machine.runs[-1]
        for series in machine.series
        for row in _since(machine, series, number)
    ]
    return sorted(rows, key=lambda row: (-size(row.ratio or 1.0), row.series, row.metric))


def versions_since(history: History, number: int) -> dict[int, list[str]]:
    """Return what was updated after a run: machine -> changes."""
    found: dict[int, list[str]] = {}
    for machine in history.machines:
        by_then = [run for run in machine.runs if run <= number]
        if by_then:
            changes = updates(history.run(by_then[-1]), history.run(machine.runs[-1]))
            found |= {machine.number: list(changes)} if changes else {}
    return found


def _step(machine: Machine, series: Trend, at: int) -> Step:
    change = series.changes[at]
    before_run, after_run = series.runs[change.index - 1], series.runs[change.index]
    return Step(
        machine=machine.number,
        series=series.name,
        metric=series.metric,
        unit=series.unit,
        exact=series.exact,
        before_run=before_run,
        after_run=after_run,
        before=change.before,
        after=change.after,
        ratio=change.ratio,
        versions=list(machine.mark_between(before_run, after_run)),
    )


def _since(machine: Machine, series: Trend, number: int) -> Iterable[SinceRow]:
    by_then = sum(run <= number for run in series.runs)
    is_gone = series.runs[-1] != machine.runs[-1]
    if is_gone and series.runs[-1] < max(run for run in machine.runs if run <= number):
        return  # it was gone by then
    before = series.level(by_then - 1) if by_then else None
    now = None if is_gone else series.level(len(series.runs) - 1)
    changed = [
        (series.runs[change.index - 1], series.runs[change.index])
        for change in series.changes
        if series.runs[change.index] > number
    ]
    if before is None and now is None:
        return
    if before is not None and now is not None and (not changed or before == now):
        return
    up, down = ("slower", "faster") if series.unit == "s" else ("larger", "smaller")
    ratio = now / before if now is not None and before is not None else None
    what = ("new" if before is None else "gone") if ratio is None else up if ratio > 1 else down
    yield SinceRow(
        machine=machine.number,
        series=series.name,
        metric=series.metric,
        unit=series.unit,
        exact=series.exact,
        what=what,  # type: ignore[arg-type]
        before=before,
        now=now,
        ratio=ratio,
        runs=changed,
    )
