"""What to do next: the order of a round, and which cases still play in it. Pure functions."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from savebench.records import Case, Record, Settings, Trial, TrialKind
from savebench.stats import median_interval

SLOW_S = 1.0
"""A case with a longer operation may get fewer rounds than the minimum."""
TIMED: tuple[TrialKind, ...] = ("dump", "load")
UNTIMED: frozenset[TrialKind] = frozenset({"dump-memory", "load-memory", "workers"})
_TARGETS = ("dump_s", "load_predict_s", "load_s")


@dataclass(slots=True)
class Progress:
    """What is known of one case so far."""

    dumps: int = 0
    loads: int = 0
    spent_s: float = 0.0
    longest_s: float = 0.0
    """Its longest timed operation so far."""
    failed: bool = False
    values: dict[str, list[float]] = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        """Rounds in which it was timed, dump and load."""
        return min(self.dumps, self.loads)

    def is_precise(self, precision: float) -> bool:
        """Whether every target's 95 % interval lies within the precision around its median."""
        targets = [self.values[name] for name in _TARGETS if name in self.values]
        return bool(targets) and all(_is_within(values, precision) for values in targets)


def _is_within(values: list[float], precision: float) -> bool:
    interval = median_interval(values)
    half_width = (interval.high - interval.low) / 2
    return not interval.is_range and half_width <= precision * interval.median


def progress_of(cases: Iterable[Case], records: Iterable[Record]) -> dict[Case, Progress]:
    """Return what is known of each case from the records so far."""
    known = {case: Progress() for case in cases}
    for record in records:
        if record.case in known:
            note(known[record.case], record)
    return known


def note(progress: Progress, record: Record) -> None:
    """Add a record to what is known of its case."""
    wall_s = float(record.facts.get("wall_s", 0.0))
    progress.spent_s += wall_s
    if record.outcome != "ok":
        progress.failed = progress.failed or record.outcome != "skipped"
        return
    if record.trial in TIMED:
        times_s = [value for name, value in record.metrics.items() if name.endswith("_s")]
        progress.longest_s = max([progress.longest_s, *times_s])
    progress.dumps += record.trial == "dump"
    progress.loads += record.trial == "load"
    for name, value in record.metrics.items():
        progress.values.setdefault(name, []).append(value)


def cases_in_play(
    known: Mapping[Case, Progress], settings: Settings, timed_budget_s: float | None
) -> list[Case]:
    """Return the cases that take part in the next round.

    A case leaves when it failed, when it is precise enough, when it has all the rounds that were
    asked for, or when one operation takes over a second and its share of the budget is spent.
    `timed_budget_s` is the time that all timed trials of the run may take together; None: no limit.
    """
    share_s = (
        None if timed_budget_s is None else fair_share(known.values(), settings, timed_budget_s)
    )
    return [case for case, progress in known.items() if _plays(progress, settings, share_s)]


def _plays(progress: Progress, settings: Settings, share_s: float | None) -> bool:
    if _is_settled(progress, settings):
        return False
    is_slow = progress.longest_s > SLOW_S
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


def hash_seed(seed: int, number: int) -> int:
    """Return the hash seed of a round: one per round, another for the next."""
    return random.Random(f"hash/{seed}/{number}").randrange(2**32 - 1)  # noqa: S311 - as above
