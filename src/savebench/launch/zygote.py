"""The fast launcher: processes forked from a helper that has done the imports.

Linux 5.14 and later.

A round has one root zygote, which imports what the workloads of the run need, and a branch of it
for each further set of modules that a serializer wants. A root for each workload's own set would
import scikit-learn over and over, and the study (`bench.accuracy`) shows no price for what a case
does not need itself. What happens inside: `savebench.trial.zygote`.
"""

import array
import select
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic

import msgspec

from savebench.errors import SavebenchError
from savebench.launch.child import KILL, Child, kernel_oom_kills, signal_group
from savebench.launch.line import DescriptorLine, Line
from savebench.launch.messages import Task, ZygoteCommand, ZygoteEvent
from savebench.launch.surroundings import Surroundings
from savebench.system.pages import can_populate

_START_S = 60.0
_BRANCH_S = 30.0
_GONE = (
    "a zygote (the process that forks trials) ended or fell silent; "
    "ask again; where a command has --launch, --launch spawn does without"
)


def why_no_zygote() -> str:
    """Return what this machine lacks to fork children that measure as a new process does."""
    if can_populate():
        return ""
    return "zygote needs Linux 5.14 or later (MADV_POPULATE_WRITE)"


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
        text = msgspec.json.encode(command) + b"\n"
        try:
            sent = self.control.sendmsg([text], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            self.control.sendall(text[sent:])
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
    socket: socket.socket
    line: Line
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
        self.socket.close()


@dataclass(slots=True)
class Generation:
    """A root zygote under one hash seed, and its branches."""

    hash_seed: int
    process: subprocess.Popen[bytes]
    root: Zygote
    branches: dict[tuple[str, ...], Zygote] = field(default_factory=dict)
    is_ready: bool = False
    """Whether the root has said that its imports are done."""

    def branch(self, modules: tuple[str, ...]) -> None:
        """Have the root fork a zygote that imports more; it is not ready yet."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.root.fork(ZygoteCommand("branch", modules), theirs)
        self.branches[modules] = Zygote(ours)

    def close(self) -> None:
        """Let every zygote go."""
        for zygote in (*self.branches.values(), self.root):
            zygote.close()
        signal_group(self.process.pid, KILL)
        self.process.wait()


@dataclass(slots=True)
class ZygoteLauncher:
    """Forks a process a trial from zygotes that live for a round and share its hash seed.

    Imports keep one core busy and measuring must keep the others idle, so the zygotes of two rounds
    are made at once, side by side; those of the second then sleep until their round comes.
    """

    surroundings: Surroundings
    modules: tuple[str, ...] = ()
    """What the root imports: the modules of all workloads of the run."""
    name: str = "zygote"
    under: tuple[str, ...] = ()
    """A command that runs the interpreter, which is added to it: ``valgrind`` and its options."""
    also: Mapping[str, str] = field(default_factory=dict)
    """Environment variables beside those of the surroundings."""
    slower: float = 1.0
    """How many times as long as elsewhere what happens under that command may take."""
    _now: Generation | None = field(default=None)
    _next: Generation | None = field(default=None)
    _seeds: tuple[int, int | None] = field(default=(0, None))
    _hopeless: set[tuple[str, ...]] = field(default_factory=set)
    """Modules that no branch could import."""

    def begin_round(self, hash_seed: int, next_hash_seed: int | None = None) -> None:
        """Let the last round's zygotes go and use others, under another hash seed.

        `next_hash_seed` is that of the round to come, if it is known that there is one. A round
        that is under way already goes on with its zygotes.
        """
        if self._now is not None and self._now.hash_seed == hash_seed:
            return
        if self._now is not None:
            self._now.close()
        self._now, self._next = self._next, None
        if self._now is not None and self._now.hash_seed != hash_seed:
            self._now.close()
            self._now = None
        self._seeds = (hash_seed, next_hash_seed)

    def warm(self) -> None:
        """Start the zygotes of the round, and do not wait for their imports."""
        if self._now is None:
            self._start_roots()

    def make_ready(self, modules: tuple[str, ...]) -> None:
        """Have a zygote that has imported these modules."""
        self._zygote_for(modules)

    def start(self, task: Task) -> Child:
        """Fork a process and send it its task."""
        zygote = self._zygote_for(task.modules)
        rest = tuple(name for name in task.imports if name not in self.modules)  # the root's: done
        task = msgspec.structs.replace(task, imports=rest)
        ours, theirs = socket.socketpair()
        with theirs:
            pid = zygote.fork(ZygoteCommand("trial", task=task), theirs)
        line = DescriptorLine(ours.fileno(), ours.fileno())
        process = ForkedProcess(zygote, pid, ours, line)
        return Child(process, task, kernel_oom_kills)

    def close(self) -> None:
        """Let every zygote go."""
        for generation in self._generations():
            generation.close()
        self._now = self._next = None

    def _generations(self) -> list[Generation]:
        return [each for each in (self._now, self._next) if each is not None]

    def _zygote_for(self, modules: tuple[str, ...]) -> Zygote:
        """Return the zygote that has imported just the root's modules and these."""
        more = tuple(sorted(set(modules) - set(self.modules)))
        now = self._now or self._start_roots()
        self._await_roots()
        if more and more not in now.branches and more not in self._hopeless:
            self._start_branches(more)
        return now.branches.get(more, now.root)

    def _start_roots(self) -> Generation:
        hash_seed, next_hash_seed = self._seeds
        now = self._now = self._generation(hash_seed)
        if next_hash_seed is not None:
            self._next = self._generation(next_hash_seed)
        return now

    def _await_roots(self) -> None:
        for generation in self._generations():
            if not generation.is_ready:
                generation.root.await_ready(_START_S * self.slower)
                generation.is_ready = True

    def _start_branches(self, modules: tuple[str, ...]) -> None:
        lacking = [each for each in self._generations() if modules not in each.branches]
        for generation in lacking:
            generation.branch(modules)
        for generation in lacking:
            try:
                generation.branches[modules].await_ready(_BRANCH_S * self.slower)
            except SavebenchError:  # an import hangs or exits: let the trial itself find out
                generation.branches.pop(modules).close()
                self._hopeless.add(modules)

    def _generation(self, hash_seed: int) -> Generation:
        ours, theirs = socket.socketpair()
        with theirs:
            descriptor = theirs.fileno()
            process = subprocess.Popen(
                [
                    *self.under,
                    self.surroundings.executable,
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
                env={**self.surroundings.environment(hash_seed), **self.also},
                start_new_session=True,
            )
        return Generation(hash_seed, process, Zygote(ours))
