"""Plan and launcher to records: rounds of trials, each stored before the next starts."""

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Protocol

from savebench.errors import SavebenchError
from savebench.launch.child import Child
from savebench.launch.messages import Answer, Memory, RowRef, Task
from savebench.plan import (
    UNTIMED,
    Progress,
    cases_in_play,
    hash_seed,
    note,
    progress_of,
    round_order,
)
from savebench.records import UNEXPECTED, Case, Record, Settings, Trial
from savebench.units import human_duration

_PREPARE_EXTRA_S = 20.0
"""Preparing may take so much longer than the operation: a spawned interpreter imports first."""
_OVERRUN = 0.05
"""A trial may run over the budget's end by this fraction of the budget before it is cut off."""
_REHEARSED_BELOW_S = 0.015
"""A longer operation is not rehearsed: all memory is populated instead, which costs less."""
_PAIRED_BELOW_BYTES = 256 * 10**6
_NO_SPACE_BYTES = 4 * 10**6
_MAKES_ARTIFACT = "dump"
_NEEDS_ARTIFACT = frozenset({"load", "load-cold", "load-memory"})


class Launcher(Protocol):
    """How fresh processes come to be."""

    name: str

    def begin_round(self, hash_seed: int) -> None:
        """Give the processes to come another hash seed."""

    def make_ready(self, modules: tuple[str, ...]) -> None:
        """Do what is done once a round for all trials that need these modules."""

    def start(self, task: Task) -> Child:
        """Start a process and send it its task."""


class Observer(Protocol):
    """Is told what goes on; it prints, the runner does not."""

    def round_started(self, number: int, trials: int) -> None:
        """Take note that a round begins."""

    def trials_started(self, trials: list[Trial]) -> None:
        """Take note of trials that are prepared together, and measured in turn."""

    def trial_ended(self, record: Record, spent_s: float, left_s: float | None) -> None:
        """Take note of a stored record, the time spent on rounds and what is left."""


@dataclass(frozen=True, slots=True)
class CaseSetup:
    """What a trial of one case needs to know."""

    serializer: RowRef
    modules: tuple[str, ...]
    method: str
    answers: bool
    model_folder: Path
    model_bytes: int


@dataclass(frozen=True, slots=True)
class Job:
    """All that is to be measured."""

    setups: Mapping[Case, CaseSetup]
    settings: Settings
    seed: int
    work: Path
    """Folder for artifacts and scratch, on the storage under measurement."""


