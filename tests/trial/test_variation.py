"""How far a model's own answers agree with each other."""

from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import pytest

from savebench.trial.agreement import EXACT, Agreement
from savebench.trial.fidelity import compare
from savebench.trial.variation import (
    STEADY,
    Variation,
    between_calls,
    between_processes,
    incomparable,
)

ROUNDING = compare(np.array([1.0]), np.array([1.0 + 4e-16]))
OTHER = compare(np.array([1.0]), np.array([3.0]))
LONGER = compare([1], [1, 2])


def _answering(*answers: Any) -> Callable[[], Any]:
    numbers = count()
    return lambda: answers[next(numbers) % len(answers)]


def test_a_model_that_equals_itself_is_steady() -> None:
    """It says nothing."""
    variation = between_calls(lambda: np.ones(3), np.ones(3))
    assert variation == STEADY
    assert not str(variation)


def test_rounding_between_calls_is_said_with_its_size() -> None:
    """One call of four is enough."""
    ask = _answering(np.array([1.0]), np.array([1.0]), np.array([1.0 + 8e-14]))
    variation = between_calls(ask, np.array([1.0]))
    assert variation.how == "rounding"
    assert variation.bound == pytest.approx(8e-14, rel=0.01)
    assert str(variation).startswith(
        "this model's own answers vary by up to 8e-14 between calls: sums in another order"
    )


def test_random_draws_are_said_as_such() -> None:
    """No word of a serializer."""
    random = np.random.default_rng(0)
    variation = between_calls(lambda: random.normal(size=5), random.normal(size=5))
    assert variation.how == "drawn"
    assert "it draws random numbers, or asking changes it" in str(variation)


def test_words_that_vary_are_counted() -> None:
    """They have no largest difference."""
    variation = between_calls(_answering(np.array(["b", "c"])), np.array(["a", "c"]))
    assert "vary (1 of 2 values) between calls" in str(variation)


def test_a_slow_model_is_asked_once_more_only() -> None:
    """Time is for measuring."""
    asked: list[int] = []
    between_calls(lambda: asked.append(1), None, limit_s=0.0)
    assert asked == [1]


@pytest.mark.parametrize("answers", [object(), (number for number in range(3))])
def test_answers_that_nothing_can_compare_are_said_as_such(answers: Any) -> None:
    """An object equals nothing but itself, and a generator has no copy."""
    variation = incomparable(answers)
    assert variation is not None
    assert f"a {type(answers).__qualname__} does not equal its own copy" in str(variation)


def test_arrays_can_be_compared() -> None:
    """And so can frames, and lists of them."""
    assert incomparable([np.ones(3), "text", None]) is None


@pytest.mark.parametrize(
    ("first", "again", "other", "how"),
    [
        (EXACT, EXACT, EXACT, "steady"),
        (OTHER, EXACT, EXACT, "steady"),  # what was saved is another model: no variation of its own
        (OTHER, EXACT, OTHER, "hash"),
        (OTHER, OTHER, OTHER, "unsaved"),
        (OTHER, OTHER, EXACT, "unsaved"),
        (ROUNDING, EXACT, EXACT, "steady"),
        (ROUNDING, ROUNDING, EXACT, "rounding"),
        (ROUNDING, EXACT, ROUNDING, "rounding"),
        (OTHER, ROUNDING, ROUNDING, "steady"),
    ],
)
def test_processes_tell_what_varies(
    first: Agreement, again: Agreement, other: Agreement, how: str
) -> None:
    """The second has the first one's hash seed, the third another."""
    assert between_processes(STEADY, first, again, other).how == how


def test_a_model_that_draws_needs_no_processes() -> None:
    """It varies in one already."""
    drawn = Variation(how="drawn", bound=3.0)
    assert between_processes(drawn, OTHER, OTHER, OTHER) == drawn


def test_answers_of_other_lengths_may_follow_the_hash_seed() -> None:
    """Then a loaded model's form is its own affair, too."""
    assert not between_processes(STEADY, OTHER, EXACT, LONGER).same_form


def test_what_was_saved_may_be_another_model_with_the_same_noise() -> None:
    """It lost something, and is as noisy as it was: that is no state made anew by each load."""
    noisy = Variation(how="rounding", bound=1e-9)
    noise = compare(np.array([0.0]), np.array([2e-9]))
    assert between_processes(noisy, OTHER, noise, noise) == noisy


def test_a_clock_is_not_rounding() -> None:
    """A second of the time that it tells lies far above the last digits."""
    assert not compare(np.array([1.7e9]), np.array([1.7e9 + 1])).by_rounding
