"""Summaries, outcomes and ranks of runs whose truth is known."""

import csv
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from savebench.records.schema import CARRIERS, Case, Outcome, Record, Run
from savebench.summary import (
    RANKED_OUTCOMES,
    SEVERITY,
    OutcomeRow,
    SummaryRow,
    case_outcomes,
    outcome_rows,
    rank,
    summarize,
    summary_rows,
    write_csv,
)
from tests.fakes import control_record
from tests.report.synthetic import (
    PROFILES,
    Failure,
    Profile,
    RunBuilder,
    quick_run,
    true_load_s,
)

KNN = "knn-brute@1MB"


def row_of(run: Run, model: str, serializer: str, metric: str) -> SummaryRow:
    """Return the one row of a case and metric."""
    rows = [
        row
        for row in summary_rows(summarize(run))
        if (f"{row.workload}@{row.size}", row.serializer, row.metric) == (model, serializer, metric)
    ]
    assert len(rows) == 1
    return rows[0]


def outcome_of(run: Run, model: str, serializer: str) -> OutcomeRow:
    """Return the one outcome of a case."""
    rows = [
        row
        for row in outcome_rows(case_outcomes(run))
        if (f"{row.workload}@{row.size}", row.serializer) == (model, serializer)
    ]
    assert len(rows) == 1
    return rows[0]


def with_records(run: Run, *extra: Record) -> Run:
    """Return a run with more records."""
    return Run(header=run.header, records=[*run.records, *extra])


def test_medians_and_ratios_come_near_the_planted_truth() -> None:
    """Forty rounds of 5 % noise in rounds that differ by 10 %."""
    run = RunBuilder(models=[KNN], rounds=40).build()

    row = row_of(run, KNN, "joblib+lz4", "load_predict_s")

    true_s = sum(true_load_s(PROFILES["joblib+lz4"], KNN))
    true_ratio = true_s / sum(true_load_s(PROFILES["pickle"], KNN))
    assert row.median == pytest.approx(true_s, rel=0.1)
    assert row.ratio == pytest.approx(true_ratio, rel=0.05)
    assert row.ratio_low is not None
    assert row.ratio_high is not None
    assert row.ratio_low < true_ratio < row.ratio_high
    assert (row.n, row.ratio_n, row.unit, row.is_range) == (40, 40, "s", False)


def test_the_columns_are_those_that_the_design_promises() -> None:
    """A frame's users rely on the names."""
    frame = summarize(RunBuilder(rounds=2).build())

    assert list(frame.columns) == [
        *("workload", "size", "serializer", "kind", "metric", "unit", "n"),
        *("median", "low", "high", "is_range"),
        *("ratio", "ratio_low", "ratio_high", "ratio_n", "same_as_baseline"),
        *("model_bytes", "rank", "tied"),
    ]


def test_the_baseline_stands_at_exactly_one() -> None:
    """And is the same as itself."""
    row = row_of(RunBuilder().build(), KNN, "pickle", "load_s")

    assert (row.ratio, row.ratio_low, row.ratio_high, row.same_as_baseline) == (1, 1, 1, True)


def test_without_the_baseline_there_is_no_ratio() -> None:
    """None, not a number that pretends."""
    run = RunBuilder(profiles={"joblib": Profile()}).build()

    row = row_of(run, KNN, "joblib", "load_s")

    assert (row.ratio, row.ratio_low, row.ratio_n, row.same_as_baseline) == (None, None, 0, None)


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_few_rounds_tell_sizes_apart_and_say_nothing_of_times(rounds: int) -> None:
    """One pair of sizes says all; below six pairs of times no interval exists."""
    run = RunBuilder(rounds=rounds).build()

    assert row_of(run, KNN, "joblib", "size_bytes").same_as_baseline is True
    assert row_of(run, KNN, "joblib+lz4", "size_bytes").same_as_baseline is False
    assert row_of(run, KNN, "pickle", "load_s").same_as_baseline is None
    assert row_of(run, KNN, "joblib+lz4", "load_s").same_as_baseline is None


