"""An arm of `savebench ab`: an environment made ready to measure, and what it measured."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from savebench.catalogue.selection import Selection
from savebench.comparing.environments.environment import Interpreter
from savebench.comparing.in_step.resuming import Memory, check_same
from savebench.launch.launchers import SPAWN, Launcher, make_launcher
from savebench.launch.surroundings import Surroundings
from savebench.machine.fingerprint import ALWAYS, environment_of
from savebench.measuring.run import (
    distributions,
    serializer_infos,
    setups_of,
    shared_modules,
    workload_infos,
)
from savebench.measuring.secondlook import SecondLook
from savebench.measuring.trials import Job, Measuring
from savebench.records.schema import Case, Header, Record, Run, Settings
from savebench.records.sizes import size_notes
from savebench.records.store import RunWriter
from savebench.subjects.builder import Recipe, Reference, Workshop, build_models, carriers_of
from savebench.subjects.cache import ModelCache


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One side's interpreter and folders."""

    side: str
    label: str
    """As the person named it."""
    interpreter: Interpreter
    path: list[str]
    """What its processes import from first: the harness."""
    work: Path
    """For artifacts and scratch, on the storage under measurement."""


@dataclass(slots=True, kw_only=True)
class Arm:
    """One side, ready to measure."""

    place: Place
    measuring: Measuring
    launcher: Launcher
    header: Header
    writer: RunWriter
    memory: Memory = field(default_factory=Memory)
    """What it measured before it was interrupted."""
    troubles: dict[Case, Record] = field(default_factory=dict)
    """The last record of each case that went wrong, or that the serializer declined."""

    def note(self, record: Record) -> None:
        """Take a record into account that is kept already, or was just made."""
        self.measuring.learn(record)
        if record.outcome != "ok":
            self.troubles[record.case] = record

    def version(self, distribution: str) -> str | None:
        """Return what is installed on this side."""
        return self.place.interpreter.version(distribution)


def lacking(place: Place, selection: Selection, case: Case) -> str:
    """Return what a side lacks to measure a case and the command that mends it, or ``""``."""
    rows = (selection.serializers[case.serializer].row, selection.workloads[case.workload].row)
    names = [
        name for row in rows for name in row.requires if place.interpreter.version(name) is None
    ]
    if not names:
        return ""
    executable = place.interpreter.executable
    return f"needs {', '.join(names)}: {executable} -m pip install {' '.join(names)}"


def build_references(
    place: Place,
    selection: Selection,
    settings: Settings,
    seed: int,
    built: Callable[[str], None],
) -> dict[str, Reference]:
    """Return the models of a selection, fitted by a side's own libraries and kept in the cache."""
    recipes = {
        case.model: Recipe(case.model, selection.workloads[case.workload], case.size)
        for case in selection.cases
    }
    launcher = make_launcher(SPAWN, _surroundings(place, settings))
    cache = ModelCache(ModelCache.default().folder.parent / "arms" / _fingerprint(place))
    carriers = carriers_of(selection.serializers.values())
    workshop = Workshop(seed, cache, launcher, settings.memory_limit_bytes, carriers)
    return build_models(list(recipes.values()), workshop, built)


def make_ready(  # noqa: PLR0913 - one argument a part of an arm
    place: Place,
    selection: Selection,
    settings: Settings,
    seed: int,
    *,
    references: Mapping[str, Reference],
    writer: RunWriter,
    earlier: Run | None = None,
    artifacts: Path | None = None,
) -> Arm:
    """Return an arm with its launcher, and write the header of its run.

    `artifacts` names the folder of another arm's artifacts, where it must load those; `earlier` is
    what it measured before it was interrupted.

    Raises
    ------
    UsageError
        When the earlier run was measured on another machine or with other versions.
    """
    setups = setups_of(selection, references)
    launcher = make_launcher(
        settings.launch,
        _surroundings(place, settings),
        shared_modules(selection, setups.values()),
    )
    reconsider = SecondLook(make_launcher(SPAWN, _surroundings(place, settings)), place.work)
    job = Job(setups, settings, seed, place.work, artifacts, reconsider)
    header = _header(place, selection, settings, seed, references)
    if earlier is None:
        writer.append(header)
    else:
        check_same(place.side, earlier, header.environment.fingerprint)
    return Arm(
        place=place,
        measuring=Measuring(job, launcher),
        launcher=launcher,
        header=header,
        writer=writer,
        memory=Memory(earlier.records if earlier else ()),
    )


def _surroundings(place: Place, settings: Settings) -> Surroundings:
    return Surroundings(
        executable=place.interpreter.executable,
        path=tuple(place.path),
        threads=settings.threads,
    )


def _header(
    place: Place,
    selection: Selection,
    settings: Settings,
    seed: int,
    references: Mapping[str, Reference],
) -> Header:
    interpreter = place.interpreter
    names = sorted({*ALWAYS, *distributions(selection)} - {"savebench"})
    versions = {name: found for name in names if (found := interpreter.version(name))}
    versions["savebench"] = version("savebench")  # the harness is ours on both sides
    workloads = workload_infos(selection, references, interpreter.version)
    return Header(
        savebench=versions["savebench"],
        started=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        seed=seed,
        settings=settings,
        environment=environment_of(interpreter.python, versions, place.work),
        cases=list(selection.cases),
        serializers=serializer_infos(selection, interpreter.version),
        workloads=workloads,
        notes=size_notes(workloads),
    )


def _fingerprint(place: Place) -> str:
    """Return a name for what decides a model: the interpreter and all that it has installed."""
    interpreter = place.interpreter
    parts = [interpreter.executable, interpreter.python]
    parts += [f"{name}={found}" for name, found in sorted(interpreter.versions.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
