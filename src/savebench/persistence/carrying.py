"""Save a model here, load it in a process that knows nothing of it, and hear what it answers.

The model exists in the test's process only, so each serializer saves it there. What loads it is a
new interpreter under another hash seed, which has imported nothing but the serializer's own
modules and cannot import the test run's. This process never unpickles.
"""

import os
import pickle
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from savebench.errors import UsageError
from savebench.launch.messages import Answer, RowRef, Task
from savebench.launch.spawn import SpawnLauncher
from savebench.measuring import artifact_in, slug
from savebench.persistence.asked import Asked
from savebench.persistence.homeless import find_homeless
from savebench.plan import hash_seed
from savebench.records import Case, Outcome
from savebench.trial.check import ABSENT, IMPORTS
from savebench.trial.faults import answer_to
from savebench.trial.operations import written_bytes
from savebench.trial.reference import ANSWERS, PROBE

_PREPARE_S = 60.0
_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of a model that one serializer carried to another process."""

    outcome: Outcome
    reason: str = ""
    stage: str = ""
    """``"dump"`` or ``"load"``: what failed."""
    size_bytes: int | None = None
    absent: str = ""
    """The module of the test run for want of which the model did not load."""
    imports: tuple[str, ...] = ()
    """What the load imported."""


def case_of(serializer: str) -> Case:
    """Return the case of the test's model and a serializer."""
    return Case("model", "-", serializer)


@dataclass(frozen=True, slots=True)
class Luggage:
    """Where the parts of one call lie: folders that only this user can read."""

    folder: Path
    reference: Path = field(init=False)
    """Holds the probe and its answers."""

    def __post_init__(self) -> None:
        """Make the folders."""
        object.__setattr__(self, "reference", self.folder / "reference")
        self.reference.mkdir()

    def artifact_of(self, serializer: str) -> Path:
        """Return what a serializer makes, where trials look for it."""
        return artifact_in(self.folder / "artifacts", case_of(serializer))


def pack_question(model: Any, probe: Any, asked: Asked, luggage: Luggage) -> Any:
    """Write the probe, have the model answer it, write the answers and return them.

    Raises
    ------
    UsageError
        When another process could not read them.
    """
    _pack(luggage.reference / PROBE, probe, "the input X", asked.test_modules)
    answers = getattr(model, asked.method)(probe)
    _pack(
        luggage.reference / ANSWERS, answers, f"the answer of {asked.method}()", asked.test_modules
    )
    return answers


def _pack(path: Path, value: Any, what: str, test_modules: Sequence[str]) -> None:
    mend = "ask with arrays, frames or plain Python values"
    homeless = find_homeless(value, test_modules)
    if homeless:
        raise UsageError(
            f"{what} holds {homeless[0].name}, which another process cannot import; {mend}"
        )
    try:
        data = pickle.dumps(value, protocol=5)
    except Exception as error:
        raise UsageError(f"{what} cannot be pickled ({error}); {mend}") from error
    path.write_bytes(data)


def carry(model: Any, asked: Asked, luggage: Luggage) -> dict[str, Carried]:
    """Save the model with each serializer, and load each in a fresh process."""
    saved = {name: _save(model, name, asked, luggage) for name in asked.serializers}
    tasks = {
        name: task_of(
            RowRef(entry.provider, name),
            luggage.artifact_of(name),
            entry.row.modules,
            asked,
            luggage,
        )
        for name, entry in asked.serializers.items()
        if saved[name].outcome == "ok"
    }
    answers = check_all(tasks, asked.timeout_s)
    return {
        name: _arrived(carried, answers[name]) if name in answers else carried
        for name, carried in saved.items()
    }


def _save(model: Any, name: str, asked: Asked, luggage: Luggage) -> Carried:
    path = luggage.artifact_of(name)
    path.parent.mkdir(parents=True)
    try:
        asked.serializers[name].row.dump(model, path)
        size_bytes = written_bytes(path)
    except Exception as error:  # noqa: BLE001 - a serializer may raise anything
        answer = answer_to(Task(kind="dump", model_folder="", scratch=""), error)
        return Carried(outcome=answer.outcome, reason=answer.reason, stage="dump")
    return Carried(outcome="ok", size_bytes=size_bytes)


def task_of(
    row: RowRef, artifact: Path, modules: tuple[str, ...], asked: Asked, luggage: Luggage
) -> Task:
    """Return the task of a fresh process that loads an artifact and has it answer."""
    scratch = luggage.folder / "scratch" / slug(str(artifact))
    scratch.mkdir(parents=True)
    return Task(
        kind="check",
        serializer=row,
        method=asked.method,
        modules=modules,
        model_folder=str(luggage.reference),
        artifact=str(artifact),
        scratch=str(scratch),
        absent=asked.test_modules,
    )


def check_all(tasks: Mapping[str, Task], timeout_s: float) -> dict[str, Answer]:
    """Do the checks, two at once: nothing is timed, and a machine has two cores."""
    names = list(tasks)
    answers: dict[str, Answer] = {}
    with SpawnLauncher() as launcher:
        launcher.begin_round(_other_hash_seed())
        for start in range(0, len(names), _AT_ONCE):
            batch = names[start : start + _AT_ONCE]
            children = {}
            try:
                for name in batch:
                    children[name] = launcher.start(tasks[name])
                for child in children.values():
                    child.await_ready(_PREPARE_S)
                    child.open_gate()
                for name, child in children.items():
                    answers[name] = child.finish(timeout_s)
            finally:
                for child in children.values():
                    child.end()
    return answers


def _arrived(saved: Carried, answer: Answer) -> Carried:
    return Carried(
        outcome=answer.outcome,
        reason=in_our_words(answer.reason),
        stage="" if answer.outcome == "ok" else "load",
        size_bytes=saved.size_bytes,
        absent=str(answer.facts.get(ABSENT, "")),
        imports=tuple(answer.facts.get(IMPORTS, ())),
    )


def in_our_words(reason: str) -> str:
    """Return a trial's reason with advice for a test, not for the command line."""
    return reason.replace("with --timeout", "with timeout=").replace("check ", "load ", 1)


def _other_hash_seed() -> int:
    """Return a hash seed other than this process's."""
    seed = hash_seed(0, 1)
    with suppress(ValueError):
        if int(os.environ.get("PYTHONHASHSEED", "")) in {seed, seed + 1}:
            return hash_seed(0, 2)
    return seed
