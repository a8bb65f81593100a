"""Save a model here, load it in a process that knows nothing of it, and hear what it answers.

The model exists in the test's process only, so each serializer saves it there. What loads it is a
new interpreter under another hash seed, which has imported nothing but the serializer's own
modules and imports from where production does. This process unpickles nothing but its own copy of
the model's answers, to see whether they can be compared at all.
"""

import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
from threadpoolctl import threadpool_limits

from savebench.catalogue.rows import Entry, Kind, Serializer
from savebench.errors import UsageError
from savebench.launch.errands import conduct_all
from savebench.launch.launchers import SPAWN, Launcher, make_launcher
from savebench.launch.messages import Answer, RowRef, Task
from savebench.launch.surroundings import Surroundings
from savebench.measuring.plan import hash_seed
from savebench.measuring.trials import artifact_in, slug
from savebench.obstacles.explaining import Examination
from savebench.obstacles.paths import WHOLE
from savebench.obstacles.raised import named, one_line
from savebench.obstacles.references import pickle_and_note
from savebench.obstacles.writing import write_pickle
from savebench.persistence.asked import Asked
from savebench.persistence.production import Lacking, Production
from savebench.records.schema import Case, Outcome
from savebench.subjects.steadiness import Witness, first_check, investigate
from savebench.trial.absence import MAIN
from savebench.trial.agreement import Agreement
from savebench.trial.check import DIFFERENCE, IMPORTS, MISSED, agreement_of
from savebench.trial.faults import answer_to
from savebench.trial.isolation import working_in
from savebench.trial.judging import judge
from savebench.trial.one_worker import one_worker
from savebench.trial.operations import written_bytes
from savebench.trial.placing import Watch
from savebench.trial.reference import ANSWERS, PROBE, save_variation
from savebench.trial.variation import Variation, between_calls, unlike_own_copy

BASELINE = "pickle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What became of a model that one serializer carried to another process."""

    outcome: Outcome
    reason: str = ""
    stage: str = ""
    """``"row"``, ``"dump"``, ``"load"`` or ``"times"``: what failed."""
    size_bytes: int | None = None
    absent: str = ""
    """The module of the test run for want of which the model did not load."""
    whence: str = ""
    """Where the test run has that from."""
    imports: tuple[str, ...] = ()
    """What the load imported."""
    difference: str = ""
    """Where the answers of an inference export differ, which is no failure."""
    agreement: Agreement | None = None
    """How the answers compare with those of the model before it was saved, where they did."""
    error: Exception | None = None
    """What the dump raised, where the model's parts may be the reason."""


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


def pack_question(model: Any, probe: Any, asked: Asked, luggage: Luggage) -> tuple[Any, Variation]:
    """Write the probe, have the model answer it, and write the answers.

    Returns
    -------
    The answers, and how they vary when the model is asked again.

    Raises
    ------
    UsageError
        When another process could not read them, or nothing can tell whether answers are equal.
    """
    _pack(luggage.reference / PROBE, probe, "the input X", asked.production)

    def ask() -> Any:
        return answers_of(model, asked.method, probe)

    answers = ask()
    what = f"the answer of {asked.method}()"
    _pack(luggage.reference / ANSWERS, answers, what, asked.production)
    _check_comparable(answers, what)
    variation = between_calls(ask, answers)
    save_variation(luggage.reference, variation)
    return answers, variation


def answers_of(model: Any, method: str, probe: Any) -> Any:
    """Return what the model answers with one thread and one worker, as the fresh processes do.

    Sums over several threads may differ in their last bits.
    """
    with threadpool_limits(limits=1), one_worker():
        return getattr(model, method)(probe)


def _check_comparable(answers: Any, what: str) -> None:
    """Refuse answers that do not even equal their own copy: every serializer would seem wrong."""
    try:
        why = unlike_own_copy(answers)
    except MemoryError as error:
        raise UsageError(
            f"comparing {what} with its own copy ran out of memory ({one_line(str(error))}); "
            "ask with fewer rows"
        ) from None
    if why:
        raise UsageError(
            f"{what} is a {type(answers).__qualname__}, which cannot be compared: it does not "
            f"equal its own copy ({one_line(why)}); name a method that returns arrays: method='...'"
        )


def _pack(path: Path, value: Any, what: str, production: Production) -> bytes:
    mend = "ask with arrays, frames or plain Python values"
    try:
        data, homeless = pickle_and_note(value, Lacking(production))
    except Exception as error:
        explanation = Examination(value).explain(error, write_pickle)
        why = explanation.what.replace(f"{WHOLE}: ", "") if explanation else named(error)
        raise UsageError(f"{what} cannot be pickled: {why}; {mend}") from error
    if homeless:
        first = homeless[0]
        whence = "" if first.module == MAIN else f": {production.whence(first.module)}"
        raise UsageError(
            f"{what} holds {first.name}, which another process cannot import{whence}; {mend}"
        )
    path.write_bytes(data)
    return data


def carry(
    model: Any, asked: Asked, luggage: Luggage, calls: Variation
) -> tuple[dict[str, Carried], Variation]:
    """Save the model with each serializer, and load each in a fresh process.

    Parameters
    ----------
    model, asked, luggage
        Of one call of the fixture.
    calls
        How the model's answers vary between calls.

    Returns
    -------
    What became of it, by serializer, and how the model's own answers vary.
    """
    saved = {
        name: _unreachable(entry, asked.production) or _save(model, name, asked, luggage)
        for name, entry in asked.serializers.items()
    }
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
    answers = check_all(tasks, asked.timeout_s, asked.production.path)
    carried = {
        name: _arrived(each, answers[name], asked.production) if name in answers else each
        for name, each in saved.items()
    }
    variation = _vary(carried, tasks, calls, asked)
    if variation == calls:
        return carried, calls
    save_variation(luggage.reference, variation)
    kinds = {name: asked.serializers[name].row.kind for name in carried}
    return {name: _again(each, variation, kinds[name]) for name, each in carried.items()}, variation


