"""The questions that decide most lines: one row against another, or bytes against bytes.

A time is told apart as everywhere in a report: by whether the interval of the ratio, paired by
round, covers the bound; with too few rounds nothing is told. A size is exact. A peak of memory is a
count of pages that hardly differs from trial to trial, and is mostly measured in one round: there a
difference counts from a tenth on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from savebench.records.metrics import SIZE
from savebench.stats import Interval
from savebench.summary.claims.claim import Models
from savebench.summary.claims.finding import Finding, Point, Told, judge
from savebench.summary.claims.ground import Ground, Pair, ratio_of
from savebench.summary.claims.missing import lacking, too_few

_PAGES = 1.1
"""A peak of one or few trials that differs by less is no other peak."""
NO_WORSE = 1.1
"""Never worse: the whole interval lies below this multiple. A wide one does not bear that out."""
NOT_WORSE_NOTE = f"not worse: the whole interval lies below {NO_WORSE}x"

Expects = Literal["less", "not more", "more"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """One row against another in one metric, model by model."""

    row: str
    other: str
    metric: str
    expects: Expects = "less"
    bound: float = 1.0
    """What the ratio is held against."""

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says."""
        about = models.large() if is_memory(self.metric) else models
        pairs = {
            (self.row, model): (
                ground.series(self.row, model, self.metric),
                ground.series(self.other, model, self.metric),
            )
            for model in about.of(ground)
        }
        return decide_pairs(
            ground,
            about,
            pairs,
            of=f"{self.row} by {self.other}",
            rows=(self.row, self.other),
            metric=self.metric,
            tells=lambda ratio: told_of(
                ratio, self.metric, self.expects, self.bound, _PAGES if self.bound == 1 else 1.0
            ),
            is_never=self.expects == "not more",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiple:
    """The bytes of rows as multiples of the model's bytes, or of the file's, against a bound."""

    rows: Callable[[Ground], Sequence[str]]
    named: tuple[str, ...]
    """Rows to measure where a run has none of them."""
    metric: str
    bound: float
    by: Literal["model", "file"] = "model"

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says: yes where the multiple lies above the bound."""
        about = models.large()
        rows = self.rows(ground)
        pairs = {
            (row, model): multiple(ground, row, model, self.metric, self.by)
            for row in rows
            for model in about.of(ground)
        }
        return decide_pairs(
            ground,
            about,
            pairs,
            of=f"memory by the {self.by}'s bytes",
            rows=self.named,
            metric=self.metric,
            tells=lambda ratio: told_of(ratio, self.metric, "more", self.bound),
        )


def multiple(
    ground: Ground, row: str, model: str, metric: str, by: Literal["model", "file"]
) -> Pair:
    """Return a row's bytes and, for each of their rounds, those of the model or of its file."""
    values = ground.series(row, model, metric)
    base = (
        float(ground.model_bytes(model))
        if by == "model"
        else max(ground.series(row, model, SIZE).values(), default=0.0)
    )
    return values, dict.fromkeys(values, base)


def decide_pairs(  # noqa: PLR0913 - what a question is made of
    ground: Ground,
    models: Models,
    pairs: dict[tuple[str, str], Pair],
    *,
    of: str,
    rows: Sequence[str],
    metric: str,
    tells: Callable[[Interval], Told],
    is_never: bool = False,
) -> Finding:
    """Return the verdict of pairs by (row, model); those without a shared round say nothing."""
    ratios = {case: ratio for case, pair in pairs.items() if (ratio := ratio_of(pair))}
    if not ratios:
        return lacking(ground, models, rows, metric)
    points = [
        Point(row=row, model=model, told=tells(ratio), pair=pairs[row, model])
        for (row, model), ratio in ratios.items()
    ]
    return judge(
        points,
        {model: ground.model_bytes(model) for _, model in ratios},
        of=of,
        metric=metric,
        few=too_few(
            [model for _, model in ratios],
            models,
            rows,
            metric,
            max(each.n for each in ratios.values()),
        ),
        tells=tells,
        is_never=is_never,
    )


def is_memory(metric: str) -> bool:
    """Return whether a metric counts pages of memory."""
    return metric.endswith("_bytes") and metric != SIZE


def told_of(
    ratio: Interval, metric: str, expects: Expects, bound: float, slack: float = 1.0
) -> Told:
    """Return what a ratio says of a claim; `slack` is what a range of memory must go beyond."""
    if ratio.is_range and metric.endswith("_s"):
        return "few"
    beyond = slack if ratio.is_range and is_memory(metric) else 1.0
    less, more = ratio.high * beyond < bound, ratio.low > bound * beyond
    if expects == "not more":
        fine = less or ratio.high <= bound * NO_WORSE
        return "no" if more else "yes" if fine else "same"
    if not less and not more:
        return "same"
    return "yes" if less == (expects == "less") else "no"
