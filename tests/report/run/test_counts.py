"""The instructions of a run, in a table of their own."""

from collections.abc import Mapping

import msgspec

from savebench.records.schema import Case, Outcome, Record, Run, TrialKind
from savebench.report.run.content import content_of
from savebench.report.run.counts import CountLine
from savebench.report.run.page import page_of
from savebench.summary import rows_of
from tests.report.run.test_terminal import shown
from tests.report.synthetic import PROFILES, RunBuilder

MODEL = "knn-brute@1MB"


def _record(  # noqa: PLR0913, PLR0917 - a record's fields
    serializer: str,
    trial: TrialKind,
    number: int,
    metrics: Mapping[str, float],
    outcome: Outcome = "ok",
    reason: str = "",
) -> Record:
    return Record(
        case=Case("knn-brute", "1MB", serializer),
        round=number,
        trial=trial,
        outcome=outcome,
        reason=reason,
        metrics=dict(metrics),
        launch="counting",
        started="2026-11-23T09:01:00.000Z",
    )


def _counted() -> Run:
    """Return a run of three serializers, two of them counted: one repeats, one does not quite."""
    profiles = {name: PROFILES[name] for name in ("pickle", "joblib", "joblib+zlib3")}
    run = RunBuilder(models=[MODEL], profiles=profiles).build()
    whole = {"load_instructions": 7_446_228.0, "predict_instructions": 24_355_141.0}
    counts = [
        record
        for number in (1, 2)
        for record in (
            _record("pickle", "count-dump", number, {"dump_instructions": 2_000_000.0}),
            _record("pickle", "count-load", number, whole),
            _record(
                "joblib", "count-load", number, {"load_instructions": 36_384_083.0 + 4e3 * number}
            ),
        )
    ]
    left_out = _record("joblib+zlib3", "count-load", 1, {}, "skipped", "not counted: too long")
    return msgspec.structs.replace(run, records=[*run.records, *counts, left_out])


def test_what_was_counted_stands_in_a_table_the_least_load_first() -> None:
    """With how many times pickle's each load is, and how well it repeats."""
    (block,) = content_of(_counted()).blocks
    assert block.counts == (
        CountLine(
            serializer="pickle",
            dump="2 M",
            load="7.45 M",
            predict="24.4 M",
            vs_baseline="baseline",
            repeats="exactly",
        ),
        CountLine(
            serializer="joblib",
            dump="-",
            load="36.4 M",
            predict="-",
            vs_baseline="4.89x",
            repeats="within 0.011 %",
        ),
    )


def test_what_was_not_counted_is_said() -> None:
    """Case, what, and why; its times stand where they stood."""
    said = "knn-brute@1MB x joblib+zlib3: load not counted: too long"
    run = _counted()
    assert content_of(run).uncounted == (said,)
    assert said in shown(run)
    assert "joblib+zlib3: load not counted: too long" in page_of(content_of(run), [])
    assert {row.outcome for row in content_of(run).outcomes} == {"ok"}


def test_counts_rank_nothing() -> None:
    """Ranks and ratios of times are those of the same run without counts."""
    counted = _counted()
    timed = [each for each in counted.records if each.launch != "counting"]
    without = msgspec.structs.replace(counted, records=timed)
    rest = [row for row in rows_of(counted) if row.unit != "instructions"]
    assert rest == rows_of(without)
    assert all(row.rank is None for row in rows_of(counted) if row.unit == "instructions")


def test_the_tables_show_instructions_where_there_are_any() -> None:
    """In the terminal and in the page; a run without counts has no such table."""
    text, page = shown(_counted()), page_of(content_of(_counted()), [])
    assert ["pickle", "7.45", "M", "baseline", "2", "M", "24.4", "M", "exactly"] in [
        line.split() for line in text.splitlines()
    ]
    assert "| instructions" not in page
    assert "counted under valgrind: they rank nothing" in page
    without = RunBuilder(models=[MODEL]).build()
    assert "valgrind: they rank" not in page_of(content_of(without), [])
