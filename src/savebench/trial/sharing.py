"""What each further process adds when several hold the loaded, used model (Linux).

The trial's process forks `WORKERS` workers. Each loads the model, has it answer once, and stands
still; between those two moments its proportional set size grows (``Pss`` of
``/proc/PID/smaps_rollup``; see proc_pid_smaps(5)): a page of its own counts whole, a page that n
processes map counts an n-th in each. So the mean growth is what a further worker costs, and a page
that all of them share counts once in the sum. The first worker goes first, and alone.

A fork shares its parent's pages until it writes to them, and such a copy would count as memory of
the model though a worker that imports for itself has it anyway. So each worker first populates the
pages that a rehearsal touched (see `savebench.trial.rehearsal`), or all of them where the rehearsal
took too long; only then is its level read. The workers stand still while their parent reads.

What the figure cannot see: pages of the file in the page cache that nobody maps, memory of
processes that the serializer starts, the kernel's own memory, memory of a GPU, and free memory of
the interpreter that the load could use again.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from savebench.launch.messages import Answer, Task
from savebench.system.memory import kilobytes, release_free_memory, status_bytes
from savebench.system.pages import ResidentPages, can_populate, page_map
from savebench.trial.faults import answer_to
from savebench.trial.isolation import die_with_parent
from savebench.trial.rehearsal import Rehearsal
from savebench.units import human_bytes

WORKERS = 4

_STILL = b"still"
_GO = b"go"
_MESSAGE_BYTES = 1 << 16
_LOOK_S = 0.05
"""A parent that waits for a worker looks so often whether it is still alive."""

Use = Callable[[], Any]
"""Loads the model and has it answer; what it returns stays alive."""


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
        return _rollup_bytes(self.pid, "Pss")

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


def count_worker_bytes(task: Task, gate: Callable[[], None], use: Use) -> Answer:
    """Return the answer of a workers trial: ``worker_bytes``, or why there is none.

    The facts say how many ``workers`` there were, and by how many bytes the first of them grew
    while it was alone (``alone_bytes``). When a worker's process ends before its time, this one
    ends in the same way, and its launcher says so.
    """
    reason = _missing()
    if reason:
        return _no_value(reason)
    pages = _pages_used(task, use)
    gate()
    try:
        return _count_with_workers(task, use, pages)
    except WorkerFailed as fault:
        return fault.answer
    except WorkerEnded as end:
        _end_alike(end.exit_code)


def _count_with_workers(task: Task, use: Use, pages: ResidentPages) -> Answer:
    """Fork the workers, count, and see to it that none of them is left."""
    workers: list[Worker] = []
    try:
        for number in range(WORKERS):
            workers.append(Worker.fork(task, use, pages, audible=not number))  # noqa: PERF401 - all or some: see finally
        return _count(workers)
    finally:
        for worker in workers:
            worker.dismiss()
        for worker in workers:
            worker.reap()


def _missing() -> str:
    """Return what this system lacks, or ``""``."""
    if not Path("/proc/self/smaps_rollup").exists():
        return "proportional set sizes need Linux's /proc/PID/smaps_rollup (Linux 4.14)"
    if not can_populate():
        return "workers must populate their memory first, which needs Linux 5.14"
    return ""


def _no_value(reason: str) -> Answer:
    return Answer(facts={"no_value": f"memory of workers not measured: {reason}"})


def _pages_used(task: Task, use: Use) -> ResidentPages:
    """Return this process's pages that the operation touches, or all, if that takes too long."""
    release_free_memory()
    gc.freeze()  # a collection in a worker would write to every object of its parent
    pages = page_map()
    rehearsal = Rehearsal.begin(task, pages, lambda _: use())
    try:
        return rehearsal.touched() or pages.resident()
    finally:
        rehearsal.end()


def _count(workers: Sequence[Worker]) -> Answer:
    for worker in workers:
        worker.await_still()
    before_bytes = [worker.pss_bytes() for worker in workers]
    first, *others = workers
    anonymous_bytes = _rollup_bytes(first.pid, "Anonymous")
    first.release()
    first.await_still()
    alone_bytes = first.pss_bytes() - before_bytes[0]
    reason = _lack_of_room(first, anonymous_bytes, len(others))
    if reason:
        return _no_value(reason)
    for worker in others:
        worker.release()
    for worker in others:
        worker.await_still()
    grown_bytes = sum(worker.pss_bytes() for worker in workers) - sum(before_bytes)
    return Answer(
        metrics={"worker_bytes": max(0, round(grown_bytes / len(workers)))},
        facts={"workers": len(workers), "alone_bytes": max(0, alone_bytes)},
    )


def _lack_of_room(first: Worker, anonymous_bytes: int, others: int) -> str:
    """Return why the others must not do what the first did, or ``""``.

    Each needs what the first has for itself by now, and what it had for a while at its peak.
    """
    for_a_while = status_bytes("VmHWM", first.pid) - status_bytes("VmRSS", first.pid)
    own_bytes = _rollup_bytes(first.pid, "Anonymous") - anonymous_bytes + max(0, for_a_while)
    free_bytes = kilobytes(Path("/proc/meminfo"), "MemAvailable")
    if others * own_bytes <= free_bytes:
        return ""
    return (
        f"{others} more processes need {human_bytes(others * own_bytes)}, "
        f"and {human_bytes(free_bytes)} are free"
    )


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


def _rollup_bytes(pid: int, field: str) -> int:
    return kilobytes(Path(f"/proc/{pid}/smaps_rollup"), field)
