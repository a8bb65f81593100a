"""Models that cannot be saved, on the command line: which part it is, where, and what to do."""

import os

import pytest

from tests.commands import savebench
from tests.conftest import PLANTED

LOCK = "cannot pickle '_thread.lock' object"
ON_REOPENED = (
    "write __getstate__ on Reopened of planted_rows that leaves out steps, "
    "and __setstate__ that makes it anew"
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Measure all of them once; return the report, without what Markdown needs to show it."""
    pytest.importorskip("dill")
    folder = tmp_path_factory.mktemp("unsaved") / "run"
    rows = [f"--serializer={name}" for name in ("pickle", "joblib", "cloudpickle", "dill")]
    models = [f"--workload=planted-{name}" for name in ("locked", "reopened", "chained")]
    env = {**os.environ, "PYTHONPATH": str(PLANTED)}
    done = savebench("run", *models, *rows, "--rounds=1", f"--out={folder}", env=env)
    assert done.code == 4, done.err
    return (folder / "report.md").read_text(encoding="utf-8").replace("\\", "")


def _reason(report: str, model: str, serializer: str) -> str:
    """Return why a serializer failed, by the report's table, alone in its row or not."""
    rows = [line.strip("| ").split(" | ") for line in report.splitlines() if line.startswith("| ")]
    return next(
        row[3]
        for row in rows
        if row[0] == f"planted-{model}@1KB" and serializer in row[1].split(", ") and len(row) == 4
    )


def test_the_path_leads_from_the_model_down_to_the_lock(report: str) -> None:
    """As a person writes it in Python, with the class that should leave it out."""
    assert _reason(report, "reopened", "cloudpickle") == (
        f"cannot store steps[-1][1]['lock']: a lock (TypeError: {LOCK}); {ON_REOPENED}; "
        "or save it with dill"
    )


@pytest.mark.parametrize("serializer", ["pickle", "joblib"])
def test_all_that_stands_in_the_way_is_told(report: str, serializer: str) -> None:
    """Each serializer's own: cloudpickle stores the lambda."""
    reason = _reason(report, "reopened", serializer)

    assert reason.startswith("cannot store function: the lambda in line ")
    assert " of planted_rows.py and steps[-1][1]['lock']: a lock; write the lambda in" in reason
    assert reason.endswith(f"; {ON_REOPENED}; or save it with dill")


def test_a_chain_that_is_too_long_is_told_with_its_depth(report: str) -> None:
    """Pickle needs fewer calls a step, and carries it."""
    reason = _reason(report, "chained", "joblib")

    assert reason.startswith("cannot store next.next... (250 deep) (RecursionError: ")
    assert reason.endswith("sys.setrecursionlimit(5_000); or save it with pickle")


def test_a_model_whose_reference_cannot_be_saved_tells_the_path(report: str) -> None:
    """From the build on."""
    assert f"cache_['a'][0]: a lock (TypeError: {LOCK})" in _reason(report, "locked", "pickle")
