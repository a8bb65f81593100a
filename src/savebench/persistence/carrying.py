"""Save a model here, load it in a process that knows nothing of it, and hear what it answers.

The model exists in the test's process only, so each serializer saves it there. What loads it is a
new interpreter under another hash seed, which has imported nothing but the serializer's own
modules and cannot import the test run's. This process unpickles nothing but its own copy of the
model's answers, to see whether they can be compared at all.
"""

import os
import pickle
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from savebench.errors import UsageError
from savebench.launch.messages import Answer, RowRef, Task
from savebench.launch.spawn import SpawnLauncher
from savebench.measuring import artifact_in, slug
from savebench.persistence.asked import Asked
from savebench.persistence.homeless import find_homeless
from savebench.plan import hash_seed
from savebench.records import Case, Outcome
from savebench.trial.check import ABSENT, DIFFERENCE, IMPORTS
from savebench.trial.faults import answer_to, one_line
from savebench.trial.fidelity import compare
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
    difference: str = ""
    """Where the answers of an inference export differ, which is no failure."""


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
        When another process could not read them, or nothing can tell whether answers are equal.
    """
    _pack(luggage.reference / PROBE, probe, "the input X", asked.test_modules)
    answers = answers_of(model, asked.method, probe)
    what = f"the answer of {asked.method}()"
    data = _pack(luggage.reference / ANSWERS, answers, what, asked.test_modules)
    _check_comparable(answers, pickle.loads(data), what)
    return answers


def answers_of(model: Any, method: str, probe: Any) -> Any:
    """Return what the model answers with one thread, as the fresh processes do.

    Sums over several threads may differ in their last bits.
    """
    with threadpool_limits(limits=1):
        return getattr(model, method)(probe)


def _check_comparable(answers: Any, copy: Any, what: str) -> None:
    """Refuse answers that do not even equal their own copy: every serializer would seem wrong."""
    try:
        why = compare(answers, copy).difference
    except Exception as error:  # noqa: BLE001 - comparing calls what the answers define
        why = f"{type(error).__name__}: {error}"
    if why:
        raise UsageError(
            f"{what} is a {type(answers).__qualname__}, which cannot be compared: it does not "
            f"equal its own copy ({one_line(why)}); name a method that returns arrays: method='...'"
        )


def _pack(path: Path, value: Any, what: str, test_modules: Sequence[str]) -> bytes:
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
    return data


def carry(model: Any, asked: Asked, luggage: Luggage) -> dict[str, Carried]:
    """Save the model with each serializer, and load each in a fresh process."""
    saved = {name: _save(model, name, asked, luggage) for name in asked.serializers}
    tasks = {
        name: task_of(
            asked.reference_of(name),
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
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a serializer may raise anything
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
                    child.await_ready(max(_PREPARE_S, timeout_s))
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
        difference=str(answer.facts.get(DIFFERENCE, "")),
    )


def in_our_words(reason: str) -> str:
    """Return a trial's reason with advice for a test, not for the command line."""
    if reason.startswith("check "):
        reason = f"load {reason.removeprefix('check ')}"
    if reason.endswith(" with --timeout"):
        return f"{reason.removesuffix('--timeout')}timeout="
    return reason.removesuffix("; lower --memory-limit")


def _other_hash_seed() -> int:
    """Return a hash seed other than this process's."""
    seed = hash_seed(0, 1)
    with suppress(ValueError):
        if int(os.environ.get("PYTHONHASHSEED", "")) in {seed, seed + 1}:
            return hash_seed(0, 2)
    return seed
