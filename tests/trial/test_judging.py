"""One judge for what a loaded model answers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from savebench.launch.messages import Task
from savebench.trial.fidelity import compare
from savebench.trial.judging import judge, judge_answers
from savebench.trial.reference import ANSWERS, save_value, save_variation
from savebench.trial.variation import STEADY, Variation

ONE = np.array([1.0, 2.0])
OTHER = np.array([1.0, 2.5])
NEAR = np.array([1.0, 2.0 + 4e-14])
ROUNDS = Variation(how="rounding", bound=8e-14)
DRAWS = Variation(how="drawn", bound=4.0)
FOLLOWS_HASH = Variation(how="hash")


@pytest.mark.parametrize(
    ("actual", "variation", "outcome"),
    [
        (ONE, STEADY, "ok"),
        (NEAR, STEADY, "mismatch"),
        (NEAR, ROUNDS, "ok"),
        (OTHER, ROUNDS, "mismatch"),
        (np.array([1.0, 2.0 + 2e-12]), ROUNDS, "mismatch"),
        (OTHER, DRAWS, "ok"),
        (np.array([1.0]), DRAWS, "mismatch"),
        (OTHER.astype(np.float32), DRAWS, "mismatch"),
        (OTHER, FOLLOWS_HASH, "ok"),
        (np.array([1.0]), FOLLOWS_HASH, "mismatch"),
        (np.array([1.0]), Variation(how="hash", same_form=False), "ok"),
        (OTHER, Variation(how="unsaved"), "mismatch"),
    ],
)
def test_what_a_model_differs_from_itself_is_no_mismatch(
    actual: Any, variation: Variation, outcome: str
) -> None:
    """Anything more is."""
    assert judge(compare(ONE, actual), variation, "round-trip").outcome == outcome


def test_a_judgement_says_how_the_model_varies() -> None:
    """As a fact where that excuses a difference, in the reason where it does not."""
    excused = judge(compare(ONE, NEAR), ROUNDS, "round-trip")
    assert "this model's own answers vary by up to 8e-14 between calls" in excused.facts["varies"]
    assert excused.facts["exact"] is False
    blamed = judge(compare(ONE, OTHER), ROUNDS, "round-trip")
    assert blamed.reason.startswith(
        "the loaded model answers differently: values differ by up to 0.5; this model's own answers"
    )


def test_an_export_may_answer_otherwise() -> None:
    """It keeps what answers, not the model."""
    assert judge(compare(ONE, OTHER), STEADY, "inference").outcome == "ok"


def _task(folder: Path, variation: Variation = STEADY) -> Task:
    save_value(folder, ANSWERS, ONE)
    save_variation(folder, variation)
    return Task(kind="load", model_folder=str(folder), scratch="")


def test_a_loaded_model_that_rounds_by_itself_is_found_out(tmp_path: Path) -> None:
    """Threads that added up alike while the model was built, and not now."""
    answers = iter([ONE, NEAR] * 20)
    found = judge_answers(_task(tmp_path), "round-trip", NEAR, lambda: next(answers))
    assert found.outcome == "ok"
    assert "vary by up to 4" in found.facts["varies"]


def test_a_loaded_model_that_is_always_off_by_a_little_is_a_mismatch(tmp_path: Path) -> None:
    """It equals itself, and not the model that was saved."""
    found = judge_answers(_task(tmp_path), "round-trip", NEAR, lambda: NEAR)
    assert found.outcome == "mismatch"


def test_a_loaded_model_that_draws_where_the_saved_one_did_not_is_a_mismatch(
    tmp_path: Path,
) -> None:
    """A random_state that was lost."""
    random = np.random.default_rng(0)
    found = judge_answers(
        _task(tmp_path), "round-trip", OTHER, lambda: random.normal(size=ONE.shape)
    )
    assert found.outcome == "mismatch"


def test_answers_that_nothing_can_compare_are_not_compared(tmp_path: Path) -> None:
    """There is no fact whether they are exact."""
    variation = Variation(how="incomparable", detail="a object does not equal its own copy")
    found = judge_answers(_task(tmp_path, variation), "round-trip", object(), object)
    assert found.outcome == "ok"
    assert set(found.facts) == {"varies"}


def test_a_model_that_varies_now_and_then_is_found_out(tmp_path: Path) -> None:
    """It answers as the model did most of the time: no serializer's fault that once it did not."""
    answers = iter([ONE, ONE, OTHER, ONE] * 20)
    found = judge_answers(_task(tmp_path), "round-trip", OTHER, lambda: next(answers))
    assert found.outcome == "ok"
    assert "draws random numbers" in found.facts["varies"]
