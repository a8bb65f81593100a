"""What choosing another row than the taken one would cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from savebench.summary.advice.candidates import Candidate
from savebench.summary.advice.choosing import Choice
from savebench.summary.advice.costs import Cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """What choosing another row than the taken one would cost; negative: it would save."""

    name: str
    seconds: float
    """Per use."""
    seconds_low: float | None
    """Its low end against the taken one's high end."""
    seconds_high: float | None
    ratio: float
    """Per use, of the medians."""
    size_bytes: float | None
    memory_bytes: float | None
    """Of one process while it loads, or of all workers."""
    is_alike: bool
    """The two cannot be told apart."""


def otherwise_of(
    choice: Choice, able: Sequence[Candidate], costs: Mapping[str, Cost]
) -> list[Otherwise]:
    """Return what each of the others would cost, the best first; nobody taken, nobody else."""
    if choice.take is None:
        return []
    taken = next(each for each in able if each.serializer == choice.take)
    mine = costs[taken.serializer]
    found = [
        _instead(each, costs[each.serializer], taken, mine, each.serializer in choice.alike)
        for each in able
        if each is not taken
    ]
    return sorted(found, key=lambda each: costs[each.name].deciding.median)


def _instead(
    other: Candidate,
    cost: Cost,
    taken: Candidate,
    mine: Cost,
    is_alike: bool,  # noqa: FBT001 - private, and named where it is read
) -> Otherwise:
    theirs, ours = cost.per_use_s, mine.per_use_s
    known = theirs.has_interval and ours.has_interval
    size, own_size = other.size_bytes, taken.size_bytes
    memory, own = cost.memory_bytes, mine.memory_bytes
    return Otherwise(
        name=other.serializer,
        seconds=theirs.median - ours.median,
        seconds_low=theirs.least - ours.most if known else None,
        seconds_high=theirs.most - ours.least if known else None,
        ratio=theirs.median / ours.median,
        size_bytes=None if size is None or own_size is None else size - own_size,
        memory_bytes=None if memory is None or own is None else memory.median - own.median,
        is_alike=is_alike,
    )
