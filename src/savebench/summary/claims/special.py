"""The questions that no single ratio answers: the smallest, the best trade-off, equal answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from savebench.records.metrics import SIZE
from savebench.stats import is_slower
from savebench.summary.claims.claim import Models
from savebench.summary.claims.finding import Finding, Point, judge
from savebench.summary.claims.ground import Ground
from savebench.summary.claims.missing import command_for, lacking, too_few
from savebench.summary.claims.questions import Multiple, decide_pairs, multiple, told_of
from savebench.summary.evidence import WARM
from savebench.summary.outcomes import OutcomeRow

_MAPPED = 0.5
"""A load that takes less of the model's bytes has left the arrays in the file."""


@dataclass(frozen=True, slots=True)
class Smallest:
    """Whether the least of the rows of some codecs is the least of all compressed files."""

    codecs: tuple[str, ...]

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says; the figure is the least of these by the least of the others."""
        rows = ground.compressed()
        ours = [row for row in rows if row.partition("+")[2].startswith(self.codecs)]
        theirs = [row for row in rows if row not in ours]
        pairs = {
            (self.codecs[0], model): (
                _least(ground, ours, model),
                _least(ground, theirs, model),
            )
            for model in models.of(ground)
        }
        return decide_pairs(
            ground,
            models,
            pairs,
            of=f"the least of {' and '.join(self.codecs)} by the least of the others",
            rows=("joblib+xz6", "pickle+zstd19", "joblib+bz29"),
            metric=SIZE,
            tells=lambda ratio: told_of(ratio, SIZE, "not more", 1.0),
            is_never=True,
        )


@dataclass(frozen=True, slots=True)
class BestTradeOff:
    """Whether no other compressed row has a file as small and takes less time both ways."""

    row: str

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says; the figure is against the row that beats it most often."""
        rivals = [row for row in ground.compressed() if row != self.row]
        told: dict[str, list[str] | None] = {}
        for model in models.of(ground):
            beaten = [self._is_beaten(ground, rival, model) for rival in rivals]
            if any(each is not None for each in beaten):
                told[model] = [rival for rival, each in zip(rivals, beaten, strict=True) if each]
            elif ground.series(self.row, model, WARM):
                told[model] = None
        if not told:
            return lacking(ground, models, (self.row, "pickle+zstd3"), WARM)
        winners = [rival for each in told.values() for rival in each or ()]
        worst = max(dict.fromkeys(winners), key=winners.count, default="")
        points = [
            Point(
                row=self.row,
                model=model,
                told="few" if beaten is None else "no" if beaten else "yes",
                pair=(ground.series(self.row, model, WARM), ground.series(worst, model, WARM)),
            )
            for model, beaten in told.items()
        ]
        rounds = max(len(ground.series(self.row, model, WARM)) for model in told)
        return judge(
            points,
            {model: ground.model_bytes(model) for model in told},
            of=f"{self.row} by {worst}",
            metric=WARM,
            few=too_few(list(told), models, (self.row, "pickle+zstd3"), WARM, rounds),
        )

    def _is_beaten(self, ground: Ground, rival: str, model: str) -> bool | None:
        """Return whether a rival is as small and quicker both ways, None where unknown."""
        sizes = [ground.series(row, model, SIZE).values() for row in (rival, self.row)]
        slower = [
            is_slower(ground.series(self.row, model, metric), ground.series(rival, model, metric))
            for metric in (WARM, "dump_s")
        ]
        if not all(sizes) or None in slower:
            return None
        return max(sizes[0]) <= min(sizes[1]) and all(slower)


@dataclass(frozen=True, slots=True)
class SameBytes:
    """Whether every dump of a model wrote the same file."""

    rows: tuple[str, ...] = ()
    """All where none is named."""

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says."""
        return _by_outcome(
            ground,
            models,
            self.rows,
            lambda row: row.repeatable,
            why="no case of this run was dumped twice with its bytes on record",
        )


@dataclass(frozen=True, slots=True)
class SameAnswers:
    """Whether what was loaded answers as the model did."""

    row: str
    exactly: bool
    """To the last bit; else as nearly as the kind of the row asks for."""

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says."""

        def same(row: OutcomeRow) -> bool | None:
            if row.exact is None:
                return None
            return row.exact if self.exactly else row.outcome != "mismatch"

        return _by_outcome(
            ground,
            models,
            (self.row,),
            same,
            why=f"no answer of {self.row} is on record here",
        )


@dataclass(frozen=True, slots=True)
class NotMapped:
    """Whether loads of compressed files take the memory that a mapped load does not take."""

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says; without a mapped load that shows the difference, nothing."""
        metric = "load_peak_bytes"
        mapped = [
            ratio
            for row in ground.mapping()
            for model in models.of(ground)
            if (ratio := _peak(ground, row, model))
        ]
        if not any(ratio < _MAPPED for ratio in mapped):
            rows = ("joblib-mmap", "joblib+zlib3")
            found = lacking(ground, models, rows[:1], metric)
            return found if not mapped else _no_contrast(ground, models, rows)
        question = Multiple(
            rows=Ground.compressed, named=("joblib+zlib3",), metric=metric, bound=_MAPPED
        )
        return question.decide(ground, models)


def _peak(ground: Ground, row: str, model: str) -> float:
    values, base = multiple(ground, row, model, "load_peak_bytes", "model")
    shares = [value / base[number] for number, value in values.items() if base[number]]
    return min(shares, default=0.0)


def _no_contrast(ground: Ground, models: Models, rows: Sequence[str]) -> Finding:
    return Finding(
        verdict="cannot tell here",
        why="not even a mapped load takes clearly less memory than the model here",
        command=command_for(models.of(ground), models, rows, "load_peak_bytes"),
    )


def _least(ground: Ground, rows: Sequence[str], model: str) -> dict[int, float]:
    """Return the sizes of the row whose files are smallest on a model; empty for none."""
    series = [each for row in rows if (each := ground.series(row, model, SIZE))]
    return min(series, key=lambda each: max(each.values()), default={})


def _by_outcome(
    ground: Ground,
    models: Models,
    rows: Sequence[str],
    fact: Callable[[OutcomeRow], bool | None],
    *,
    why: str,
) -> Finding:
    """Return the verdict of a fact of cases; those that do not have it say nothing."""
    meant = models.of(ground)
    points = [
        Point(row=row.serializer, model=model, told="yes" if found else "no")
        for row in ground.outcomes
        if (model := f"{row.workload}@{row.size}") in meant
        and (not rows or row.serializer in rows)
        and (found := fact(row)) is not None
    ]
    unknown = Finding(
        verdict="cannot tell here",
        why=why,
        command=command_for(meant, models, rows or ("pickle", "joblib"), "dump_s"),
    )
    if not points:
        return unknown
    sizes = {point.model: ground.model_bytes(point.model) for point in points}
    return judge(points, sizes, of="", metric="", few=unknown)