def test_a_memory_peak_of_zero_has_a_value_and_no_ratio() -> None:
    """A load may raise the peak by nothing at all."""
    run = RunBuilder(models=[KNN], rounds=2).build()
    zero = [
        msgspec.structs.replace(record, metrics=dict.fromkeys(record.metrics, 0.0))
        for record in run.records
        if record.trial == "load-memory"
    ]

    row = row_of(with_records(run, *zero), KNN, "joblib", "load_peak_bytes")

    assert (row.median, row.ratio, row.n) == (0.0, None, 1)


def test_equal_rows_share_a_rank_and_the_next_rank_counts_them() -> None:
    """Two firsts are followed by a third."""
    slow = dict.fromkeys(range(1, 9), 3.0)
    first = {number: 1.0 + 0.01 * (number % 3) for number in range(1, 9)}
    second = {number: 1.0 + 0.01 * ((number + 1) % 3) for number in range(1, 9)}

    places = {place.serializer: place for place in rank({"c": slow, "a": first, "b": second})}

    assert {name: (place.rank, place.tied) for name, place in places.items()} == {
        "a": (1, True),
        "b": (1, True),
        "c": (3, False),
    }


def test_a_chain_of_neighbours_does_not_make_one_tie() -> None:
    """Each row is held against the first of its rank, not against the row above."""
    noise = (0.94, 1.06, 0.95, 1.05, 0.96, 1.04, 1.0, 1.0)
    near = {number + 1: 1.03 * factor for number, factor in enumerate(noise)}
    first = {number + 1: 1.0 for number in range(8)}
    far = dict.fromkeys(first, 1.1)

    ranks = {place.serializer: place.rank for place in rank({"1": first, "2": near, "3": far})}

    assert ranks == {"1": 1, "2": 1, "3": 3}


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_rows_of_too_few_rounds_take_no_rank_and_share_none(rounds: int) -> None:
    """Two milliseconds and four seconds are neither tied nor first and second."""
    numbers = range(1, rounds + 1)
    quick, slow = dict.fromkeys(numbers, 0.002), dict.fromkeys(numbers, 4.6)

    places = rank({"slow": slow, "quick": quick})

    assert [(place.serializer, place.rank, place.tied) for place in places] == [
        ("quick", None, False),
        ("slow", None, False),
    ]


def test_a_row_of_too_few_rounds_keeps_its_place_and_nobody_is_first_behind_it() -> None:
    """It may be the fastest; the rounds cannot say."""
    enough = range(1, 9)
    rows = {
        "third": dict.fromkeys(enough, 3.0),
        "once": {1: 1.0},
        "second": dict.fromkeys(enough, 2.0),
        "last": {1: 9.0, 2: 9.1},
    }

    ranks = {place.serializer: place.rank for place in rank(rows)}

    assert ranks == {"once": None, "second": 2, "third": 3, "last": None}


def test_rows_that_share_too_few_rounds_with_the_first_take_no_rank() -> None:
    """Each has an interval of its own, but there is none of their ratio."""
    early = dict.fromkeys(range(1, 9), 1.0)
    late = dict.fromkeys(range(6, 14), 2.0)

    ranks = {place.serializer: place.rank for place in rank({"early": early, "late": late})}

    assert ranks == {"early": 1, "late": None}


def test_kinds_are_never_ranked_against_each_other() -> None:
    """A floor is faster than anything and takes nobody's first place."""
    rows = [row for row in summary_rows(summarize(quick_run())) if row.rank is not None]

    by_kind: dict[tuple[str, str, str], set[int | None]] = {}
    for row in rows:
        by_kind.setdefault((row.workload, row.size, row.kind), set()).add(row.rank)
    assert all(1 in ranks for ranks in by_kind.values())
    assert {kind for _, _, kind in by_kind} == {"round-trip", "restricted", "floor"}


