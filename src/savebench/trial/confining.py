"""Confine the process that loads a person's file: it writes where it is measured, and no more.

The file was held against a reviewed list before. But a list has holes, and types that are harmless
to load can be put together so that *asking* the model calls what the file's writer chose. So the
process itself may not write, create, delete or rename outside the task's own folders, start other
programs, or use the network; nor may what it forks.

Two layers. Python's audit events are refused by a hook: it says in a sentence what was tried, and
stops what goes through Python. On Linux with Landlock the kernel refuses the same to all code of
the process, compiled code too (`savebench.system.landlock`).

What neither stops: reading files, using up the processor, crashing, or answering wrongly. What
Landlock does not know (modes and owners of files, UDP, sockets that have a path) only the hook
stops, and compiled code gets past that.
"""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from errno import EACCES
from pathlib import Path
from typing import Any

from savebench.launch.messages import Task
from savebench.system import landlock

RULE = (
    "a model from a file may write only where it is measured, start no program and use no network; "
    "if you know who made it: --trust"
)
CONFINED = "confined"
"""A fact: how a process is confined, where that is not all that it could be."""
BY_PYTHON = "in Python only: there is no Landlock here, so compiled code is not confined"

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_KEEPS_IN_MODEL_FOLDER = frozenset({"build", "check"})
_PROC_FILES = ("/proc/self/clear_refs",)
"""Written by memory trials, to reset the peak."""


class Refused(PermissionError):  # noqa: N818 - names the fault
    """A confined process tried what it may not; the message says what."""

    def __init__(self, tried: str) -> None:
        """Take what was tried: ``to write /x``."""
        super().__init__(f"tried {tried}: refused; {RULE}")
        self.errno = EACCES


def confine(task: Task) -> str:
    """Confine this process and all that it starts, for good; return the fact `CONFINED`, or ``""``.

    What is to be imported with all rights must be imported before.
    """
    sys.dont_write_bytecode = True
    folders = tuple(dict.fromkeys(_folders_of(task)))
    files = [Path(name) for name in (os.devnull, *_PROC_FILES) if Path(name).exists()]
    is_whole = landlock.restrict(folders, files)
    refusals = _refusals(_Allowed(folders, frozenset(map(str, files))))
    find = refusals.get

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        refuse = find(event)
        if refuse is not None:
            refuse(arguments)

    sys.addaudithook(hook)
    return "" if is_whole else BY_PYTHON


def _folders_of(task: Task) -> list[Path]:
    """Return where a task may write: a trial that loads may not change what others load."""
    names = [task.scratch]
    if task.kind in _KEEPS_IN_MODEL_FOLDER:
        names.append(task.model_folder)
    return [Path(name).resolve() for name in names]


@dataclass(frozen=True, slots=True)
class _Allowed:
    """Where files may be changed."""

    folders: tuple[Path, ...]
    files: frozenset[str]

    def holds(self, path: Any, directory: int = -1, *, follow: bool = True) -> bool:
        """Whether a path lies in a folder, by where its links lead."""
        name = _name_of(path, directory)
        if name in self.files:
            return True
        above, last = os.path.split(name)
        real = os.path.realpath(name) if follow else os.path.join(os.path.realpath(above), last)  # noqa: PTH118 - pathlib opens slower than this
        return any(f"{real}{os.sep}".startswith(f"{folder}{os.sep}") for folder in self.folders)


def _name_of(path: Any, directory: int) -> str:
    if isinstance(path, int):
        return os.path.realpath(f"/proc/self/fd/{path}")
    name = os.fsdecode(path)
    if isinstance(directory, int) and directory >= 0:
        return os.path.join(os.path.realpath(f"/proc/self/fd/{directory}"), name)  # noqa: PTH118 - as above
    return name if os.path.isabs(name) else os.path.join(os.getcwd(), name)  # noqa: PTH109, PTH117, PTH118 - as above


Refuse = Callable[[Sequence[Any]], None]


def _refusals(allowed: _Allowed) -> dict[str, Refuse]:
    """Return, by audit event, what raises where the event is not allowed."""
    return {
        **_refusals_of_opening(allowed),
        **_refusals_of_changing(allowed),
        **_refusals_of_programs(),
        **_refusals_of_network(),
    }


