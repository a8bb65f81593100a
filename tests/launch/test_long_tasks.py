"""A task of any length reaches the process that it is for."""

from contextlib import closing
from pathlib import Path

import pytest

from savebench.launch.errands import conduct_all
from savebench.launch.launchers import available
from savebench.launch.messages import Task
from savebench.measuring.site import here


@pytest.mark.parametrize("way", available())
def test_a_task_longer_than_a_socket_takes_at_once_is_done(way: str, tmp_path: Path) -> None:
    """Whoever loads a model of many modules is told to import each of them."""
    (tmp_path / "scratch").mkdir()
    task = Task(
        kind="control",
        imports=("json",) * 100_000,
        model_folder=str(tmp_path),
        scratch=str(tmp_path / "scratch"),
    )
    with closing(here(tmp_path).launcher(way)) as launcher:
        answers = conduct_all({"long": task}, launcher, hash_seed=0, timeout_s=60.0)

    assert answers["long"].outcome == "ok", answers["long"].reason
