"""Workers against total memory, for the ways to load a model into several processes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.costs import PROCESS_BYTES
from savebench.summary.advice.holding import Holding, holding_of

Way = Literal["loaded in each", "mapped", "loaded before fork"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WayLine:
    """One way to hold a model in several processes, of one row."""

    way: Way
    serializer: str
    totals: tuple[tuple[int, Estimate], ...]
    """Workers -> bytes of all of them, without `PROCESS_BYTES` for each."""
    holding: Holding


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersTable:
    """The three ways, each with the row that holds the least that way."""

    asked: int | None
    counts: tuple[int, ...]
    lines: tuple[WayLine, ...]
    model_bytes: int
    process_bytes: int = PROCESS_BYTES


def workers_table(
    candidates: Sequence[Candidate],
    model_bytes: int,
    asked: int | None,
    take: str | None,
) -> WorkersTable | None:
    """Return the ways to hold the model; None where no memory was measured.

    Loading in each and before the fork are told of the taken row if it maps no file, else of the
    row that holds the least; mapping of the taken row if it maps one, else likewise.
    """
    held = [(each, found) for each in candidates if (found := holding_of(each))]
    if not held:
        return None
    counts = _counts(asked)
    lines = []
    for maps, way in ((False, "loaded in each"), (True, "mapped")):
        chosen = _chosen([(c, h) for c, h in held if c.maps_file is maps], take, counts[-1])
        if chosen:
            each, holding = chosen
            totals = tuple((count, holding.in_each(count)) for count in counts)
            lines.append(_line(way, each, totals, holding))
            if not maps:
                forked = tuple((count, holding.before_fork(count, model_bytes)) for count in counts)
                lines.append(_line("loaded before fork", each, forked, holding))
    return WorkersTable(
        asked=asked,
        counts=counts,
        lines=tuple(lines),
        model_bytes=model_bytes,
    )


def _line(
    way: str, each: Candidate, totals: tuple[tuple[int, Estimate], ...], holding: Holding
) -> WayLine:
    return WayLine(
        way=way,  # type: ignore[arg-type] # one of the three, written above
        serializer=each.serializer,
        totals=totals,
        holding=holding,
    )


def _chosen(
    held: Sequence[tuple[Candidate, Holding]], take: str | None, workers: int
) -> tuple[Candidate, Holding] | None:
    taken = [pair for pair in held if pair[0].serializer == take]
    if taken:
        return taken[0]
    return min(held, key=lambda pair: pair[1].in_each(workers).median, default=None)


def _counts(asked: int | None) -> tuple[int, ...]:
    most = max(8, asked or 1)
    found = {1, asked or 1}
    count = 1
    while count <= most:
        found.add(count)
        count *= 2
    return tuple(sorted(found))
