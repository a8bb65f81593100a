"""Summaries: a run's records as one row a case and metric, with ranks and outcomes.

Failed trials yield no values. A case that failed in any trial keeps the values of its good ones,
but takes no rank: who answers wrongly or falls over cannot win.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from savebench.metrics import METRICS
from savebench.records import Case, Header, Record, Run
from savebench.stats import Interval, is_slower, median_interval, paired_ratio

if TYPE_CHECKING:
    import pandas as pd

BASELINE = "pickle"
"""The serializer that every ratio is relative to."""

SEVERITY = (
    "ok",
    "skipped",
    "unsupported",
    "timeout",
    "out-of-memory",
    "failed",
    "crashed",
    "mismatch",
)
"""Outcomes from best to worst; a wrong answer that looks right is the worst."""

RANKED_OUTCOMES = frozenset({"ok", "skipped"})
"""Outcomes that leave a case in the ranking: a skipped trial says nothing against it."""

_DTYPES: dict[object, str] = {
    str: "object",
    int: "int64",
    float: "float64",
    bool: "bool",
    int | None: "Int64",
    float | None: "float64",
    bool | None: "boolean",
}

ByRound = dict[int, float]
Values = dict[tuple[Case, str], ByRound]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A serializer's place among those of its kind."""

    serializer: str
    rank: int | None
    """None where too few rounds leave no interval to tell by."""
    tied: bool
    """Another serializer shares the rank: the two cannot be told apart."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """What became of one case; None where the data say nothing."""

    workload: str
    size: str
    serializer: str
    kind: str
    outcome: str
    reason: str
    rounds: int
    """Rounds in which at least one trial went well."""
    exact: bool | None
    """Every load answered bit for bit as the model did."""
    repeatable: bool | None
    """Every dump wrote the same bytes; None with fewer than two dumps."""
    max_abs_difference: float | None
    printed: str
    """What the serializer printed, if anything."""


def summarize(run: Run) -> "pd.DataFrame":
    """Return one row per workload, size, serializer and metric that has a value.

    Columns are the fields of `SummaryRow`: median and its interval (`stats.median_interval`) in
    the metric's unit (seconds or bytes); ratio to `BASELINE`, paired by round
    (`stats.paired_ratio`); ``same_as_baseline`` where that interval covers 1 (a size: where it is
    equal), and no answer where the rounds are too few for an interval; ``rank`` and ``tied`` (see
    `rank`) on the rows of the metric that ranks the kind (`rank_metric`). Rows stand in the order
    of the header's cases.
    """
    values = values_by_case(run.records)
    failed = {case for case, worst in _worst_records(run).items() if _is_failed(worst)}
    places = _places(run.header, values, failed)
    rows: list[SummaryRow] = []
    for case in run.header.cases:
        kind = kind_of(run.header, case.serializer)
        for metric in METRICS:
            by_round = values.get((case, metric))
            if by_round:
                baseline = values.get((_baseline_case(case), metric), {})
                place = places.get(case) if metric == rank_metric(kind) else None
                rows.append(_summary_row(run.header, case, metric, by_round, baseline, place))
    return _frame(rows, SummaryRow)


def case_outcomes(run: Run) -> "pd.DataFrame":
    """Return one row per case: its worst outcome and why, and how faithful it was.

    Columns are the fields of `OutcomeRow`. A case of the header that has no record was never
    reached, and counts as skipped.
    """
    worst = _worst_records(run)
    by_case: dict[Case, list[Record]] = {case: [] for case in run.header.cases}
    for record in run.records:
        by_case.get(record.case, []).append(record)
    rows = [
        _outcome_row(run.header, case, records, worst.get(case))
        for case, records in by_case.items()
    ]
    return _frame(rows, OutcomeRow)


def rank(by_serializer: Mapping[str, ByRound]) -> list[Place]:
    """Return serializers in the order of their medians, ties marked.

    A row shares the rank of the row above unless it is slower than the *first* row of that rank:
    the interval of their paired ratio lies above 1 (`stats.is_slower`). Ranks count rows, so two
    firsts are followed by a third. A row without an interval, of its own or against that first row,
    takes no rank and shares none; it counts all the same, so that nobody is first behind it.
    """
    intervals = {
        name: median_interval(list(rounds.values())) for name, rounds in by_serializer.items()
    }
    order = sorted(intervals, key=lambda name: intervals[name].median)
    ranks: dict[str, int | None] = {}
    first = ""
    for position, name in enumerate(order, start=1):
        slower = not first or is_slower(by_serializer[name], by_serializer[first])
        if intervals[name].is_range or slower is None:
            ranks[name] = None
            continue
        first = name if slower else first
        ranks[name] = position if slower else ranks[first]
    taken = list(ranks.values())
    return [
        Place(serializer=name, rank=place, tied=place is not None and taken.count(place) > 1)
        for name, place in ranks.items()
    ]


def rank_metric(kind: str) -> str:
    """Return the metric that ranks a kind.

    Load and first call together, so that a lazy or mapped load is charged for what it puts off; a
    floor restores arrays and no model, so there is nothing to call.
    """
    return "load_s" if kind == "floor" else "load_predict_s"


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


def values_by_case(records: Iterable[Record]) -> Values:
    """Return the metrics of the trials that went well: (case, metric) -> round -> value."""
    values: Values = {}
    for record in records:
        if record.outcome == "ok":
            for metric, value in record.metrics.items():
                values.setdefault((record.case, metric), {})[record.round] = value
    return values


def kind_of(header: Header, serializer: str) -> str:
    """Return a serializer's kind."""
    return header.serializers[serializer].kind


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


