"""What a run knows of its rows, ready for what is decided from them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from savebench.records.schema import Run, SerializerInfo
from savebench.records.series import ByRound, values_by_case
from savebench.stats import Interval, geometric_mean, paired_ratio
from savebench.summary.outcomes import RANKED_OUTCOMES, OutcomeRow, worst_outcomes
from savebench.summary.table import SummaryRow, sound_rows

WARM = "load_predict_s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """How one serializer stands against pickle in one metric, over the models both have."""

    mean: float
    """Geometric mean of the ratios."""
    less: int
    """Models where it takes clearly less."""
    more: int
    same: int
    unknown: int
    """Models where too few rounds leave no interval to tell by."""

    @property
    def models(self) -> int:
        """How many models were compared."""
        return self.less + self.more + self.same + self.unknown


class Evidence:
    """The rows of a run that did not fail: nothing is concluded from a case that did."""

    def __init__(
        self, run: Run, rows: Iterable[SummaryRow], outcomes: Iterable[OutcomeRow]
    ) -> None:
        self._infos = run.header.serializers
        self._model_bytes = {
            model: info.model_bytes or 0 for model, info in run.header.workloads.items()
        }
        self._failed = {
            (case.serializer, case.model)
            for case, (outcome, _) in worst_outcomes(run).items()
            if outcome not in RANKED_OUTCOMES
        }
        self._rows: dict[tuple[str, str], dict[str, SummaryRow]] = {}
        for row in sound_rows(rows, outcomes):
            of_metric = self._rows.setdefault((row.serializer, row.metric), {})
            of_metric[f"{row.workload}@{row.size}"] = row
        self._values = {
            (case.serializer, case.model, metric): by_round
            for (case, metric), by_round in values_by_case(run.records).items()
        }

    def names(self, kind: str = "round-trip") -> list[str]:
        """Return the serializers of a kind that were timed on some model."""
        of_kind = [name for name, info in self._infos.items() if info.kind == kind]
        return [name for name in of_kind if self.timed(name)]

    def failed(self, name: str, model: str) -> bool:
        """Whether a serializer did not carry a model, be it by a fault or because it declines."""
        return (name, model) in self._failed

    def info(self, name: str) -> SerializerInfo:
        """Return what is known of a serializer."""
        return self._infos[name]

    def model_bytes(self, model: str) -> int:
        """Return a model's pickled size, 0 where it is not known."""
        return self._model_bytes[model]

    def rows(self, name: str, metric: str) -> Mapping[str, SummaryRow]:
        """Return a serializer's rows of one metric, by model."""
        return self._rows.get((name, metric), {})

    def timed(self, name: str) -> Mapping[str, SummaryRow]:
        """Return a serializer's load + first call, by model."""
        return self.rows(name, WARM)

    def models(self) -> list[str]:
        """Return the models that some round trip was timed on."""
        return list(dict.fromkeys(model for name in self.names() for model in self.timed(name)))

    def against(self, name: str, metric: str) -> Against | None:
        """Return how a serializer stands against pickle over the models on which it was timed.

        None where nothing can be compared.
        """
        rows = [
            (row, row.ratio)
            for model, row in self.rows(name, metric).items()
            if row.ratio is not None and model in self.timed(name)
        ]
        if not rows:
            return None
        clear = [ratio for row, ratio in rows if row.same_as_baseline is False]
        less = sum(ratio < 1 for ratio in clear)
        return Against(
            mean=geometric_mean([ratio for _, ratio in rows]),
            less=less,
            more=len(clear) - less,
            same=sum(row.same_as_baseline is True for row, _ in rows),
            unknown=sum(row.same_as_baseline is None for row, _ in rows),
        )

    def values(self, name: str, model: str, metric: str) -> ByRound:
        """Return what a serializer took of a metric on a model that it did not fail, by round."""
        found = model in self.rows(name, metric)
        return self._values[name, model, metric] if found else {}

    def ratio(self, name: str, other: str, model: str) -> Interval | None:
        """Return the paired ratio of two serializers' load + first call, None without one."""
        try:
            return paired_ratio(self.values(name, model, WARM), self.values(other, model, WARM))
        except ValueError:
            return None
