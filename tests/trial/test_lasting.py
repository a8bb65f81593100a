"""What a model's life after its load is measured by, without processes."""

import pytest

from savebench.launch.messages import Task
from savebench.trial.lasting import answers_a_hundred_times
from savebench.trial.operations import OPERATIONS
from savebench.trial.serving import serve_while_loading
from savebench.trial.state import STATE
from tests.fakes import FakeClock


@pytest.mark.parametrize(("costs_s", "asked"), [((90.0, 0.1), 100), ((0.1, 0.21), 2)])
def test_the_second_answer_tells_whether_a_hundred_would_take_too_long(
    costs_s: tuple[float, float], asked: int
) -> None:
    """The first may do what was put off."""
    clock = FakeClock()
    calls: list[float] = []

    def answer() -> None:
        clock.now_s += costs_s[bool(calls)]
        calls.append(clock.now_s)

    assert answers_a_hundred_times(answer, clock) is (asked == 100)
    assert len(calls) == asked


@pytest.mark.parametrize("kind", ["load-hundred", "serving", "preload"])
@pytest.mark.parametrize("asked", [{"answers": False}, {"method": STATE}])
def test_what_answers_nothing_gives_no_value_and_says_why(kind: str, asked: dict[str, str]) -> None:
    """Bare arrays, or a model that can only be looked at."""
    task = Task(kind=kind, model_folder="", scratch="", **asked)  # type: ignore[arg-type] # as listed

    answer = OPERATIONS[kind](task, lambda: None)

    assert answer.metrics == {}
    assert "need a model that answers" in answer.facts["no_value"]


def test_a_load_that_raises_in_its_thread_raises_for_who_serves() -> None:
    """The trial says what it was."""

    def load() -> None:
        raise ValueError("planted")

    with pytest.raises(ValueError, match="planted"):
        serve_while_loading(load, lambda: None)


def test_a_load_that_is_over_at_once_has_no_stall_to_speak_of() -> None:
    """The usual gap is taken off, and a stall is never below nothing."""
    served = serve_while_loading(lambda: None, lambda: sum(range(10_000)))

    assert served.stall_s >= 0
    assert served.usual_gap_s > 0
    assert served.answers >= 1
