"""What is stored, whatever it is, and a run in the format that someone else reads."""

from pathlib import Path

import msgspec

from savebench.comparing.comparison import Comparison
from savebench.comparing.sides.reading import read_any
from savebench.comparing.stored import FILE_NAME, read_comparison
from savebench.errors import UsageError
from savebench.own_model import refuse_model
from savebench.pytest_benchmark.layout import BenchmarkFile
from savebench.records.schema import Run
from savebench.records.store import RUN_FILE
from savebench.report.ci.formats import render_readings
from savebench.report.ci.readings import readings_of_summary
from savebench.report.pytest_benchmark import encoded
from savebench.summary import summarize, summary_rows

PYTEST_BENCHMARK = "pytest-benchmark"


class _Glance(msgspec.Struct):
    """What tells a comparison from another JSON file."""

    kind: str
    changes: list[msgspec.Raw]


def read_stored(path: Path) -> Run | Comparison | BenchmarkFile:
    """Return the run, the comparison or the pytest-benchmark file that a path leads to.

    Raises
    ------
    DataError
        When it is none of them, or damaged; the message says where and what to do.
    """
    refuse_model(path)  # before it is read whole: it may be large
    return read_comparison(path) if _holds_comparison(path) else read_any(path)


def _holds_comparison(path: Path) -> bool:
    if path.is_dir():
        return (path / FILE_NAME).is_file() and not (path / RUN_FILE).exists()
    if path.name == FILE_NAME:
        return True
    try:
        msgspec.json.decode(path.read_bytes(), type=_Glance)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def export(stored: Run | BenchmarkFile, path: Path, name: str) -> str:
    """Return a stored run in the format of that name.

    Raises
    ------
    UsageError
        When a run has no such format, or what is stored is no run.
    """
    if not isinstance(stored, Run):
        raise UsageError(f"{path} is a pytest-benchmark file already; leave out --format")
    if name == PYTEST_BENCHMARK:
        return encoded(stored).decode()
    return render_readings(readings_of_summary(summary_rows(summarize(stored))), name)
