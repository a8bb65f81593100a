"""The command line on pytest-benchmark files: read as a run is, written on request."""

import json
from pathlib import Path

import pytest

from savebench.records.schema import encode_line
from tests.benchmark_files import benchmark, document, made_by_pytest_benchmark, marked, write
from tests.commands import savebench
from tests.report.synthetic import RunBuilder


def run_folder(folder: Path) -> Path:
    """Make a run's folder."""
    run = RunBuilder(models=("arrays@1MB",), rounds=6).build()
    folder.mkdir()
    lines = [encode_line(run.header), *(encode_line(record) for record in run.records)]
    (folder / "run.jsonl").write_bytes(b"".join(lines))
    return folder


def test_report_shows_what_pytest_benchmark_wrote(tmp_path: Path) -> None:
    """Tables on stdout, and nothing is written."""
    made = made_by_pytest_benchmark(tmp_path)
    before = sorted(tmp_path.iterdir())
    ended = savebench("report", made.json)
    assert (ended.code, ended.err) == (0, "")
    assert "Rounds of one process" in ended.out
    assert "test_sum[1000]" in ended.out
    assert before == sorted(tmp_path.iterdir())


def test_report_for_a_script_keeps_every_figure(tmp_path: Path) -> None:
    """A list of rows, as for a run."""
    path = write(tmp_path / "file.json", document(benchmark(), marked("pickle", (0.1, 0.3))))
    ended = savebench("report", path, "--json")
    rows = json.loads(ended.out)
    assert [(row["fullname"], row["n"], row["median"], row["independent"]) for row in rows] == [
        ("test_x.py::test_a", 3, 0.5, False),
        ("test_x.py::test_load[knn-brute@1MB-pickle]", 2, 0.2, True),
    ]


def test_what_was_saved_without_its_rounds_is_shown_and_compared(tmp_path: Path) -> None:
    """As ``--benchmark-save`` alone leaves what savebench measured: medians."""
    bare = marked("pickle", (0.1, 0.3), rounds=[1, 2])
    del bare["stats"]["data"]
    path = write(tmp_path / "file.json", document(bare))
    for arguments in (["report", path], ["report", path, "--json"], ["compare", path, path]):
        ended = savebench(*arguments)
        assert (ended.code, ended.err) == (0, "")
        assert "Traceback" not in ended.out


def test_an_old_run_is_exported_and_read_back(tmp_path: Path) -> None:
    """The same medians come out of the run and of its file."""
    folder = run_folder(tmp_path / "run")
    ended = savebench("report", folder, "--format", "pytest-benchmark")
    assert (ended.code, ended.err) == (0, "")
    assert [path.name for path in folder.iterdir()] == ["run.jsonl"]
    path = tmp_path / "exported.json"
    path.write_text(ended.out, encoding="utf-8")
    of_run = json.loads(savebench("report", folder, "--json").out)
    of_file = json.loads(savebench("report", path, "--json").out)
    expected = sorted(row["median"] for row in of_run if row["unit"] == "s")
    found = sorted(row["median"] for row in of_file)
    assert found == pytest.approx(expected, abs=1e-9)  # a frame's JSON has ten digits


@pytest.mark.usefixtures("planted")
def test_a_run_writes_the_file_when_asked(tmp_path: Path) -> None:
    """Beside the run, named at the end; stdout stays a script's."""
    chosen = ("-w", "planted-tiny@1KB", "-s", "pickle", "--rounds", 1, "--out", tmp_path / "r")
    ended = savebench("run", *chosen, "--format", "pytest-benchmark", "--json")
    assert ended.code == 0
    assert json.loads(ended.out)
    assert f"pytest-benchmark file: {tmp_path / 'r' / 'pytest-benchmark.json'}" in ended.err
    names = [
        each["name"]
        for each in json.loads((tmp_path / "r" / "pytest-benchmark.json").read_bytes())[
            "benchmarks"
        ]
    ]
    assert "test_load[planted-tiny@1KB-pickle]" in names


@pytest.mark.parametrize(
    ("content", "arguments", "complaint"),
    [
        ("", [], "empty"),
        ('{"benchmarks": [', [], "cut off"),
        ('{"context": {}, "benchmarks": []}', [], "Google Benchmark"),
        (json.dumps(document(benchmark(stats={"min": "1"}))), [], "Expected `float`, got `str`"),
        (json.dumps(document()), ["--format", "pytest-benchmark"], "already"),
        (json.dumps(document()), ["--format", "csv"], "already"),
        (
            json.dumps(document()),
            ["--format", "pytest-benchmark", "--json"],
            "leave one of them out",
        ),
    ],
)
def test_bad_files_and_requests_get_one_line_and_exit_code_2(
    tmp_path: Path, content: str, arguments: list[str], complaint: str
) -> None:
    """Never a traceback."""
    path = tmp_path / "file.json"
    path.write_text(content, encoding="utf-8")
    ended = savebench("report", path, *arguments)
    assert ended.code == 2
    assert ended.out == ""
    assert complaint in ended.err
    assert "Traceback" not in ended.err