def test_a_mapped_row_ranks_by_load_and_first_call_never_by_the_bare_load() -> None:
    """Its load alone is the quickest by far; its work is put off."""
    profiles = {
        "pickle": Profile(load_s_per_mb=1e-3),
        "joblib-mmap": Profile(load_s_per_mb=2e-3, fixed_s=10e-6, maps_file=True),
    }
    run = RunBuilder(models=[KNN], profiles=profiles, rounds=8).build()

    assert row_of(run, KNN, "joblib-mmap", "load_s").rank is None
    assert row_of(run, KNN, "joblib-mmap", "load_predict_s").rank == 2
    assert row_of(run, KNN, "pickle", "load_predict_s").rank == 1


def test_a_case_that_failed_once_takes_no_rank() -> None:
    """Its good trials keep their values."""
    run = RunBuilder(models=[KNN]).build()
    crash = Record(
        case=Case("knn-brute", "1MB", "pickle"),
        round=7,
        trial="load",
        outcome="crashed",
        reason="signal 11",
        launch="zygote",
        started="2026-11-23T09:00:02.000Z",
    )

    run = with_records(run, crash)

    row = row_of(run, KNN, "pickle", "load_predict_s")
    assert (row.n, row.rank) == (6, None)
    assert outcome_of(run, KNN, "pickle").outcome == "crashed"


def test_a_trial_that_was_skipped_costs_no_rank() -> None:
    """A spent budget says nothing against a serializer."""
    failure = Failure(outcome="skipped", reason="the budget was spent")
    run = RunBuilder(models=[KNN]).build()
    skipped = RunBuilder(models=[KNN], failures={(KNN, "joblib"): failure}, rounds=1).build()
    records = [record for record in skipped.records if record.outcome == "skipped"]

    row = row_of(with_records(run, *records), KNN, "joblib", "load_predict_s")

    assert row.rank is not None


def test_the_worst_outcome_of_a_case_is_told_with_its_reason() -> None:
    """A timeout outweighs a skipped trial."""
    failures = {(KNN, "joblib"): Failure(outcome="timeout", reason="took longer than 30 s")}
    run = RunBuilder(models=[KNN], failures=failures).build()

    row = outcome_of(run, KNN, "joblib")

    assert (row.outcome, row.reason, row.exact) == ("timeout", "took longer than 30 s", None)
    assert outcome_of(run, KNN, "pickle").outcome == "ok"


def test_a_case_that_was_never_reached_counts_as_skipped() -> None:
    """The budget ended before its turn."""
    run = RunBuilder(models=[KNN]).build()
    records = [record for record in run.records if record.case.serializer != "joblib"]

    row = outcome_of(Run(header=run.header, records=records), KNN, "joblib")

    assert (row.outcome, row.reason, row.rounds) == ("skipped", "the run ended before its turn", 0)


def test_a_model_that_could_not_be_built_condemns_all_its_cases() -> None:
    """Its one record names no serializer of the run."""
    run = RunBuilder(models=[KNN]).build()
    build = Record(
        case=Case("knn-brute", "1MB", ""),
        round=0,
        trial="build",
        outcome="failed",
        reason="no memory",
        launch="spawn",
        started="2026-11-23T09:00:00.500Z",
    )

    rows = outcome_rows(case_outcomes(Run(header=run.header, records=[build])))

    assert {(row.outcome, row.reason) for row in rows} == {("failed", "no memory")}


def _carried_by(*outcomes: Outcome) -> str:
    """Return why pickle failed, where dill, if it ran, came to these outcomes."""
    names = ["pickle", "dill"] if outcomes else ["pickle"]
    run = RunBuilder(models=[KNN], profiles=dict.fromkeys(names, PROFILES["pickle"])).build()
    unsaved = Record(
        case=Case("knn-brute", "1MB", "pickle"),
        round=1,
        trial="dump",
        outcome="failed",
        reason="cannot store lock: a lock",
        facts={CARRIERS: ["cloudpickle", "dill"]},
        launch="spawn",
        started="2026-11-23T09:00:00.500Z",
    )
    others = [
        replace(unsaved, case=replace(unsaved.case, serializer="dill"), outcome=each, facts={})
        for each in outcomes
    ]
    return outcome_of(with_records(run, unsaved, *others), KNN, "pickle").reason


