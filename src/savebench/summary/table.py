"""A run as one row a case and metric, with ratios and ranks: typed rows, and frames of them.

Failed trials yield no values. A case that failed in any trial keeps the values of its good ones,
but takes no rank: who answers wrongly or falls over cannot win.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from savebench.records.metrics import METRICS
from savebench.records.schema import Case, Header, Run
from savebench.records.series import ByRound, values_by_case
from savebench.stats import Interval, median_interval, paired_ratio
from savebench.summary.outcomes import RANKED_OUTCOMES, OutcomeRow, failed_cases, outcomes_of
from savebench.summary.ranks import BASELINE, Place, kind_of, places_of, rank_metric

if TYPE_CHECKING:
    import pandas as pd

_DTYPES: dict[object, str] = {
    str: "object",
    int: "int64",
    float: "float64",
    bool: "bool",
    int | None: "Int64",
    float | None: "float64",
    bool | None: "boolean",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRow:
    """One row of a summary; None where the data say nothing."""

    workload: str
    size: str
    serializer: str
    kind: str
    metric: str
    unit: str
    n: int
    median: float
    low: float
    high: float
    is_range: bool
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    ratio_n: int
    same_as_baseline: bool | None
    model_bytes: int | None
    rank: int | None
    tied: bool | None


def summarize(run: Run) -> "pd.DataFrame":
    """Return one row per workload, size, serializer and metric that has a value.

    Columns are the fields of `SummaryRow`: median and its interval (`stats.median_interval`) in
    the metric's unit (seconds or bytes); ratio to `BASELINE`, paired by round
    (`stats.paired_ratio`); ``same_as_baseline`` where that interval covers 1 (a size: where it is
    equal), and no answer where the rounds are too few for an interval; ``rank`` and ``tied`` (see
    `ranks.rank`) on the rows of the metric that ranks the kind (`rank_metric`). Rows stand in the
    order of the header's cases.
    """
    return summary_frame(rows_of(run))


def rows_of(run: Run) -> list[SummaryRow]:
    """Return the rows of `summarize`, typed, with None for what is missing."""
    values = values_by_case(run.records)
    places = places_of(run.header, values, failed_cases(run))
    rows: list[SummaryRow] = []
    for case in run.header.cases:
        kind = kind_of(run.header, case.serializer)
        for metric in METRICS:
            by_round = values.get((case, metric))
            if by_round:
                baseline = values.get((_baseline_case(case), metric), {})
                place = places.get(case) if metric == rank_metric(kind) else None
                rows.append(_summary_row(run.header, case, metric, by_round, baseline, place))
    return rows


def summary_frame(rows: Sequence[SummaryRow]) -> "pd.DataFrame":
    """Return rows as `summarize` has them."""
    return _frame(rows, SummaryRow)


def case_outcomes(run: Run) -> "pd.DataFrame":
    """Return one row per case: its worst outcome and why, and how faithful it was.

    Columns are the fields of `OutcomeRow`. A case of the header that has no record was never
    reached, and counts as skipped.
    """
    return outcomes_frame(outcomes_of(run))


def outcomes_frame(outcomes: Sequence[OutcomeRow]) -> "pd.DataFrame":
    """Return outcomes as `case_outcomes` has them."""
    return _frame(outcomes, OutcomeRow)


def sound_rows(rows: Iterable[SummaryRow], outcomes: Iterable[OutcomeRow]) -> list[SummaryRow]:
    """Return the rows of cases that did not fail: nothing is drawn or concluded of one that did."""
    failed = {
        (row.workload, row.size, row.serializer)
        for row in outcomes
        if row.outcome not in RANKED_OUTCOMES
    }
    return [row for row in rows if (row.workload, row.size, row.serializer) not in failed]


def write_csv(summary: "pd.DataFrame", outcomes: "pd.DataFrame", path: Path) -> Path:
    """Write the summary with each case's outcome and reason, and return the path.

    A case that has no value gets one row with an empty metric.
    """
    keys = ["workload", "size", "serializer", "kind"]
    wanted = [*keys, "outcome", "reason"]
    table = outcomes[wanted].merge(summary, on=keys, how="left", sort=False)
    table = table[[*summary.columns, "outcome", "reason"]]
    table.to_csv(path, index=False, lineterminator="\n")
    return path


def summary_rows(summary: "pd.DataFrame") -> list[SummaryRow]:
    """Return a summary's rows, typed, with None for what is missing."""
    return [SummaryRow(**row) for row in _dicts(summary)]


def outcome_rows(outcomes: "pd.DataFrame") -> list[OutcomeRow]:
    """Return the rows of `case_outcomes`, typed, with None for what is missing."""
    return [OutcomeRow(**row) for row in _dicts(outcomes)]


def _dicts(frame: "pd.DataFrame") -> Iterator[dict[str, Any]]:
    names = list(frame.columns)
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in names]
    return (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))


def _frame(rows: Sequence[Any], row_type: type[Any]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(
        {
            field.name: pd.Series(
                [getattr(row, field.name) for row in rows], dtype=_DTYPES[field.type]
            )
            for field in fields(row_type)
        }
    )


def _baseline_case(case: Case) -> Case:
    return Case(case.workload, case.size, BASELINE)


def _summary_row(  # noqa: PLR0913, PLR0917 - one argument a source of the row's fields
    header: Header,
    case: Case,
    metric: str,
    by_round: ByRound,
    baseline: ByRound,
    place: Place | None,
) -> SummaryRow:
    middle = median_interval(list(by_round.values()))
    ratio = _ratio(by_round, baseline)
    return SummaryRow(
        workload=case.workload,
        size=case.size,
        serializer=case.serializer,
        kind=kind_of(header, case.serializer),
        metric=metric,
        unit=METRICS[metric].unit,
        n=middle.n,
        median=middle.median,
        low=middle.low,
        high=middle.high,
        is_range=middle.is_range,
        ratio=ratio.median if ratio else None,
        ratio_low=ratio.low if ratio else None,
        ratio_high=ratio.high if ratio else None,
        ratio_n=ratio.n if ratio else 0,
        same_as_baseline=_is_same(metric, ratio),
        model_bytes=header.workloads[case.model].model_bytes,
        rank=place.rank if place else None,
        tied=place.tied if place and place.rank else None,
    )


def _ratio(by_round: ByRound, baseline: ByRound) -> Interval | None:
    try:
        return paired_ratio(by_round, baseline)
    except ValueError:
        return None


def _is_same(metric: str, ratio: Interval | None) -> bool | None:
    counted_exactly = metric == "size_bytes"
    if ratio is None or (ratio.is_range and not counted_exactly):
        return None
    return ratio.covers(1.0)