@dataclass(slots=True)
class Rounds:
    """Runs a job round by round until it is done or its time is up."""

    job: Job
    launcher: Launcher
    store: Callable[[Record], None]
    observer: Observer
    time_left_s: float | None
    """For rounds, from now on; None: no limit."""
    clock: Callable[[], float] = monotonic
    _known: dict[Case, Progress] = field(default_factory=dict)
    _cost_s: dict[tuple[Case, str], float] = field(default_factory=dict)
    _operation_s: dict[tuple[Case, str], float] = field(default_factory=dict)
    _done: set[tuple[Case, str, int]] = field(default_factory=set)
    _leaving: list[Child] = field(default_factory=list)
    _started: float = 0.0
    _trials: int = 0

    def run(self, earlier: Iterable[Record] = ()) -> None:
        """Measure until no case plays any more; go on after `earlier` records of the same job."""
        earlier = list(earlier)
        self._started = self.clock()
        self._known = progress_of(self.job.setups, earlier)
        for record in earlier:
            self._learn(record)
        try:
            self._run_rounds(first=max([1, *(record.round for record in earlier)]))
        finally:
            self._reap()
        self._skip_unmeasured()

    def _run_rounds(self, first: int) -> None:
        for number in count(first):
            trials = self._trials_of_round(number)
            if trials:
                self._reap()
                self.launcher.begin_round(hash_seed(self.job.seed, number))
                self.observer.round_started(number, len(trials))
                self._run_round(trials)
            elif number > first:
                break

    def _trials_of_round(self, number: int) -> list[Trial]:
        spent_s = sum(progress.spent_s for progress in self._known.values())
        left_s = self._left_s()
        budget_s = None if left_s is None else spent_s + max(0.0, left_s)
        playing = cases_in_play(self._known, self.job.settings, budget_s)
        order = round_order(playing, self.job.settings.kinds, number, self.job.seed)
        return [
            each
            for each in order
            if (each.case, each.kind, each.round) not in self._done
            and self._is_worth_starting(each)
        ]

    def _run_round(self, trials: list[Trial]) -> None:
        queue = trials
        while queue := [trial for trial in queue if self._is_worth_starting(trial)]:
            batch = self._next_batch(queue)
            queue = [trial for trial in queue if trial not in batch]
            self._run_batch(batch)

    def _is_worth_starting(self, trial: Trial) -> bool:
        """Whether the case has not failed meanwhile and the trial can end within the budget."""
        left_s = self._left_s()
        expected_s = self._cost_s.get((trial.case, trial.kind), 0.0)
        fits = left_s is None or (left_s > 0 and expected_s <= left_s)
        return fits and not self._known[trial.case].failed

    def _next_batch(self, queue: list[Trial]) -> list[Trial]:
        """Return the next two trials that can be prepared together, or one that stands alone.

        Two are prepared at once, one core each; they are measured one after the other. A trial that
        needs an artifact waits until the dump that makes it is over; a large model has the
        machine's memory to itself.
        """
        batch: list[Trial] = []
        for trial in queue:
            if any(each.case == trial.case for each in batch):
                continue  # a case that fails costs one record, not two
            if self._lacks_artifact(trial):
                self._restock(trial, queue)
                if self._lacks_artifact(trial):
                    continue
            batch.append(trial)
            large = [each for each in batch if self._is_large(each.case)]
            if large:
                return large[:1]
            if len(batch) == 2:  # noqa: PLR2004 - a pair
                break
        return batch

    def _is_large(self, case: Case) -> bool:
        return self.job.setups[case].model_bytes >= _PAIRED_BELOW_BYTES

    def _lacks_artifact(self, trial: Trial) -> bool:
        return trial.kind in _NEEDS_ARTIFACT and not self._artifact_of(trial.case).exists()

    def _restock(self, trial: Trial, queue: list[Trial]) -> None:
        """Make an artifact that was lost (a resumed run), unless a dump is about to make it."""
        if any(each.case == trial.case and each.kind == _MAKES_ARTIFACT for each in queue):
            return
        again = Trial(trial.case, "dump", 0)
        for record in self._measure([again]):
            if record.outcome != "ok":
                self._store(record)

    def _run_batch(self, batch: list[Trial]) -> None:
        if not batch:
            return
        self.observer.trials_started(batch)
        for record in self._measure(batch):
            self._store(record)

    def _store(self, record: Record) -> None:
        self.store(record)
        note(self._known[record.case], record)
        self._learn(record)
        self.observer.trial_ended(record, self.clock() - self._started, self._left_s())

    def _learn(self, record: Record) -> None:
        self._done.add((record.case, record.trial, record.round))
        self._cost_s[record.case, record.trial] = float(record.facts.get("wall_s", 0.0))
        times_s = [value for name, value in record.metrics.items() if name.endswith("_s")]
        self._operation_s[record.case, record.trial] = max(times_s, default=0.0)

    def _measure(self, batch: list[Trial]) -> Iterable[Record]:
        """Prepare the batch side by side, then let one after the other do its operation."""
        running: list[tuple[Trial, Child]] = []
        with suppress(SavebenchError):  # starting tries again
            for trial in batch:
                self.launcher.make_ready(self.job.setups[trial.case].modules)
        started = self.clock()
        try:
            for trial in batch:
                running.append((trial, self._start(trial)))  # noqa: PERF401 - all or some: see finally
            for _, child in running:
                child.await_ready(self._limit_s() + _PREPARE_EXTRA_S)
            self._reap()
            preparing_s = (self.clock() - started) / len(batch)
            for trial, child in running:
                yield self._finish(trial, child, preparing_s)
        finally:
            for _, child in running:
                child.kill()
                self._leaving.append(child)

    def _reap(self) -> None:
        """See earlier processes off; they gave their memory back while the next ones prepared."""
        while self._leaving:
            child = self._leaving.pop()
            child.end()
            shutil.rmtree(child.task.scratch, ignore_errors=True)

    def _start(self, trial: Trial) -> Child:
        task = self._task(trial)
        try:
            return self.launcher.start(task)
        except SavebenchError:  # the zygote was killed; a new one may live
            self._reap()
            self.launcher.begin_round(hash_seed(self.job.seed, trial.round))
            return self.launcher.start(task)

    def _finish(self, trial: Trial, child: Child, preparing_s: float) -> Record:
        begun, begun_at = self.clock(), datetime.now(UTC)
        limit_s = self._limit_s()
        answer = child.finish(limit_s)
        child.set_aside()
        if answer.outcome in UNEXPECTED:
            self._check_space()
        if trial.kind == _MAKES_ARTIFACT and answer.outcome == "ok":
            self._keep_artifact(trial.case, Path(child.task.artifact))
        if answer.outcome == "timeout" and limit_s < self.job.settings.timeout_s:
            answer = Answer(
                outcome="skipped",
                reason=f"{trial.kind} was cut off when the budget was spent; give it more with "
                "--budget",
            )
        wall_s = preparing_s + self.clock() - begun
        return record_of(trial, answer, self.launcher.name, begun_at, wall_s)

    def _check_space(self) -> None:
        """Blame a full disk on the disk, not on the serializer that ran into it.

        Raises
        ------
        OSError
            With ``errno.ENOSPC``, when no space is left.
        """
        if shutil.disk_usage(self.job.work).free < _NO_SPACE_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.job.work))

    def _limit_s(self) -> float:
        """Return how long an operation may take: the timeout, or less at the budget's end."""
        left_s, budget_s = self._left_s(), self.job.settings.budget_s
        if left_s is None or budget_s is None:
            return self.job.settings.timeout_s
        return min(self.job.settings.timeout_s, max(0.0, left_s) + _OVERRUN * budget_s)

    def _task(self, trial: Trial) -> Task:
        setup = self.job.setups[trial.case]
        self._trials += 1
        scratch = self.job.work / f"trial-{self._trials}"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        makes = trial.kind not in _NEEDS_ARTIFACT
        artifact = scratch / "model" if makes else self._artifact_of(trial.case)
        return Task(
            kind=trial.kind,
            serializer=setup.serializer,
            method=setup.method,
            answers=setup.answers,
            modules=setup.modules,
            model_folder=str(setup.model_folder),
            artifact=str(artifact),
            scratch=str(scratch),
            memory_limit_bytes=self.job.settings.memory_limit_bytes,
            memory=self._memory_for(trial),
        )

    def _memory_for(self, trial: Trial) -> Memory:
        if trial.kind in UNTIMED:
            return "as-forked"
        expected_s = self._operation_s.get((trial.case, trial.kind), 0.0)
        return "all" if expected_s >= _REHEARSED_BELOW_S else "rehearsed"

    def _artifact_of(self, case: Case) -> Path:
        return self.job.work / "artifacts" / slug(str(case)) / "model"

    def _keep_artifact(self, case: Case, made: Path) -> None:
        kept = self._artifact_of(case)
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            made.rename(kept)

    def _left_s(self) -> float | None:
        if self.time_left_s is None:
            return None
        return self.time_left_s - (self.clock() - self._started)

    def _skip_unmeasured(self) -> None:
        """Say of each case that never had its turn why it had none."""
        budget_s = self.job.settings.budget_s or 0.0
        reason = (
            f"the budget of {human_duration(budget_s)} was spent before its first load; give it "
            "more with --budget, or choose fewer with -w and -s"
        )
        for case, progress in self._known.items():
            if not progress.rounds and not progress.failed:
                answer = Answer(outcome="skipped", reason=reason)
                trial = Trial(case, "load", 0)
                if (case, "load", 0) not in self._done:
                    self.store(record_of(trial, answer, self.launcher.name, datetime.now(UTC), 0.0))


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
        facts={**answer.facts, "wall_s": round(wall_s, 6)},
        launch=launch,
        started=started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    )


def slug(text: str) -> str:
    """Return a file name for a text: readable, and unique by a fingerprint."""
    readable = re.sub(r"[^A-Za-z0-9.+-]+", "_", text)[:80]
    return f"{readable}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def remove_work(work: Path) -> None:
    """Delete a finished run's artifacts and scratch."""
    with suppress(OSError):
        shutil.rmtree(work)