def _frame(rows: list[Any], row_type: type[Any]) -> "pd.DataFrame":
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


def _places(header: Header, values: Values, failed: set[Case]) -> dict[Case, Place]:
    groups: dict[tuple[str, str], dict[str, Case]] = {}
    for case in header.cases:
        kind = kind_of(header, case.serializer)
        if case not in failed and values.get((case, rank_metric(kind))):
            groups.setdefault((case.model, kind), {})[case.serializer] = case
    places: dict[Case, Place] = {}
    for (_, kind), cases in groups.items():
        contenders = {name: values[case, rank_metric(kind)] for name, case in cases.items()}
        places |= {cases[place.serializer]: place for place in rank(contenders)}
    return places


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


def _is_failed(record: Record | None) -> bool:
    return record is not None and record.outcome not in RANKED_OUTCOMES


def worst_outcomes(run: Run) -> dict[Case, tuple[str, str]]:
    """Return each case's worst outcome and its reason; a case never reached counts as skipped."""
    worst = _worst_records(run)
    return {
        case: (worst[case].outcome, worst[case].reason)
        if case in worst
        else ("skipped", "the run ended before its turn")
        for case in run.header.cases
    }


def _worst_records(run: Run) -> dict[Case, Record]:
    """Return each case's worst record; a model that could not be built condemns all its cases."""
    worst: dict[Case, Record] = {}
    broken_models: dict[str, Record] = {}
    measured = {each.case for each in run.records if each.trial == "load" and each.outcome == "ok"}
    for record in run.records:
        if record.outcome == "skipped" and record.case in measured:
            continue  # it had its turn when the run was resumed
        if record.trial == "build" and record.outcome != "ok":
            broken_models.setdefault(record.case.model, record)
        known = worst.get(record.case)
        if known is None or _severity(record) > _severity(known):
            worst[record.case] = record
    for case in run.header.cases:
        if case not in worst and case.model in broken_models:
            worst[case] = broken_models[case.model]
    return worst


def _severity(record: Record) -> int:
    return SEVERITY.index(record.outcome)


def _outcome_row(
    header: Header, case: Case, records: list[Record], worst: Record | None
) -> OutcomeRow:
    good = [record for record in records if record.outcome == "ok" and record.trial != "build"]
    exact = _facts(records, "exact")
    digests = _facts([record for record in good if record.trial == "dump"], "digest")
    differences = _facts(records, "max_abs_difference")
    return OutcomeRow(
        workload=case.workload,
        size=case.size,
        serializer=case.serializer,
        kind=kind_of(header, case.serializer),
        outcome=worst.outcome if worst else "skipped",
        reason=worst.reason if worst else "the run ended before its turn",
        rounds=len({record.round for record in good}),
        exact=all(exact) if exact else None,
        repeatable=len(set(digests)) == 1 if len(digests) > 1 else None,
        max_abs_difference=max(differences, default=None),
        printed="\n".join(dict.fromkeys(map(str, filter(None, _facts(records, "printed"))))),
    )


def _facts(records: Iterable[Record], name: str) -> list[Any]:
    found = (record.facts.get(name) for record in records)
    return [fact for fact in found if fact is not None]
