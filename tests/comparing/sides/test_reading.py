"""One door: what a path leads to is told by what it holds."""

import gzip
from pathlib import Path

import pytest

from savebench.comparing.sides.reading import read_any, read_side
from savebench.errors import DataError
from savebench.pytest_benchmark.layout import BenchmarkFile
from savebench.records.schema import Run, encode_line
from tests.benchmark_files import document, write
from tests.report.synthetic import RunBuilder


def lines_of_a_run() -> bytes:
    """Return a run as its file holds it."""
    run = RunBuilder(rounds=1).build()
    return encode_line(run.header) + b"".join(encode_line(record) for record in run.records)


def test_a_run_is_known_by_its_folder_its_file_or_its_first_line(tmp_path: Path) -> None:
    """Compressed too, and whatever the file is called."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.jsonl").write_bytes(lines_of_a_run())
    (tmp_path / "gz").mkdir()
    (tmp_path / "gz" / "run.jsonl.gz").write_bytes(gzip.compress(lines_of_a_run()))
    (tmp_path / "renamed.json").write_bytes(lines_of_a_run())
    for name in ("run", "run/run.jsonl", "gz", "gz/run.jsonl.gz", "renamed.json"):
        assert isinstance(read_any(tmp_path / name), Run)
        side = read_side(tmp_path / name)
        assert (side.source, side.party.label) == ("savebench", str(tmp_path / name))


def test_a_run_folder_that_holds_an_export_too_is_a_run(tmp_path: Path) -> None:
    """The run says more."""
    (tmp_path / "run.jsonl").write_bytes(lines_of_a_run())
    write(tmp_path / "pytest-benchmark.json", document())
    assert isinstance(read_any(tmp_path), Run)


def test_a_pytest_benchmark_file_is_known_in_one_line_and_in_many(tmp_path: Path) -> None:
    """Indented as pytest-benchmark writes it, or as a tool has pressed it."""
    pressed = tmp_path / "pressed"
    pressed.write_text(
        str(document()).replace("'", '"').replace("None", "null").replace("False", "false"),
        encoding="utf-8",
    )
    for path in (write(tmp_path / "file.json", document()), pressed):
        assert isinstance(read_any(path), BenchmarkFile)
        assert read_side(path).source == "pytest-benchmark"


def test_a_folder_of_one_such_file_is_that_file(tmp_path: Path) -> None:
    """As pytest-benchmark's storage is, a folder a machine."""
    (tmp_path / "Linux-CPython-3.11-64bit").mkdir()
    write(tmp_path / "Linux-CPython-3.11-64bit" / "0001_a.json", document())
    assert isinstance(read_any(tmp_path), BenchmarkFile)


def test_a_folder_of_several_asks_which(tmp_path: Path) -> None:
    """And names the first of them."""
    for number in range(7):
        write(tmp_path / f"000{number}_a.json", document())
    with pytest.raises(DataError, match=r"0000_a.json, .* and 2 more; name one of them"):
        read_any(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "empty", "x" * 500])
def test_a_path_that_leads_to_nothing_is_a_data_error(tmp_path: Path, name: str) -> None:
    """One line that says what to name instead."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError) as caught:
        read_side(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_damaged_run_is_not_taken_for_another_kind_of_file(tmp_path: Path) -> None:
    """Its own message says which line to mend."""
    path = tmp_path / "run.jsonl"
    path.write_bytes(lines_of_a_run()[:-20])
    with pytest.raises(DataError, match="not a record"):
        read_any(path)
