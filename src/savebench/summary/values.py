"""Values by case: what the trials that went well yielded."""

from collections.abc import Iterable

from savebench.records import Case, Record

ByRound = dict[int, float]
Values = dict[tuple[Case, str], ByRound]


def values_by_case(records: Iterable[Record]) -> Values:
    """Return the metrics of the trials that went well: (case, metric) -> round -> value."""
    values: Values = {}
    for record in records:
        if record.outcome == "ok":
            for metric, value in record.metrics.items():
                values.setdefault((record.case, metric), {})[record.round] = value
    return values