@pytest.mark.parametrize("outcomes", [(), ("ok",)])
def test_serializers_that_save_the_model_are_named_with_the_reason(
    outcomes: tuple[Outcome, ...],
) -> None:
    """Whether they ran or not."""
    expected = "cannot store lock: a lock; or save it with cloudpickle or dill"
    assert expected == _carried_by(*outcomes)


@pytest.mark.parametrize("outcome", [each for each in SEVERITY if each not in RANKED_OUTCOMES])
def test_a_serializer_that_ran_and_failed_is_not_named(outcome: Outcome) -> None:
    """In whatever way."""
    expected = "cannot store lock: a lock; or save it with cloudpickle"
    assert expected == _carried_by("ok", outcome)


def test_dumps_repeat_when_their_bytes_do_and_one_dump_cannot_say() -> None:
    """By the digests on record."""
    run = RunBuilder(models=[KNN], profiles=PROFILES, rounds=2).build()
    once = RunBuilder(models=[KNN], rounds=1).build()

    assert outcome_of(run, KNN, "pickle").repeatable is True
    assert outcome_of(run, KNN, "cloudpickle").repeatable is False
    assert outcome_of(once, KNN, "pickle").repeatable is None


def test_an_inexact_answer_is_told_with_its_largest_difference() -> None:
    """A floor has no answer, and so no verdict."""
    run = RunBuilder(
        models=[KNN], profiles=PROFILES, rounds=2, differences={(KNN, "skops"): 1e-6}
    ).build()

    inexact, floor = outcome_of(run, KNN, "skops"), outcome_of(run, KNN, "raw-copy")

    assert (inexact.exact, inexact.max_abs_difference) == (False, 1e-6)
    assert (floor.exact, floor.max_abs_difference) == (None, None)


def test_what_a_serializer_printed_is_kept_once() -> None:
    """Every trial prints the same."""
    run = RunBuilder(models=[KNN], rounds=3).build()
    loud = [
        msgspec.structs.replace(record, facts={**record.facts, "printed": "hello"})
        for record in run.records
    ]

    row = outcome_of(Run(header=run.header, records=loud), KNN, "pickle")

    assert row.printed == "hello"


def test_the_csv_has_every_value_and_one_row_for_each_case_without_any(tmp_path: Path) -> None:
    """With its outcome and reason, whatever characters that holds."""
    reason = 'says "no", and\nmore'
    failures = {(KNN, "joblib"): Failure(outcome="unsupported", reason=reason, trial="dump")}
    run = RunBuilder(models=[KNN], failures=failures, rounds=2).build()
    summary = summarize(run)

    path = write_csv(summary, case_outcomes(run), tmp_path / "summary.csv")

    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    lost = [row for row in rows if row["serializer"] == "joblib"]
    assert len(rows) == len(summary) + 1
    assert [(row["metric"], row["outcome"], row["reason"]) for row in lost] == [
        ("", "unsupported", reason)
    ]


def test_an_empty_run_has_empty_frames_with_all_columns() -> None:
    """Interrupted before the first trial."""
    run = Run(header=RunBuilder(models=[], rounds=0).build().header, records=[])

    assert summarize(run).empty
    assert case_outcomes(run).empty
    assert "median" in summarize(run).columns


def test_control_trials_change_no_row_and_no_outcome() -> None:
    """They are the machine's, and no case of the run; not even when they fail."""
    run = RunBuilder(models=[KNN], rounds=3).build()
    facts = {"kernels": {"cpu_s": 0.004}}
    controls = [
        control_record(1, facts),
        control_record(2, {}, "crashed", "planted"),
        control_record(3, {}, "timeout", "planted"),
    ]

    mixed = with_records(run, *controls)

    assert summary_rows(summarize(mixed)) == summary_rows(summarize(run))
    assert outcome_rows(case_outcomes(mixed)) == outcome_rows(case_outcomes(run))
