"""The private line between a trial's process and the parent: JSON lines over file descriptors."""

import os
import sys
from dataclasses import dataclass, field

from savebench.launch.messages import GO, READY, Answer, Task

_CHUNK_BYTES = 65536


@dataclass(slots=True)
class Channel:
    """Reads tasks and writes answers; nothing that a serializer prints can reach it."""

    read_fd: int
    write_fd: int
    _pending: bytes = field(default=b"")

    @classmethod
    def from_standard_streams(cls) -> "Channel":
        """Take over stdin and stdout for good; what is printed from now on goes to stderr."""
        sys.stdout.flush()
        channel = cls(os.dup(0), os.dup(1))
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)
        return channel

    def receive_task(self) -> Task:
        """Return the task that the parent sends first."""
        import msgspec

        return msgspec.json.decode(self._read_line(), type=Task)

    def wait_for_go(self) -> None:
        """Say that all is prepared, and return when the parent wants the operation done."""
        self._write(READY)
        if self._read_line() != GO.rstrip():
            raise EOFError("the parent spoke out of turn")

    def send(self, answer: Answer) -> None:
        """Send the answer, in a line."""
        import msgspec

        self._write(msgspec.json.encode(answer) + b"\n")

    def wait_for_end(self) -> None:
        """Stay until the parent lets go, so that giving memory back disturbs no measurement."""
        while os.read(self.read_fd, _CHUNK_BYTES):
            pass

    def _read_line(self) -> bytes:
        while b"\n" not in self._pending:
            chunk = os.read(self.read_fd, _CHUNK_BYTES)
            if not chunk:
                raise EOFError("the parent is gone")
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return line

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.write_fd, data) :]
