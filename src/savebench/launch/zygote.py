"""The fast launcher: processes forked from a helper that has done the imports.

Linux 5.14 and later.

A round has one root zygote, which imports what every case of the run needs, and a branch of it for
each further set of modules that a serializer wants. What happens inside: `savebench.trial.zygote`.
"""

import array
import os
import select
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Self

import msgspec

from savebench.errors import SavebenchError
from savebench.launch.child import KILL, Child, kernel_oom_kills, signal_group
from savebench.launch.messages import Task, ZygoteCommand, ZygoteEvent
from savebench.launch.surroundings import child_environment

_START_S = 60.0
_BRANCH_S = 30.0
_GONE = (
    "a zygote (the process that forks trials) ended or fell silent; "
    "use --launch spawn, which does without"
)


@dataclass(slots=True)
class Zygote:
    """The parent's end of one zygote's control socket."""

    control: socket.socket
    _pending: bytes = field(default=b"")
    _ended: dict[int, int] = field(default_factory=dict)

    def await_ready(self, timeout_s: float) -> None:
        """Return when the zygote has done its imports."""
        while self._next_event(timeout_s).what != "ready":
            pass

    def fork(self, command: ZygoteCommand, line: socket.socket) -> int:
        """Have the zygote fork; return the new process's number."""
        rights = array.array("i", [line.fileno()])
        try:
            self.control.sendmsg(
                [msgspec.json.encode(command)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)]
            )
        except OSError as error:
            raise SavebenchError(_GONE) from error
        while True:
            event = self._next_event(_START_S)
            if event.what == "forked":
                return event.pid
            self._note(event)

    def wait(self, pid: int, timeout_s: float) -> int | None:
        """Return how a child ended, or None when it has not."""
        deadline = monotonic() + timeout_s
        while pid not in self._ended:
            left_s = deadline - monotonic()
            try:
                if left_s < 0 or not self._readable(left_s):
                    return None
                self._note(self._next_event(left_s))
            except (SavebenchError, OSError, ValueError):  # the zygote is gone, and its children
                return None
        return self._ended.pop(pid)

    def close(self) -> None:
        """Let the zygote go: it ends when its control socket closes."""
        self.control.close()

    def _note(self, event: ZygoteEvent) -> None:
        if event.what == "ended":
            self._ended[event.pid] = event.status

    def _readable(self, timeout_s: float) -> bool:
        return b"\n" in self._pending or bool(select.select([self.control], [], [], timeout_s)[0])

    def _next_event(self, timeout_s: float) -> ZygoteEvent:
        while b"\n" not in self._pending:
            try:
                chunk = self.control.recv(65536) if self._readable(timeout_s) else b""
            except OSError as error:
                raise SavebenchError(_GONE) from error
            if not chunk:
                raise SavebenchError(_GONE)
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return msgspec.json.decode(line, type=ZygoteEvent)


@dataclass(slots=True)
class ForkedProcess:
    """A zygote's child that conducts one trial over a socket of its own."""

    zygote: Zygote
    pid: int
    line: socket.socket
    read_fd: int
    write_fd: int
    _status: int | None = None

    def kill(self, number: int = KILL) -> None:
        """Send a signal to the process and all it started; when it has ended, to what is left."""
        signal_group(self.pid, number, has_ended=self._status is not None)

    def wait(self, timeout_s: float) -> int | None:
        """Return how it ended (exit code, or minus the signal), or None when it has not."""
        if self._status is None:
            self._status = self.zygote.wait(self.pid, timeout_s)
        return self._status

    def close(self) -> None:
        """Close the socket."""
        self.line.close()


@dataclass(slots=True)
class ZygoteLauncher:
    """Forks a process a trial from zygotes that live for a round and share its hash seed."""

    modules: tuple[str, ...]
    """What the root imports: the modules of all workloads of the run."""
    threads: int = 1
    executable: str = sys.executable
    name: str = "zygote"
    _hash_seed: int = field(default=0)
    _root: Zygote | None = field(default=None)
    _process: subprocess.Popen[bytes] | None = field(default=None)
    _branches: dict[tuple[str, ...], Zygote] = field(default_factory=dict)
    _hopeless: set[tuple[str, ...]] = field(default_factory=set)
    """Modules that no branch could import."""

    def begin_round(self, hash_seed: int) -> None:
        """Let the last round's zygotes go and start anew, under another hash seed."""
        self.close()
        self._hash_seed = hash_seed

    def make_ready(self, modules: tuple[str, ...]) -> None:
        """Have a zygote that has imported these modules."""
        self._zygote_for(modules)

    def start(self, task: Task) -> Child:
        """Fork a process and send it its task."""
        zygote = self._zygote_for(task.modules)
        ours, theirs = socket.socketpair()
        with theirs:
            pid = zygote.fork(ZygoteCommand("trial", task=task), theirs)
        process = ForkedProcess(zygote, pid, ours, ours.fileno(), ours.fileno())
        return Child(process, task, kernel_oom_kills)

    def close(self) -> None:
        """Let every zygote go."""
        for branch in self._branches.values():
            branch.close()
        self._branches.clear()
        if self._root is not None:
            self._root.close()
            self._root = None
        if self._process is not None:
            signal_group(self._process.pid, KILL)
            self._process.wait()
            self._process = None

    def _zygote_for(self, modules: tuple[str, ...]) -> Zygote:
        """Return the zygote that has imported just the root's modules and these."""
        more = tuple(sorted(set(modules) - set(self.modules)))
        root = self._root or self._start_root()
        if not more or more in self._hopeless:
            return root
        if more not in self._branches:
            ours, theirs = socket.socketpair()
            with theirs:
                root.fork(ZygoteCommand("branch", more), theirs)
            branch = Zygote(ours)
            try:
                branch.await_ready(_BRANCH_S)
                self._branches[more] = branch
            except SavebenchError:  # an import hangs or exits: let the trial itself find out
                branch.close()
                self._hopeless.add(more)
                return root
        return self._branches[more]

    def _start_root(self) -> Zygote:
        ours, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            self._process = subprocess.Popen(
                [
                    self.executable,
                    "-P",
                    "-m",
                    "savebench.trial.zygote",
                    *self.modules,
                    str(descriptor),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(descriptor,),
                env=child_environment(
                    os.environ, sys.path, threads=self.threads, hash_seed=self._hash_seed
                ),
                start_new_session=True,
            )
        self._root = Zygote(ours)
        self._root.await_ready(_START_S)
        return self._root

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()
