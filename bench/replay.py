"""Measured rounds handed to pytest-benchmark: a clock that advances by what a trial measured.

pytest-benchmark calls a function in a loop and reads a timer before and after. Here the function is
"the next trial's result is in" and the timer moves on by the seconds that this trial measured. So
its rounds are first operations, each in a fresh process of its own, measured in shuffled rounds in
which every case took turns (`savebench.runner`). Were the processes started from inside the
benchmark instead, one test after the other, a slow minute of the machine would fall on one
serializer alone, and no ratio between two of them could be trusted.
"""

from collections.abc import Iterator, Sequence
from typing import Any


class ReplayClock:
    """A timer that stands still until it is told of a measured time."""

    __name__ = "first_operation_in_a_fresh_process"
    """What pytest-benchmark's files show as the timer."""

    def __init__(self) -> None:
        """Stand at 0."""
        self._now_s = 0.0

    def __call__(self) -> float:
        """Return the time in s."""
        return self._now_s

    def reset(self) -> None:
        """Go back to 0, so that the next difference is the measured value to the last bit."""
        self._now_s = 0.0

    def advance(self, time_s: float) -> None:
        """Let so much time pass."""
        self._now_s += time_s


CLOCK = ReplayClock()
"""The one clock: pytest-benchmark takes a timer from a mark, before any test runs."""


def replay(benchmark: Any, values_s: Sequence[float], clock: ReplayClock = CLOCK) -> None:
    """Make each value one round of a benchmark whose timer is `clock`.

    Parameters
    ----------
    benchmark
        pytest-benchmark's fixture, not used before.
    values_s
        One a trial, in the order measured; at least one.
    clock
        Another one in tests.
    """
    coming: Iterator[float] = iter(values_s)

    def next_trial() -> None:
        clock.advance(next(coming, 0.0))  # --benchmark-cprofile calls once more

    benchmark.pedantic(
        next_trial, setup=clock.reset, rounds=len(values_s), iterations=1, warmup_rounds=0
    )
