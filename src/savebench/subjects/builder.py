"""Build the models that a run needs, each in a fresh process, and keep them in the cache.

A second process, under another hash seed, loads each model and has it answer: so it is known before
any serializer is judged whether the model equals itself, and what loading it imports.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from savebench.catalogue.rows import Entry, Serializer, Workload
from savebench.launch.errands import AT_ONCE, conduct_all
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer, RowRef, Task
from savebench.subjects.acquaintance import CARRY_MORE, CHECK_SEED, TIMEOUT_S, check_task, known
from savebench.subjects.cache import BuiltModel, ModelCache
from savebench.subjects.steadiness import Witness, first_check
from savebench.subjects.subject import Subject
from savebench.units import parse_size

_ALONE_FROM_BYTES = 256 * 10**6
_SAID_FROM_BYTES = 64 * 10**6
"""To build a larger model takes so long that a person wants to know what goes on."""
_BUILD_SEED = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """A workload at one size."""

    name: str
    """``knn-brute@16MB``"""
    entry: Entry[Workload]
    size: str

    @property
    def target_bytes(self) -> int:
        """The size in bytes."""
        return parse_size(self.size)

    def subject(
        self, folder: Path, facts: BuiltModel | None, failure: Answer | None = None
    ) -> Subject:
        """Return what came of it: the model in a folder, or why there is none."""
        row = self.entry.row
        return Subject(
            name=self.name,
            method=row.method,
            modules=("numpy", *row.modules),
            folder=folder,
            facts=facts,
            failure=failure,
            recipe=RowRef(self.entry.provider, row.name),
            target_bytes=self.target_bytes,
        )


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every build shares."""

    seed: int
    cache: ModelCache
    launcher: Launcher
    memory_limit_bytes: int | None
    carriers: tuple[RowRef, ...] = ()
    """Rows by which a reference may be kept that pickle does not carry."""


def carriers_of(chosen: Iterable[Entry[Serializer]]) -> tuple[RowRef, ...]:
    """Return the rows by which references may be kept: those known for it, then the chosen."""
    rows = [
        RowRef(entry.provider, entry.row.name)
        for entry in chosen
        if entry.row.kind == "round-trip" and not entry.unavailable()
    ]
    return tuple(dict.fromkeys([*CARRY_MORE, *rows]))


def build_models(
    recipes: list[Recipe],
    workshop: Workshop,
    built: Callable[[str], None],
    begins: Callable[[str], None] = lambda _: None,
) -> dict[str, Subject]:
    """Return a subject for each recipe, by name; two small models are built at once.

    `built` is told each name when its model is there, `begins` that of a large one before.
    """
    cache = workshop.cache
    cache.prepare()
    subjects: dict[str, Subject] = {}
    missing: list[Recipe] = []
    for recipe in recipes:
        folder = cache.folder_of(recipe.entry, recipe.size, workshop.seed)
        known = cache.find(folder)
        if known is None:
            missing.append(recipe)
        else:
            subjects[recipe.name] = recipe.subject(folder, known)
            built(recipe.name)
    for batch in _batches(missing):
        for recipe in batch:
            if recipe.target_bytes >= _SAID_FROM_BYTES:
                begins(recipe.name)
        for name, subject in _build_batch(batch, workshop).items():
            subjects[name] = subject
            built(name)
    cache.trim({subject.folder for subject in subjects.values()})
    return {recipe.name: subjects[recipe.name] for recipe in recipes}


def _batches(recipes: list[Recipe]) -> list[list[Recipe]]:
    small = [recipe for recipe in recipes if recipe.target_bytes < _ALONE_FROM_BYTES]
    large = [recipe for recipe in recipes if recipe.target_bytes >= _ALONE_FROM_BYTES]
    pairs = [small[start : start + AT_ONCE] for start in range(0, len(small), AT_ONCE)]
    return pairs + [[recipe] for recipe in large]


