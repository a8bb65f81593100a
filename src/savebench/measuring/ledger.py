"""The ledger: what is on record, trial by trial. Who goes on rebuilds it from the records."""

from collections import deque
from collections.abc import Iterable

from savebench.records.schema import KERNELS, Record, Trial, TrialKind


class Ledger:
    """Which trials of the rounds were done, in an earlier sitting or this one."""

    def __init__(self, earlier: Iterable[Record] = ()) -> None:
        """Take the records of an earlier sitting; each of a round can be taken once more."""
        self._done: set[Trial] = set()
        self._controlled: set[int] = set()
        self._earlier: dict[Trial, deque[Record]] = {}
        for record in earlier:
            self.note(record)
            if record.round:  # artifacts of dumps outside the rounds are gone
                self._earlier.setdefault(trial_of(record), deque()).append(record)

    def note(self, record: Record) -> None:
        """Enter a record."""
        self._done.add(trial_of(record))
        if KERNELS in record.facts:
            self._controlled.add(record.round)

    def has(self, trial: Trial) -> bool:
        """Whether the trial was done."""
        return trial in self._done

    def had_control(self, number: int) -> bool:
        """Whether a round had its control trial."""
        return number in self._controlled

    def has_left(self, trial: Trial) -> bool:
        """Whether an earlier record of the trial has not been taken yet."""
        return bool(self._earlier.get(trial))

    def take(self, trial: Trial) -> Record:
        """Return the next earlier record of a trial."""
        return self._earlier[trial].popleft()

    def next_after(self, number: int) -> Record | None:
        """Return an earlier record of the first round after `number` that has any left."""
        later = [
            (trial.round, records[0])
            for trial, records in self._earlier.items()
            if trial.round > number and records
        ]
        return min(later, key=lambda each: each[0])[1] if later else None


def trial_of(record: Record) -> Trial:
    """Return the trial that a record is of."""
    kind: TrialKind = record.trial
    return Trial(record.case, kind, record.round)
