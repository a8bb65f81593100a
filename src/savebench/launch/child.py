"""One trial's process seen from the parent: hand it its task, hold it at the gate, hear its answer.

How the process came to be is another file's business (`spawn`, `zygote`); this one only needs a
line to talk on, a way to kill and a way to learn how it ended. Nothing is ever unpickled: an
answer is JSON decoded against a type, and a process that does not give one is described by how it
ended.
"""

import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import msgspec

from savebench.launch.line import Line
from savebench.launch.messages import GO, OUTPUT, READY, Answer, Task
from savebench.units import human_duration

KILL: int = getattr(signal, "SIGKILL", signal.SIGTERM)
_STOP: int = getattr(signal, "SIGSTOP", signal.SIGTERM)
_CHUNK_BYTES = 65536
_TAIL_CHARS = 160
_END_S = 10.0


class Process(Protocol):
    """A started process, and the line on which it speaks."""

    line: Line

    def kill(self, number: int = KILL) -> None:
        """Send a signal to the process and all it started."""

    def wait(self, timeout_s: float) -> int | None:
        """Return how it ended (exit code, or minus the signal), or None when it has not."""

    def close(self) -> None:
        """Let go of descriptors."""


@dataclass(slots=True)
class Child:
    """Conducts one `Process` through one `Task`."""

    process: Process
    task: Task
    oom_kills: Callable[[], int]
    """How many processes the kernel has killed for memory since it started."""
    _answer: Answer | None = None
    _oom_before: int = 0
    _is_open: bool = False

    def __post_init__(self) -> None:
        """Count what the kernel has killed so far."""
        self._oom_before = self.oom_kills()

    def send_task(self) -> None:
        """Send the task; a process that is dead already is found out later."""
        self.process.line.send(msgspec.json.encode(self.task) + b"\n")

    def await_ready(self, timeout_s: float) -> None:
        """Return when the process stands at the gate, or has answered or ended already."""
        line = self.process.line.read(timeout_s)
        if line is None:
            self._answer = self._silence(timeout_s, "while it was preparing")
        elif line != READY.rstrip():
            self._answer = self._decode(line)

    def open_gate(self) -> None:
        """Have the operation done."""
        if self._answer is None and not self._is_open:
            self._is_open = True
            self.process.line.send(GO)

    def finish(self, timeout_s: float) -> Answer:
        """Open the gate, and return the answer or what became of the process instead."""
        self.open_gate()
        if self._answer is None:
            line = self.process.line.read(timeout_s)
            self._answer = self._decode(line) if line is not None else self._silence(timeout_s, "")
        return self._answer

    def set_aside(self) -> None:
        """Stop the process where it stands; its memory is given back when nothing is measured."""
        self.process.kill(_STOP)

    def kill(self) -> None:
        """Kill the process and all it started, without waiting until it is gone."""
        self.process.kill()

    def end(self) -> None:
        """Make sure that nothing of the process is left."""
        self.process.kill()
        self.process.wait(_END_S)
        self.process.close()

    def _decode(self, line: bytes) -> Answer:
        try:
            return msgspec.json.decode(line, type=Answer)
        except msgspec.DecodeError as error:
            return Answer(outcome="crashed", reason=f"the process answered with nonsense ({error})")

    def _silence(self, timeout_s: float, when: str) -> Answer:
        """Return what to say of a process that did not answer."""
        status = self.process.wait(0.5)
        what = f"{self.task.kind}{' ' if when else ''}{when}"
        if status is None:
            self.process.kill()
            return Answer(
                outcome="timeout",
                reason=f"{what} did not end within {human_duration(timeout_s)} and was killed; "
                "give it longer with --timeout",
            )
        if status < 0:
            return self._killed(-status, what)
        return Answer(
            outcome="crashed",
            reason=f"{what} ended the process with exit code {status}{self._tail()}",
        )

    def _killed(self, number: int, what: str) -> Answer:
        name = _signal_name(number)
        if number == signal.SIGKILL and self.oom_kills() > self._oom_before:
            return Answer(
                outcome="out-of-memory",
                reason=f"{what} was killed by the kernel for want of memory; lower --memory-limit",
            )
        return Answer(
            outcome="crashed", reason=f"{what} killed the process with {name}{self._tail()}"
        )

    def _tail(self) -> str:
        """Return the last that the process printed, for a reason."""
        try:
            printed = (Path(self.task.scratch) / OUTPUT).read_text("utf-8", "replace")
        except OSError:
            return ""
        text = " ".join(printed.split())
        return f"; it had printed: {text[-_TAIL_CHARS:]}" if text else ""


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def kernel_oom_kills() -> int:
    """Return how many processes the kernel has killed for memory (Linux; elsewhere 0)."""
    try:
        for line in Path("/proc/vmstat").read_text(encoding="ascii").splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    except OSError:
        pass
    return 0


def signal_group(pid: int, number: int, *, has_ended: bool = False) -> None:
    """Send a signal to the group that a process leads and, unless it has ended, to the process."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, number)
    if not has_ended:  # it may not lead a group yet
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