def _refusals_of_opening(allowed: _Allowed) -> dict[str, Refuse]:
    def opens(arguments: Sequence[Any]) -> None:
        path, _, flags = arguments
        if flags & _WRITES and not isinstance(path, int) and not allowed.holds(path):
            raise Refused(f"to write {_shown(path)}")

    def truncates(arguments: Sequence[Any]) -> None:
        if not isinstance(arguments[0], int) and not allowed.holds(arguments[0]):
            raise Refused(f"to write {_shown(arguments[0])}")

    def connects(arguments: Sequence[Any]) -> None:
        if arguments[0] != ":memory:" and not allowed.holds(arguments[0]):
            raise Refused(f"to write {_shown(arguments[0])}")

    return {"open": opens, "os.truncate": truncates, "sqlite3.connect": connects}


def _refusals_of_changing(allowed: _Allowed) -> dict[str, Refuse]:
    def one(verb: str, at: int | None, *, follow: bool = False) -> Refuse:
        """Refuse an event of one path first; the folder it is relative to stands at `at`."""

        def refuse(arguments: Sequence[Any]) -> None:
            directory = -1 if at is None else arguments[at]
            if not allowed.holds(arguments[0], directory, follow=follow):
                raise Refused(f"to {verb} {_shown(arguments[0])}")

        return refuse

    def two(verb: str) -> Refuse:
        def refuse(arguments: Sequence[Any]) -> None:
            source, target, from_folder, to_folder = arguments
            for path, folder in ((source, from_folder), (target, to_folder)):
                if not allowed.holds(path, folder, follow=False):
                    raise Refused(f"to {verb} {_shown(path)}")

        return refuse

    def links(arguments: Sequence[Any]) -> None:
        raise Refused(f"to link {_shown(arguments[1])} to {_shown(arguments[0])}")

    return {
        "os.remove": one("remove", 1),
        "os.rmdir": one("remove", 1),
        "os.mkdir": one("make", 2),
        "os.chmod": one("change the mode of", 2, follow=True),
        "os.chown": one("change the owner of", 3, follow=True),
        "os.chflags": one("change the flags of", None, follow=True),
        "os.utime": one("change the times of", 3, follow=True),
        "os.setxattr": one("change the attributes of", None, follow=True),
        "os.removexattr": one("change the attributes of", None, follow=True),
        "os.rename": two("rename"),
        "os.link": two("link"),
        "os.symlink": links,
    }


def _refusals_of_programs() -> dict[str, Refuse]:
    def runs(arguments: Sequence[Any]) -> None:
        raise Refused(f"to run {_shown(arguments[0])}")

    def spawns(arguments: Sequence[Any]) -> None:
        raise Refused(f"to run {_shown(arguments[1])}")

    names = (
        "os.system", "os.exec", "os.posix_spawn", "os.startfile", "subprocess.Popen", "pty.spawn",
        "webbrowser.open",
    )  # fmt: skip
    return {**dict.fromkeys(names, runs), "os.spawn": spawns}


def _refusals_of_network() -> dict[str, Refuse]:
    def reaches(arguments: Sequence[Any]) -> None:
        address = arguments[-1] if len(arguments) == 2 else arguments[0]  # noqa: PLR2004 - a socket, then its address
        if address is not None:  # a connected pair that this process made itself has none
            raise Refused(f"to use the network ({_shown(address)})")

    names = (
        "socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo",
        "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo",
    )  # fmt: skip
    return dict.fromkeys(names, reaches)


def _shown(value: Any) -> str:
    """Return what was named, in words that fit into a line; it is the file's writer's choice."""
    if isinstance(value, list | tuple):
        return " ".join(_shown(each) for each in value)
    text = os.fsdecode(value) if isinstance(value, bytes | os.PathLike) else str(value)
    printable = "".join(char if char.isprintable() else "?" for char in text)
    return printable if len(printable) <= _MOST_CHARS else f"{printable[:_MOST_CHARS]}..."


_MOST_CHARS = 200
