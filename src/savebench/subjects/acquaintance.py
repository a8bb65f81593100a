"""Get to know a model that was kept: what processes find out that load it as trials will."""

from pathlib import Path

import msgspec

from savebench.launch.messages import RowRef, Task
from savebench.subjects.cache import BuiltModel
from savebench.subjects.steadiness import Conduct, Witness, investigate
from savebench.trial.check import CLASS, IMPORTS, LOADED
from savebench.trial.judging import EXACT
from savebench.trial.reference import MODEL, carried, save_variation

TIMEOUT_S = 1800.0
CHECK_SEED = 1
"""The hash seed of the first process that loads a model; it was built under another."""
_OTHER_SEED = 2
_PICKLES = "savebench.serializers.pickles:rows"
CARRY_MORE = (RowRef(_PICKLES, "cloudpickle"), RowRef(_PICKLES, "dill"))
"""Rows that carry what pickle does not, in the order in which they are tried."""


def check_task(folder: Path, reference: RowRef | None, method: str, scratch: str) -> Task:
    """Return the task that loads a model from its folder as dumps do, and compares its answers."""
    return Task(
        kind="check",
        serializer=reference or RowRef(_PICKLES, "pickle"),
        method=method,
        model_folder=str(folder),
        artifact=str(folder / MODEL if reference is None else carried(folder)),
        scratch=scratch,
    )


def known(model: BuiltModel, witness: Witness, folder: Path, conduct: Conduct) -> BuiltModel:
    """Return what is known of a model now that a process has loaded it.

    Where its answers were others, further processes tell whether it varies by itself; the folder
    keeps what they found.
    """
    facts = witness.answer.facts
    if not facts.get(LOADED):
        return msgspec.structs.replace(model, is_kept=False)
    variation = investigate(witness, model.variation, _OTHER_SEED, conduct)
    save_variation(folder, variation)
    return msgspec.structs.replace(
        model,
        variation=variation,
        was_reproduced=facts.get(EXACT) is True,
        imports=list(facts.get(IMPORTS, ())),
        model_class=str(facts.get(CLASS, "")),
    )
