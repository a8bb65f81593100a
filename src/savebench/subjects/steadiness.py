"""Find out, in processes of their own, whether a model that was saved and loaded equals itself."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from savebench.launch.messages import Answer, Task
from savebench.trial.agreement import Agreement
from savebench.trial.check import agreement_of
from savebench.trial.variation import Variation, between_processes

FIRST = "answers-first.pickle"
"""In the reference folder: what the first process answered that loaded the model."""

Conduct = Callable[[Task, int], Answer]
"""Does a check in a fresh process under a hash seed."""


@dataclass(frozen=True, slots=True)
class Witness:
    """The first process that loaded a model, and what it found."""

    task: Task
    answer: Answer
    hash_seed: int


def first_check(task: Task) -> Task:
    """Return the check that a witness does: it leaves its answers for others to compare with."""
    return msgspec.structs.replace(task, keep=FIRST)


def investigate(
    witness: Witness, calls: Variation, other_hash_seed: int, conduct: Conduct
) -> Variation:
    """Say how a model varies between processes, where the first one answered otherwise.

    Parameters
    ----------
    witness
        The first process that loaded what was saved; see `first_check`.
    calls
        How the model varied between calls before it was saved.
    other_hash_seed
        Of a process under another seed than the witness's.
    conduct
        Does a check.
    """
    first = agreement_of(witness.answer)
    if first is None or first.exact:
        return calls
    again, other = (
        _against_first(witness.task, seed, conduct) for seed in (witness.hash_seed, other_hash_seed)
    )
    if again is None or other is None:
        return calls
    return between_processes(calls, first, again, other)


def _against_first(task: Task, hash_seed: int, conduct: Conduct) -> Agreement | None:
    asked = msgspec.structs.replace(task, expected=FIRST, keep="")
    return agreement_of(conduct(asked, hash_seed))
