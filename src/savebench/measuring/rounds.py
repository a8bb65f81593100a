"""Plan and launcher to records: rounds of trials, each stored before the next starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Protocol

import msgspec

from savebench.launch.messages import Answer
from savebench.measuring.bench import MAKES_ARTIFACT, Bench, Job, record_of
from savebench.measuring.ledger import Ledger
from savebench.measuring.plan import (
    Progress,
    case_by_case,
    cases_in_play,
    note,
    progress_of,
    round_order,
    worth_most,
)
from savebench.records.schema import CONTROL, Case, Record, Trial
from savebench.units import human_duration

_OVERRUN = 0.05
"""A trial may run over the budget's end by this fraction of the budget before it is cut off."""


class Observer(Protocol):
    """Is told what goes on; it prints, the runner does not."""

    def round_started(self, number: int, trials: int) -> None:
        """Take note that a round begins."""

    def trials_started(self, trials: list[Trial]) -> None:
        """Take note of trials that are prepared together, and measured in turn."""

    def trial_ended(self, record: Record, spent_s: float, left_s: float | None) -> None:
        """Take note of a stored record, the time spent on rounds and what is left."""


class SilentObserver:
    """Watches and shows nothing."""

    def round_started(self, number: int, trials: int) -> None:
        """Show nothing."""

    def trials_started(self, trials: list[Trial]) -> None:
        """Show nothing."""

    def trial_ended(self, record: Record, spent_s: float, left_s: float | None) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Rounds:
    """Runs a job round by round until it is done or its time is up."""

    bench: Bench
    store: Callable[[Record], None]
    observer: Observer
    time_left_s: float | None
    """For rounds, from now on; None: no limit."""
    control: Callable[[Trial], Record | None] | None = None
    """Does a round's control trial, before the others; None where it failed."""
    still: Callable[[Case], bool] = lambda _: True
    """Whether a case is worth measuring still; asked before each trial."""
    is_thrifty: bool = False
    """Whether artifacts of bulky models are deleted as soon as a round is done with them."""
    _known: dict[Case, Progress] = field(default_factory=dict)
    _cost_s: dict[tuple[Case, str], float] = field(default_factory=dict)
    _ledger: Ledger = field(default_factory=Ledger)
    _started: float = 0.0
    _allowed_s: float = 0.0
    """What the last operation was given."""

    @property
    def job(self) -> Job:
        """What is measured."""
        return self.bench.job

    def run(self, earlier: Iterable[Record] = (), first: int | None = None) -> None:
        """Measure until no case plays any more; go on after `earlier` records of the same job.

        It goes on in their last round, or in round `first`: what is on record is not done again.
        """
        earlier = list(earlier)
        self._started = self.bench.clock()
        self._known = progress_of(self.job.setups, self.job.settings.kinds, earlier)
        for record in earlier:
            self._learn(record)
            self.bench.learn(record)
        last = max([1, *(record.round for record in earlier)])
        try:
            self._run_rounds(first or last, last)
        finally:
            self.bench.reap()
        self._skip_unmeasured()

    def _run_rounds(self, first: int, last: int) -> None:
        """Go on until a round after `last`, the last on record, has nothing to do."""
        for number in count(first):
            trials = self._trials_of_round(number)
            if trials:
                self.bench.begin_round(number, is_last=number == self.job.settings.max_rounds)
                self.observer.round_started(number, len(trials))
                self._run_control(number)
                self._run_round(trials)
            elif number > last:
                break

    def _run_control(self, number: int) -> None:
        """Have the machine's speed measured once a round, by work that is always the same."""
        if self.control is None or self._ledger.had_control(number):
            return
        record = self.control(Trial(CONTROL, "control", number))
        if record is not None:
            self.store(record)

    def _trials_of_round(self, number: int) -> list[Trial]:
        spent_s = sum(progress.spent_s for progress in self._known.values())
        left_s = self._left_s()
        budget_s = None if left_s is None else spent_s + max(0.0, left_s)
        playing = cases_in_play(self._known, self.job.settings, budget_s)
        order = round_order(playing, self.job.settings.kinds, number, self.job.seed)
        todo = [
            each for each in order if not self._ledger.has(each) and self._is_worth_starting(each)
        ]
        begins_s = self.bench.spent.making_ready_s / max(1, number - 1)
        taken = worth_most(todo, self._known, self.job.settings, self._expected_s, begins_s)
        if not self.is_thrifty:
            return taken
        bulky = {trial.case for trial in taken if self.bench.is_bulky(trial.case)}
        # Their artifacts are gone: the dump that makes one is measured, since it must be done.
        return [
            trial
            for trial in todo
            if trial in taken or (trial.kind == MAKES_ARTIFACT and trial.case in bulky)
        ]

    def _run_round(self, trials: list[Trial]) -> None:
        queue, held = trials, set[Case]()
        if self.is_thrifty:
            queue = case_by_case(trials, self.bench.is_bulky)
        while queue := [trial for trial in queue if self._is_worth_starting(trial)]:
            self._discard(held, queue)
            batch = self._next_batch(queue)
            queue = [trial for trial in queue if trial not in batch]
            held.update(trial.case for trial in batch)
            self._run_batch(batch)
        self._discard(held, [])

    def _discard(self, held: set[Case], queue: list[Trial]) -> None:
        """Delete the artifacts of bulky cases that have no trial left in this round."""
        if not self.is_thrifty:
            return
        for case in held - {trial.case for trial in queue}:
            if self.bench.is_bulky(case):
                self.bench.discard_artifact(case)
            held.discard(case)

    def _is_worth_starting(self, trial: Trial) -> bool:
        """Whether the case has not failed meanwhile and the trial can end within the budget."""
        return self._fits([trial]) and not self._known[trial.case].failed and self.still(trial.case)

    def _fits(self, batch: list[Trial]) -> bool:
        left_s = self._left_s()
        return left_s is None or (left_s > 0 and sum(map(self._expected_s, batch)) <= left_s)

    def _expected_s(self, trial: Trial) -> float:
        return self._cost_s.get((trial.case, trial.kind), 0.0)

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
            if not self._fits([*batch, trial]):
                continue
            if self.bench.lacks_artifact(trial):
                self._restock(trial, queue)
                if self.bench.lacks_artifact(trial):
                    continue
            batch.append(trial)
            large = [each for each in batch if self.bench.is_large(each.case)]
            if large:
                return large[:1]
            if len(batch) == 2:  # noqa: PLR2004 - a pair
                break
        return batch

    def _restock(self, trial: Trial, queue: list[Trial]) -> None:
        """Make an artifact that was lost (a resumed run), unless a dump is about to make it."""
        if any(each.case == trial.case and each.kind == MAKES_ARTIFACT for each in queue):
            return
        again = Trial(trial.case, "dump", 0)
        for record in self.bench.measure([again], self._limit_s):
            if record.outcome != "ok":
                self._store(record)

    def _run_batch(self, batch: list[Trial]) -> None:
        if not batch:
            return
        self.observer.trials_started(batch)
        for record in self.bench.measure(batch, self._limit_s):
            self._store(self._cut_off(record))

    def _store(self, record: Record) -> None:
        self.store(record)
        note(self._known[record.case], record)
        self._learn(record)
        self.observer.trial_ended(record, self.bench.clock() - self._started, self._left_s())

    def _learn(self, record: Record) -> None:
        self._ledger.note(record)
        self._cost_s[record.case, record.trial] = record.wall_s

    def _cut_off(self, record: Record) -> Record:
        """Return a record that ran out of the budget, not of its own time, as skipped."""
        if record.outcome != "timeout" or self._allowed_s >= self.job.settings.timeout_s:
            return record
        reason = f"{record.trial} was cut off when the budget was spent; give it more with --budget"
        return msgspec.structs.replace(record, outcome="skipped", reason=reason)

    def _limit_s(self) -> float:
        """Return how long an operation may take: the timeout, or less at the budget's end."""
        left_s, budget_s = self._left_s(), self.job.settings.budget_s
        self._allowed_s = self.job.settings.timeout_s
        if left_s is not None and budget_s is not None:
            self._allowed_s = min(self._allowed_s, max(0.0, left_s) + _OVERRUN * budget_s)
        return self._allowed_s

    def _left_s(self) -> float | None:
        if self.time_left_s is None:
            return None
        return self.time_left_s - (self.bench.clock() - self._started)

    def _skip_unmeasured(self) -> None:
        """Say of each case that never had its turn why it had none."""
        budget_s = self.job.settings.budget_s or 0.0
        reason = (
            f"the budget of {human_duration(budget_s)} was spent before its first load; give it "
            "more with --budget, or choose fewer with -w and -s"
        )
        for case, progress in self._known.items():
            if not progress.rounds and not progress.failed and self.still(case):
                answer = Answer(outcome="skipped", reason=reason)
                trial = Trial(case, "load", 0)
                if not self._ledger.has(trial):
                    self.store(
                        record_of(trial, answer, self.bench.launcher.name, datetime.now(UTC), 0.0)
                    )
