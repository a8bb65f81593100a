"""Trends: what is read, set beside one another, called a change, and passed over."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from savebench.api import load_history
from savebench.errors import DataError, UsageError
from savebench.history.collecting import said
from savebench.history.machines import Trend
from savebench.history.steps import since, steps, versions_since
from savebench.history.trends import History
from savebench.records.store import read_run
from savebench.report.run.page import write_report
from tests.history.synthetic import HistoryBuilder
from tests.report.synthetic import ENVIRONMENT

CHANGING = "knn-brute@1MB x pickle"


def _series(history: History, name: str = CHANGING, metric: str = "load_s") -> Trend:
    found = [
        series
        for machine in history.machines
        for series in machine.series
        if (series.name, series.metric) == (name, metric)
    ]
    assert len(found) == 1
    return found[0]


def _updated(run: int) -> Mapping[str, str]:
    return {**ENVIRONMENT.versions, "joblib": "1.6.0" if run < 10 else "1.7.0"}


@pytest.fixture(scope="module")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 60 runs, the last thirty of which load 10 % slower."""
    folder = tmp_path_factory.mktemp("stepped")
    HistoryBuilder(load_s=lambda run: 0.010 if run < 30 else 0.011).write(folder, 60)
    return folder


def test_a_planted_step_is_found_between_its_two_runs_with_its_size(stepped: Path) -> None:
    """And it is the only one of six series."""
    (step,) = steps(load_history(stepped))

    assert (step.series, step.metric) == (CHANGING, "load_s")
    assert abs(step.after_run - 31) <= 2
    assert step.before_run == step.after_run - 1
    assert step.ratio == pytest.approx(1.1, abs=0.02)


def test_a_machine_that_is_slower_for_ten_runs_is_no_change(tmp_path: Path) -> None:
    """Its control kernels say so; without them it would be one."""
    slow = HistoryBuilder(pace=lambda run: 1.3 if 20 <= run < 30 else 1.0)
    slow.write(tmp_path / "with", 50)
    slow.kernels = False
    slow.write(tmp_path / "without", 50)

    told, untold = load_history(tmp_path / "with"), load_history(tmp_path / "without")

    assert steps(told) == []
    assert max(told.machines[0].paces.values()) == pytest.approx(1.3)
    assert {step.after_run for step in steps(untold)} >= {21, 31}


def test_sizes_are_not_relative_to_the_pace_and_change_with_one_byte(tmp_path: Path) -> None:
    """From one run to the next, both runs named."""
    HistoryBuilder(
        pace=lambda run: 1 + 0.05 * (run % 3), size_bytes=lambda run: 5000.0 + (run == 7)
    ).write(tmp_path, 8)

    history = load_history(tmp_path)

    assert _series(history, metric="size_bytes").adjusted == (5000.0,) * 7 + (5001.0,)
    assert {(step.metric, step.before_run, step.after_run) for step in steps(history)} == {
        ("size_bytes", 7, 8)
    }


def test_a_size_that_flutters_is_not_taken_for_exact(tmp_path: Path) -> None:
    """Each other run a byte more: no step of it tells of a change."""
    HistoryBuilder(size_bytes=lambda run: 5000.0 + run % 2).write(tmp_path, 20)

    history = load_history(tmp_path)

    assert not _series(history, metric="size_bytes").exact
    assert steps(history) == []


def test_a_line_goes_on_over_an_update_and_marks_it(tmp_path: Path) -> None:
    """Another fingerprint, the same machine."""
    HistoryBuilder(versions=_updated).write(tmp_path, 20)

    history = load_history(tmp_path)

    (machine,) = history.machines
    assert [(mark.run, mark.changes) for mark in machine.marks] == [
        (11, ("joblib 1.6.0 -> 1.7.0",))
    ]
    assert versions_since(history, 5) == {1: ["joblib 1.6.0 -> 1.7.0"]}
    assert versions_since(history, 15) == {}


def test_another_processor_is_a_line_of_its_own(tmp_path: Path) -> None:
    """However much faster, it is no change."""
    HistoryBuilder(
        processor=lambda run: f"processor {run % 2}", load_s=lambda run: 0.01 * (1 + run % 2)
    ).write(tmp_path, 24)

    history = load_history(tmp_path)

    assert [machine.runs[:2] for machine in history.machines] == [(1, 3), (2, 4)]
    assert steps(history) == []


def test_what_changed_since_a_run_is_told_by_levels(stepped: Path) -> None:
    """Since run 10 one series; since run 45 nothing."""
    history = load_history(stepped)

    (row,) = since(history, 10)

    assert (row.series, row.metric, row.what) == (CHANGING, "load_s", "slower")
    assert row.ratio == pytest.approx(1.1, abs=0.02)
    assert since(history, 45) == []


