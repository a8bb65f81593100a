"""The row to take for one size class, one kind and one use, and what is given up for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from savebench.summary.advice.candidates import ANSWERS_ONLY, GIVES_BACK, Candidate, Estimate
from savebench.summary.advice.choosing import (
    Choice,
    choose,
    extra_requirements,
    simplicity,
)
from savebench.summary.advice.constraints import able_of, violations_of
from savebench.summary.advice.costs import Cost, basis_of
from savebench.summary.advice.front import axes_of, front_of, point_of
from savebench.summary.advice.worth import WORTH, is_below, is_told_apart
from savebench.summary.evidence import WARM, Evidence
from savebench.summary.kinds import Kind, SizeClass
from savebench.summary.ranks import BASELINE
from savebench.summary.regimes.typical import typical_candidates
from savebench.summary.regimes.uses import Use, UseName, use_costs

Why = Literal["least", "alike", "little", "only"]
"""It costs the least; it is the simplest of those that cannot be told apart from the least; another
costs less beyond both intervals, by less than is worth another habit; nobody else can be taken."""
WhyMissing = Literal["not measured", "too few rounds", "nobody"]

_PRICED = (WARM, "size_bytes", "dump_s", "load_peak_bytes", "worker_bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A metric in which the taken row costs more than pickle."""

    metric: str
    ratio: float
    """Geometric mean over the cell's models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The models of a run of one size class and one kind."""

    size: SizeClass
    kind: Kind
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The row to take for one use of the models of one group."""

    size: SizeClass
    kind: Kind
    use: UseName
    take: str
    why: Why
    ratio: Estimate
    """To pickle, of what decides (`Use.decides`; of memory the peak alone)."""
    models: tuple[str, ...]
    """Of which it is said."""
    others: tuple[str, ...]
    """Models of the group that the row did not carry, or that were not measured with it."""
    rounds: int
    """The fewest of any model."""
    slower_on: tuple[str, ...]
    """Models on which it takes more of the metric than pickle, beyond the interval."""
    alike: tuple[str, ...]
    """Cannot be told apart from it."""
    beaten_by: tuple[str, ...]
    """Cost less beyond both intervals, too little for what they ask."""
    unsure: tuple[str, ...]
    """Cost less by their medians, of too few rounds for an interval."""
    prices: tuple[Price, ...]
    """What is given up against pickle, by more than is worth a word."""
    installs: tuple[str, ...]
    """Distributions that must be installed where it is loaded."""
    maps_file: bool
    """Its file must stay where it is, unchanged."""
    is_restricted: bool
    """It carries only types that it knows."""
    keeps_estimator: bool
    costs: Mapping[str, Estimate]
    """What each row that could be taken costs, as a ratio to pickle's: the cell's own table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A cell that the run cannot fill."""

    size: SizeClass
    kind: Kind
    use: UseName
    why: WhyMissing


@dataclass(frozen=True, slots=True)
class _Field:
    """Who competes in a cell, and what each costs."""

    able: Sequence[Candidate]
    """Can be taken, if the rounds tell."""
    told: Sequence[Candidate]
    """Those of them with an interval."""
    costs: Mapping[str, Cost]
    pickled: Candidate

    def deciding(self, candidate: Candidate) -> Estimate:
        """Return what is compared."""
        return self.costs[candidate.serializer].deciding

    def relative(self, candidate: Candidate) -> Estimate:
        """Return what a candidate costs as a share of pickle's cost."""
        return self.deciding(candidate).scaled(1 / self.costs[BASELINE].deciding.median)


def cell_of(evidence: Evidence, group: Group, use: Use) -> Cell | Missing:
    """Return whom to take for a use, or why that cannot be told.

    Of the models those count that some row which may be taken was measured on; of two rows of
    different models the one of the more, and who lacks one of them is not compared.
    """
    models = _models(evidence, group, use)
    if not models:
        return _missing(group, use, "nobody" if use.needs.safe else "not measured")
    candidates = typical_candidates(evidence, models)
    costs = use_costs(use, candidates)
    able = _able(candidates, costs, use)
    if BASELINE not in costs or not able:
        return _missing(group, use, "not measured")
    told = [each for each in able if costs[each.serializer].deciding.has_interval]
    if len(told) < min(2, len(able)):
        return _missing(group, use, "too few rounds")
    pickled = next(each for each in candidates if each.serializer == BASELINE)
    return _filled(evidence, group, use, models, _Field(able, told, costs, pickled))


