"""Control kernels: fixed work, done for real, with nothing under test imported."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from savebench.launch.launchers import available, make_launcher
from savebench.launch.messages import Answer
from savebench.launch.surroundings import Surroundings
from savebench.machine.kernels import control_task
from savebench.trial import kernels
from savebench.trial.kernels import WrongResult, time_kernels

LIMIT_S = 60.0
UNDER_TEST = {"numpy", "scipy", "sklearn", "joblib", "pandas"}


def test_every_kernel_takes_time_and_leaves_no_file(tmp_path: Path) -> None:
    """All five, in seconds."""
    times = time_kernels(tmp_path)

    assert list(times) == ["cpu_s", "copy_s", "zlib_s", "alloc_s", "write_s"]
    assert all(time_s > 0 for time_s in times.values())
    assert list(tmp_path.iterdir()) == []


def test_twice_the_work_takes_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock runs while the work is done: sixteen times the steps, four times as long."""
    few_s = min(time_kernels(tmp_path)["cpu_s"] for _ in range(5))
    monkeypatch.setattr(kernels, "_STEPS", 16 * kernels._STEPS)

    many_s = min(time_kernels(tmp_path)["cpu_s"] for _ in range(3))

    assert many_s > 4 * few_s


def test_a_compressor_that_does_no_work_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time would mean nothing."""
    monkeypatch.setattr("zlib.decompress", lambda _packed: b"")

    with pytest.raises(WrongResult, match="zlib"):
        time_kernels(tmp_path)


def test_a_file_that_lacks_a_byte_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is deleted all the same."""
    monkeypatch.setattr(kernels, "_WRITE_BYTES", kernels._WRITE_BYTES + 1)

    with pytest.raises(WrongResult, match="write"):
        time_kernels(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_kernels_import_nothing_under_test(tmp_path: Path) -> None:
    """In an interpreter of its own, from the trial's first import to its answer."""
    code = (
        "import sys, savebench.trial.worker, savebench.trial.operations\n"
        "from pathlib import Path\n"
        "from savebench.trial.kernels import time_kernels\n"
        f"time_kernels(Path({str(tmp_path)!r}))\n"
        f"print(sorted({UNDER_TEST!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT_S
    )
    assert done.stdout == "[]\n"


def _answer(scratch: Path, launch: str = "spawn") -> Answer:
    with closing(make_launcher(launch, Surroundings())) as launcher:
        launcher.begin_round(1)
        child = launcher.start(control_task(scratch))
        try:
            child.await_ready(LIMIT_S)
            return child.finish(LIMIT_S)
        finally:
            child.end()


@pytest.mark.parametrize("launch", available())
def test_a_control_trial_answers_with_facts_and_without_metrics(
    tmp_path: Path, launch: str
) -> None:
    """Metrics are the named ones only; no serializer and no model is needed."""
    answer = _answer(tmp_path, launch)

    assert (answer.outcome, answer.reason, answer.metrics) == ("ok", "", {})
    assert set(answer.facts["kernels"]) == {"cpu_s", "copy_s", "zlib_s", "alloc_s", "write_s"}


def test_a_control_trial_that_cannot_write_says_why(tmp_path: Path) -> None:
    """It costs an answer, not the run."""
    (tmp_path / "control-kernel").mkdir()

    answer = _answer(tmp_path)

    assert answer.outcome == "failed"
    assert "control raised" in answer.reason