def test_new_series_and_series_that_are_gone_are_told(tmp_path: Path) -> None:
    """Never passed over."""
    builder = HistoryBuilder()
    builder.write(tmp_path, 6)
    for number in (0, 1, 2, 4, 5):
        path = tmp_path / f"{number:03d}" / "run.jsonl"
        name = b'"joblib"' if number < 3 else b'"dill"'
        path.write_bytes(path.read_bytes().replace(b'"joblib"', name))
    path = tmp_path / "003" / "run.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"joblib"', b'"dill"'))

    rows = since(load_history(tmp_path), 2)

    assert {(row.series, row.what) for row in rows} == {
        ("knn-brute@1MB x joblib", "gone"),
        ("knn-brute@1MB x dill", "new"),
    }
    assert since(load_history(tmp_path), 5) == []


def test_a_run_is_named_by_number_and_by_folder(stepped: Path) -> None:
    """And one that is not there is refused with what there is."""
    history = load_history(stepped)

    assert history.number("7") == history.number("006") == 7
    assert history.number(str(stepped / "006")) == 7
    with pytest.raises(UsageError, match="name one from 1 to 60"):
        history.number("61")


def test_medians_are_those_of_the_report(tmp_path: Path) -> None:
    """The lean reader and the strict one agree."""
    import pandas as pd

    (folder,) = HistoryBuilder().write(tmp_path, 1)
    write_report(read_run(folder), folder)
    summary = pd.read_csv(folder / "summary.csv")
    summary = summary[summary["metric"].notna()]

    frame = load_history(tmp_path).to_frame()

    expected = {
        (f"{row.workload}@{row.size} x {row.serializer}", row.metric): row.median
        for row in summary.itertuples()
    }
    found = {(row.series, row.metric): row.raw for row in frame.itertuples()}
    assert found == {key: pytest.approx(expected[key]) for key in found}
    assert len(found) == 6


def test_runs_lie_at_any_depth_compressed_or_not(tmp_path: Path) -> None:
    """Hidden folders aside, and in the order of time, not of names."""
    builder = HistoryBuilder()
    builder.write_one(tmp_path / "z" / "y" / "x", 0)
    builder.write_one(tmp_path / "a", 1, compressed=True)
    builder.write_one(tmp_path / ".git" / "b", 2)

    history = load_history(tmp_path)

    assert [history.label(number) for number in (1, 2)] == ["z/y/x", "a"]
    assert len(history.runs) == 2


def test_what_cannot_be_read_is_named_and_passed_over(tmp_path: Path) -> None:
    """Damaged, cut off, foreign, newer, empty, without a good trial, going on, a copy."""
    builder = HistoryBuilder()
    builder.write(tmp_path, 12)
    whole = (tmp_path / "000" / "run.jsonl").read_bytes()
    lines = whole.split(b"\n")
    for name, data in {
        "damaged": b"\n".join([*lines[:3], b'{"case": 7}', *lines[3:]]),
        "cut": whole[:-9],
        "foreign": b'{"hello": "world"}\n',
        "binary": b"\xff\xfe\x00" * 99,
        "deep": b"[" * 100_000,
        "newer": whole.replace(b'"schema":1', b'"schema":2'),
        "empty": b"",
        "timeless": whole.replace(builder.started(0).isoformat().encode(), b"noon"),
        "header-only": lines[0] + b"\n",
        "copy": whole,
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.jsonl").write_bytes(data)
    (tmp_path / "broken-gz").mkdir()
    (tmp_path / "broken-gz" / "run.jsonl.gz").write_bytes(b"\x1f\x8b\x08 no")
    (tmp_path / "benchmarks.json").write_text("{}", encoding="utf-8")
    builder.write_one(tmp_path / "going-on", 20)

    with FileLock(tmp_path / "going-on" / ".lock"):
        history = load_history(tmp_path)

    assert [history.label(number) for number in range(1, 13)] == [f"{n:03d}" for n in range(12)]
    told = {each.path.name: said(each) for each in history.skipped}
    assert all(str(each.path) in said(each) for each in history.skipped)
    expected = {
        "damaged": "line 4: not a record",
        "cut": "the file was cut off",
        "foreign": "not the header of a savebench run",
        "binary": "not the header of a savebench run",
        "deep": "not the header of a savebench run",
        "newer": "schema 2 is newer",
        "empty": "empty",
        "timeless": "'noon' is no time",
        "header-only": "no trial in it went well",
        "broken-gz": "cannot be decompressed",
        "benchmarks.json": "nothing that history reads",
        "going-on": "a run is going on",
        "copy": "a copy of",
    }
    assert told.keys() == expected.keys()
    assert {name: text for name, text in expected.items() if text not in told[name]} == {}


def test_no_folder_and_no_run_are_told_apart(tmp_path: Path) -> None:
    """Each with what to do."""
    with pytest.raises(UsageError, match="no such folder"):
        load_history(tmp_path / "nowhere")
    with pytest.raises(DataError, match="no run in it; make one with"):
        load_history(tmp_path)
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="1 passed over; the first: "):
        load_history(tmp_path)
