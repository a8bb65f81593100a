"""Rounds of both arms in step: each trial of the base has the same one of the head beside it.

Both processes of a pair are prepared side by side, one core each, and measured one after the other
within some ten milliseconds, so that whatever lasts longer meets both alike. Which goes first is
shuffled, and balanced: of two rounds in a row, each goes first in one.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import msgspec

from savebench.comparing.in_step.arms import Arm
from savebench.comparing.in_step.resuming import STAGE, stage_after
from savebench.comparing.in_step.stages import Stage
from savebench.comparing.series import Pairs, Series, log_ratio
from savebench.measuring.bench import measure_together
from savebench.measuring.in_step import Turns
from savebench.measuring.plan import UNTIMED
from savebench.records.metrics import METRICS
from savebench.records.schema import Case, Record, Trial, TrialKind
from savebench.records.series import Values, add

_MOST_REPEATS = 4
_WORTH_A_BEGINNING = 12
"""Pairs that take about as long as two arms' zygotes take to import."""


@dataclass(slots=True, kw_only=True)
class Duel:
    """Measures rounds of two arms; keeps every value."""

    base: Arm
    head: Arm
    turns: Turns
    timeout_s: float
    told: Callable[[Stage, int, int], None]
    """Is told the stage, the round's number and how many series play, before each round."""
    clock: Callable[[], float] = monotonic
    values: dict[str, Values] = field(default_factory=dict)
    """Side -> case and metric -> round -> value."""
    longest_round_s: dict[Stage, float] = field(default_factory=dict)
    spent_s: float = 0.0
    """On all rounds so far."""
    _rounds: int = 0
    _number: int = 0
    """Of the last pair of each trial: a round may have several."""
    _gone: set[Case] = field(default_factory=set)
    _stage: str = ""
    _shaken: set[Case] = field(default_factory=set)
    """Cases of which a trial went wrong, once so far unless they are gone."""

    def make_artifacts(self, cases: Sequence[Case], sides: Sequence[Arm]) -> None:
        """Have every case dumped once, unmeasured, so that loads find what to load."""
        for arm in sides:
            arm.bench.begin_round(0, is_last=True)
        for case in cases:
            for arm in sides:
                if not self._dump(arm, case) and case not in self._gone:
                    self._dump(arm, case)

    def _dump(self, arm: Arm, case: Case) -> bool:
        """Have a case dumped outside the rounds; return whether it went well."""
        trial = Trial(case, "dump", 0)
        records = [self._keep(arm, record, 0) for record in arm.bench.measure([trial], self._limit)]
        return all(record.outcome == "ok" for record in records)

    def __call__(self, stage: Stage, names: Sequence[Series]) -> Mapping[Series, float]:
        """Measure one round of some series; return their log-ratios, head over base.

        A series whose trial went wrong on either side, now or before, is left out.
        """
        started_s = self.clock()
        self._stage = stage
        wanted = {(case, _trial_of(metric)) for case, metric in names if case not in self._gone}
        self._rounds += 1
        trials = self.turns.begin_round(self._rounds, wanted)
        self.told(stage, self._rounds, len(names))
        repeats = self._repeats(stage, len(trials))
        first = self._number + 1
        for arm in (self.base, self.head):
            arm.bench.begin_round(self._rounds)
        for repeat in range(repeats):
            self._number += 1
            for case, kind in trials:
                if case not in self._gone and not (repeat and kind in UNTIMED):
                    went_well = self._measure_pair(case, kind)
                    if not went_well and case not in self._gone:  # once may be chance
                        self._measure_pair(case, kind)
        took_s = self.clock() - started_s
        self.spent_s += took_s
        self.longest_round_s[stage] = max(took_s, self.longest_round_s.get(stage, 0.0))
        return self._log_ratios(names, range(first, self._number + 1))

    @property
    def gone(self) -> frozenset[Case]:
        """The cases that went wrong twice, or that a serializer declines."""
        return frozenset(self._gone)

    def pairs(self, series: Series) -> Pairs:
        """Return all values of a series, by round."""
        base, head = (
            self.values.get(arm.site.side, {}).get(series, {}) for arm in (self.base, self.head)
        )
        return Pairs(base=base, head=head)

    @property
    def recorded_stage(self) -> Stage | None:
        """The stage of the next round, if that is on record from before an interruption."""
        return stage_after(self.base.ledger, self._number)

    def _repeats(self, stage: Stage, trials: int) -> int:
        """Return how many pairs of each trial a round has: more where few would idle for imports.

        A round, not a pair, is the sample: processes of one zygote share its memory's layout.
        """
        if stage == "screen" or not trials:
            return 1
        return max(1, min(_MOST_REPEATS, _WORTH_A_BEGINNING // trials))

    def _measure_pair(self, case: Case, kind: TrialKind) -> bool:
        """Measure a trial on both arms; return whether it went well on both.

        A pair that is on record from before an interruption is not measured again.
        """
        arms = [self.base, self.head]
        if self.turns.second_begins((case, kind)):
            arms.reverse()
        trial = Trial(case, kind, self._number)
        if all(arm.ledger.has_left(trial) for arm in arms):
            records = [self._note(arm, arm.ledger.take(trial), trial.round) for arm in arms]
        else:
            records = [
                self._keep(arm, record, trial.round)
                for batch in self._batches(arms, case)
                for arm, record in self._measured(batch, trial)
            ]
        return all(record.outcome == "ok" for record in records)

    def _batches(self, arms: list[Arm], case: Case) -> list[list[Arm]]:
        """Return which arms are prepared side by side: a large model has the memory to itself."""
        large = any(arm.bench.is_large(case) for arm in arms)
        return [[arm] for arm in arms] if large else [arms]

    def _measured(self, arms: list[Arm], trial: Trial) -> Iterator[tuple[Arm, Record]]:
        by_bench = {id(arm.bench): arm for arm in arms}
        batch = [(arm.bench, trial) for arm in arms]
        for bench, record in measure_together(batch, self._limit):
            facts = {**record.facts, STAGE: self._stage}
            yield by_bench[id(bench)], msgspec.structs.replace(record, facts=facts)

    def _limit(self) -> float:
        return self.timeout_s

    def _keep(self, arm: Arm, record: Record, number: int) -> Record:
        arm.writer.append(record)
        return self._note(arm, record, number)

    def _note(self, arm: Arm, record: Record, number: int) -> Record:
        arm.note(record)
        if record.outcome != "ok":
            if record.case in self._shaken or record.outcome == "unsupported":
                self._gone.add(record.case)
            self._shaken.add(record.case)
            return record
        if number:
            of_side = self.values.setdefault(arm.site.side, {})
            add(of_side, record.case, number, record.metrics)
        return record

    def _log_ratios(self, names: Sequence[Series], numbers: range) -> dict[Series, float]:
        found: dict[Series, float] = {}
        for case, metric in names:
            if case in self._gone:
                continue
            pairs = self.pairs((case, metric))
            logs = [
                log_ratio(metric, pairs.base[each], pairs.head[each])
                for each in numbers
                if each in pairs.base and each in pairs.head
            ]
            if logs:
                found[case, metric] = math.fsum(logs) / len(logs)
        return found


def _trial_of(metric: str) -> TrialKind:
    kind: TrialKind = METRICS[metric].trial  # type: ignore[assignment] # the table names kinds
    return kind
