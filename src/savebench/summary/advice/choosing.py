"""Whom to take: the least expected cost, and the simpler where two are hardly told apart.

Simpler is what takes less to read: nothing beside scikit-learn's own, no file that must stay where
it is, no codec; pickle before joblib, and both before the rest.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from savebench.summary.advice.candidates import ANSWERS_ONLY, Candidate, Estimate
from savebench.summary.advice.constraints import OPTIONS, Violation, stated
from savebench.summary.advice.costs import Cost, with_processes
from savebench.summary.advice.worth import ROUGHLY, WORTH, WORTH_S, is_below, is_told_apart

_WITH_SCIKIT_LEARN = frozenset({"joblib", "numpy", "scikit-learn", "scipy", "threadpoolctl"})
_NEEDS_SAVEBENCH = frozenset({"pickle-oob", "pickle-oob-mmap", "pickle+blosc2"})
_STANDARD = ("pickle", "joblib")
_LUCK = {1: ROUGHLY - 1, 2: 0.2}
"""After so many rounds, who costs less by this share may only have been lucky;"""
_LEAST_LUCK = 0.12
"""after more, but too few for intervals, by this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Whom to take, and who else could have been; names, by their cost."""

    take: str | None
    """None: nobody can be taken."""
    order: tuple[str, ...] = ()
    """All that can be taken."""
    alike: tuple[str, ...] = ()
    """Cannot be told apart from the taken one."""
    beaten_by: tuple[str, ...] = ()
    """Cost less beyond both intervals, and by too little to be worth more than the taken one."""
    is_rough: bool = False
    """Too few rounds for intervals: nobody is told apart from it for sure."""
    keeps_estimator: bool = True

    @property
    def best(self) -> str | None:
        """Of the least expected cost, be it taken or not."""
        return self.order[0] if self.order else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impossible:
    """Why nobody can be taken."""

    needs: tuple[str, ...]
    """As options: without any one of them somebody could be taken; where giving up one alone helps
    nobody, all that stand in the way."""
    is_enough: bool
    """Giving up one of them is enough."""
    carried: bool
    """Somebody carries the model."""
    untried: bool
    """Somebody might: the budget was spent before it was tried."""
    nearest: str | None
    """Meets the most, and misses the rest by the least; None: nobody carries the model."""
    violations: tuple[Violation, ...] = ()
    """Of the nearest."""


def extra_requirements(candidate: Candidate) -> tuple[str, ...]:
    """Return the distributions that a row takes beside scikit-learn's own."""
    extra = tuple(each for each in candidate.requires if each not in _WITH_SCIKIT_LEARN)
    return (*extra, "savebench") if candidate.serializer in _NEEDS_SAVEBENCH else extra


def simplicity(candidate: Candidate) -> tuple[int, bool, bool, int]:
    """Return how much a row takes, less first."""
    name = candidate.serializer
    standing = _STANDARD.index(name) if name in _STANDARD else len(_STANDARD)
    return len(extra_requirements(candidate)), candidate.maps_file, "+" in name, standing


def choose(
    candidates: Sequence[Candidate],
    costs: Mapping[str, Cost],
    front: Sequence[str],
    workers: int | None = None,
) -> Choice:
    """Return whom to take among candidates that all can be taken and all have a cost.

    The least `Cost.deciding`; but among those on the front that cost hardly more (`WORTH`,
    `WORTH_S`) the simplest, and of these the least cost.
    """
    if not candidates:
        return Choice(take=None)
    ordered = sorted(candidates, key=lambda each: costs[each.serializer].deciding.median)
    best = ordered[0]
    close = [each for each in ordered if _costs_hardly_more(each, best, costs, workers)]
    close = [each for each in close if each.serializer in front] or close
    taken = min(close, key=lambda each: (simplicity(each), _median(each, costs)))
    others = [each for each in ordered if each is not taken]
    mine = costs[taken.serializer].deciding
    return Choice(
        take=taken.serializer,
        order=tuple(each.serializer for each in ordered),
        alike=tuple(
            each.serializer
            for each in others
            if not is_told_apart(costs[each.serializer].deciding, mine)
        ),
        beaten_by=tuple(
            each.serializer for each in others if is_below(costs[each.serializer].deciding, mine)
        ),
        is_rough=not mine.has_interval,
        keeps_estimator=taken.kind != ANSWERS_ONLY,
    )


def impossible(
    candidates: Sequence[Candidate],
    violations: Mapping[str, Sequence[Violation]],
    costs: Mapping[str, Cost],
) -> Impossible:
    """Return which need rules out all, and who comes nearest.

    Parameters
    ----------
    candidates
        All that were tried and give back the model.
    violations
        Of each of them, by name; each has one at least.
    costs
        Of those that have one: of two as near, the one that costs less is named.
    """
    able = [
        each
        for each in candidates
        if all(one.need in OPTIONS for one in violations[each.serializer])
    ]
    alone = {
        found[0].need for each in able if len(found := stated(violations[each.serializer])) == 1
    }
    asked = {one.need for each in able for one in violations[each.serializer]}
    chosen = alone or asked
    nearest = min(
        able,
        key=lambda each: (
            *_distance(violations[each.serializer]),
            costs[each.serializer].deciding.median if each.serializer in costs else math.inf,
        ),
        default=None,
    )
    return Impossible(
        needs=tuple(option for need, option in OPTIONS.items() if need in chosen),
        is_enough=bool(alone),
        carried=any(
            all(one.need != "carries" for one in violations[each.serializer]) for each in candidates
        ),
        untried=any(each.outcome == "skipped" for each in candidates),
        nearest=nearest.serializer if nearest else None,
        violations=tuple(violations[nearest.serializer]) if nearest else (),
    )


def _distance(found: Sequence[Violation]) -> tuple[int, float]:
    return len(found), sum(each.excess for each in found)


def _costs_hardly_more(
    each: Candidate, best: Candidate, costs: Mapping[str, Cost], workers: int | None
) -> bool:
    mine, least = costs[each.serializer], costs[best.serializer]
    if mine.deciding.median <= least.deciding.median * (1 + WORTH):
        return True
    if mine.deciding.median <= least.deciding.median * (1 + _luck(mine.deciding, least.deciding)):
        return True
    if mine.per_use_s.median - least.per_use_s.median > WORTH_S:
        return False
    if mine.deciding == mine.per_use_s:
        return True
    memory = [with_processes(cost, workers or 1).median for cost in (mine, least)]
    return memory[0] <= memory[1] * (1 + WORTH)


def _luck(mine: Estimate, least: Estimate) -> float:
    """Return by what share the least of few rounds may lie too low: the simplest is taken then."""
    if mine.has_interval and least.has_interval:
        return 0.0
    return _LUCK.get(min(mine.n, least.n), _LEAST_LUCK)


def _median(each: Candidate, costs: Mapping[str, Cost]) -> float:
    return costs[each.serializer].deciding.median
