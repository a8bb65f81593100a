"""What is recommended by default, and what else where: values, which a report puts into words.

Whatever is faster than the default beyond its interval on some model is among them, with the
conditions under which it is the better choice: a recommendation never contradicts the table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from savebench.stats import geometric_mean
from savebench.summary.choosing import (
    WORTH_SWITCHING,
    Condition,
    Rival,
    best_by_model,
    carries_all,
    choose_default,
    conditions_of,
    first_able,
    rivals_of,
    saves_room,
)
from savebench.summary.evidence import COLD, WARM, Evidence
from savebench.summary.ranks import BASELINE

WhyNone = Literal["nothing-timed", "no-baseline", "too-few-rounds"]
WhyBaseline = Literal["unknown", "no-saving", "not-measured"]
"""Plain joblib has too few rounds, does not clearly save enough, or lacks models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Default:
    """The row to use unless something speaks for another."""

    name: str
    models: int
    """On which it was timed; where it is not pickle, on which the two can be told apart."""
    why: WhyBaseline | None
    """Why pickle stays; None where another row is the default."""
    mean: float = 1.0
    """Geometric mean of its ratios to pickle's time."""
    faster: int = 0
    """Models on which it takes clearly less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Some of the models that were timed."""

    models: tuple[str, ...]
    of: int
    """How many there are."""
    from_bytes: int | None = None
    """They are all models from this size on."""
    up_to_bytes: int | None = None
    """They are all models up to this size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cold:
    """What a row takes from the device, where that is no less than the default takes."""

    mean: float
    few_rounds: int | None
    """So few that there is no interval; None where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A row that takes less time than the default on some models."""

    name: str
    ratio: float
    """To the default's time: geometric mean over the models."""
    where: Where
    conditions: tuple[Condition, ...]
    cold: Cold | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A compressed row that is smaller for hardly any time; ratios to pickle's."""

    name: str
    conditions: tuple[Condition, ...]
    size: float | None
    time: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """Which row by default, and which others where."""

    default: Default
    best: tuple[Use, ...] = ()
    """Nothing speaks against them, and each is the fastest on its models."""
    not_best: tuple[Use, ...] = ()
    """Nothing speaks against them, and another is faster."""
    conditional: tuple[Use, ...] = ()
    little: tuple[str, ...] = ()
    """Rows that save less than is worth another habit."""
    undecided: Where | None = None
    """Models on which nothing can be told of the default."""
    carriers: tuple[tuple[str, str], ...] = ()
    """(row, model) of the models that pickle did not carry."""
    room: Room | None = None


def recommendation_of(evidence: Evidence) -> Recommendation | WhyNone:
    """Return the recommendation, or why there is none."""
    if not evidence.models():
        return "nothing-timed"
    if not evidence.timed(BASELINE):
        return "no-baseline"
    others = [name for name in evidence.names() if name != BASELINE]
    if others and not any(evidence.told(name, BASELINE) for name in others):
        return "too-few-rounds"
    default = choose_default(evidence)
    rivals = rivals_of(default, evidence)
    worthy = [each for each in rivals if each.mean <= WORTH_SWITCHING]
    free = [each for each in worthy if not each.conditions]
    best = best_by_model(free)
    return Recommendation(
        default=_default(default, evidence),
        best=tuple(_best(free, best, default, evidence)),
        not_best=tuple(_use(each, default, evidence) for each in free if each not in best.values()),
        conditional=tuple(_use(each, default, evidence) for each in worthy if each.conditions),
        little=tuple(each.name for each in rivals if each.mean > WORTH_SWITCHING),
        undecided=_undecided(default, evidence),
        carriers=tuple(
            (first_able(model, evidence), model)
            for model in evidence.models()
            if evidence.failed(BASELINE, model)
        ),
        room=_room(default, evidence),
    )


def _default(name: str, evidence: Evidence) -> Default:
    if name == BASELINE:
        models = len(evidence.timed(BASELINE))
        return Default(name=name, models=models, why=_why_baseline(evidence))
    told = evidence.told(name, BASELINE)
    return Default(
        name=name,
        models=len(told),
        why=None,
        mean=geometric_mean([each.median for each in told.values()]),
        faster=sum(each.high < 1 for each in told.values()),
    )


def _why_baseline(evidence: Evidence) -> WhyBaseline:
    joblib = evidence.against("joblib", WARM)
    if joblib and joblib.unknown == joblib.models:
        return "unknown"
    return "no-saving" if carries_all("joblib", evidence) else "not-measured"


def _best(
    rivals: Sequence[Rival], best: dict[str, Rival], default: str, evidence: Evidence
) -> Iterable[Use]:
    """Yield each row with the models on which it is the fastest."""
    for rival in rivals:
        models = [model for model, chosen in best.items() if chosen is rival]
        if models:
            yield Use(
                name=rival.name,
                ratio=geometric_mean([rival.ratios[model] for model in models]),
                where=_where(models, evidence),
                conditions=(),
                cold=_cold(rival, default, evidence),
            )


def _use(rival: Rival, default: str, evidence: Evidence) -> Use:
    return Use(
        name=rival.name,
        ratio=rival.mean,
        where=_where(list(rival.ratios), evidence),
        conditions=rival.conditions,
        cold=_cold(rival, default, evidence),
    )


def _cold(rival: Rival, default: str, evidence: Evidence) -> Cold | None:
    found = [evidence.ratio(rival.name, default, model, COLD) for model in rival.ratios]
    ratios = [each for each in found if each]
    if not ratios or (mean := geometric_mean([each.median for each in ratios])) < 1:
        return None
    few = any(each.is_range for each in ratios)
    return Cold(mean=mean, few_rounds=min(each.n for each in ratios) if few else None)


def _undecided(default: str, evidence: Evidence) -> Where | None:
    others = [name for name in evidence.names() if name != default]
    told = {model for name in others for model in evidence.told(name, default)}
    left = [model for model in evidence.timed(default) if model not in told]
    return _where(left, evidence) if others and left else None


def _room(default: str, evidence: Evidence) -> Room | None:
    name = saves_room(default, evidence)
    if name is None:
        return None
    size, time = evidence.against(name, "size_bytes"), evidence.against(name, WARM)
    return Room(
        name=name,
        conditions=conditions_of(name, evidence, evidence.timed(name)),
        size=size.mean if size else None,
        time=time.mean if time else None,
    )


def _where(models: Sequence[str], evidence: Evidence) -> Where:
    """Return on which models, and whether their sizes part them from the others."""
    everywhere = evidence.models()
    from_bytes = up_to_bytes = None
    if 1 < len(models) < len(everywhere):
        inside = _sizes(models, evidence)
        outside = _sizes((each for each in everywhere if each not in models), evidence)
        if min(inside) > max(outside):
            from_bytes = min(inside)
        elif max(inside) < min(outside):
            up_to_bytes = max(inside)
    return Where(
        models=tuple(models), of=len(everywhere), from_bytes=from_bytes, up_to_bytes=up_to_bytes
    )


def _sizes(models: Iterable[str], evidence: Evidence) -> list[int]:
    return [evidence.model_bytes(model) for model in models]
