"""From records to series: what each metric of each case was, round by round. Pure functions.

A *series* is one metric of one case: its values by the round in which each was measured. Whatever
sums up, compares, follows or shows a run starts from them, and nothing else reads them of records.
Values of one round were measured close together, so two series are paired by round.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from savebench.records.schema import Case, Record

Name = TypeVar("Name", bound=Hashable)

ByRound = dict[int, float]
"""Round -> value, in the metric's unit, in the order measured."""
Values = dict[tuple[Case, str], ByRound]
"""Case and metric -> round -> value."""


def values_by_case(records: Iterable[Record]) -> Values:
    """Return the metrics of the trials that went well: (case, metric) -> round -> value."""
    values: Values = {}
    for record in records:
        if record.outcome == "ok":
            add(values, record.case, record.round, record.metrics)
    return values


def values_by_metric(records: Iterable[Record]) -> dict[str, ByRound]:
    """Return the same of the records of one case: metric -> round -> value."""
    return {metric: by_round for (_, metric), by_round in values_by_case(records).items()}


def add(
    values: dict[tuple[Name, str], ByRound], name: Name, number: int, metrics: Mapping[str, float]
) -> None:
    """Add what one trial yielded, in round `number`, to the series of its case.

    Where a trial was repeated in its round, the last one counts.
    """
    for metric, value in metrics.items():
        by_round = values.get((name, metric))
        if by_round is None:  # a history adds millions: no empty dictionary is made for each
            by_round = values[name, metric] = {}
        by_round[number] = value
