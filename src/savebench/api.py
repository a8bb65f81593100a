"""savebench from Python: ``savebench.run(...)`` and ``savebench.load_run(...)``."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol

import psutil

from savebench.builder import Recipe, Reference, Workshop, build_models
from savebench.catalogue import Catalogue, load_catalogue
from savebench.environment import describe_environment
from savebench.errors import Interrupted, UsageError
from savebench.launch.messages import Answer, RowRef
from savebench.launch.spawn import SpawnLauncher
from savebench.launch.zygote import ZygoteLauncher
from savebench.models import ModelCache
from savebench.records import (
    UNEXPECTED,
    Case,
    Header,
    Record,
    Run,
    SerializerInfo,
    Settings,
    Trial,
    WorkloadInfo,
)
from savebench.runner import CaseSetup, Job, Observer, Rounds, record_of, remove_work, slug
from savebench.selection import Selection, select
from savebench.store import WORK, RunWriter, create, read_run, resume
from savebench.suites import SUITES, Suite
from savebench.trial.pages import can_populate
from savebench.units import parse_duration, parse_percent, parse_size

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

LAUNCHERS = ("zygote", "spawn")
_REPORT_BASE_S = 3.0
_REPORT_PER_CASE_S = 0.03
_REPORT_SHARE = 0.15
_MEMORY_SHARE = 0.8
_WIDTH = 100
_LEAST_FREE_BYTES = 64 * 10**6


class Watcher(Observer, Protocol):
    """Is told what a run does, so that it can show it."""

    def building(self, models: int) -> None:
        """Models are about to be built, or found in the cache."""

    def built(self, name: str) -> None:
        """One is there."""

    def warn(self, message: str) -> None:
        """Something a person should know, which stops nothing."""

    def reporting(self) -> None:
        """Measuring is over; the report is being written."""


class Silent:
    """Watches and shows nothing."""

    def building(self, models: int) -> None:
        """Show nothing."""

    def built(self, name: str) -> None:
        """Show nothing."""

    def warn(self, message: str) -> None:
        """Show nothing."""

    def reporting(self) -> None:
        """Show nothing."""

    def round_started(self, number: int, trials: int) -> None:
        """Show nothing."""

    def trials_started(self, trials: list[Trial]) -> None:
        """Show nothing."""

    def trial_ended(self, record: Record, spent_s: float, left_s: float | None) -> None:
        """Show nothing."""


@dataclass(frozen=True, slots=True)
class Results:
    """A run that was measured: it prints, turns into a DataFrame and shows itself in a notebook."""

    run: Run
    folder: Path

    @property
    def failures(self) -> list[Record]:
        """The records whose outcome is somebody's fault."""
        return [record for record in self.run.records if record.outcome in UNEXPECTED]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per workload, size, serializer and metric, with intervals and ratios."""
        from savebench.summary import summarize

        return summarize(self.run)

    def write_report(self) -> Path:
        """Write summary.csv, report.md and plots/ into the run's folder; return the report's path.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.markdown import write_report

        try:
            return write_report(self.run, self.folder)
        except OSError as error:
            raise UsageError(
                f"{self.folder}: cannot write the report ({error.strerror}); the records are kept. "
                f"Make room, then: savebench report {self.folder}"
            ) from error
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted while the report was being written; the records are kept. "
                f"Make it with: savebench report {self.folder}"
            ) from None

    def __str__(self) -> str:
        """Return the tables that the command line prints."""
        import io

        from rich.console import Console

        text = io.StringIO()
        self.print_to(Console(file=text, width=_WIDTH))
        return text.getvalue()

    def print_to(self, console: "Console") -> None:
        """Print the tables, one a workload, and the answer."""
        from savebench.report.terminal import print_report

        print_report(self.run, self.to_frame(), console)

    def _repr_html_(self) -> str:
        """Return the summary as a notebook shows it."""
        return str(self.to_frame().to_html(index=False, max_rows=60))


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks of a run; None and empty: as the suite has it."""

    suite: str = "quick"
    workloads: Sequence[str] = ()
    serializers: Sequence[str] = ()
    budget: str | float | None = None
    precision: str | float | None = None
    rounds: int | None = None
    timeout: str | float | None = None
    memory_limit: str | int | None = None
    launch: str | None = None
    threads: int = 1
    storage: Path | None = None
    out: Path | None = None
    seed: int = 0


def run(**asked: Any) -> Results:
    """Measure, store, report; return the results.

    Parameters
    ----------
    asked
        The fields of `Request` by name: ``suite="smoke"``, ``workloads=["knn-*@1MB"]``,
        ``serializers=["pickle", "joblib*"]``, ``budget="2min"``, ``precision="5%"``, ``rounds=10``,
        ``timeout="30s"``, ``memory_limit="8GB"``, ``launch="spawn"``, ``threads=1``,
        ``storage=Path(...)``, ``out=Path(...)``, ``seed=0``; and ``watcher=``, a `Watcher`.

    Raises
    ------
    UsageError
        When something asked for does not exist or cannot be done.
    Interrupted
        On Ctrl-C; what was measured is kept.
    """
    watcher: Watcher = asked.pop("watcher", None) or Silent()
    try:
        request = Request(**asked)
    except TypeError as error:
        raise UsageError(f"savebench.run: {error}") from None
    return measure(request, watcher)


def load_run(folder: str | Path) -> Results:
    """Return the results that a run folder holds.

    Raises
    ------
    DataError
        When the folder holds no run, or a damaged one.
    """
    path = Path(folder)
    return Results(read_run(path), path if path.is_dir() else path.parent)


def measure(request: Request, watcher: Watcher) -> Results:
    """Measure what is asked, store it, and write the report."""
    results = measure_only(request, watcher)
    watcher.reporting()
    results.write_report()
    return results


def measure_only(request: Request, watcher: Watcher) -> Results:
    """Measure what is asked and store it."""
    started_s = monotonic()
    suite = _suite(request.suite)
    catalogue = load_catalogue()
    for problem in catalogue.problems:
        watcher.warn(problem)
    selection = select(catalogue, suite, request.workloads, request.serializers)
    settings = _settings(request, suite, watcher)
    folder = request.out or _default_folder(suite)
    with create(folder) as writer:
        work = _work_folder(request.storage, folder)
        session = _Session(selection, settings, request.seed, writer, work, watcher, started_s)
        return session.measure()


def resume_run(folder: Path, budget: str | None, watcher: Watcher) -> Results:
    """Go on with an interrupted run, within what is left of its budget or a new one."""
    started_s = monotonic()
    writer, earlier, remark = resume(folder)
    with writer:
        if remark:
            watcher.warn(remark)
        selection = _selection_of(earlier.header, load_catalogue())
        settings = earlier.header.settings
        work = _work_folder(Path(settings.storage) if settings.storage else None, folder)
        session = _Session(
            selection, settings, earlier.header.seed, writer, work, watcher, started_s, earlier
        )
        results = session.resume(None if budget is None else _seconds(budget))
    watcher.reporting()
    results.write_report()
    return results


@dataclass(slots=True)
class _Session:
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

    def measure(self) -> Results:
        references = self._build()
        header = self._header(references)
        self.writer.append(header)
        self._note_unavailable(references)
        left_s = None
        if self.settings.budget_s is not None:
            left_s = self.settings.budget_s - (monotonic() - self.started_s)
        return self._run_rounds(header, references, left_s)

    def resume(self, budget_s: float | None) -> Results:
        earlier = self.earlier
        if earlier is None:
            raise AssertionError("resume needs an earlier run")
        now = describe_environment(_distributions(self.selection), self.work)
        if now.fingerprint != earlier.header.environment.fingerprint:
            raise UsageError(
                f"{self.writer.folder} was measured on another machine or with other versions; "
                "their times do not mix. Start anew with: savebench run --out ANOTHER"
            )
        self._records = list(earlier.records)
        left_s = budget_s
        if left_s is None and self.settings.budget_s is not None:
            spent_s = sum(float(record.facts.get("wall_s", 0)) for record in earlier.records)
            left_s = self.settings.budget_s - spent_s
        return self._run_rounds(earlier.header, self._build(), left_s)

    def _build(self) -> dict[str, Reference]:
        wanted = {
            case.model: Recipe(case.model, self.selection.workloads[case.workload], case.size)
            for case in self.selection.cases
            if not self.selection.workloads[case.workload].unavailable()
        }
        self.watcher.building(len(wanted))
        launcher = SpawnLauncher(threads=self.settings.threads)
        try:
            workshop = Workshop(
                self.seed, ModelCache.default(), launcher, self.settings.memory_limit_bytes
            )
            return build_models(list(wanted.values()), workshop, self.watcher.built)
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted while models were being built; nothing was measured yet, and finished "
                "models are kept. Start again with the same command"
            ) from None

    def _header(self, references: Mapping[str, Reference]) -> Header:
        return Header(
            savebench=version("savebench"),
            started=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            seed=self.seed,
            settings=self.settings,
            environment=describe_environment(_distributions(self.selection), self.work),
            cases=list(self.selection.cases),
            serializers={
                name: SerializerInfo(
                    kind=entry.row.kind,
                    runs_code=entry.row.runs_code,
                    maps_file=entry.row.maps_file,
                    note=entry.row.note,
                    distribution=entry.distribution,
                    versions=entry.versions(),
                )
                for name, entry in self.selection.serializers.items()
            },
            workloads={
                case.model: self._workload_info(case, references.get(case.model))
                for case in self.selection.cases
            },
        )

    def _workload_info(self, case: Case, reference: Reference | None) -> WorkloadInfo:
        entry = self.selection.workloads[case.workload]
        built = reference.built if reference else None
        return WorkloadInfo(
            method=entry.row.method,
            stresses=entry.row.stresses,
            distribution=entry.distribution,
            versions=entry.versions(),
            model_bytes=built.model_bytes if built else None,
            array_bytes=built.array_bytes if built else None,
            array_count=built.array_count if built else None,
            build_s=built.build_s if built else None,
        )

    def _note_unavailable(self, references: Mapping[str, Reference]) -> None:
        """Store a record for each case that cannot be measured: not installed, or not built."""
        for case in self.selection.cases:
            reason = self.selection.unavailable.get(case)
            failure = None if reason else references[case.model].failure
            if reason:
                self._store_untried(case, "dump", Answer(outcome="skipped", reason=reason))
            elif failure:
                told = Answer(
                    outcome=failure.outcome,
                    reason=f"the model could not be built: {failure.reason}",
                )
                self._store_untried(case, "build", told)

    def _store_untried(self, case: Case, kind: Any, answer: Answer) -> None:
        trial = Trial(case, kind, 0)
        self._store(record_of(trial, answer, self.settings.launch, datetime.now(UTC), 0.0))

    def _store(self, record: Record) -> None:
        self.writer.append(record)
        self._records.append(record)

    def _run_rounds(
        self, header: Header, references: Mapping[str, Reference], left_s: float | None
    ) -> Results:
        setups = {
            case: self._setup(case, references[case.model])
            for case in self.selection.cases
            if case not in self.selection.unavailable and references[case.model].built
        }
        job = Job(setups, self.settings, self.seed, self.work)
        rounds_s = None if left_s is None else left_s - _report_s(left_s, len(setups))
        try:
            with self._launcher() as launcher:
                Rounds(job, launcher, self._store, self.watcher, rounds_s).run(self._records)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted; the {len(self._records)} records so far are kept. "
                f"Resume with: savebench run --resume {self.writer.folder}"
            ) from None
        remove_work(self.work)
        return Results(Run(header, self._records), self.writer.folder)

    def _setup(self, case: Case, reference: Reference) -> CaseSetup:
        serializer = self.selection.serializers[case.serializer]
        workload = self.selection.workloads[case.workload]
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
            model_bytes=reference.built.model_bytes if reference.built else 0,
        )

    def _launcher(self) -> ZygoteLauncher | SpawnLauncher:
        if self.settings.launch == "spawn":
            return SpawnLauncher(threads=self.settings.threads)
        shared = {
            "numpy": None,
            **{
                module: None
                for entry in self.selection.workloads.values()
                for module in entry.row.modules
            },
        }
        return ZygoteLauncher(tuple(shared), threads=self.settings.threads)


def _report_s(left_s: float, cases: int) -> float:
    """Return what to set aside of the budget for the report."""
    return min(_REPORT_SHARE * left_s, _REPORT_BASE_S + _REPORT_PER_CASE_S * cases)


def _suite(name: str) -> Suite:
    if name not in SUITES:
        raise UsageError(f"there is no suite {name!r}; choose one of {', '.join(SUITES)}")
    return SUITES[name]


def _settings(request: Request, suite: Suite, watcher: Watcher) -> Settings:
    if request.rounds is not None and request.rounds < 1:
        raise UsageError(f"--rounds {request.rounds}: a run has at least one round")
    if request.threads < 1:
        raise UsageError(f"--threads {request.threads}: a process has at least one thread")
    named_rounds = request.rounds is not None and request.budget is None
    budget_s = None if named_rounds else _seconds(request.budget or suite.budget_s)
    return Settings(
        suite=suite.name,
        budget_s=budget_s,
        precision=_fraction(0.05 if request.precision is None else request.precision),
        min_rounds=request.rounds or suite.min_rounds,
        max_rounds=request.rounds,
        kinds=dict(suite.kinds),
        timeout_s=_seconds(request.timeout or suite.timeout_s),
        memory_limit_bytes=_memory_limit(request.memory_limit),
        launch=_launch(request.launch, watcher),
        threads=request.threads,
        storage=str(request.storage.resolve()) if request.storage else None,
    )


def _launch(asked: str | None, watcher: Watcher) -> str:
    """Return the launcher to use: the zygote where the kernel has what it needs."""
    if asked is not None and asked not in LAUNCHERS:
        raise UsageError(f"there is no launcher {asked!r}; choose one of {', '.join(LAUNCHERS)}")
    if asked == "spawn":
        return "spawn"
    if can_populate():
        return "zygote"
    watcher.warn(
        "zygote needs Linux 5.14 or later (MADV_POPULATE_WRITE); using spawn: right, but slower"
    )
    return "spawn"


def _memory_limit(asked: str | int | None) -> int | None:
    if sys.platform != "linux":
        return None
    if asked is None:
        return int(_MEMORY_SHARE * psutil.virtual_memory().total)
    return parse_size(asked) if isinstance(asked, str) else asked


def _seconds(asked: str | float) -> float:
    if isinstance(asked, str):
        return parse_duration(asked)
    if asked <= 0:
        raise UsageError(f"{asked} s is not a duration; it must be positive")
    return float(asked)


def _fraction(asked: str | float) -> float:
    return parse_percent(asked) if isinstance(asked, str) else asked


def _default_folder(suite: Suite) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return Path("savebench-runs") / f"{stamp}-{suite.name}"


def _work_folder(storage: Path | None, folder: Path) -> Path:
    """Return where artifacts lie: in the run's folder, or in a folder of its own on the storage."""
    work = folder / WORK if storage is None else storage / slug(f"savebench-{folder.resolve()}")
    try:
        work.mkdir(parents=True, exist_ok=True)
        facts = os.statvfs(work) if hasattr(os, "statvfs") else None
    except OSError as error:
        where = "--out" if storage is None else "--storage"
        raise UsageError(
            f"{work}: cannot write there ({error.strerror}); name another folder with {where}"
        ) from error
    if facts and facts.f_bavail * facts.f_frsize < _LEAST_FREE_BYTES:
        raise UsageError(
            f"{work}: less than 64 MB free there; make room or name another folder with --storage"
        )
    return work.resolve()


def _distributions(selection: Selection) -> set[str]:
    return {
        name
        for rows in (selection.serializers, selection.workloads)
        for entry in rows.values()
        for name in entry.row.requires
    }


def _selection_of(header: Header, catalogue: Catalogue) -> Selection:
    """Return the selection that a run's header names."""
    serializers = catalogue.find_serializers({case.serializer for case in header.cases})
    workloads = catalogue.find_workloads({case.workload for case in header.cases})
    return Selection(
        serializers={name: catalogue.serializers[name] for name in serializers},
        workloads={name: catalogue.workloads[name] for name in workloads},
        cases=tuple(header.cases),
        unavailable={
            case: reason
            for case in header.cases
            if (reason := catalogue.why_unavailable(case.workload, case.serializer))
        },
    )
