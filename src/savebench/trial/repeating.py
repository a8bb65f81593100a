"""A hot loop: an operation repeated in one process, as benchmarks usually time it.

The first call is thrown away, as a warm-up. Then it is repeated until the repeats took `ENOUGH_S`,
but at least `FEWEST` and at most `MOST` times; the time is their median. What the operation returns
is dropped at once, so that freeing it is within the time, and the next call finds the memory, the
code and the caches as the last one left them. That is how the loops of pytest-benchmark and pyperf
do it, and why their figures are not those of a first operation in a fresh process.

A long operation is repeated less: at least once, until the repeats took `LONG_S`; one whose first
call took twice as long is not repeated at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

FEWEST, MOST = 5, 1000
ENOUGH_S = 0.2
LONG_S = 5.0
_TOO_LONG_S = 2 * LONG_S
TOO_LONG = f"no hot loop: one dump or load takes over {_TOO_LONG_S:g} s"


@dataclass(frozen=True, slots=True)
class Repeats:
    """What a hot loop measured."""

    median_s: float
    repeats: int
    """Warm-up not counted."""


def repeated(
    operation: Callable[[], Any],
    before: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = perf_counter,
) -> Repeats | None:
    """Return the median time of an operation in a hot loop; None where one call takes too long.

    `before` prepares each call, untimed; `clock` tells the time in seconds.
    """
    if _timed(operation, before, clock) > _TOO_LONG_S:
        return None
    times_s: list[float] = []
    while _go_on(times_s):
        times_s.append(_timed(operation, before, clock))
    return Repeats(median(times_s), len(times_s))


def _timed(
    operation: Callable[[], Any], before: Callable[[], None], clock: Callable[[], float]
) -> float:
    before()
    start = clock()
    operation()
    return clock() - start


def _go_on(times_s: list[float]) -> bool:
    spent_s, repeats = sum(times_s), len(times_s)
    if repeats < FEWEST:
        return not repeats or spent_s < LONG_S
    return repeats < MOST and spent_s < ENOUGH_S
