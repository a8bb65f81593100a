"""Which candidates are on the Pareto front of what matters to this person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.costs import Basis, Cost
from savebench.summary.advice.needs import Needs
from savebench.summary.advice.worth import is_below, is_worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One thing that matters, less is better."""

    name: str
    """``"ready_s"``, ``"size_bytes"``, ``"dump_s"``, ``"memory_bytes"``."""
    label: str


READY = Axis(name="ready_s", label="time to the first answer")
SIZE = Axis(name="size_bytes", label="size")
DUMP = Axis(name="dump_s", label="time to save")
MEMORY = Axis(name="memory_bytes", label="memory")
_IN_SECONDS = (READY.name, DUMP.name)
_SAME = 0.01
"""Sizes and memory that differ by no more than this share do not count as worse."""

Point = Mapping[str, Estimate]
"""Axis name -> where one candidate stands."""


def axes_of(needs: Needs) -> tuple[Axis, ...]:
    """Return what matters to a person.

    The time to the first answer always; the size unless a bandwidth turns it into time, and where
    it has a limit; the dump where loads per dump were given; memory where it has a limit or workers
    were named.
    """
    found = [READY]
    if needs.bandwidth_bytes_per_s is None or needs.max_size_bytes is not None:
        found.append(SIZE)
    if needs.loads_per_dump is not None:
        found.append(DUMP)
    if needs.memory_bytes is not None or needs.workers is not None:
        found.append(MEMORY)
    return tuple(found)


def point_of(candidate: Candidate, cost: Cost, axes: Iterable[Axis]) -> Point:
    """Return where a candidate stands on each axis that it has a value for."""
    size = candidate.size_bytes
    values = {
        READY.name: cost.ready_s,
        SIZE.name: None if size is None else Estimate.exactly(size),
        DUMP.name: candidate.estimates.get("dump_s"),
        MEMORY.name: cost.memory_bytes,
    }
    return {each.name: found for each in axes if (found := values[each.name]) is not None}


def front_of(points: Mapping[str, Point], axes: Sequence[Axis]) -> tuple[str, ...]:
    """Return the names that nobody dominates, in the order given.

    One dominates another where its median is no larger on any axis (bytes: by no more than 1 %),
    and on at least one it lies below the other beyond both intervals, by more than is worth another
    habit (`worth`). An axis that either has no value for does not count.
    """
    return tuple(
        name
        for name, point in points.items()
        if not any(
            _dominates(other, point, axes) for rival, other in points.items() if rival != name
        )
    )


def _dominates(one: Point, other: Point, axes: Sequence[Axis]) -> bool:
    shared = [each.name for each in axes if each.name in one and each.name in other]
    no_worse = all(
        one[name].median <= other[name].median * (1.0 if name in _IN_SECONDS else 1 + _SAME)
        for name in shared
    )
    return no_worse and any(
        is_below(one[name], other[name])
        and is_worth(one[name], other[name], seconds=name in _IN_SECONDS)
        for name in shared
    )


def basis_words(basis: Basis) -> str:
    """Return what the time is made of: ``"load and first answer"``."""
    cold = "cold " if "cold" in basis.load else ""
    answer = " and first answer" if "predict" in basis.load else ""
    return f"{cold}load{answer}"
