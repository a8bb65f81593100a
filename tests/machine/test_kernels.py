"""Series of control trials, over fake processes and over real ones."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from savebench.launch.messages import Answer, Task
from savebench.launch.spawn import SpawnLauncher
from savebench.machine.kernels import Controls, control_task, run_controls
from savebench.records.schema import CONTROL
from tests.fakes import FakeClock, FakeLauncher

Script = Callable[[Task], tuple[float, Answer]]


def _good(_task: Task) -> tuple[float, Answer]:
    return 0.2, Answer(facts={"kernels": {"cpu_s": 0.004}})


def _run(folder: Path, script: Script, seconds: float, fewest: int = 5) -> Controls:
    clock = FakeClock()
    launcher = FakeLauncher(clock, script)
    return run_controls(launcher, folder, seconds=seconds, fewest=fewest, clock=clock)


def test_a_series_ends_with_its_time(tmp_path: Path) -> None:
    """Two seconds of trials of a fifth."""
    found = _run(tmp_path, _good, seconds=1.9)

    assert found.times == [{"cpu_s": 0.004}] * 10
    assert found.prepare_s == [0.0] * 10
    assert found.trouble == ""


def test_a_series_has_its_fewest_trials_however_short_its_time(tmp_path: Path) -> None:
    """Fewer would say nothing."""
    assert len(_run(tmp_path, _good, seconds=0).times) == 5


def test_a_series_ends_with_the_first_failure_and_keeps_what_it_has(tmp_path: Path) -> None:
    """The reason is kept, for whom it concerns."""
    numbers = itertools.count()

    def script(task: Task) -> tuple[float, Answer]:
        if next(numbers) == 2:
            return 0.1, Answer(outcome="crashed", reason="control killed the process with SIGKILL")
        return _good(task)

    found = _run(tmp_path, script, seconds=10)

    assert len(found.times) == 2
    assert found.trouble == "control killed the process with SIGKILL"


def test_an_answer_without_times_is_a_failure(tmp_path: Path) -> None:
    """It never runs on for ever."""
    found = _run(tmp_path, lambda _task: (0.1, Answer()), seconds=10)

    assert (found.times, found.trouble) == ([], "a control trial gave no times")


def test_a_trial_costs_its_share_of_the_preparing() -> None:
    """Two are prepared side by side."""
    found = Controls(prepare_s=[0.1, 0.3, 0.2])

    assert found.trial_s(at_once=2) == pytest.approx(0.1)
    assert found.trial_s(at_once=1) == pytest.approx(0.2)


def test_a_real_series_in_a_relative_folder_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its processes work elsewhere, so the path must not depend on where they are."""
    monkeypatch.chdir(tmp_path)

    found = run_controls(SpawnLauncher(), Path(), seconds=0, fewest=2)

    assert found.trouble == ""
    assert len(found.times) == 2
    assert list(tmp_path.iterdir()) == []


def test_the_control_case_is_told_from_every_other(tmp_path: Path) -> None:
    """No workload has a size of that name."""
    assert str(CONTROL) == "control@- x kernels"
    assert control_task(tmp_path).kind == "control"
    assert control_task(tmp_path).serializer is None
