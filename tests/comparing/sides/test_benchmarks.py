"""A pytest-benchmark file as a side: a run's names where savebench measured, else a caution."""

import json
from pathlib import Path
from typing import Any

import pytest

from savebench.comparing.sides.reading import read_side
from savebench.comparing.sides.side import Measurement, Side, side_of_run
from savebench.report.pytest_benchmark import write_pytest_benchmark
from tests.benchmark_files import benchmark, document, marked, write
from tests.fakes import control_record
from tests.report.synthetic import Failure, RunBuilder


def side_of(folder: Path, *benchmarks: dict[str, Any], **changes: Any) -> Side:
    """Return the side that a file of such benchmarks makes."""
    return read_side(write(folder / "file.json", document(*benchmarks, **changes)))


@pytest.mark.parametrize("seed", range(3))
def test_a_run_and_the_file_made_from_it_are_the_same_side(tmp_path: Path, seed: int) -> None:
    """All values of all metrics by round, machine, settings, troubles, kernels."""
    run = RunBuilder(rounds=7, seed=seed).build()
    run.records.append(control_record(1, {"kernels": {"cpu_s": 0.01}}))
    path = write_pytest_benchmark(run, tmp_path)
    expected, found = side_of_run(run, str(path)), read_side(path)
    assert expected.measurements == found.measurements
    assert expected.party == found.party
    assert expected.kernels == found.kernels
    assert expected.remarks == found.remarks == ()


def test_a_case_that_failed_is_a_trouble_and_no_series(tmp_path: Path) -> None:
    """Its times stay out of a table that ranks; why it failed is carried along."""
    failures = {("arrays@1MB", "joblib"): Failure(outcome="mismatch", reason="another answer")}
    path = write_pytest_benchmark(RunBuilder(failures=failures).build(), tmp_path)
    found = read_side(path)
    assert found.troubles == {"arrays@1MB x joblib": "mismatch: another answer"}
    assert not [name for name, _ in found.measurements if name == "arrays@1MB x joblib"]


def test_what_others_measured_is_called_rounds_of_one_process(tmp_path: Path) -> None:
    """By its full name, with all raw rounds."""
    side = side_of(tmp_path, benchmark("test_a", (3.0, 1.0, 2.0)))
    assert side.measurements == {
        ("test_x.py::test_a", "time_s"): Measurement(
            unit="s", values=(3.0, 1.0, 2.0), rounds=(1, 2, 3), independent=False
        )
    }
    assert ["rounds of one process" in remark for remark in side.remarks] == [True]


def test_it_says_of_machine_and_code_what_the_file_says(tmp_path: Path) -> None:
    """In the words of a run where they are the same thing."""
    party = side_of(tmp_path).party
    assert party.started == "2026-11-23T09:00:00.123000+00:00"
    assert party.python == "CPython 3.11.7"
    assert party.versions == {"pytest-benchmark": "5.3.1", "commit": "c0ffee"}
    assert party.machine == {
        "platform": "Linux-6.1-x86_64",
        "processor": "A processor",
        "cores": "2",
    }


def test_a_file_that_says_nothing_of_its_machine_is_a_side_all_the_same(tmp_path: Path) -> None:
    """Hooks of a suite may write there what they like."""
    odd = {"cpu": "fast", "system": 3}
    party = side_of(tmp_path, machine_info=odd, commit_info=None, datetime=1, version=None).party
    assert (party.machine, party.versions, party.started, party.python) == ({}, {}, "", "")


def test_without_raw_rounds_the_median_stands_alone_and_it_says_so(tmp_path: Path) -> None:
    """As --benchmark-save leaves it."""
    side = side_of(tmp_path, benchmark(times_s=None), benchmark("test_b"))
    assert side.measurements["test_x.py::test_a", "time_s"].values == (0.5,)
    assert [remark for remark in side.remarks if remark.startswith("1 of 2 were saved without")]


def test_benchmarks_of_one_name_are_told_apart_by_their_order(tmp_path: Path) -> None:
    """None of them is lost."""
    side = side_of(tmp_path, benchmark(), benchmark(), benchmark())
    assert list(side.measurements) == [
        ("test_x.py::test_a", "time_s"),
        ("test_x.py::test_a #2", "time_s"),
        ("test_x.py::test_a #3", "time_s"),
    ]
    assert any("more than once" in remark for remark in side.remarks)


@pytest.mark.parametrize(
    ("timer", "is_told"),
    [
        ("perf_counter", False),
        ("time.process_time_ns", False),
        ("pep418.thread_time", False),
        ("my.joules", True),
        (None, False),
    ],
)
def test_a_timer_that_may_count_something_else_is_named(
    tmp_path: Path, timer: str | None, *, is_told: bool
) -> None:
    """Its values are taken for seconds, as pytest-benchmark's own tables do."""
    side = side_of(tmp_path, benchmark(options={"timer": timer}))
    assert is_told == any("my.joules" in remark for remark in side.remarks)


def test_marked_and_other_benchmarks_live_in_one_file(tmp_path: Path) -> None:
    """Those that savebench measured have a run's names; the caution counts the others."""
    side = side_of(tmp_path, benchmark(), marked("pickle", (0.1, 0.2), rounds=[2, 5]))
    assert side.measurements["knn-brute@1MB x pickle", "load_s"] == Measurement(
        unit="s", values=(0.1, 0.2), rounds=(2, 5)
    )
    assert side.measurements["knn-brute@1MB x pickle", "size_bytes"] == Measurement(
        unit="bytes", values=(1200.0,), rounds=(1,)
    )
    assert side.party.settings == {"launch": "zygote"}
    assert side.remarks[0].startswith("1 of 2 are rounds of one process")


def test_a_mark_without_a_size_names_its_series_all_the_same(tmp_path: Path) -> None:
    """A model of somebody's test has none."""
    side = side_of(tmp_path, marked("pickle", (0.1,), workload="test_m", size="", outcome="failed"))
    assert ("test_m x pickle", "load_s") in side.measurements
    assert side.troubles == {"test_m x pickle": "failed: "}


@pytest.mark.parametrize("number", ["12", True, None, float("nan"), float("inf")])
def test_a_size_that_is_no_number_is_no_series(tmp_path: Path, number: object) -> None:
    """Extra information is anybody's to write."""
    odd = marked("pickle", (0.1,))
    odd["extra_info"]["size_bytes"] = number
    side = side_of(tmp_path, odd)
    assert list(side.measurements) == [("knn-brute@1MB x pickle", "load_s")]


def test_a_file_saved_without_data_keeps_the_counts_of_its_mark(tmp_path: Path) -> None:
    """As after ``--benchmark-save`` of ``pytest bench``."""
    path = write_pytest_benchmark(RunBuilder(rounds=7).build(), tmp_path)
    bare = json.loads(path.read_bytes())
    for each in bare["benchmarks"]:
        del each["stats"]["data"]
    side = read_side(write(tmp_path / "bare.json", bare))
    assert len(side.measurements["arrays@1MB x pickle", "size_bytes"].values) == 7
    assert len(side.measurements["arrays@1MB x pickle", "load_s"].values) == 1
