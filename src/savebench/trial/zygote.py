"""A zygote: a process that has done the imports, and forks a child for each trial.

It speaks with the parent over a control socket: a `ZygoteCommand` and, along with it, the socket on
which the new process will speak for itself. ``branch`` forks another zygote, which imports more;
``trial`` forks a child that prepares its memory (see `savebench.system.pages`) and conducts one
trial.

What a fork shares, and what is done about it. The hash seed: the parent starts a new zygote for
each round, so that ``PYTHONHASHSEED`` is one per round and differs between rounds, as does the
layout of memory. Random generators: `random` reseeds itself after a fork, NumPy's global one is
reseeded here. File offsets: standard streams are replaced in the child, and nothing else is open.
Temporary names: each child has a TMPDIR of its own. The garbage collector's state is inherited as
the imports left it.
"""

import array
import contextlib
import importlib
import os
import select
import signal
import socket
import sys

import msgspec

from savebench.launch.line import DescriptorLine
from savebench.launch.messages import Task, ZygoteCommand, ZygoteEvent
from savebench.system.pages import PageMap, page_map
from savebench.trial import operations  # noqa: F401 - imported so that children need not
from savebench.trial.channel import Channel
from savebench.trial.isolation import die_with_parent, isolate
from savebench.trial.rehearsal import Rehearsal
from savebench.trial.worker import conduct, perform

_COMMAND_BYTES = 65536


def main() -> None:
    """Import the modules named as arguments, then serve the control socket named by the last."""
    *modules, descriptor = sys.argv[1:]
    control = socket.socket(fileno=int(descriptor))
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(null, stream)
    os.close(null)
    die_with_parent()
    import_all(tuple(modules))
    serve(control)
    os._exit(0)


def serve(control: socket.socket) -> None:
    """Fork what is asked for and report what ends, until the control socket closes."""
    children: dict[int, int] = {}  # descriptor that tells of an end -> pid
    commands = control.fileno()
    has_descriptors = _has_process_descriptors()
    pages = page_map()
    _report(control, ZygoteEvent("ready"))
    while True:
        ready, _, _ = select.select([commands, *children], [], [])
        for descriptor in ready:
            if descriptor == commands:
                received = _receive(control)
                if received is None:
                    _end_all(children)
                    return
                tells, told = (-1, -1) if has_descriptors else os.pipe()
                pid = _fork(*received, control, pages, children)
                if not has_descriptors:
                    os.close(told)  # the child's end closes when it ends
                children[os.pidfd_open(pid) if has_descriptors else tells] = pid
                _report(control, ZygoteEvent("forked", pid))
            elif descriptor in children:
                pid = children.pop(descriptor)
                os.close(descriptor)
                _, status = os.waitpid(pid, 0)
                _report(control, ZygoteEvent("ended", pid, os.waitstatus_to_exitcode(status)))


def _fork(
    command: ZygoteCommand,
    line: socket.socket,
    control: socket.socket,
    pages: PageMap,
    siblings: dict[int, int],
) -> int:
    pid = os.fork()
    if pid:
        line.close()
        return pid
    try:
        control.close()
        for descriptor in siblings:
            os.close(descriptor)
        siblings.clear()
        if command.do == "branch":
            _branch(command, line, pages)
        elif command.task is not None:
            _trial(command.task, line, pages)
    finally:
        os._exit(0)


def _has_process_descriptors() -> bool:
    """Whether the kernel tells by a descriptor of an end; under valgrind 3.19 it does not."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def _branch(command: ZygoteCommand, control: socket.socket, pages: PageMap) -> None:
    die_with_parent()
    pages.resident().populate_readable()
    import_all(command.modules)
    serve(control)


def _trial(task: Task, line: socket.socket, pages: PageMap) -> None:
    channel = Channel(DescriptorLine(line.fileno(), line.fileno()))
    isolate(task)
    _reseed()
    if task.memory == "rehearsed":
        rehearsal = Rehearsal.begin(task, pages, perform)
        (rehearsal.touched() or pages.resident()).populate()
        rehearsal.end()
    elif task.memory == "all":
        pages.resident().populate()
    conduct(task, channel)


def import_all(modules: tuple[str, ...]) -> None:
    """Import what can be imported; a trial that needs the rest says so itself."""
    for module in modules:
        with contextlib.suppress(Exception, SystemExit):
            importlib.import_module(module)


def _reseed() -> None:
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _receive(control: socket.socket) -> tuple[ZygoteCommand, socket.socket] | None:
    try:
        data, ancillary, _, _ = control.recvmsg(_COMMAND_BYTES, socket.CMSG_SPACE(4))
    except ConnectionResetError:
        return None
    if not data:
        return None
    descriptors = array.array("i")
    descriptors.frombytes(ancillary[0][2][:4])
    while not data.endswith(b"\n"):  # a long one comes in parts
        part = control.recv(_COMMAND_BYTES)
        if not part:
            return None
        data += part
    return msgspec.json.decode(data, type=ZygoteCommand), socket.socket(fileno=descriptors[0])


def _report(control: socket.socket, event: ZygoteEvent) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        control.sendall(msgspec.json.encode(event) + b"\n")


def _end_all(children: dict[int, int]) -> None:
    for pid in children.values():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
