"""Control trials from the parent: fresh processes that do fixed work, one at a time."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Protocol

from savebench.launch.child import Child
from savebench.launch.messages import Memory, Task
from savebench.machine.noise import FEWEST, kernel_times

_LIMIT_S = 60.0
"""Guards against hangs: a control trial takes a fraction of a second."""


class Starter(Protocol):
    """Starts a process for a task."""

    def start(self, task: Task) -> Child:
        """Start a process and send it its task."""


@dataclass(slots=True)
class Controls:
    """What a series of control trials found."""

    times: list[dict[str, float]] = field(default_factory=list)
    """A process each: kernel -> seconds."""
    prepare_s: list[float] = field(default_factory=list)
    """From the start of each process until it stood ready."""
    trouble: str = ""
    """Why there are no more: what became of the trial that failed."""

    def trial_s(self, at_once: int) -> float:
        """Return what a trial of which `at_once` are prepared side by side costs beside its work.

        The kernels' own time is left out, except for the rehearsal in a zygote's child.

        Raises
        ------
        statistics.StatisticsError
            When there was no good trial.
        """
        return median(self.prepare_s) / at_once


def control_task(scratch: Path, modules: Sequence[str] = (), memory: Memory = "rehearsed") -> Task:
    """Return the task of a control trial; its file is written in `scratch`, an existing folder.

    It needs no modules: they are named only to learn what a trial costs that does.
    """
    return Task(
        kind="control",
        modules=tuple(modules),
        model_folder=str(scratch),
        artifact=str(scratch / "model"),
        scratch=str(scratch),
        memory=memory,
    )


def run_controls(  # noqa: PLR0913 - a series is bounded by time and by number
    launcher: Starter,
    folder: Path,
    *,
    seconds: float,
    fewest: int = FEWEST,
    modules: Sequence[str] = (),
    clock: Callable[[], float] = monotonic,
) -> Controls:
    """Run control trials, one at a time, for some seconds; at least `fewest`, unless one fails.

    Files are written in a folder of its own under `folder`, which is deleted at the end.
    """
    found = Controls()
    scratch = Path(tempfile.mkdtemp(prefix="savebench-control-", dir=folder.resolve()))
    started_s = clock()
    try:
        while not found.trouble and (len(found.times) < fewest or clock() - started_s < seconds):
            _run_one(launcher, scratch, modules, found, clock)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def _run_one(
    launcher: Starter,
    scratch: Path,
    modules: Sequence[str],
    found: Controls,
    clock: Callable[[], float],
) -> None:
    started_s = clock()
    child = launcher.start(control_task(scratch, modules))
    try:
        child.await_ready(_LIMIT_S)
        ready_s = clock()
        answer = child.finish(_LIMIT_S)
    finally:
        child.end()
    times = kernel_times(answer.facts) if answer.outcome == "ok" else None
    if times is None:
        found.trouble = answer.reason or "a control trial gave no times"
        return
    found.times.append(times)
    found.prepare_s.append(ready_s - started_s)
