"""How far a model's own answers agree with each other, found out before any serializer is judged.

A forest whose threads add up in the order of their arrival differs from itself in the last digits;
a model that draws random numbers differs in all of them; one that walks a set of strings differs
from process to process. None of that is a serializer's fault.
"""

import pickle
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any, Literal

import msgspec

from savebench.trial.agreement import Agreement, combine
from savebench.trial.fidelity import compare

How = Literal["steady", "rounding", "drawn", "hash", "unsaved", "incomparable"]

SLACK = 10
"""A loaded model may differ by so many times what the model was seen to differ from itself: the
next call may differ by more than those that were looked at."""
_CALLS = 4
_LIMIT_S = 2.0


class Variation(msgspec.Struct, frozen=True):
    """How a model's own answers vary."""

    how: How = "steady"
    """By rounding; drawn anew at each call; following hash(); made anew at each load; or in a way
    that nothing can compare."""
    bound: float = 0.0
    """The largest difference between two of its own answers, where they are numbers."""
    same_form: bool = True
    """Whether its answers keep their types and shapes."""
    between: str = "calls"
    detail: str = ""
    """What was seen, where no number says it."""

    def __str__(self) -> str:
        """Return it in a sentence, or ``""`` for a model that equals itself."""
        by = f"by up to {self.bound:.2g}" if self.bound or not self.detail else f"({self.detail})"
        match self.how:
            case "steady":
                return ""
            case "rounding":
                return (
                    f"this model's own answers vary {by} between {self.between}: sums in another "
                    f"order; loaded ones are compared within {SLACK} times that"
                )
            case "drawn":
                return (
                    f"this model's own answers vary {by} between {self.between}: it draws random "
                    "numbers, or asking changes it; of loaded ones types and shapes are compared"
                )
            case "hash":
                return (
                    "this model's own answers follow hash(): they differ between processes with "
                    "another PYTHONHASHSEED; of loaded ones types and shapes are compared"
                )
            case "unsaved":
                return (
                    "what was saved answers differently in every process that loads it: what "
                    "decides its answers is not saved, but made anew by each load, or the "
                    "process's own (its number, an address, the time)"
                )
            case "incomparable":
                return (
                    f"this model's answers cannot be compared: {self.detail}; whether a loaded "
                    "model answers alike is not known"
                )


STEADY = Variation()


def between_calls(
    ask: Callable[[], Any], answers: Any, *, calls: int = _CALLS, limit_s: float = _LIMIT_S
) -> Variation:
    """Ask a model again, several times but not for long, and say how its answers differ."""
    start = perf_counter()
    found: list[Agreement] = []
    while len(found) < calls and (not found or perf_counter() - start < limit_s):
        found.append(compare(answers, ask()))
    return variation_of(found, "calls")


def variation_of(found: Sequence[Agreement], between: str) -> Variation:
    """Return how answers vary that were compared with each other."""
    whole = combine(found)
    if whole.exact:
        return STEADY
    return Variation(
        how="rounding" if whole.by_rounding else "drawn",
        bound=whole.max_abs_difference or 0.0,
        same_form=whole.same_form,
        between=between,
        detail="" if whole.max_abs_difference else whole.difference,
    )


def unlike_own_copy(answers: Any) -> str:
    """Return how answers differ from their own pickled copy, or ``""``: then they can be compared.

    Raises
    ------
    MemoryError
        When there is no room for a copy.
    """
    try:
        return compare(answers, pickle.loads(pickle.dumps(answers, protocol=5))).difference
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - comparing calls what the answers define
        return f"{type(error).__name__}: {error}"


def incomparable(answers: Any) -> Variation | None:
    """Return that answers cannot be compared, and why, or None where they can.

    Raises
    ------
    MemoryError
        When there is no room for a copy.
    """
    why = unlike_own_copy(answers)
    if not why:
        return None
    name = type(answers).__qualname__
    return Variation(how="incomparable", detail=f"a {name} does not equal its own copy ({why})")


def between_processes(
    calls: Variation, first: Agreement, again: Agreement, other: Agreement
) -> Variation:
    """Return how a model varies, from what three processes answered that loaded what was saved.

    Parameters
    ----------
    calls
        How the model varied between calls, before it was saved.
    first
        The first process against the model before it was saved.
    again
        A second process under the hash seed of the first, against the first.
    other
        A third, under another hash seed, against the first.
    """
    if calls.how in {"drawn", "incomparable"} or first.exact:
        return calls
    if _within(calls, again) and _within(calls, other):
        return calls  # what was saved equals itself, but for its noise
    varied = variation_of([first, again, other], "processes")
    if varied.how == "rounding":
        return calls if again.exact and other.exact else varied
    if not again.exact and not again.by_rounding:
        return Variation(how="unsaved")
    if not other.exact and not other.by_rounding:
        return Variation(how="hash", same_form=other.same_form)
    return calls


def _within(calls: Variation, agreement: Agreement) -> bool:
    """Whether two processes differ by no more than two calls do."""
    if agreement.exact:
        return calls.how == "rounding"
    largest = agreement.max_abs_difference
    return calls.how == "rounding" and largest is not None and largest <= SLACK * calls.bound
