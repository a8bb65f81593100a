"""A bench: a site with its subjects and a launcher; it measures trials, and keeps artifacts."""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from savebench.errors import SavebenchError
from savebench.launch.child import Child
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer, Memory, Task
from savebench.measuring.folders import artifact_in
from savebench.measuring.plan import COUNTED, UNTIMED, hash_seed
from savebench.measuring.setups import CaseSetup
from savebench.records.schema import UNEXPECTED, Case, Record, Settings, Trial
from savebench.trial.placing import place_in

_PREPARE_EXTRA_S = 20.0
"""Preparing may take so much longer than the operation: a spawned interpreter imports first."""
_REPEATING = frozenset({"steady", "load-hundred", "serving"})
"""A rehearsal of these would take as long as they do."""
_REHEARSED_BELOW_S = 0.015
"""A longer operation is not rehearsed: all memory is populated instead, which costs less."""
_ALONE_FROM_BYTES = 256 * 10**6
_BULKY_FROM_BYTES = 64 * 10**6
_NO_SPACE_BYTES = 4 * 10**6
MAKES_ARTIFACT = "dump"
_NEEDS_ARTIFACT = frozenset(
    {
        "load",
        "load-cold",
        "load-memory",
        "workers",
        "load-hundred",
        "serving",
        "preload",
        "count-load",
    }
)


def is_bulky(size_bytes: int) -> bool:
    """Whether a model is so large that its artifacts are not to lie about for a whole run."""
    return size_bytes >= _BULKY_FROM_BYTES


@dataclass(frozen=True, slots=True)
class Job:
    """All that is to be measured."""

    setups: Mapping[Case, CaseSetup]
    settings: Settings
    seed: int
    work: Path
    """Folder for artifacts and scratch, on the storage under measurement."""
    artifacts: Path | None = None
    """Where artifacts are looked for and kept, if not in `work`."""
    reconsider: Callable[[CaseSetup, Answer, int], Answer] | None = None
    """Looks once more at a mismatch, under the hash seed of its round."""


@dataclass(slots=True)
class Spent:
    """Where the wall time of measuring went, in seconds."""

    making_ready_s: float = 0.0
    """Interpreters that import, for zygotes."""
    preparing_s: float = 0.0
    """Inside children, before the gate: forking, importing, populating, reading models."""
    operating_s: float = 0.0
    """Inside children, from the gate to the answer: the operation, and checks of its result."""


