"""Build the models that a run needs, each in a fresh process, and keep them in the cache."""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from savebench.catalogue import Entry, Workload
from savebench.launch.messages import Answer, RowRef, Task
from savebench.launch.spawn import SpawnLauncher
from savebench.models import BuiltModel, ModelCache
from savebench.units import parse_size

if TYPE_CHECKING:
    from savebench.launch.child import Child

_BUILD_TIMEOUT_S = 1800.0
_AT_ONCE = 2
_ALONE_FROM_BYTES = 256 * 10**6


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


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a built model lies and what is known of it, or why it could not be built."""

    folder: Path
    built: BuiltModel | None
    failure: Answer | None = None


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every build shares."""

    seed: int
    cache: ModelCache
    launcher: SpawnLauncher
    memory_limit_bytes: int | None


def build_models(
    recipes: list[Recipe], workshop: Workshop, built: Callable[[str], None]
) -> dict[str, Reference]:
    """Return a reference for each recipe, by name; two small models are built at once.

    `built` is told each name when its model is there.
    """
    cache = workshop.cache
    cache.prepare()
    workshop.launcher.begin_round(0)
    references: dict[str, Reference] = {}
    missing: list[Recipe] = []
    for recipe in recipes:
        folder = cache.folder_of(recipe.entry, recipe.size, workshop.seed)
        known = cache.find(folder)
        if known is None:
            missing.append(recipe)
        else:
            references[recipe.name] = Reference(folder, known)
            built(recipe.name)
    for batch in _batches(missing):
        builds = [_Build(recipe, workshop) for recipe in batch]
        try:
            for build in builds:
                build.start()
            for build in builds:
                references[build.recipe.name] = build.finish()
                built(build.recipe.name)
        finally:
            for build in builds:
                build.tidy()
    cache.trim({reference.folder for reference in references.values()})
    return {recipe.name: references[recipe.name] for recipe in recipes}


def _batches(recipes: list[Recipe]) -> list[list[Recipe]]:
    small = [recipe for recipe in recipes if recipe.target_bytes < _ALONE_FROM_BYTES]
    large = [recipe for recipe in recipes if recipe.target_bytes >= _ALONE_FROM_BYTES]
    pairs = [small[start : start + _AT_ONCE] for start in range(0, len(small), _AT_ONCE)]
    return pairs + [[recipe] for recipe in large]


class _Build:
    """One model in the making."""

    def __init__(self, recipe: Recipe, workshop: Workshop) -> None:
        self.recipe = recipe
        self._workshop = workshop
        self._final = workshop.cache.folder_of(recipe.entry, recipe.size, workshop.seed)
        self._draft = workshop.cache.new_folder(self._final)
        self._scratch = tempfile.mkdtemp(prefix="savebench-build-")
        self._child: Child | None = None
        row = recipe.entry.row
        self._task = Task(
            kind="build",
            workload=RowRef(recipe.entry.provider, row.name),
            method=row.method,
            model_folder=str(self._draft),
            scratch=self._scratch,
            target_bytes=recipe.target_bytes,
            seed=workshop.seed,
            memory_limit_bytes=workshop.memory_limit_bytes,
        )

    def start(self) -> None:
        """Start the process."""
        self._child = self._workshop.launcher.start(self._task)
        self._child.await_ready(_BUILD_TIMEOUT_S)
        self._child.open_gate()

    def finish(self) -> Reference:
        """Wait for the model and keep it."""
        if self._child is None:
            raise AssertionError("start first")
        answer = self._child.finish(_BUILD_TIMEOUT_S)
        if answer.outcome != "ok":
            return Reference(self._final, None, answer)
        built = msgspec.convert(answer.facts, BuiltModel)
        self._workshop.cache.keep(self._draft, self._final, built)
        return Reference(self._final, built)

    def tidy(self) -> None:
        """Leave no process and no draft behind."""
        if self._child is not None:
            self._child.end()
        shutil.rmtree(self._draft, ignore_errors=True)
        shutil.rmtree(self._scratch, ignore_errors=True)
