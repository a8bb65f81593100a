"""Judge what a loaded model answers against what the model answered before it was saved.

One judge for a run's trials and for a test's fixture.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from savebench.catalogue.rows import Kind
from savebench.launch.messages import Task
from savebench.records.schema import Outcome
from savebench.trial.agreement import Agreement, other_values
from savebench.trial.fidelity import compare
from savebench.trial.reference import ANSWERS, load_reference, load_variation
from savebench.trial.state import STATE, difference
from savebench.trial.variation import SLACK, STEADY, Variation, between_calls

EXACT = "exact"
"""A fact: whether answers were equal to the last bit; absent where nothing can compare them."""
LARGEST = "max_abs_difference"
VARIES = "varies"
"""A fact: how the model's own answers vary, where that has decided the judgement."""
_CALLS = 20
"""Before a loaded model is said to differ, it is asked so often: it may vary now and then."""
_LIMIT_S = 2.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a loaded model's answers are worth."""

    outcome: Outcome
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    agreement: Agreement | None = None
    """How they compare with those expected; None where nothing can compare them."""


def judge_answers(task: Task, kind: Kind, answers: Any, ask: Callable[[], Any]) -> Judgement:
    """Compare a loaded model's first answers with those that its reference folder holds.

    Parameters
    ----------
    task
        The trial's; it names the folder.
    kind
        Of the serializer.
    answers
        What the loaded model answered first.
    ask
        Has it answer again: a mismatch in the last digits may be its own way.
    """
    variation = load_variation(task)
    if variation.how == "incomparable":
        return Judgement("ok", facts={VARIES: str(variation)})
    expected = load_reference(task, task.expected or ANSWERS)
    agreement = compare(expected, answers)
    if task.method == STATE and (other := difference(expected, answers)):
        agreement = other_values(other)
    found = judge(agreement, variation, kind)
    if found.outcome != "mismatch" or variation.how not in {"steady", "rounding"}:
        return found
    own = between_calls(ask, answers, calls=_CALLS)
    if own.how == "drawn" and not _answers_alike(expected, ask):
        return found  # it never answers as the model did: what made that steady is lost
    return judge(agreement, _wider(variation, own), kind)


def _answers_alike(expected: Any, ask: Callable[[], Any]) -> bool:
    """Whether a loaded model answers as the model did, if not always: it varies now and then."""
    start = perf_counter()
    for _ in range(_CALLS):
        if compare(expected, ask()).exact:
            return True
        if perf_counter() - start > _LIMIT_S:
            break
    return False


def judge(agreement: Agreement, variation: Variation, kind: Kind) -> Judgement:
    """Judge a comparison.

    Parameters
    ----------
    agreement
        Of the loaded model's answers with those of the model before it was saved.
    variation
        How the model's own answers vary: what it differs from itself is no serializer's fault.
    kind
        Of the serializer: an inference export may answer differently.
    """
    facts: dict[str, Any] = {EXACT: agreement.exact}
    if agreement.max_abs_difference is not None:
        facts[LARGEST] = agreement.max_abs_difference
    if agreement.exact or kind == "inference":
        return Judgement("ok", "", facts, agreement)
    if _is_own(agreement, variation):
        return Judgement("ok", "", {**facts, VARIES: str(variation)}, agreement)
    differs = agreement.difference.startswith("another saved state")
    what = "has" if differs else "answers differently:"
    reason = f"the loaded model {what} {agreement.difference}"
    told = reason if variation == STEADY else f"{reason}; {variation}"
    return Judgement("mismatch", told, facts, agreement)


def _wider(known: Variation, own: Variation) -> Variation:
    """Return what is known of a model, or what was just seen if that is wider."""
    return own if own.how == "drawn" or own.bound > known.bound else known


def _is_own(agreement: Agreement, variation: Variation) -> bool:
    """Whether the model differs from itself as much."""
    if variation.how == "rounding":
        largest = agreement.max_abs_difference or 0.0
        return agreement.by_rounding and largest <= SLACK * variation.bound
    if variation.how in {"drawn", "hash"}:
        return agreement.same_form or not variation.same_form
    return False
