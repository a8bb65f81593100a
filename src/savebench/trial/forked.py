"""Processes that a trial forks: each does what it is told, and stands still in between (Linux).

They stand still while their parent reads what memory they have. When a worker's process ends before
its time, the trial's ends in the same way, and its launcher says so.
"""

import contextlib
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from savebench.launch.messages import Answer, Task
from savebench.system.memory import kilobytes
from savebench.system.pages import ResidentPages, can_populate
from savebench.trial.faults import answer_to
from savebench.trial.isolation import die_with_parent

WORKERS = 4

_STILL = b"still"
_GO = b"go"
_MESSAGE_BYTES = 1 << 16
_LOOK_S = 0.05
"""A parent that waits for a worker looks so often whether it is still alive."""

Use = Callable[[], Any]
"""What a worker does when it is released; what it returns stays alive."""


class WorkerFailed(Exception):  # noqa: N818 - names the fault
    """A worker raised."""

    def __init__(self, answer: Answer) -> None:
        """Carry what is to be answered."""
        super().__init__(answer.reason)
        self.answer = answer


class WorkerEnded(Exception):  # noqa: N818 - names the fault
    """A worker's process ended before its time."""

    def __init__(self, exit_code: int) -> None:
        """Carry how it ended: an exit code, or minus the signal."""
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(slots=True)
class Worker:
    """One process that does what it is told, and stands still in between."""

    pid: int
    line: socket.socket
    has_ended: bool = False

    @classmethod
    def fork(cls, task: Task, use: Use, pages: ResidentPages, *, audible: bool) -> "Worker":
        """Fork a worker, which populates the pages and then stands still."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        parent = os.getpid()
        pid = os.fork()
        if not pid:
            try:
                die_with_parent()
                ours.close()
                if os.getppid() == parent:
                    _work(task, use, pages, theirs, audible=audible)
            finally:
                os._exit(0)
        theirs.close()
        return cls(pid, ours)

    def release(self) -> None:
        """Let it load and answer."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # waiting tells more
            self.line.send(_GO)

    def await_still(self) -> None:
        """Return when it stands still.

        Raises
        ------
        WorkerFailed
            When it raised instead.
        WorkerEnded
            When its process ended instead.
        """
        while not select.select([self.line], [], [], _LOOK_S)[0]:
            self._note_end(os.WNOHANG)
        message = self._receive()
        if not message:
            self._note_end(0)
        if message != _STILL:
            raise WorkerFailed(msgspec.json.decode(message, type=Answer))

    def pss_bytes(self) -> int:
        """Return its proportional set size."""
        return rollup_bytes(self.pid, "Pss")

    def dismiss(self) -> None:
        """Kill it, without waiting until it is gone."""
        if not self.has_ended:
            os.kill(self.pid, signal.SIGKILL)

    def reap(self) -> None:
        """Return when it is gone."""
        self.line.close()
        if not self.has_ended:
            os.waitpid(self.pid, 0)
            self.has_ended = True

    def _receive(self) -> bytes:
        try:
            return self.line.recv(_MESSAGE_BYTES)
        except ConnectionResetError:
            return b""

    def _note_end(self, options: int) -> None:
        pid, status = os.waitpid(self.pid, options)
        if pid:
            self.has_ended = True
            raise WorkerEnded(os.waitstatus_to_exitcode(status))


@contextmanager
def forked(task: Task, uses: Sequence[Use], pages: ResidentPages) -> Iterator[list[Worker]]:
    """Fork a worker for each use, and see to it that none of them is left."""
    workers: list[Worker] = []
    try:
        for number, use in enumerate(uses):
            workers.append(Worker.fork(task, use, pages, audible=not number))
        yield workers
    finally:
        for worker in workers:
            worker.dismiss()
        for worker in workers:
            worker.reap()


def answering(measure: Callable[[], Answer]) -> Answer:
    """Return what was measured with workers, or what one of them raised; end as one ended."""
    try:
        return measure()
    except WorkerFailed as fault:
        return fault.answer
    except WorkerEnded as end:
        _end_alike(end.exit_code)


def missing() -> str:
    """Return what this system lacks, or ``""``."""
    if not Path("/proc/self/smaps_rollup").exists():
        return "proportional set sizes need Linux's /proc/PID/smaps_rollup (Linux 4.14)"
    if not can_populate():
        return "workers must populate their memory first, which needs Linux 5.14"
    return ""


def no_value(reason: str) -> Answer:
    """Return the answer of a trial that could not count."""
    return Answer(facts={"no_value": f"memory of workers not measured: {reason}"})


def rollup_bytes(pid: int | str, field: str) -> int:
    """Return what ``/proc/PID/smaps_rollup`` says of a field such as ``Pss``."""
    return kilobytes(Path(f"/proc/{pid}/smaps_rollup"), field)


def _end_alike(exit_code: int) -> NoReturn:
    """End as the worker ended: a signal kills with that signal, an exit exits with its code."""
    if exit_code < 0:
        with contextlib.suppress(OSError, ValueError):  # SIGKILL has no handler to take away
            signal.signal(-exit_code, signal.SIG_DFL)
        os.kill(os.getpid(), -exit_code)
    os._exit(exit_code)


def _work(
    task: Task, use: Use, pages: ResidentPages, line: socket.socket, *, audible: bool
) -> None:
    """Be a worker: populate, load and answer, standing still before and after."""
    if not audible:
        _be_silent()  # what the serializer prints is heard once
    pages.populate()
    line.send(_STILL)
    if line.recv(1) != _GO[:1]:
        return
    try:
        held = use()
    except BaseException as error:  # noqa: BLE001 - a serializer may raise anything
        line.send(msgspec.json.encode(answer_to(task, error)))
    else:
        line.send(_STILL)
    with contextlib.suppress(ValueError, OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    line.recv(1)
    del held


def _be_silent() -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)
