"""Count both arms' cases: each trial of one beside the same of the other, under valgrind."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from statistics import median
from time import monotonic

from savebench.comparing.in_step.arms import Arm
from savebench.comparing.series import Series
from savebench.launch.counting import COUNTING
from savebench.measuring.bench import Bench, measure_together
from savebench.measuring.counting import BESIDE_S, PATIENCE, SLOWER
from savebench.measuring.plan import COUNTED, COUNTED_ROUNDS
from savebench.measuring.setups import shared_modules
from savebench.records.schema import Case, Record, Trial, TrialKind
from savebench.records.series import Values
from savebench.trial.operations import FUNCTIONS
from savebench.units import human_duration

_FORETOLD_BY: Mapping[TrialKind, tuple[str, ...]] = {
    "count-dump": ("dump_s",),
    "count-load": ("load_predict_s", "load_s"),
}


@dataclass(slots=True)
class Counts:
    """What both arms came to."""

    values: dict[str, dict[Series, list[float]]] = field(default_factory=dict)
    """Side -> case and metric -> counts."""
    functions: dict[str, dict[Series, Mapping[str, float]]] = field(default_factory=dict)
    """Side -> case and metric -> function -> instructions, of the first count."""
    remarks: list[str] = field(default_factory=list)
    """What was not counted, and why."""

    def add(self, side: str, record: Record) -> None:
        """Take in what was counted."""
        for metric, value in record.metrics.items():
            series = record.case, metric
            self.values.setdefault(side, {}).setdefault(series, []).append(value)
            functions = record.facts.get(FUNCTIONS, {}).get(metric, {})
            self.functions.setdefault(side, {}).setdefault(series, functions)

    def of_both(self) -> list[Series]:
        """Return the series that both sides have."""
        base, head = (self.values.get(side, {}) for side in ("base", "head"))
        return [series for series in base if series in head]


def count_arms(  # noqa: PLR0913 - two arms, what to count, within what
    base: Arm,
    head: Arm,
    cases: Sequence[Case],
    *,
    kinds: Sequence[TrialKind] = COUNTED,
    times: Mapping[str, Values],
    ends_s: float,
    clock: Callable[[], float] = monotonic,
) -> Counts:
    """Count what can be counted before `ends_s` of the clock; the records are kept.

    `times` foretell the prices, where there are any: side -> case and metric -> round -> seconds.
    """
    counts = Counts()
    arms = {arm.site.side: arm for arm in (base, head)}
    benches = [(arm, _bench(arm)) for arm in arms.values()]
    with closing(benches[0][1].launcher), closing(benches[1][1].launcher):
        for _, bench in benches:
            bench.begin_round(1, is_last=True)
        gone: set[Case] = set()
        for number in range(1, COUNTED_ROUNDS + 1):
            for case in cases:
                for kind in kinds:
                    trial = Trial(case, kind, number)
                    price_s = _price_s(trial, times)
                    reason = _too_costly(price_s, base, ends_s - clock())
                    if case in gone or (reason and number > 1):
                        continue
                    if reason:
                        counts.remarks.append(f"{case}: {kind.removeprefix('count-')} {reason}")
                    elif not _count_pair(benches, trial, PATIENCE * price_s, counts):
                        gone.add(case)
        for _, bench in benches:
            bench.reap()
    return counts


def _bench(arm: Arm) -> Bench:
    launcher = arm.site.launcher(COUNTING, shared_modules(arm.bench.job.setups.values()))
    return Bench(arm.bench.job, launcher)


def _price_s(trial: Trial, times: Mapping[str, Values]) -> float:
    """Return what a trial is likely to take; where no time is known, what it takes at least."""
    for name in _FORETOLD_BY[trial.kind]:
        found = [
            median(by_round.values())
            for values in times.values()
            if (by_round := values.get((trial.case, name)))
        ]
        if found:
            return SLOWER * max(found) + BESIDE_S
    return BESIDE_S


def _too_costly(price_s: float, arm: Arm, left_s: float) -> str:
    limit_s = arm.bench.job.settings.timeout_s
    said = f"not counted: it would take about {human_duration(price_s)} under valgrind"
    if price_s > limit_s:
        return f"{said}; give a trial longer than {human_duration(limit_s)} with --timeout"
    if price_s > left_s:
        left = human_duration(max(0.0, left_s))
        return f"{said}, and {left} of the budget are left; give it more with --budget"
    return ""


def _count_pair(
    benches: Sequence[tuple[Arm, Bench]], trial: Trial, limit_s: float, counts: Counts
) -> bool:
    """Count one trial on both sides, or take it from before an interruption.

    Return whether both went well.
    """
    sides = {id(bench): arm for arm, bench in benches}
    records = [(arm, arm.ledger.take(trial)) for arm, _ in benches if arm.ledger.has_left(trial)]
    known = [arm for arm, _ in records]
    lacking = [(bench, trial) for arm, bench in benches if arm not in known]
    limit_s = max(limit_s, benches[0][1].job.settings.timeout_s)
    if lacking:
        for bench, record in measure_together(lacking, lambda: limit_s):
            arm = sides[id(bench)]
            arm.writer.append(record)
            records.append((arm, record))
    for arm, record in records:
        if record.outcome == "ok":
            counts.add(arm.site.side, record)
        else:
            counts.remarks.append(
                f"{trial.case}: not counted on {arm.site.side}: {record.outcome}: {record.reason}"
            )
    return all(record.outcome == "ok" for _, record in records)
