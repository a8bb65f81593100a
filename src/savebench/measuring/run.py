"""One run from its models to its last record: build, write the header, run the rounds."""

import errno
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Protocol

import msgspec

from savebench.catalogue.rows import Entry, Workload
from savebench.catalogue.selection import Selection
from savebench.errors import Interrupted, UsageError
from savebench.launch.launchers import SPAWN, make_launcher
from savebench.launch.messages import Answer, RowRef
from savebench.launch.surroundings import Surroundings
from savebench.machine.findings import Probes, look_around, notes_of
from savebench.machine.fingerprint import describe_environment
from savebench.machine.kernels import run_controls
from savebench.machine.noise import noise_of
from savebench.measuring.rounds import Observer, Rounds, SilentObserver
from savebench.measuring.secondlook import SecondLook
from savebench.measuring.trials import CaseSetup, Job, Spent, record_of, remove_work
from savebench.records.schema import (
    KERNELS,
    Case,
    Environment,
    Header,
    Noise,
    Record,
    Run,
    SerializerInfo,
    Settings,
    Trial,
    TrialKind,
    WorkloadInfo,
    of_cases,
)
from savebench.records.sizes import size_notes
from savebench.records.store import RunWriter
from savebench.subjects.builder import Recipe, Reference, Workshop, build_models, carriers_of
from savebench.subjects.cache import BuiltModel, ModelCache
from savebench.units import parse_size

_CONTROLS_S = 1.0
"""How long control kernels run before the rounds; a smoke run makes do with the fewest trials."""
_REPORT_BASE_S = 3.0
_REPORT_PER_CASE_S = 0.03
_REPORT_SHARE = 0.15


class Watcher(Observer, Protocol):
    """Is told what a run does, so that it can show it."""

    def building(self, models: int) -> None:
        """Models are about to be built, or found in the cache."""

    def built(self, name: str) -> None:
        """One is there."""

    def warn(self, message: str) -> None:
        """Something a person should know, which stops nothing."""

    def measured(self, spent: Spent) -> None:
        """Take note of where the time of the rounds went, now that they are over."""

    def reporting(self) -> None:
        """Measuring is over; the report is being written."""


