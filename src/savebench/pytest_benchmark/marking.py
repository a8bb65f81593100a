"""What savebench puts into a benchmark's ``extra_info``, from the records of its case."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Protocol

import msgspec

from savebench.pytest_benchmark.layout import MARK, Mark
from savebench.records.metrics import METRICS
from savebench.records.schema import Record
from savebench.records.series import ByRound, values_by_metric
from savebench.stats import median_interval


class About(Protocol):
    """What is said of a serializer: its row says it, and so does the header of a run."""

    @property
    def kind(self) -> str:
        """What comes back."""

    @property
    def maps_file(self) -> bool:
        """Whether a load leaves arrays mapped to the file."""


def extra_info_of(
    records: Sequence[Record], metric: str, about: About, versions: Mapping[str, str | None]
) -> dict[str, Any]:
    """Return what a benchmark says beside its times, as plain JSON values.

    Parameters
    ----------
    records
        Of one case that has values of the metric, in the order measured.
    metric
        The one that the benchmark shows, in s.
    about
        The case's serializer.
    versions
        Of the interpreter and the libraries that the times depend on.
    """
    good = [record for record in records if record.outcome == "ok"]
    values = values_by_metric(records)
    interval = median_interval(list(values[metric].values()))
    exact = [record.facts["exact"] for record in records if "exact" in record.facts]
    return {
        "metric": metric,
        "outcome": "ok",
        "launcher": ", ".join(sorted({record.launch for record in good})),
        "processes": interval.n,
        "median_s": interval.median,
        "median_low_s": interval.low,
        "median_high_s": interval.high,
        "interval": "range" if interval.is_range else "95 %",
        **{name: round(median(found.values())) for name, found in _counts(values).items()},
        "exact": all(exact) if exact else None,
        "kind": about.kind,
        "maps_file": about.maps_file,
        "versions": versions,
        MARK: mark_of_records(records, metric),
    }


def mark_of_records(records: Sequence[Record], metric: str) -> dict[str, Any]:
    """Return savebench's mark of a benchmark that shows one metric of a case, as JSON values.

    Parameters
    ----------
    records
        Of one case; at least one.
    metric
        The one that the benchmark shows, one time a good record that has it, in their order.
    """
    good = [record for record in records if record.outcome == "ok"]
    case, values = records[0].case, values_by_metric(records)
    mark = Mark(
        independent=True,
        metric=metric,
        workload=case.workload,
        size=case.size,
        serializer=case.serializer,
        launch=", ".join(sorted({record.launch for record in good})),
        rounds=list(values.get(metric, {})),
        counts=_counts(values),
    )
    found: dict[str, Any] = msgspec.to_builtins(mark, str_keys=True)
    return found


def _counts(values: Mapping[str, ByRound]) -> dict[str, ByRound]:
    """Return those metrics that are counts of bytes."""
    return {
        name: by_round
        for name, by_round in values.items()
        if name in METRICS and METRICS[name].unit == "bytes"
    }
