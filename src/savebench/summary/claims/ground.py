"""What a run holds for a claim to stand on: the series of cases that did not fail."""

import math
from collections.abc import Sequence

from savebench.records.schema import Run
from savebench.records.series import ByRound, values_by_case
from savebench.stats import Interval, geometric_mean, paired_ratio
from savebench.summary.kinds import Kind, kind_of
from savebench.summary.outcomes import OutcomeRow, failed_cases, outcomes_of

Pair = tuple[ByRound, ByRound]
"""What is measured, and what it is measured by: each round -> value."""


class Ground:
    """The series of a run by row, model and metric; nothing is concluded from what failed."""

    def __init__(self, run: Run) -> None:
        cases = set(run.header.cases) - failed_cases(run)
        self._series = {
            (case.serializer, case.model, metric): by_round
            for (case, metric), by_round in values_by_case(run.records).items()
            if case in cases
        }
        self._infos = run.header.workloads
        self._serializers = run.header.serializers
        self.models = list(dict.fromkeys(case.model for case in run.header.cases))
        self.outcomes: list[OutcomeRow] = outcomes_of(run)

    def series(self, row: str, model: str, metric: str) -> ByRound:
        """Return a row's values of a metric on a model by round; empty where there are none."""
        return self._series.get((row, model, metric), {})

    def round_trips(self) -> list[str]:
        """Return the rows that bring the model back whole, in the order of the run."""
        return [name for name, info in self._serializers.items() if info.kind == "round-trip"]

    def compressed(self, prefix: str = "") -> list[str]:
        """Return the round trips that compress and whose names begin so."""
        return [name for name in self.round_trips() if "+" in name and name.startswith(prefix)]

    def mapping(self) -> list[str]:
        """Return the round trips whose loads leave arrays mapped to the file."""
        return [name for name in self.round_trips() if self._serializers[name].maps_file]

    def model_bytes(self, model: str) -> int:
        """Return a model's pickled size in bytes, 0 where it is not known."""
        info = self._infos.get(model)
        return (info.model_bytes or 0) if info else 0


def workload_of(model: str) -> str:
    """Return the workload of a sized name: ``"knn-brute"`` of ``"knn-brute@16MB"``."""
    return model.rpartition("@")[0]


def kind_of_model(model: str) -> Kind:
    """Return what a sized workload's model is made of."""
    return kind_of(workload_of(model))


def ratio_of(pair: Pair) -> Interval | None:
    """Return the paired ratio (`stats.paired_ratio`); None where no round has both."""
    try:
        return paired_ratio(*pair)
    except ValueError:
        return None


def pooled(pairs: Sequence[Pair]) -> Interval | None:
    """Return the ratio over several models, with its interval; None where no round has them all.

    Each round gives the geometric mean of its ratios over the models, and these are the samples:
    the interval tells how well the mean over just these models is known, not how models differ.
    """
    ratios = [
        {
            number: value / base[number]
            for number, value in values.items()
            if value > 0 and base.get(number, 0.0) > 0 and 0 < value / base[number] < math.inf
        }
        for values, base in pairs
    ]
    shared = set.intersection(*(set(each) for each in ratios)) if ratios else set()
    means = {number: geometric_mean([each[number] for each in ratios]) for number in shared}
    return ratio_of((means, dict.fromkeys(means, 1.0)))