class Silent(SilentObserver):
    """Watches and shows nothing."""

    def building(self, models: int) -> None:
        """Show nothing."""

    def built(self, name: str) -> None:
        """Show nothing."""

    def warn(self, message: str) -> None:
        """Show nothing."""

    def measured(self, spent: Spent) -> None:
        """Show nothing."""

    def reporting(self) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Session:
    """One run from its models to its report."""

    selection: Selection
    settings: Settings
    seed: int
    writer: RunWriter
    work: Path
    watcher: Watcher
    started_s: float
    earlier: Run | None = None
    _records: list[Record] = field(default_factory=list)

    def measure(self) -> Run:
        """Build the models, write the header, run the rounds."""
        references = self._build()
        header = self._header(references)
        self.writer.append(header)
        self._note_unavailable(references)
        left_s = None
        if self.settings.budget_s is not None:
            left_s = self.settings.budget_s - (monotonic() - self.started_s)
        return self._run_rounds(header, references, left_s)

    def resume(self, budget_s: float | None) -> Run:
        """Go on after the earlier run, within what is left of its budget or a new one."""
        earlier = self.earlier
        if earlier is None:
            raise AssertionError("resume needs an earlier run")
        now = describe_environment(distributions(self.selection), self.work)
        if now.fingerprint != earlier.header.environment.fingerprint:
            raise UsageError(
                f"{self.writer.folder} was measured on another machine or with other versions; "
                "their times do not mix. Start anew with: savebench run --out ANOTHER"
            )
        self._records = list(earlier.records)
        left_s = budget_s
        if left_s is None and self.settings.budget_s is not None:
            spent_s = sum(record.wall_s for record in earlier.records)
            left_s = self.settings.budget_s - spent_s
        references = self._build()
        self._note_unavailable(references)
        return self._run_rounds(earlier.header, references, left_s)

    @property
    def _surroundings(self) -> Surroundings:
        return Surroundings(threads=self.settings.threads)

    def _build(self) -> dict[str, Reference]:
        wanted = {
            case.model: Recipe(case.model, self.selection.workloads[case.workload], case.size)
            for case in self.selection.cases
            if not self.selection.workloads[case.workload].unavailable()
        }
        self.watcher.building(len(wanted))
        launcher = make_launcher(SPAWN, self._surroundings)
        try:
            workshop = Workshop(
                self.seed,
                ModelCache.default(),
                launcher,
                self.settings.memory_limit_bytes,
                carriers_of(self.selection.serializers.values()),
            )
            return build_models(list(wanted.values()), workshop, self.watcher.built)
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted while models were being built; nothing was measured yet, and finished "
                "models are kept. Start again with the same command"
            ) from None

    def _header(self, references: Mapping[str, Reference]) -> Header:
        workloads = workload_infos(self.selection, references)
        return Header(
            savebench=version("savebench"),
            started=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            seed=self.seed,
            settings=self.settings,
            environment=self._environment(),
            noise=self._noise(),
            cases=list(self.selection.cases),
            serializers=serializer_infos(self.selection),
            workloads=workloads,
            notes=size_notes(workloads),
        )

    def _environment(self) -> Environment:
        """Return the machine and libraries, with what would make the run noisy among the notes."""
        known = describe_environment(distributions(self.selection), self.work)
        noted = notes_of(look_around(self.work, Probes()))
        return msgspec.structs.replace(known, notes=[*known.notes, *noted])

    def _noise(self) -> Noise | None:
        """Time control kernels for a moment; where that fails, say so and go on."""
        seconds = 0.0 if self.settings.suite == "smoke" else _CONTROLS_S
        launcher = make_launcher(SPAWN, self._surroundings)
        found = run_controls(launcher, self.work, seconds=seconds)
        if found.trouble:
            self.watcher.warn(f"the noise of this machine is not known: {found.trouble}")
        return noise_of(found.times)

    def _control(self, trial: Trial) -> Record | None:
        """Do a control trial, always in an interpreter of its own; None where it fails."""
        launcher = make_launcher(SPAWN, self._surroundings)
        begun_s, begun_at = monotonic(), datetime.now(UTC)
        found = run_controls(launcher, self.work, seconds=0.0, fewest=1)
        if found.trouble:
            return None
        answer = Answer(outcome="ok", facts={KERNELS: found.times[0]})
        return record_of(trial, answer, launcher.name, begun_at, monotonic() - begun_s)

    def _note_unavailable(self, references: Mapping[str, Reference]) -> None:
        """Store a record for each case that cannot be measured: not installed, or not built."""
        on_record = {record.case for record in self._records}
        for case in self.selection.cases:
            if case in on_record:
                continue
            reason = self.selection.unavailable.get(case)
            failure = None if reason else references[case.model].failure
            if reason:
                self._store_untried(case, "dump", Answer(outcome="skipped", reason=reason))
            elif failure:
                told = Answer(outcome=failure.outcome, reason=references[case.model].reason)
                self._store_untried(case, "build", told)

    def _store_untried(self, case: Case, kind: TrialKind, answer: Answer) -> None:
        trial = Trial(case, kind, 0)
        self._store(record_of(trial, answer, self.settings.launch, datetime.now(UTC), 0.0))

    def _store(self, record: Record) -> None:
        self.writer.append(record)
        self._records.append(record)

    def _run_rounds(
        self, header: Header, references: Mapping[str, Reference], left_s: float | None
    ) -> Run:
        setups = setups_of(self.selection, references)
        reconsider = SecondLook(make_launcher(SPAWN, self._surroundings), self.work)
        job = Job(setups, self.settings, self.seed, self.work, reconsider=reconsider)
        rounds_s = None if left_s is None else left_s - report_s(left_s, len(setups))
        try:
            modules = shared_modules(self.selection, setups.values())
            with closing(
                make_launcher(self.settings.launch, self._surroundings, modules)
            ) as launcher:
                rounds = Rounds(
                    job, launcher, self._store, self.watcher, rounds_s, control=self._control
                )
                rounds.run(self._records)
                self.watcher.measured(rounds.spent)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted; the {len(of_cases(self._records))} records so far are kept. "
                f"Resume with: savebench run --resume {self.writer.folder}"
            ) from None
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise UsageError(
                f"{self.work}: no space is left there; the {len(of_cases(self._records))} records "
                f"so far are kept. Make room, then: savebench run --resume {self.writer.folder}"
            ) from error
        remove_work(self.work)
        return Run(header, self._records)


