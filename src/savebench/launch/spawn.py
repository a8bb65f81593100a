"""The reference launcher: a new interpreter for every trial."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from savebench.launch.child import KILL, Child, kernel_oom_kills, signal_group
from savebench.launch.line import DescriptorLine, Line
from savebench.launch.messages import OUTPUT, Task
from savebench.launch.surroundings import Surroundings


@dataclass(slots=True)
class SpawnedProcess:
    """A Python interpreter that conducts one trial over its standard streams."""

    popen: subprocess.Popen[bytes]
    line: Line

    def kill(self, number: int = KILL) -> None:
        """Send a signal to the process and all it started."""
        signal_group(self.popen.pid, number, has_ended=self.popen.returncode is not None)

    def wait(self, timeout_s: float) -> int | None:
        """Return how it ended (exit code, or minus the signal), or None when it has not."""
        try:
            return self.popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        """Close both pipes."""
        for stream in (self.popen.stdin, self.popen.stdout):
            _close_quietly(stream)


def _close_quietly(stream: IO[bytes] | None) -> None:
    if stream is None:
        return
    try:
        stream.close()
    except BrokenPipeError:
        return


@dataclass(slots=True)
class SpawnLauncher:
    """Starts an interpreter a trial; all those of a round share a hash seed."""

    surroundings: Surroundings = field(default_factory=Surroundings)
    name: str = "spawn"
    _hash_seed: int = field(default=0)

    def begin_round(self, hash_seed: int, next_hash_seed: int | None = None) -> None:
        """Give the processes to come another hash seed."""
        del next_hash_seed
        self._hash_seed = hash_seed

    def warm(self) -> None:
        """Do nothing: each process imports for itself."""

    def make_ready(self, modules: tuple[str, ...]) -> None:
        """Do nothing: every interpreter does its own imports."""

    def start(self, task: Task) -> Child:
        """Start a process and send it its task."""
        with (Path(task.scratch) / OUTPUT).open("ab") as output:
            popen = subprocess.Popen(
                [self.surroundings.executable, "-P", "-m", "savebench.trial.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                bufsize=0,
                env=self.surroundings.environment(self._hash_seed),
                start_new_session=os.name == "posix",
            )
        if popen.stdin is None or popen.stdout is None:
            raise AssertionError("both streams were asked for")
        line = DescriptorLine(popen.stdout.fileno(), popen.stdin.fileno())
        process = SpawnedProcess(popen, line)
        child = Child(process, task, kernel_oom_kills)
        child.send_task()
        return child

    def close(self) -> None:
        """Nothing outlives a trial."""