def _build_batch(recipes: list[Recipe], workshop: Workshop) -> dict[str, Subject]:
    with _drafts(recipes, workshop) as drafts:
        answers = _conduct({name: draft.build() for name, draft in drafts.items()}, workshop)
        models = {
            name: msgspec.convert(answer.facts, BuiltModel)
            for name, answer in answers.items()
            if answer.outcome == "ok"
        }
        models |= _get_to_know({name: drafts[name] for name in models}, models, workshop)
        for name, model in models.items():
            workshop.cache.keep(drafts[name].folder, drafts[name].final, model)
        return {
            name: draft.recipe.subject(draft.final, models.get(name), _failure(answers[name]))
            for name, draft in drafts.items()
        }


def _failure(answer: Answer) -> Answer | None:
    return None if answer.outcome == "ok" else answer


def _get_to_know(
    drafts: Mapping[str, "_Draft"], models: Mapping[str, BuiltModel], workshop: Workshop
) -> dict[str, BuiltModel]:
    """Return the models that were kept, with what processes found out that loaded them."""
    tasks = {
        name: first_check(draft.check(models[name]))
        for name, draft in drafts.items()
        if models[name].is_kept
    }
    answers = _conduct(tasks, workshop, CHECK_SEED)
    return {
        name: known(
            models[name],
            Witness(task, answers[name], CHECK_SEED),
            drafts[name].folder,
            drafts[name].conduct,
        )
        for name, task in tasks.items()
    }


def _conduct(
    tasks: Mapping[str, Task], workshop: Workshop, hash_seed: int = _BUILD_SEED
) -> dict[str, Answer]:
    return conduct_all(tasks, workshop.launcher, hash_seed, TIMEOUT_S)


@dataclass(frozen=True, slots=True)
class _Draft:
    """One model in the making, in a folder that is renamed into place when it is complete."""

    recipe: Recipe
    workshop: Workshop
    final: Path
    folder: Path
    scratch: Path

    def build(self) -> Task:
        """Return the task that builds it."""
        entry = self.recipe.entry
        return Task(
            kind="build",
            workload=RowRef(entry.provider, entry.row.name),
            carriers=self.workshop.carriers,
            method=entry.row.method,
            model_folder=str(self.folder),
            scratch=self._new_scratch(),
            target_bytes=self.recipe.target_bytes,
            seed=self.workshop.seed,
            memory_limit_bytes=self.workshop.memory_limit_bytes,
        )

    def check(self, model: BuiltModel) -> Task:
        """Return the task that loads it as trials will, and has it answer."""
        row = self.recipe.entry.row
        task = check_task(self.folder, model.reference, row.method, self._new_scratch())
        return msgspec.structs.replace(
            task,
            modules=("numpy", *row.modules),
            memory_limit_bytes=self.workshop.memory_limit_bytes,
        )

    def conduct(self, task: Task, hash_seed: int) -> Answer:
        """Do one more task for it."""
        task = msgspec.structs.replace(task, scratch=self._new_scratch())
        return _conduct({self.recipe.name: task}, self.workshop, hash_seed)[self.recipe.name]

    def _new_scratch(self) -> str:
        return tempfile.mkdtemp(dir=self.scratch)


@contextmanager
def _drafts(recipes: list[Recipe], workshop: Workshop) -> Iterator[dict[str, _Draft]]:
    """Yield a draft for each recipe, by name, and leave none of their folders behind."""
    cache = workshop.cache
    scratch = Path(tempfile.mkdtemp(prefix="savebench-build-"))
    drafts: dict[str, _Draft] = {}
    try:
        for number, recipe in enumerate(recipes):
            final = cache.folder_of(recipe.entry, recipe.size, workshop.seed)
            own = scratch / f"draft-{number}"
            own.mkdir()
            drafts[recipe.name] = _Draft(recipe, workshop, final, cache.new_folder(final), own)
        yield drafts
    finally:
        for draft in drafts.values():
            shutil.rmtree(draft.folder, ignore_errors=True)
        shutil.rmtree(scratch, ignore_errors=True)