def _missing(group: Group, use: Use, why: WhyMissing) -> Missing:
    return Missing(size=group.size, kind=group.kind, use=use.name, why=why)


def _models(evidence: Evidence, group: Group, use: Use) -> tuple[str, ...]:
    """Return the models of the row that was measured on the most: exports only where alone."""
    base = evidence.rows(BASELINE, use.metric)
    for kinds in (GIVES_BACK, {ANSWERS_ONLY}) if use.needs.safe else (GIVES_BACK,):
        found = [
            tuple(m for m in group.models if m in base and m in evidence.rows(name, use.metric))
            for kind in sorted(kinds)
            for name in evidence.names(kind)
            if not (use.needs.safe and evidence.info(name).runs_code)
        ]
        if most := max(found, key=len, default=()):
            return most
    return ()


def _able(candidates: Sequence[Candidate], costs: Mapping[str, Cost], use: Use) -> list[Candidate]:
    basis = basis_of(candidates, use.needs)
    tried = [each for each in candidates if each.serializer in costs]
    violations = {each.serializer: violations_of(each, use.needs, basis, {}) for each in tried}
    return able_of(tried, violations, use.needs)


def _choice(field: _Field, use: Use) -> Choice:
    """Return whom to take, as `advise` does; but nobody for what cannot be told apart.

    Another row than the plainest must cost less than that beyond both intervals.
    """
    plainest = min(field.told, key=simplicity)
    least = field.deciding(plainest)
    contenders = [
        each for each in field.told if each is plainest or is_below(field.deciding(each), least)
    ]
    axes = axes_of(use.needs)
    points = {
        each.serializer: point_of(each, field.costs[each.serializer], axes) for each in contenders
    }
    return choose(contenders, field.costs, front_of(points, axes), use.needs.workers)


def _filled(
    evidence: Evidence, group: Group, use: Use, models: tuple[str, ...], field: _Field
) -> Cell:
    choice = _choice(field, use)
    taken = next(each for each in field.told if each.serializer == choice.take)
    mine = field.deciding(taken)
    rivals = sorted(
        (each for each in field.able if each is not taken),
        key=lambda each: field.deciding(each).median,
    )
    lower = [each for each in rivals if field.deciding(each).median < mine.median]
    alike = [
        each
        for each in rivals
        if each in field.told and not is_told_apart(field.deciding(each), mine)
    ]
    return Cell(
        size=group.size,
        kind=group.kind,
        use=use.name,
        take=taken.serializer,
        why=_why(choice, lower, field),
        ratio=_shown_ratio(use, taken, field),
        models=models,
        others=tuple(each for each in group.models if each not in models),
        rounds=min(evidence.rows(taken.serializer, use.metric)[each].n for each in models),
        slower_on=_slower_on(evidence, taken.serializer, use.metric, models),
        alike=tuple(each.serializer for each in alike),
        beaten_by=choice.beaten_by,
        unsure=tuple(each.serializer for each in lower if each not in field.told),
        prices=tuple(_prices(use, taken, field.pickled)),
        installs=extra_requirements(taken),
        maps_file=taken.maps_file,
        is_restricted=taken.kind == "restricted",
        keeps_estimator=choice.keeps_estimator,
        costs={each.serializer: field.relative(each) for each in (taken, *rivals)},
    )


def _why(choice: Choice, lower: Sequence[Candidate], field: _Field) -> Why:
    if choice.beaten_by:
        return "little"
    if len(field.able) == 1:
        return "only"
    return "alike" if any(each in field.told for each in lower) else "least"


def _shown_ratio(use: Use, taken: Candidate, field: _Field) -> Estimate:
    if use.name == "many workers":
        return field.relative(taken)
    return taken.estimates[use.metric].scaled(1 / field.pickled.estimates[use.metric].median)


def _slower_on(
    evidence: Evidence, name: str, metric: str, models: Sequence[str]
) -> tuple[str, ...]:
    rows = evidence.rows(name, metric)
    return tuple(
        model
        for model in models
        if rows[model].same_as_baseline is False and (rows[model].ratio or 0.0) > 1
    )


def _prices(use: Use, taken: Candidate, pickled: Candidate) -> list[Price]:
    found = []
    for metric in _PRICED:
        mine, theirs = taken.estimates.get(metric), pickled.estimates.get(metric)
        if mine and theirs and (metric != use.metric or use.needs.safe):
            ratio = mine.median / theirs.median
            if ratio > 1 + WORTH:
                found.append(Price(metric=metric, ratio=ratio))
    return found