def serializer_infos(
    selection: Selection, version_of: Callable[[str], str | None] | None = None
) -> dict[str, SerializerInfo]:
    """Return what a header says of the serializers; `version_of` answers for other interpreters."""
    return {
        name: SerializerInfo(
            kind=entry.row.kind,
            runs_code=entry.row.runs_code,
            maps_file=entry.row.maps_file,
            note=entry.row.note,
            distribution=entry.distribution,
            versions=entry.versions(version_of),
        )
        for name, entry in selection.serializers.items()
    }


def workload_infos(
    selection: Selection,
    references: Mapping[str, Reference],
    version_of: Callable[[str], str | None] | None = None,
) -> dict[str, WorkloadInfo]:
    """Return what a header says of the models; `version_of` answers for other interpreters."""
    return {
        case.model: _workload_info(
            selection.workloads[case.workload], references.get(case.model), version_of
        )
        for case in selection.cases
    }


def _workload_info(
    entry: Entry[Workload],
    reference: Reference | None,
    version_of: Callable[[str], str | None] | None,
) -> WorkloadInfo:
    built = reference.built if reference else None
    return WorkloadInfo(
        method=entry.row.method,
        stresses=entry.row.stresses,
        distribution=entry.distribution,
        versions=entry.versions(version_of),
        model_bytes=built.model_bytes if built else None,
        array_bytes=built.array_bytes if built else None,
        array_count=built.array_count if built else None,
        build_s=built.build_s if built else None,
        model_digest=built.digest if built else "",
        varies=_varies(built) if built else "",
        model_class=built.model_class if built else "",
        imports=built.imports if built else [],
        reference=built.reference.name if built and built.reference else "",
    )


def _varies(built: BuiltModel) -> str:
    """Return how a model's answers vary; what was not saved of it is said with each mismatch."""
    return "" if built.variation.how == "unsaved" else str(built.variation)


def setups_of(selection: Selection, references: Mapping[str, Reference]) -> dict[Case, CaseSetup]:
    """Return what trials need to know, for each case that is installed and whose model is there."""
    return {
        case: _setup(selection, case, references[case.model])
        for case in selection.cases
        if case not in selection.unavailable and references[case.model].built
    }


def _setup(selection: Selection, case: Case, reference: Reference) -> CaseSetup:
    built = reference.built
    if built is None:
        raise AssertionError("a case without a model is not set up")
    serializer = selection.serializers[case.serializer]
    workload = selection.workloads[case.workload]
    return CaseSetup(
        serializer=RowRef(serializer.provider, serializer.row.name),
        modules=(
            "numpy",
            *workload.row.modules,
            serializer.provider.partition(":")[0],
            *serializer.row.modules,
        ),
        method=workload.row.method,
        answers=serializer.row.kind != "floor",
        model_folder=reference.folder,
        model_bytes=built.model_bytes or 0,
        imports=tuple(built.imports),
        reference=built.reference,
        recipe=None if built.is_kept else RowRef(workload.provider, workload.row.name),
        target_bytes=parse_size(case.size),
        was_reproduced=built.was_reproduced,
    )


def shared_modules(selection: Selection, setups: Iterable[CaseSetup] = ()) -> tuple[str, ...]:
    """Return what all processes of a run may have imported: what its workloads and models need."""
    rows = [entry.row for entry in selection.workloads.values()]
    return tuple(
        dict.fromkeys(
            [
                "numpy",
                *(module for row in rows for module in row.modules),
                *(module for setup in setups for module in setup.imports),
            ]
        )
    )


def report_s(left_s: float, cases: int) -> float:
    """Return what to set aside of the budget for the report."""
    return min(_REPORT_SHARE * left_s, _REPORT_BASE_S + _REPORT_PER_CASE_S * cases)


def distributions(selection: Selection) -> set[str]:
    """Return what the chosen rows require."""
    return {
        name
        for rows in (selection.serializers, selection.workloads)
        for entry in rows.values()
        for name in entry.row.requires
    }
