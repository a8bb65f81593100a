"""A pytest-benchmark file as tables: the caution first, then a table a group."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from savebench.pytest_benchmark.layout import BenchmarkFile
from savebench.pytest_benchmark.reading import read_pytest_benchmark
from savebench.report.benchmarks import benchmark_rows, print_benchmarks
from savebench.report.pytest_benchmark import pytest_benchmark_file
from savebench.summary import summarize, summary_rows
from tests.benchmark_files import benchmark, document, marked, write
from tests.report.synthetic import PROFILES, Failure, RunBuilder


def file_of(folder: Path, *benchmarks: dict[str, Any]) -> BenchmarkFile:
    """Return a file of such benchmarks, read."""
    return read_pytest_benchmark(write(folder / "file.json", document(*benchmarks)))


def printed(file: BenchmarkFile, width: int = 100) -> str:
    """Return what is printed of a file."""
    text = io.StringIO()
    print_benchmarks(file, "file.json", Console(file=text, width=width))
    return text.getvalue()


def test_rounds_of_one_process_are_called_so_before_any_number(tmp_path: Path) -> None:
    """And why that matters."""
    text = printed(file_of(tmp_path, benchmark()))
    assert text.index("Rounds of one process") < text.index("median")
    assert "no independent" in text


def test_rows_stand_by_group_from_fastest_to_slowest(tmp_path: Path) -> None:
    """Groups in the order of the file, the one without a name too."""
    rows = benchmark_rows(
        file_of(
            tmp_path,
            benchmark("test_slow", (4.0, 4.0, 4.0), group="a"),
            benchmark("test_alone", (5.0,)),
            benchmark("test_fast", (2.0, 1.0, 2.0), group="a"),
        )
    )
    assert [(row.group, row.name, row.ratio, row.ratio_to) for row in rows] == [
        ("a", "test_fast", 1.0, "fastest"),
        ("a", "test_slow", 2.0, "fastest"),
        (None, "test_alone", 1.0, "fastest"),
    ]
    assert rows[0].min == 1.0


def test_the_interval_is_that_of_the_median(tmp_path: Path) -> None:
    """By order statistics; below six values their range, and it says so."""
    file = file_of(
        tmp_path,
        benchmark("test_many", [float(value) for value in range(1, 10)]),
        benchmark("test_few", (1.0, 2.0, 3.0)),
    )
    few, many = benchmark_rows(file)
    assert (many.low, many.median, many.high, many.is_range) == (2.0, 5.0, 8.0, False)
    assert (few.low, few.high, few.is_range) == (1.0, 3.0, True)
    assert "Fewer than six values" in printed(file)


def test_without_rounds_there_is_no_interval(tmp_path: Path) -> None:
    """Median, least and count are what the file keeps."""
    file = file_of(tmp_path, benchmark(times_s=None))
    (row,) = benchmark_rows(file)
    assert (row.n, row.median, row.min, row.low, row.high) == (1, 0.5, 0.5, None, None)
    assert "--benchmark-save-data" in printed(file)


def test_what_savebench_measured_shows_its_medians_without_rounds(tmp_path: Path) -> None:
    """As ``--benchmark-save`` alone leaves it: the mark still numbers the rounds."""
    pickle = marked("pickle", (1.0, 2.0, 3.0), rounds=[1, 2, 3])
    joblib = marked("joblib", (3.0, 4.0, 5.0), rounds=[1, 2, 3])
    for each in (pickle, joblib):
        del each["stats"]["data"]
    file = file_of(tmp_path, pickle, joblib)
    assert [(row.name, row.n, row.median, row.ratio, row.low) for row in benchmark_rows(file)] == [
        ("pickle", 3, 2.0, 1.0, None),
        ("joblib", 3, 4.0, 2.0, None),
    ]
    assert "--benchmark-save-data" in printed(file)


def test_ratios_of_what_savebench_measured_are_paired_by_round(tmp_path: Path) -> None:
    """Twice as slow in each round is twice as slow, however the rounds differ."""
    pickle = marked("pickle", (1.0, 8.0, 2.0), rounds=[1, 2, 3])
    joblib = marked("joblib", (16.0, 4.0), rounds=[2, 3])
    file = file_of(tmp_path, pickle, joblib)
    by_name = {row.name: row for row in benchmark_rows(file)}
    assert by_name["joblib"].ratio == pytest.approx(2.0)
    assert by_name["joblib"].ratio_to == "pickle"
    assert by_name["joblib"].size_bytes == 1200
    assert "baseline" in printed(file)
    assert "first operation of a fresh process" in printed(file)


def test_a_single_round_has_no_interval_to_show(tmp_path: Path) -> None:
    """One value says nothing of the spread."""
    text = printed(file_of(tmp_path, marked("pickle", (1.0,)), marked("joblib", (2.0,))))
    (line,) = [line for line in text.splitlines() if line.startswith("joblib")]
    assert line.split() == ["joblib", "1", "2", "s", "2.00x", "-", "2", "s"]


def test_too_few_rounds_are_never_called_the_same_or_fastest(tmp_path: Path) -> None:
    """Five pairs leave no interval; a foreign file has none of its ratios at all."""
    ours = printed(
        file_of(
            tmp_path,
            marked("pickle", (1.0, 2.0, 1.0, 1.0, 1.0)),
            marked("joblib", (1.0, 1.0, 1.0, 2.0, 1.0)),
        )
    )
    theirs = printed(file_of(tmp_path, benchmark("test_a", (2.0,)), benchmark("test_b", (1.0,))))

    assert "1.00x [0.50-2.00]" in ours
    assert "same" not in ours
    assert "fastest" not in theirs
    assert "vs least" in theirs


def test_an_exported_run_shows_the_figures_of_its_own_summary() -> None:
    """Medians, intervals and ratios."""
    run = RunBuilder(profiles=PROFILES, rounds=8).build()
    ours = {
        (f"{row.workload}@{row.size}", row.serializer, row.metric): (
            row.median,
            row.low,
            row.high,
            row.ratio,
        )
        for row in summary_rows(summarize(run))
        if row.unit == "s"
    }
    theirs = {
        (str(row.group).split(":")[0], row.name, row.metric): (
            row.median,
            row.low,
            row.high,
            row.ratio,
        )
        for row in benchmark_rows(pytest_benchmark_file(run))
    }
    assert ours == theirs


@pytest.mark.parametrize("width", [60, 80, 100])
def test_every_line_fits_and_no_name_loses_its_end(tmp_path: Path, width: int) -> None:
    """Names of tests differ at their ends."""
    name = "test_a_name_that_is_far_too_long_for_its_column[and-its-parameter]"
    text = printed(file_of(tmp_path, benchmark(name, group="g" * 70)), width)
    assert max(map(len, text.splitlines())) <= width
    column = "".join(line[: 26 if width > 60 else 21].strip() for line in text.splitlines())
    assert name in column


def test_what_failed_is_told_at_the_end() -> None:
    """One line a case."""
    failures = {("arrays@1MB", "joblib"): Failure(outcome="crashed", reason="signal 11")}
    text = printed(pytest_benchmark_file(RunBuilder(failures=failures).build()))
    assert text.rstrip().endswith("arrays@1MB x joblib: crashed: signal 11")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_narrow_terminals_keep_n_and_the_whole_reason(width: int) -> None:
    """What leaves is the least and the interval."""
    reason = f"crashed: {' '.join(f'word{number}' for number in range(40))}"
    failures = {("arrays@1MB", "joblib"): Failure(outcome="crashed", reason=reason)}

    text = printed(pytest_benchmark_file(RunBuilder(failures=failures).build()), width)

    assert max(map(len, text.splitlines())) <= width
    assert f"arrays@1MB x joblib: crashed: {reason}" in " ".join(text.split())
    heads = [line.split()[:2] for line in text.splitlines() if line.startswith("benchmark")]
    assert set(map(tuple, heads)) == {("benchmark", "n")}


def test_times_of_zero_have_no_ratio(tmp_path: Path) -> None:
    """A clock too coarse for what it timed."""
    rows = benchmark_rows(file_of(tmp_path, benchmark("a", (0.0,)), benchmark("b", (1.0,))))
    assert [row.ratio for row in rows] == [None, None]
