"""Find out which pages an operation touches, by doing it once in a child that is thrown away.

Copying all of a zygote's memory into every child takes most of a trial's time, and nearly all of
it is never touched. So a child forks a child of its own, which does the operation on another
artifact, unmeasured, and reports which of the shared pages it wrote and which of the mapped ones
it read. The measured process populates just those. It has seen nothing of the rehearsal: its
objects, caches and allocator are as the imports left them.
"""

import os
import select
import shutil
import signal
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import msgspec

from savebench.launch.messages import Task
from savebench.system.pages import PageMap, ResidentPages
from savebench.trial.isolation import work_in
from savebench.trial.placing import place_in

_LIMIT_S = 0.5
_CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal that is going on."""

    pid: int
    read_fd: int

    @classmethod
    def begin(cls, task: Task, pages: PageMap, perform: Callable[[Task], None]) -> "Rehearsal":
        """Fork a child that does the operation: `perform` asks for no gate and no answer."""
        read_fd, write_fd = os.pipe()
        pid = os.fork()
        if not pid:
            try:
                os.close(read_fd)
                _perform_and_report(task, pages, perform, write_fd)
            finally:
                os._exit(0)
        os.close(write_fd)
        return cls(pid, read_fd)

    def touched(self) -> ResidentPages | None:
        """Return the pages that the operation touched, or None when that could not be found out."""
        try:
            return _decode(_read_all(self.read_fd, monotonic() + _LIMIT_S))
        finally:
            os.close(self.read_fd)
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """Return when nothing is left of it that could run beside the measured operation."""
        os.waitpid(self.pid, 0)


def _perform_and_report(
    task: Task, pages: PageMap, perform: Callable[[Task], None], write_fd: int
) -> None:
    _be_silent()
    folder = Path(task.scratch) / "rehearsal"
    folder.mkdir()
    work_in(folder)  # what is left there is no stray of the measured operation
    makes = Path(task.artifact).is_relative_to(task.scratch)
    artifact = str(place_in(folder)) if makes else task.artifact
    perform(msgspec.structs.replace(task, artifact=artifact, scratch=str(folder)))
    touched = pages.touched_since_fork()
    shutil.rmtree(folder, ignore_errors=True)
    report = _encode(touched)
    while report:
        report = report[os.write(write_fd, report) :]


def _be_silent() -> None:
    """Print nowhere: what a serializer prints is heard once, in the measured process."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)


def _encode(pages: ResidentPages) -> bytes:
    numbers = array("Q", [len(pages.writable)])
    for span in (*pages.writable, *pages.readable):
        numbers.extend(span)
    return numbers.tobytes()


def _decode(report: bytes) -> ResidentPages | None:
    numbers = array("Q")
    if not report or len(report) % numbers.itemsize:
        return None
    numbers.frombytes(report)
    spans = tuple(zip(numbers[1::2], numbers[2::2], strict=True))
    return ResidentPages(spans[: numbers[0]], spans[numbers[0] :])


def _read_all(descriptor: int, deadline_s: float) -> bytes:
    """Return all that comes before the end of the stream, or nothing when time runs out."""
    data = b""
    while select.select([descriptor], [], [], max(0.0, deadline_s - monotonic()))[0]:
        chunk = os.read(descriptor, _CHUNK_BYTES)
        if not chunk:
            return data
        data += chunk
    return b""
