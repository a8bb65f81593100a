"""Save a model here, load it in a process that knows nothing of it, and hear what it answers.

The model exists in the test's process only, so each serializer saves it there. What loads it is a
new interpreter under another hash seed, which has imported nothing but the serializer's own
modules and imports from where production does. This process unpickles nothing but its own copy of
the model's answers, to see whether they can be compared at all.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from savebench.catalogue.rows import Entry, Kind, Serializer
from savebench.launch.errands import conduct_all
from savebench.launch.messages import Answer, RowRef, Task
from savebench.launch.surroundings import Surroundings
from savebench.measuring.folders import slug
from savebench.measuring.plan import hash_seed
from savebench.measuring.site import Site, here
from savebench.persistence.asked import Asked
from savebench.persistence.production import Lacking, Production
from savebench.records.schema import Case, Outcome
from savebench.subjects.handed import hand_over
from savebench.subjects.steadiness import Witness, first_check, investigate
from savebench.subjects.subject import Subject
from savebench.trial.absence import MAIN
from savebench.trial.agreement import Agreement
from savebench.trial.check import DIFFERENCE, IMPORTS, MISSED, agreement_of
from savebench.trial.faults import answer_to
from savebench.trial.isolation import working_in
from savebench.trial.judging import judge
from savebench.trial.operations import written_bytes
from savebench.trial.placing import Watch
from savebench.trial.reference import save_variation
from savebench.trial.variation import STEADY, Variation

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


def site_of(production: Production, work: Path) -> Site:
    """Return the site of a call: this interpreter, as it is in production.

    `work` is a folder that only this user can read.
    """
    return replace(
        here(work), surroundings=Surroundings(path=tuple(production.path), user_site=True)
    )


def receive(model: Any, probe: Any, asked: Asked, site: Site) -> tuple[Subject, Any]:
    """Have the model answer, and return it as a subject, and its answers.

    Raises
    ------
    UsageError
        When another process could not read them, or nothing can tell whether answers are equal.
    """
    return hand_over(
        model,
        probe,
        asked.method,
        site.work / "reference",
        absent=Lacking(asked.production),
        whence=asked.production.whence,
    )


def carry(
    model: Any, asked: Asked, subject: Subject, site: Site
) -> tuple[dict[str, Carried], Variation]:
    """Save the model with each serializer, and load each in a fresh process.

    Parameters
    ----------
    model, asked, subject, site
        Of one call of the fixture.

    Returns
    -------
    What became of it, by serializer, and how the model's own answers vary.
    """
    saved = {
        name: _unreachable(entry, asked.production) or _save(model, name, asked, site)
        for name, entry in asked.serializers.items()
    }
    tasks = {
        name: task_of(
            asked.reference_of(name),
            site.artifact_of(case_of(name)),
            entry.row.modules,
            asked,
            subject,
            site,
        )
        for name, entry in asked.serializers.items()
        if saved[name].outcome == "ok"
    }
    answers = check_all(tasks, asked.timeout_s, site)
    carried = {
        name: _arrived(each, answers[name], asked.production) if name in answers else each
        for name, each in saved.items()
    }
    calls = subject.facts.variation if subject.facts else STEADY
    variation = _vary(carried, tasks, calls, asked, site)
    if variation == calls:
        return carried, calls
    save_variation(subject.folder, variation)
    kinds = {name: asked.serializers[name].row.kind for name in carried}
    return {name: _again(each, variation, kinds[name]) for name, each in carried.items()}, variation


def _vary(
    carried: Mapping[str, Carried],
    tasks: Mapping[str, Task],
    calls: Variation,
    asked: Asked,
    site: Site,
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
        return conduct_all({"model": fresh}, site.launcher(), hash_seed, asked.timeout_s)["model"]

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


def _save(model: Any, name: str, asked: Asked, site: Site) -> Carried:
    path, empty = site.artifact_of(case_of(name)), site.work / "elsewhere" / slug(name)
    for folder in (path.parent, empty):
        folder.mkdir(parents=True)
    watch = Watch.begin(site.work)
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


def task_of(  # noqa: PLR0913, PLR0917 - what is loaded, how, and where
    row: RowRef,
    artifact: Path,
    modules: tuple[str, ...],
    asked: Asked,
    subject: Subject,
    site: Site,
) -> Task:
    """Return the task of a fresh process that loads an artifact and has it answer."""
    scratch = site.work / "scratch" / slug(str(artifact))
    scratch.mkdir(parents=True)
    return Task(
        kind="check",
        serializer=row,
        method=asked.method,
        modules=modules,
        model_folder=str(subject.folder),
        artifact=str(artifact),
        scratch=str(scratch),
        absent=tuple(sorted(asked.production.hidden)),
    )


def check_all(tasks: Mapping[str, Task], timeout_s: float, site: Site) -> dict[str, Answer]:
    """Do the checks, each in a fresh process under another hash seed than this one's."""
    return conduct_all(tasks, site.launcher(), _other_hash_seeds()[0], timeout_s)


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
