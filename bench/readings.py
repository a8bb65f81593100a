"""A case's records as a benchmark shows them: values, what else is known, or why there are none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from savebench.catalogue.rows import Entry, Serializer, Workload, installed_version
from savebench.pytest_benchmark.marking import extra_info_of
from savebench.records.schema import Record
from savebench.records.series import values_by_metric
from savebench.summary import SEVERITY

_ALWAYS = ("savebench", "numpy", "scikit-learn", "joblib")


@dataclass(frozen=True, slots=True)
class Rows:
    """The catalogue's rows of a case."""

    serializer: Entry[Serializer]
    workload: Entry[Workload]

    def group(self, model: str, operation: str) -> str:
        """Return the table in which a benchmark stands: no two kinds are ever ranked together."""
        kind = self.serializer.row.kind
        return f"{model}: {operation}" + ("" if kind == "round-trip" else f" ({kind})")

    def versions(self, python: str) -> dict[str, str | None]:
        """Return the versions that a figure depends on."""
        return {
            "python": python,
            **{name: installed_version(name) for name in _ALWAYS},
            **self.workload.versions(),
            **self.serializer.versions(),
        }


@dataclass(frozen=True, slots=True)
class NoValues:
    """Why a case has nothing to show for a metric."""

    reason: str
    is_failure: bool
    """Somebody's fault; else the model cannot be carried so, or was not reached."""


def values_of(records: Sequence[Record], metric: str) -> list[float] | NoValues:
    """Return a metric's values in the order measured, or why there are none.

    A case that failed in one trial has no values at all: who answers wrongly, or cannot load, does
    not stand in the table of who dumps fastest.
    """
    faults = [record for record in records if record.outcome not in {"ok", "skipped"}]
    if faults:
        worst = max(faults, key=lambda record: SEVERITY.index(record.outcome))
        reason = f"{worst.case}: {worst.trial}: {worst.outcome}: {worst.reason}"
        return NoValues(reason, is_failure=worst.outcome != "unsupported")
    values = list(values_by_metric(records).get(metric, {}).values())
    if values:
        return values
    untried = [record.reason for record in records if record.outcome == "skipped"]
    return NoValues(untried[0] if untried else f"{metric} was not measured", is_failure=False)


def extra_info(
    records: Sequence[Record], metric: str, rows: Rows, python: str
) -> Mapping[str, Any]:
    """Return what pytest-benchmark's files keep beside the times: JSON values only.

    Parameters
    ----------
    records
        Of one case that has values of the metric.
    metric
        The one that the benchmark shows, in s.
    rows
        The case's rows.
    python
        Version of the interpreter that measured.
    """
    return extra_info_of(records, metric, rows.serializer.row, rows.versions(python))
