"""The trial's end of the private line to the parent."""

import os
import sys
from dataclasses import dataclass

from savebench.launch.line import DescriptorLine, Line
from savebench.launch.messages import GO, READY, Answer, Task


@dataclass(slots=True)
class Channel:
    """Reads tasks and writes answers; nothing that a serializer prints can reach it."""

    line: Line

    @classmethod
    def from_standard_streams(cls) -> "Channel":
        """Take over stdin and stdout for good; what is printed from now on goes to stderr."""
        sys.stdout.flush()
        line = DescriptorLine(os.dup(0), os.dup(1))
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.close(null)
        os.dup2(2, 1)
        return cls(line)

    def receive_task(self) -> Task:
        """Return the task that the parent sends first."""
        import msgspec

        return msgspec.json.decode(self._read(), type=Task)

    def wait_for_go(self) -> None:
        """Say that all is prepared, and return when the parent wants the operation done."""
        self.line.send(READY)
        if self._read() != GO.rstrip():
            raise EOFError("the parent spoke out of turn")

    def send(self, answer: Answer) -> None:
        """Send the answer, in a line."""
        import msgspec

        self.line.send(msgspec.json.encode(answer) + b"\n")

    def wait_for_end(self) -> None:
        """Stay until the parent lets go, so that giving memory back disturbs no measurement."""
        while self.line.read() is not None:
            pass

    def _read(self) -> bytes:
        line = self.line.read()
        if line is None:
            raise EOFError("the parent is gone")
        return line
