"""Counting a run's cases: what is counted, what is left out, and what is said of it."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from savebench.errors import UsageError
from savebench.launch.messages import Answer, RowRef, Task
from savebench.measuring import settings as asked_settings
from savebench.measuring.bench import Bench, Job
from savebench.measuring.counting import Counting, expected_s, timed_only
from savebench.measuring.rounds import SilentObserver
from savebench.measuring.settings import Request, settings_of, suite_named
from savebench.measuring.setups import CaseSetup
from savebench.records.schema import Record, TrialKind
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject
from tests.fakes import FakeClock, FakeLauncher, case, settings

Script = Callable[[Task], tuple[float, Answer]]


def _timed(name: str, kind: TrialKind, outcome: str = "ok", **metrics: float) -> Record:
    return Record(
        case=case(name),
        round=1,
        trial=kind,
        outcome=outcome,  # type: ignore[arg-type] # one of the literals
        metrics=metrics,
        launch="zygote",
        started="",
    )


QUICK = [_timed("a", "dump", dump_s=0.01), _timed("a", "load", load_s=0.01, load_predict_s=0.02)]
SLOW = [_timed("b", "dump", dump_s=9.0), _timed("b", "load", load_s=0.01, load_predict_s=0.02)]


def _count(task: Task) -> tuple[float, Answer]:
    name = task.kind.replace("count-", "") + "_instructions"
    return 2.0, Answer(metrics={name: 1000.0})


def _records(
    folder: Path,
    earlier: Sequence[Record],
    script: Script = _count,
    left_s: float | None = None,
    timeout_s: float = 30.0,
) -> list[Record]:
    """Return what counting after those records yields."""
    subject = Subject(
        name="model",
        method="predict",
        folder=Path("models"),
        facts=BuiltModel(build_s=0.1, model_bytes=1000),
    )
    setups = {
        each: CaseSetup(subject=subject, serializer=RowRef("rows", each.serializer), modules=())
        for each in dict.fromkeys(record.case for record in earlier)
    }
    clock = FakeClock()
    job = Job(setups, settings(timeout_s=timeout_s), seed=0, work=folder)
    records: list[Record] = []
    Counting(
        Bench(job, FakeLauncher(clock, script, name="counting"), clock),
        Bench(job, FakeLauncher(clock, script), clock),
        records.append,
        SilentObserver(),
        left_s,
    ).run(earlier)
    return records


def test_a_case_is_counted_once_and_repeated_once(tmp_path: Path) -> None:
    """Its dump and its load."""
    records = _records(tmp_path, QUICK)

    assert sorted((each.trial, each.round) for each in records) == [
        ("count-dump", 1),
        ("count-dump", 2),
        ("count-load", 1),
        ("count-load", 2),
    ]
    assert {each.launch for each in records} == {"counting"}


def test_what_costs_longer_than_a_trial_may_take_is_left_out_with_the_figure(
    tmp_path: Path,
) -> None:
    """Eighty times nine seconds; its load is counted all the same, and the rest too."""
    records = _records(tmp_path, [*QUICK, *SLOW])

    skipped = [each for each in records if each.outcome == "skipped"]
    assert [(each.case, each.trial) for each in skipped] == [(case("b"), "count-dump")]
    assert skipped[0].reason == (
        "not counted: it would take about 12 min 03 s under valgrind; give a trial longer than "
        "30 s with --timeout"
    )
    assert len([each for each in records if each.outcome == "ok"]) == 6


def test_nothing_begins_that_the_budget_cannot_end(tmp_path: Path) -> None:
    """What is left out is said; a repeat for which no time is left is no news."""
    records = _records(tmp_path, QUICK, left_s=3.9)

    assert [(each.trial, each.round, each.outcome) for each in records] == [
        ("count-load", 1, "skipped"),
        ("count-dump", 1, "ok"),
    ]
    assert records[0].reason == (
        "not counted: it would take about 4.6 s under valgrind, and 3.9 s of the budget are left; "
        "give it more with --budget"
    )


def test_what_fails_under_valgrind_says_nothing_of_the_case(tmp_path: Path) -> None:
    """It is skipped, with what happened; it is not tried again."""

    def crash(task: Task) -> tuple[float, Answer]:
        if task.kind == "count-load":
            return 1.0, Answer(outcome="crashed", reason="count-load killed it with SIGILL")
        return _count(task)

    records = _records(tmp_path, QUICK, crash)

    loads = [each for each in records if each.trial == "count-load"]
    assert [(each.outcome, each.reason) for each in loads] == [
        (
            "skipped",
            "not counted: crashed under valgrind: count-load killed it with SIGILL",
        )
    ]


def test_a_case_that_failed_is_not_counted(tmp_path: Path) -> None:
    """Its times say why."""
    failed = _timed("a", "load", outcome="failed")
    assert _records(tmp_path, [QUICK[0], failed]) == []


def test_what_was_counted_before_an_interruption_is_not_counted_again(tmp_path: Path) -> None:
    """Nor is what was left out."""
    first = _records(tmp_path / "one", [*QUICK, *SLOW])
    assert _records(tmp_path / "two", [*QUICK, *SLOW, *first]) == []


def test_a_price_is_eighty_times_the_longer_of_what_is_counted() -> None:
    """Load and first answer; a floor has a load alone."""
    floor = _timed("floor", "load", load_s=0.05)
    found = expected_s([*QUICK, floor])
    assert found == {
        (case("a"), "count-dump"): pytest.approx(0.8 + 3.0),
        (case("a"), "count-load"): pytest.approx(1.6 + 3.0),
        (case("floor"), "count-load"): pytest.approx(4.0 + 3.0),
    }


def test_rounds_that_are_timed_count_nothing() -> None:
    """Their settings name no counted trial."""
    both = settings(kinds={"dump": None, "count-dump": 2, "load": None, "count-load": 2})
    assert timed_only(both).kinds == {"dump": None, "load": None}


def test_counting_is_refused_where_valgrind_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    monkeypatch.setattr(
        asked_settings, "why_no_counting", lambda: "counting needs valgrind: apt install valgrind"
    )
    suite = suite_named("smoke")
    with pytest.raises(UsageError, match="--count: counting needs valgrind: apt install valgrind"):
        settings_of(Request(count=True), suite, print)
    assert "count-load" not in settings_of(Request(), suite, print).kinds
