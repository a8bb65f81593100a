"""How often a hot loop repeats, told by a clock that stands still between calls."""

import pytest

from savebench.trial.repeating import repeated
from tests.fakes import FakeClock


@pytest.mark.parametrize(
    ("takes_s", "repeats"),
    [(1e-6, 1000), (0.001, 200), (0.03, 7), (0.1, 5), (0.9, 5), (1.5, 4), (6.0, 1), (9.9, 1)],
)
def test_a_quick_operation_is_repeated_more_often_than_a_slow_one(
    takes_s: float, repeats: int
) -> None:
    """Until 0.2 s are spent, but 5 times; a long one until 5 s are."""
    clock = FakeClock()

    def operation() -> None:
        clock.now_s += takes_s

    found = repeated(operation, clock=clock)

    assert found is not None
    assert found.repeats == pytest.approx(repeats, abs=1)
    assert found.median_s == pytest.approx(takes_s)


def test_an_operation_of_many_seconds_is_not_repeated() -> None:
    """One call is all it gets."""
    clock = FakeClock()
    calls = []

    def operation() -> None:
        calls.append(clock.now_s)
        clock.now_s += 11

    assert repeated(operation, clock=clock) is None
    assert len(calls) == 1


def test_neither_the_first_call_nor_what_prepares_one_is_in_the_time() -> None:
    """The first fills caches; what stands before a call is not the operation."""
    clock = FakeClock()
    costs_s = iter([3.0, 1.0, 1.0, 1.0, 1.0, 1.0])

    def operation() -> None:
        clock.now_s += next(costs_s)

    def before() -> None:
        clock.now_s += 100

    found = repeated(operation, before, clock)

    assert found is not None
    assert (found.median_s, found.repeats) == (1.0, 5)
