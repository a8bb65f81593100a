"""One door for what can be compared: a run's folder, its file, or a pytest-benchmark file."""

from pathlib import Path

import msgspec

from savebench.comparing.sides.benchmarks import side_of_pytest_benchmark
from savebench.comparing.sides.side import Side, side_of_run
from savebench.errors import DataError
from savebench.own_model import refuse_model
from savebench.pytest_benchmark.layout import BenchmarkFile
from savebench.pytest_benchmark.reading import read_pytest_benchmark
from savebench.records.schema import Run
from savebench.records.store import COMPRESSED_FILE, RUN_FILE, read_run

_NAMED = 5
"""So many files of a folder are named in a message."""


def read_side(path: Path) -> Side:
    """Return what was measured, from a run's folder or file or a pytest-benchmark file.

    Raises
    ------
    DataError
        When there is neither, or it is damaged; the message says where and what to do.
    """
    found = read_any(path)
    if isinstance(found, Run):
        return side_of_run(found, str(path))
    return side_of_pytest_benchmark(found, str(path))


def read_any(path: Path) -> Run | BenchmarkFile:
    """Return the run or the pytest-benchmark file that a path leads to.

    Which of them it is, is told by what the file holds: the first line of a run is its header.

    Raises
    ------
    DataError
        When it is neither, or damaged.
    """
    refuse_model(path)
    try:
        return _read(path)
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read ({error.strerror}); name a run's folder, or a "
            "pytest-benchmark file"
        ) from None


def _read(path: Path) -> Run | BenchmarkFile:
    if path.is_dir() and not any((path / name).exists() for name in (RUN_FILE, COMPRESSED_FILE)):
        files = sorted(path.glob("*.json")) or sorted(path.glob("*/*.json"))
        if not files:
            return read_run(path)  # which says what is missing
        if len(files) > 1:
            listed = _listed([str(file.relative_to(path)) for file in files])
            raise DataError(f"{path}: no run, but several files: {listed}; name one of them")
        return read_pytest_benchmark(files[0])
    if path.is_dir() or not path.exists() or _is_run(path):
        return read_run(path)
    return read_pytest_benchmark(path)


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _is_run(path: Path) -> bool:
    """Whether a file is named as a run's is, or begins with a line that is an object of its own."""
    if path.name in {RUN_FILE, COMPRESSED_FILE} or ".jsonl" in path.suffixes:
        return True
    try:
        with path.open("rb") as stream:
            line = stream.readline()
        header = msgspec.json.decode(line)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return False
    return isinstance(header, dict) and "schema" in header and "benchmarks" not in header
