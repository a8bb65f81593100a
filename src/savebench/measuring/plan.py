"""What to do next: the order of a round, and which cases still play in it. Pure functions."""

import math
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from savebench.records.schema import Case, Record, Settings, Trial, TrialKind
from savebench.stats import median_interval

SLOW_S = 1.0
"""A case with a longer operation may get fewer rounds than the minimum."""
TIMED: tuple[TrialKind, ...] = ("dump", "load")
COUNTED: tuple[TrialKind, ...] = ("count-dump", "count-load")
"""Done under valgrind, apart from all others."""
COUNTED_ROUNDS = 2
"""A counted trial, and one that says whether it repeats."""
UNTIMED: frozenset[TrialKind] = frozenset(
    {"dump-memory", "load-memory", "workers", "preload", *COUNTED}
)
TARGETS: Mapping[str, tuple[str, ...]] = {"dump": ("dump_s",), "load": ("load_s", "load_predict_s")}
"""What a timed trial is repeated for: the metrics whose intervals are to be narrow."""
STOP_CONFIDENCE = 0.965
"""Of the interval that must be narrow before a case leaves play: a little more than the 95 % that
a report gives, because who looks after every round stops too early at times. `bench.scheduler`
shows that the 95 % intervals keep their coverage so."""
_WIDE = 0.5
"""A round takes the trials whose intervals are at least so wide, as a share of the widest."""


@dataclass(slots=True)
class Progress:
    """What is known of one case so far."""

    kinds: Mapping[str, int | None] = field(default_factory=lambda: dict.fromkeys(TIMED))
    """What is measured of it, and in how many rounds each kind takes part (None: in all)."""
    counts: dict[str, int] = field(default_factory=dict)
    """Kind of trial -> how many went well."""
    spent_s: float = 0.0
    longest_s: float = 0.0
    """Its longest timed operation so far."""
    failed: bool = False
    values: dict[str, list[float]] = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        """Rounds in which it had each trial that every round has; those that are timed decide."""
        every = [kind for kind, limit in self.kinds.items() if limit is None]
        deciding = [kind for kind in every if kind in TIMED] or every
        counts = [self.counts.get(kind, 0) for kind in deciding]
        return min(counts) if counts else max(self.counts.values(), default=0)

    def is_precise(self, precision: float) -> bool:
        """Whether every target's interval lies within the precision around its median."""
        return all(self.width(kind, precision) <= 1 for kind in TARGETS if kind in self.kinds)

    def width(self, kind: str, precision: float) -> float:
        """Return the widest interval of a kind's targets, as a multiple of the precision asked for.

        Infinite while there are too few values for an interval; 0 for what has no target.
        """
        widths = [
            _width(self.values[name], precision)
            for name in TARGETS.get(kind, ())
            if name in self.values
        ]
        return max(widths, default=math.inf if kind in TARGETS else 0.0)


def _width(values: list[float], precision: float) -> float:
    interval = median_interval(values, STOP_CONFIDENCE)
    half_width = (interval.high - interval.low) / 2
    if interval.is_range:
        return math.inf
    if not half_width:
        return 0.0
    target = precision * interval.median
    return half_width / target if target else math.inf


def progress_of(
    cases: Iterable[Case], kinds: Mapping[str, int | None], records: Iterable[Record]
) -> dict[Case, Progress]:
    """Return what is known of each case from the records so far, when `kinds` are measured."""
    known = {case: Progress(kinds=kinds) for case in cases}
    for record in records:
        if record.case in known:
            note(known[record.case], record)
    return known


def note(progress: Progress, record: Record) -> None:
    """Add a record to what is known of its case."""
    progress.spent_s += record.wall_s
    if record.outcome != "ok":
        progress.failed = progress.failed or record.outcome != "skipped"
        return
    if record.trial in TIMED:
        times_s = [value for name, value in record.metrics.items() if name.endswith("_s")]
        progress.longest_s = max([progress.longest_s, *times_s])
    progress.counts[record.trial] = progress.counts.get(record.trial, 0) + 1
    for name, value in record.metrics.items():
        progress.values.setdefault(name, []).append(value)


