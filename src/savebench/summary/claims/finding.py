"""What a run says of a claim: a verdict, the figure behind it, and which models say what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from savebench.stats import Interval, geometric_mean
from savebench.summary.claims.ground import Pair, kind_of_model, pooled, ratio_of
from savebench.summary.claims.naming import parted, where
from savebench.summary.kinds import KINDS, Kind

Verdict = Literal[
    "holds", "holds when", "does not hold", "cannot be told apart", "cannot tell here"
]
Told = Literal["yes", "no", "same", "few"]
"""What one model says of a claim; few: its rounds are too few for an interval."""

_EXCEPTION = 10
"""One of so many models is an exception, which is named and changes no verdict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What one row on one model says."""

    row: str
    model: str
    told: Told
    pair: Pair | None = None
    """What the ratio is of; None where there is nothing but yes and no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A ratio over models. `low` and `high` are None where no round has all of them."""

    of: str
    """What by what: ``"joblib by pickle"``."""
    metric: str
    ratio: float
    low: float | None
    high: float | None
    is_range: bool
    """Too few rounds for an interval of 95 %: least and greatest."""
    n: int
    """Rounds that all of the models have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A verdict and what it stands on. Names are of models, or ``"row on model"`` of many rows."""

    verdict: Verdict
    when: str = ""
    """Where it holds; or that only all models together tell."""
    figure: Figure | None = None
    models: tuple[str, ...] = ()
    """That the figure is taken from."""
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    few: tuple[str, ...] = ()
    by_kind: Mapping[Kind, float] | None = None
    """Geometric means of the ratios, where the models are of several kinds."""
    why: str = ""
    """Why nothing can be told."""
    command: str = ""
    """What would measure it."""


def judge(  # noqa: PLR0913 - what a verdict is made of
    points: Sequence[Point],
    sizes: Mapping[str, int],
    *,
    of: str,
    metric: str,
    few: Finding,
    tells: Callable[[Interval], Told] = lambda _: "few",
    is_never: bool = False,
) -> Finding:
    """Return the verdict that points give.

    Parameters
    ----------
    points
        At least one.
    sizes
        Bytes of each model; 0 where not known.
    of, metric
        What the figure is of.
    few
        What to say where no point has rounds enough.
    tells
        What a ratio says of the claim.
    is_never
        The claim is that something is never worse: where all models together bear that out, one
        that tells no difference does not speak against it.
    """
    decided = [point for point in points if point.told != "few"]
    many_rows = len({point.row for point in points}) > 1
    names = {
        told: tuple(
            f"{point.row} on {point.model}" if many_rows else point.model
            for point in points
            if point.told == told
        )
        for told in ("yes", "no", "same", "few")
    }
    shown = decided or points
    mean = pooled([point.pair for point in decided if point.pair])
    together = tells(mean) if mean else "few"
    if is_never and together == "yes":
        decided = [replace(each, told="yes") if each.told == "same" else each for each in decided]
    verdict, when = _as_one(*_verdict(decided, sizes), together)
    unknown = verdict == "cannot tell here"
    return Finding(
        verdict=verdict,
        when=when,
        figure=_figure(shown, of, metric),
        models=tuple(dict.fromkeys(point.model for point in shown)),
        by_kind=_by_kind(shown),
        why=few.why if unknown else "",
        command=few.command if unknown else "",
        **names,
    )


def _verdict(decided: Sequence[Point], sizes: Mapping[str, int]) -> tuple[Verdict, str]:
    """Return the verdict by the count of models, and when it holds.

    A few exceptions change nothing, unless they say no and are those of one kind, size or row; nor
    do a few that hold, unless they are.
    """
    told = [point.told for point in decided]
    held = [point for point in decided if point.told == "yes"]
    rest = [point for point in decided if point.told != "yes"]
    mostly = _are_few(len(rest), told)
    when = parted(held, rest, sizes) if held and rest else ""
    if not told:
        verdict: Verdict = "cannot tell here"
    elif when and not (mostly and "no" not in told):
        verdict = "holds when"
    elif mostly:
        verdict = "holds"
    elif _are_few(len(told) - told.count("same"), told):
        verdict = "cannot be told apart"
    else:
        verdict = "does not hold" if _are_few(len(held), told) else "holds when"
    return verdict, (when or where(held, rest, sizes)) if verdict == "holds when" else ""


def _are_few(count: int, told: Sequence[Told]) -> bool:
    return count * _EXCEPTION <= len(told)


def _as_one(verdict: Verdict, when: str, together: Told) -> tuple[Verdict, str]:
    """Return a verdict in the light of all models as one: a mean is known better than each."""
    if together == "no" and verdict in {"holds", "cannot be told apart"}:
        return "does not hold", "all models taken together"
    if together == "yes" and verdict == "cannot be told apart":
        return "holds when", "all models are taken together"
    return verdict, when


def _figure(points: Sequence[Point], of: str, metric: str) -> Figure | None:
    pairs = [point.pair for point in points if point.pair]
    found = pooled(pairs)
    if found:
        return Figure(
            of=of,
            metric=metric,
            ratio=found.median,
            low=found.low,
            high=found.high,
            is_range=found.is_range,
            n=found.n,
        )
    ratios = _ratios(points)
    if not ratios:
        return None
    mean = geometric_mean([each.median for each in ratios])
    return Figure(of=of, metric=metric, ratio=mean, low=None, high=None, is_range=True, n=0)


def _by_kind(points: Sequence[Point]) -> Mapping[Kind, float] | None:
    means = {
        kind: geometric_mean([each.median for each in ratios])
        for kind in KINDS
        if (ratios := _ratios([each for each in points if kind_of_model(each.model) == kind]))
    }
    return means if len(means) > 1 else None


def _ratios(points: Sequence[Point]) -> list[Interval]:
    return [ratio for point in points if point.pair and (ratio := ratio_of(point.pair))]