@dataclass(slots=True)
class Bench:
    """Measures trials of one job with one launcher, and keeps the artifacts that dumps make."""

    job: Job
    launcher: Launcher
    clock: Callable[[], float] = monotonic
    spent: Spent = field(default_factory=Spent)
    _operation_s: dict[tuple[Case, str], float] = field(default_factory=dict)
    _leaving: list[Child] = field(default_factory=list)
    _round: int = 0
    """The one that is going on, by the number that decides its hash seed."""
    _trials: int = 0

    def begin_round(self, number: int, *, is_last: bool = False) -> None:
        """Let every earlier process go, and measure under the hash seed of round `number`."""
        self.reap()
        self._round = number
        later = None if is_last else hash_seed(self.job.seed, number + 1)
        self.launcher.begin_round(hash_seed(self.job.seed, number), later)

    def measure(self, batch: list[Trial], limit_s: Callable[[], float]) -> Iterable[Record]:
        """Prepare the batch side by side, then let one after the other do its operation.

        `limit_s` says, when a trial starts, how long its operation may take.

        Raises
        ------
        OSError
            With ``errno.ENOSPC``, when no space is left: the disk's fault, not the serializer's.
        """
        return (record for _, record in measure_together([(self, each) for each in batch], limit_s))

    def learn(self, record: Record) -> None:
        """Take note of how long an operation takes."""
        times_s = [value for name, value in record.metrics.items() if name.endswith("_s")]
        self._operation_s[record.case, record.trial] = max(times_s, default=0.0)

    def expect_as(self, other: "Bench") -> None:
        """Share what is known of operations' lengths: how a trial's memory is prepared hangs on it.

        Two that are compared must prepare the trials of a pair alike.
        """
        self._operation_s = other._operation_s  # noqa: SLF001 - one of its own kind

    def is_large(self, case: Case) -> bool:
        """Whether a model is so large that its trials have the machine's memory to themselves."""
        return self.job.setups[case].subject.size_bytes >= _ALONE_FROM_BYTES

    def is_bulky(self, case: Case) -> bool:
        """Whether the artifacts of a case are not to lie about for a whole run."""
        return is_bulky(self.job.setups[case].subject.size_bytes)

    def discard_artifact(self, case: Case) -> None:
        """Delete a case's artifact; the next dump makes another."""
        shutil.rmtree(self.artifact_of(case).parent, ignore_errors=True)

    def lacks_artifact(self, trial: Trial) -> bool:
        """Whether the trial needs an artifact that no dump has made yet."""
        return trial.kind in _NEEDS_ARTIFACT and not self.artifact_of(trial.case).exists()

    def reap(self) -> None:
        """See earlier processes off; they gave their memory back while the next ones prepared."""
        while self._leaving:
            child = self._leaving.pop()
            child.end()
            shutil.rmtree(child.task.scratch, ignore_errors=True)

    def start(self, trial: Trial) -> Child:
        """Start the process of a trial; it prepares, and stops at the gate."""
        task = self._task(trial)
        try:
            return self.launcher.start(task)
        except SavebenchError:  # the zygote was killed; a new one may live
            self.launcher.close()
            self.begin_round(self._round, is_last=True)
            return self.launcher.start(task)

    def finish(self, trial: Trial, child: Child, limit_s: float, preparing_s: float) -> Record:
        """Have a prepared process do its operation; return the record."""
        begun, begun_at = self.clock(), datetime.now(UTC)
        answer = child.finish(limit_s)
        child.set_aside()
        if answer.outcome in UNEXPECTED:
            self._check_space()
        if answer.outcome == "mismatch" and self.job.reconsider is not None:
            seed = hash_seed(self.job.seed, self._round)
            answer = self.job.reconsider(self.job.setups[trial.case], answer, seed)
        if trial.kind == MAKES_ARTIFACT and answer.outcome == "ok":
            self._keep_artifact(trial.case, Path(child.task.artifact))
        operating_s = self.clock() - begun
        self.spent.operating_s += operating_s
        record = record_of(trial, answer, self.launcher.name, begun_at, preparing_s + operating_s)
        self.learn(record)
        return record

    def dismiss(self, child: Child) -> None:
        """Kill a process; it is seen off while others prepare."""
        child.kill()
        self._leaving.append(child)

    def _check_space(self) -> None:
        if shutil.disk_usage(self.job.work).free < _NO_SPACE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.job.work))

    def _task(self, trial: Trial) -> Task:
        setup = self.job.setups[trial.case]
        subject = setup.subject
        self._trials += 1
        scratch = self.job.work / f"trial-{self._trials}"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        makes = trial.kind not in _NEEDS_ARTIFACT
        artifact = place_in(scratch) if makes else self.artifact_of(trial.case)
        return Task(
            kind=trial.kind,
            serializer=setup.serializer,
            method=subject.method,
            answers=setup.answers,
            modules=setup.modules,
            imports=subject.imports,
            reference=subject.facts.reference if subject.facts else None,
            workload=subject.rebuilt_by,
            target_bytes=subject.target_bytes,
            seed=self.job.seed,
            model_folder=str(subject.folder),
            artifact=str(artifact),
            scratch=str(scratch),
            memory_limit_bytes=self.job.settings.memory_limit_bytes,
            memory=self._memory_for(trial),
            is_confined=subject.is_confined,
        )

    def _memory_for(self, trial: Trial) -> Memory:
        if trial.kind in UNTIMED:
            return "as-forked"
        if trial.kind in _REPEATING:
            return "all"
        expected_s = self._operation_s.get((trial.case, trial.kind), 0.0)
        return "all" if expected_s >= _REHEARSED_BELOW_S else "rehearsed"

    def artifact_of(self, case: Case) -> Path:
        """Return where a case's artifact lies, once a dump has made it."""
        return artifact_in(self.job.artifacts or self.job.work / "artifacts", case)

    def _keep_artifact(self, case: Case, made: Path) -> None:
        kept = self.artifact_of(case)
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            made.rename(kept)


def record_of(
    trial: Trial, answer: Answer, launch: str, started: datetime, wall_s: float
) -> Record:
    """Return the record of a trial's answer; `wall_s` is what the trial cost in all."""
    return Record(
        case=trial.case,
        round=trial.round,
        trial=trial.kind,
        outcome=answer.outcome,
        reason=answer.reason,
        metrics=answer.metrics,
        facts=answer.facts,
        wall_s=round(wall_s, 6),
        launch=launch,
        started=started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def measure_together(
    batch: Sequence[tuple[Bench, Trial]], limit_s: Callable[[], float]
) -> Iterator[tuple[Bench, Record]]:
    """Prepare a batch side by side, each trial on its own launcher; then let one after another go.

    `limit_s` says, when a trial starts, how long its operation may take.

    Raises
    ------
    OSError
        With ``errno.ENOSPC``, when no space is left: the disk's fault, not the serializer's.
    """
    running: list[tuple[Bench, Trial, Child]] = []
    involved = list({id(each): each for each, _ in batch}.values())
    clock, spent = involved[0].clock, involved[0].spent
    started = clock()
    for bench, trial in batch:
        if bench.is_large(trial.case):  # two models of gigabytes may not fit side by side
            bench.reap()
    with suppress(SavebenchError):  # starting tries again
        for bench, trial in batch:
            bench.launcher.make_ready(bench.job.setups[trial.case].modules)
    ready = clock()
    spent.making_ready_s += ready - started
    try:
        for bench, trial in batch:
            running.append((bench, trial, bench.start(trial)))
        for _, _, child in running:
            child.await_ready(limit_s() + _PREPARE_EXTRA_S)
        for bench in involved:
            bench.reap()
        prepared = clock()
        spent.preparing_s += prepared - ready
        preparing_s = (prepared - started) / len(batch)
        for child in _all_at_once(running):
            child.open_gate()
        for bench, trial, child in running:
            yield bench, bench.finish(trial, child, limit_s(), preparing_s)
    finally:
        for bench, _, child in running:
            bench.dismiss(child)


def _all_at_once(running: Sequence[tuple[Bench, Trial, Child]]) -> list[Child]:
    """Return the processes that need not wait for each other: what is counted is not timed."""
    return [child for _, trial, child in running if trial.kind in COUNTED]