def cases_in_play(
    known: Mapping[Case, Progress], settings: Settings, timed_budget_s: float | None
) -> list[Case]:
    """Return the cases that take part in the next round.

    A case leaves when it failed, when it is precise enough, when it has all the rounds that were
    asked for, or when one operation takes over a second and its share of the budget is spent: not
    before it has the rounds that the settings grant to its size.
    `timed_budget_s` is the time that all timed trials of the run may take together; None: no limit.
    """
    share_s = (
        None if timed_budget_s is None else fair_share(known.values(), settings, timed_budget_s)
    )
    return [
        case
        for case, progress in known.items()
        if _plays(progress, settings, share_s, settings.least_rounds.get(case.size, 0))
    ]


def _plays(
    progress: Progress, settings: Settings, share_s: float | None, least_rounds: int
) -> bool:
    if _is_settled(progress, settings):
        return False
    is_slow = progress.longest_s > SLOW_S and progress.rounds >= least_rounds
    return not (is_slow and share_s is not None and progress.spent_s >= share_s)


def _is_settled(progress: Progress, settings: Settings) -> bool:
    """Whether no further round can change anything for the case."""
    if progress.failed:
        return True
    if settings.max_rounds is not None and progress.rounds >= settings.max_rounds:
        return True
    return progress.rounds >= settings.min_rounds and progress.is_precise(settings.precision)


def fair_share(known: Iterable[Progress], settings: Settings, budget_s: float) -> float:
    """Return each open case's share in seconds of what the settled ones leave of the budget."""
    progresses = list(known)
    settled_s = [each.spent_s for each in progresses if _is_settled(each, settings)]
    return max(0.0, budget_s - sum(settled_s)) / max(1, len(progresses) - len(settled_s))


def worth_most(
    trials: list[Trial],
    known: Mapping[Case, Progress],
    settings: Settings,
    cost_s: Callable[[Trial], float],
    least_s: float,
) -> list[Trial]:
    """Return those of a round's trials on which time is best spent, in the order given.

    A case below its minimum of rounds has all of its trials. After that, a trial whose intervals
    are narrow enough is left out, and of the others those are taken whose interval is widest
    against its target, down to half of the widest; then the next, until the round costs `least_s`:
    a round that is over sooner than it takes to begin would spend the time on beginnings. Time goes
    to the widest, whatever its cost, because the widest interval is what a report is judged by; a
    case that would eat the budget leaves by its share (`cases_in_play`). `bench.scheduler`
    compares this rule with equal rounds and with width per second of cost.
    """
    if settings.max_rounds is not None:
        return trials
    early = [each for each in trials if known[each.case].rounds < settings.min_rounds]
    widths = {
        each: known[each.case].width(each.kind, settings.precision)
        for each in trials
        if each not in early
    }
    widest = max(widths.values(), default=0.0)
    taken = {*early, *(each for each in widths if each.kind not in TARGETS)}
    spent_s = sum(map(cost_s, taken))
    for each, width in sorted(widths.items(), key=lambda item: -item[1]):
        if width > 1 and (width >= _WIDE * widest or spent_s < least_s):
            taken.add(each)
            spent_s += cost_s(each)
    return [each for each in trials if each in taken]


def round_order(
    cases: Iterable[Case], kinds: Mapping[str, int | None], number: int, seed: int
) -> list[Trial]:
    """Return the trials of round `number` (from 1) in an order shuffled by the seed.

    Those that are not timed come last: two of a kind are prepared together for less.
    """
    trials = [
        Trial(case, kind, number)  # type: ignore[arg-type] # the keys of `kinds` are trial kinds
        for case in cases
        for kind, rounds in kinds.items()
        if rounds is None or number <= rounds
    ]
    random.Random(f"{seed}/{number}").shuffle(trials)  # noqa: S311 - an order, not a secret
    return sorted(trials, key=lambda trial: trial.kind in UNTIMED)


def case_by_case(trials: list[Trial], is_bulky: Callable[[Case], bool]) -> list[Trial]:
    """Return a round's trials with those of each bulky case in one stretch, its dump first.

    So its artifact can be deleted before the next one is made: the cases stay shuffled.
    """
    firsts: dict[Case, int] = {}
    for position, trial in enumerate(trials):
        firsts.setdefault(trial.case, position)

    def place(numbered: tuple[int, Trial]) -> tuple[int, bool, int]:
        position, trial = numbered
        if not is_bulky(trial.case):
            return position, False, position
        return firsts[trial.case], trial.kind != "dump", position

    return [trial for _, trial in sorted(enumerate(trials), key=place)]


def hash_seed(seed: int, number: int) -> int:
    """Return the hash seed of a round: one per round, another for the next."""
    return random.Random(f"hash/{seed}/{number}").randrange(2**32 - 1)  # noqa: S311 - as above