def _vary(
    carried: Mapping[str, Carried],
    tasks: Mapping[str, Task],
    calls: Variation,
    asked: Asked,
) -> Variation:
    """Say how the model varies between processes, where every one of them answers otherwise.

    One that answers alike, elsewhere and under another hash seed, shows that the model is steady.
    """
    compared = {name: each.agreement for name, each in carried.items() if each.agreement}
    other = [name for name, each in carried.items() if each.outcome == "mismatch"]
    if not other or any(agreement.exact for agreement in compared.values()):
        return calls

    def conduct(task: Task, hash_seed: int) -> Answer:
        fresh = msgspec.structs.replace(task, scratch=tempfile.mkdtemp(dir=task.scratch))
        launcher = _launcher(asked.production.path)
        return conduct_all({"model": fresh}, launcher, hash_seed, asked.timeout_s)["model"]

    first_seed, other_seed = _other_hash_seeds()
    task = first_check(tasks[BASELINE if BASELINE in other else other[0]])
    witness = Witness(task, conduct(task, first_seed), first_seed)
    return investigate(witness, calls, other_seed, conduct)


def _again(carried: Carried, variation: Variation, kind: Kind) -> Carried:
    """Judge once more, by what is known of the model now."""
    if carried.agreement is None or carried.outcome != "mismatch":
        return carried
    found = judge(carried.agreement, variation, kind)
    stage = "" if found.outcome == "ok" else carried.stage
    return replace(carried, outcome=found.outcome, reason=found.reason, stage=stage)


def _unreachable(entry: Entry[Serializer], production: Production) -> Carried | None:
    """Return what to say of a row that a fresh process cannot find, or None."""
    for module in (entry.provider.partition(":")[0], *entry.row.modules):
        if production.lacks(module):
            reason = (
                f"a process in production cannot import {module}, which brings this serializer: "
                f"{production.whence(module)}; {production.how_to_find(module)}"
            )
            return Carried(outcome="failed", reason=reason, stage="row")
    return None


def _save(model: Any, name: str, asked: Asked, luggage: Luggage) -> Carried:
    path, empty = luggage.artifact_of(name), luggage.folder / "elsewhere" / slug(name)
    for folder in (path.parent, empty):
        folder.mkdir(parents=True)
    watch = Watch.begin(luggage.folder)
    try:
        with working_in(empty):
            asked.serializers[name].row.dump(model, path)
        watch.check(path)
        size_bytes = written_bytes(path)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a serializer may raise anything
        answer = answer_to(Task(kind="dump", model_folder="", scratch=""), error)
        raised = error if isinstance(error, Exception) and answer.outcome == "failed" else None
        return Carried(outcome=answer.outcome, reason=answer.reason, stage="dump", error=raised)
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
        absent=tuple(sorted(asked.production.hidden)),
    )


def check_all(
    tasks: Mapping[str, Task], timeout_s: float, path: Sequence[str] = ()
) -> dict[str, Answer]:
    """Do the checks, each in a fresh process under another hash seed than this one's.

    `path` is what they import from before their interpreter's own packages.
    """
    return conduct_all(tasks, _launcher(path), _other_hash_seeds()[0], timeout_s)


def surroundings(path: Sequence[str]) -> Surroundings:
    """Return what processes find around them that are as in production."""
    return Surroundings(path=tuple(path), user_site=True)


def _launcher(path: Sequence[str]) -> Launcher:
    return make_launcher(SPAWN, surroundings(path))


def _arrived(saved: Carried, answer: Answer, production: Production) -> Carried:
    absent, instead = _absent(answer)
    whence = production.whence(absent) if absent and absent != MAIN else ""
    reason = in_our_words(answer.reason)
    return Carried(
        outcome=answer.outcome,
        reason=f"{reason}; here {absent} is another: {whence}" if instead else reason,
        stage="" if answer.outcome == "ok" else "load",
        size_bytes=saved.size_bytes,
        absent="" if instead else absent,
        whence=whence,
        imports=tuple(answer.facts.get(IMPORTS, ())),
        difference=str(answer.facts.get(DIFFERENCE, "")),
        agreement=agreement_of(answer),
    )


def _absent(answer: Answer) -> tuple[str, str]:
    """Return the module that a load missed and this process has, and what it found instead."""
    for name, instead in dict(answer.facts.get(MISSED, {})).items():
        ours = getattr(sys.modules.get(name), "__file__", None) or ""
        is_another = not instead or os.path.realpath(instead) != os.path.realpath(ours)
        if name in sys.modules and is_another:
            return name, instead
    return "", ""


def in_our_words(reason: str) -> str:
    """Return a trial's reason with advice for a test, not for the command line."""
    if reason.startswith("check "):
        reason = f"load {reason.removeprefix('check ')}"
    if reason.endswith(" with --timeout"):
        return f"{reason.removesuffix('--timeout')}timeout="
    return reason.removesuffix("; lower --memory-limit")


def _other_hash_seeds() -> tuple[int, int]:
    """Return two hash seeds that are not this process's."""
    ours = os.environ.get("PYTHONHASHSEED", "")
    seeds = [hash_seed(0, number) for number in (1, 2, 3)]
    first, second, *_ = [seed for seed in seeds if ours not in {str(seed), str(seed + 1)}]
    return first, second
