"""Count a run's cases under valgrind, once their times are known: one trial, and one repeat.

The repeat says whether a count repeats to the instruction. A counted trial is so much slower than a
timed one that its price is foretold from the times, and what costs too much is left out, with the
figure. Whatever goes wrong under valgrind says nothing of the case: the timed trials do that.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from statistics import median

import msgspec

from savebench.launch.messages import Answer
from savebench.measuring.bench import Bench, record_of
from savebench.measuring.ledger import Ledger
from savebench.measuring.plan import COUNTED, COUNTED_ROUNDS
from savebench.measuring.rounds import Observer
from savebench.records.schema import Case, Record, Settings, Trial, TrialKind
from savebench.units import human_duration

SLOWER = 80.0
"""How many times as long as without it an operation takes under valgrind."""
BESIDE_S = 3.0
"""What a counted trial takes beside its operation."""
PATIENCE = 3.0
"""So many times as long as foretold it may take before it is cut off."""
_AT_ONCE = 2
_TIMES: Mapping[TrialKind, tuple[TrialKind, tuple[str, ...]]] = {
    "count-dump": ("dump", ("dump_s",)),
    "count-load": ("load", ("load_predict_s", "load_s")),
}
"""What is counted -> the trial that times it, and the times that foretell its price: the first."""


def timed_only(settings: Settings) -> Settings:
    """Return settings without what is counted."""
    kinds = {kind: rounds for kind, rounds in settings.kinds.items() if kind not in COUNTED}
    return msgspec.structs.replace(settings, kinds=kinds)


def expected_s(records: Iterable[Record]) -> dict[tuple[Case, TrialKind], float]:
    """Return how long each counted trial is likely to take, of those whose times are known."""
    times_s: dict[tuple[Case, TrialKind], list[float]] = {}
    failed: set[Case] = set()
    for record in records:
        if record.outcome not in {"ok", "skipped"}:
            failed.add(record.case)
        for kind, (timed, names) in _TIMES.items():
            found = [record.metrics[name] for name in names if name in record.metrics]
            if record.trial == timed and record.outcome == "ok" and found:
                times_s.setdefault((record.case, kind), []).append(found[0])
    return {
        (case, kind): SLOWER * median(values) + BESIDE_S
        for (case, kind), values in times_s.items()
        if case not in failed
    }


@dataclass(slots=True)
class Counting:
    """Counts what can be counted in the time that is left, the cheapest first."""

    bench: Bench
    """Its launcher is one that counts."""
    timed: Bench
    """Makes an artifact that was lost (a resumed run)."""
    store: Callable[[Record], None]
    observer: Observer
    time_left_s: float | None
    """From now on; None: no limit."""
    _started_s: float = 0.0
    _spent_s: dict[tuple[Case, str], float] = field(default_factory=dict)

    def run(self, earlier: Iterable[Record]) -> None:
        """Count each case whose times are on record, and store what came of it."""
        earlier = list(earlier)
        self._started_s = self.bench.clock()
        done = Ledger(earlier)
        expected = expected_s(earlier)
        cheapest = sorted(expected, key=lambda each: expected[each])
        for number in range(1, COUNTED_ROUNDS + 1):
            trials = [Trial(case, kind, number) for case, kind in cheapest]
            trials = [trial for trial in trials if not done.has(trial)]
            if trials:
                self.bench.begin_round(number, is_last=number == COUNTED_ROUNDS)
                self.observer.round_started(number, len(trials))
                self._run_round(trials, expected)
        self.bench.reap()

    def _run_round(
        self, trials: list[Trial], expected: Mapping[tuple[Case, TrialKind], float]
    ) -> None:
        batch: list[Trial] = []
        for trial in trials:
            price_s = self._price_s(trial, expected)
            reason = self._too_costly(price_s)
            if reason and trial.round == 1:
                self._store(self._skipped(trial, reason))
            elif not reason and price_s < inf and self._has_artifact(trial):
                batch.append(trial)
            if len(batch) == _AT_ONCE:
                self._count(batch, expected)
                batch = []
        self._count(batch, expected)

    def _price_s(self, trial: Trial, expected: Mapping[tuple[Case, TrialKind], float]) -> float:
        """Return what a trial is to cost; a repeat of what was not counted costs infinitely."""
        if trial.round == 1:
            return expected[trial.case, trial.kind]
        return self._spent_s.get((trial.case, trial.kind), inf)

    def _too_costly(self, price_s: float) -> str:
        """Return why a trial is left out, or ``""``."""
        if price_s == inf:
            return ""
        limit_s = self.bench.job.settings.timeout_s
        said = f"not counted: it would take about {human_duration(price_s)} under valgrind"
        if price_s > limit_s:
            return f"{said}; give a trial longer than {human_duration(limit_s)} with --timeout"
        left_s = self._left_s()
        if left_s is not None and price_s > left_s:
            return (
                f"{said}, and {human_duration(max(0.0, left_s))} of the budget are left; give it "
                "more with --budget"
            )
        return ""

    def _has_artifact(self, trial: Trial) -> bool:
        """Whether there is what is to be loaded; where it was lost, it is made anew."""
        if self.bench.lacks_artifact(trial):
            again = Trial(trial.case, "dump", 0)
            list(self.timed.measure([again], lambda: self.bench.job.settings.timeout_s))
        return not self.bench.lacks_artifact(trial)

    def _count(self, batch: list[Trial], expected: Mapping[tuple[Case, TrialKind], float]) -> None:
        if not batch:
            return
        self.observer.trials_started(batch)
        limit_s = PATIENCE * max(expected[trial.case, trial.kind] for trial in batch)
        for record in self.bench.measure(batch, lambda: limit_s):
            if record.outcome == "ok":
                self._spent_s[record.case, record.trial] = record.wall_s
                self._store(record)
            else:
                reason = f"not counted: {record.outcome} under valgrind: {record.reason}"
                self._store(msgspec.structs.replace(record, outcome="skipped", reason=reason))

    def _store(self, record: Record) -> None:
        self.store(record)
        spent_s = self.bench.clock() - self._started_s
        self.observer.trial_ended(record, spent_s, self._left_s())

    def _left_s(self) -> float | None:
        if self.time_left_s is None:
            return None
        return self.time_left_s - (self.bench.clock() - self._started_s)

    def _skipped(self, trial: Trial, reason: str) -> Record:
        answer = Answer(outcome="skipped", reason=reason)
        return record_of(trial, answer, self.bench.launcher.name, datetime.now(UTC), 0.0)
