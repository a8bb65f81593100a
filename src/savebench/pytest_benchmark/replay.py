"""Put seconds that were measured elsewhere into pytest-benchmark's table.

pytest-benchmark takes a timer, and times what it is given by it. So give it a timer that stands
still, and something to do that moves the timer on by a measured value.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol


class Benchmark(Protocol):
    """What is used of pytest-benchmark's `BenchmarkFixture`."""

    _timer: Callable[[], float]

    def pedantic(
        self, target: Callable[[], None], *, rounds: int, iterations: int, warmup_rounds: int
    ) -> Any:
        """Run the target so often, each time between two looks at the timer."""


class ReplayTimer:
    """A clock that reads 0 until a value is replayed, then that value, once, then 0 again.

    So every difference that pytest-benchmark takes is the measured value to the last bit; a clock
    that went on from value to value would round.
    """

    __name__ = "first_operation_in_a_fresh_process"

    def __init__(self, values_s: Sequence[float]) -> None:
        """Take the seconds to replay, in their order."""
        self._values_s: Iterator[float] = iter(values_s)
        self._now_s = 0.0

    def __call__(self) -> float:
        """Return the time."""
        now_s, self._now_s = self._now_s, 0.0
        return now_s

    def advance(self) -> None:
        """Let the next value pass; when there is none (``--benchmark-cprofile``), no time."""
        self._now_s = next(self._values_s, 0.0)


def replay(benchmark: Benchmark, values_s: Sequence[float]) -> None:
    """Make the values the rounds of a benchmark, one each.

    Raises
    ------
    ValueError
        When there are no values.
    """
    timer = ReplayTimer(values_s)
    benchmark._timer = timer  # noqa: SLF001 - the one way to a timer of its own for each benchmark
    benchmark.pedantic(timer.advance, rounds=len(values_s), iterations=1, warmup_rounds=0)
