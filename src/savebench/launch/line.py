"""The private line between a parent and a process: bytes ended by a newline, both ways.

Whoever speaks over one knows no descriptor and no pipe: only how to send, and how to read with a
deadline. A line over pipes or a socket of this machine is `DescriptorLine`.
"""

import os
import select
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

_CHUNK_BYTES = 65536


class Line(Protocol):
    """Sends and receives lines."""

    def send(self, data: bytes) -> None:
        """Send all of the data; the other end may be gone already, which reading tells."""

    def read(self, timeout_s: float | None = None) -> bytes | None:
        """Return the next line without its newline, or None at the end of the stream or of time.

        Without a timeout it waits as long as it takes.
        """


@dataclass(slots=True)
class DescriptorLine:
    """A line over file descriptors: two of pipes, or twice that of a socket."""

    read_fd: int
    write_fd: int
    _pending: bytes = field(default=b"")

    def send(self, data: bytes) -> None:
        """Send all of the data; nothing happens when the other end is gone."""
        try:
            while data:
                data = data[os.write(self.write_fd, data) :]
        except (BrokenPipeError, ConnectionResetError):
            return

    def read(self, timeout_s: float | None = None) -> bytes | None:
        """Return the next line without its newline, or None at the end of the stream or of time."""
        deadline = None if timeout_s is None else monotonic() + timeout_s
        while b"\n" not in self._pending:
            if deadline is not None:
                left_s = deadline - monotonic()
                if left_s <= 0 or not select.select([self.read_fd], [], [], left_s)[0]:
                    return None
            try:
                chunk = os.read(self.read_fd, _CHUNK_BYTES)
            except ConnectionResetError:
                return None
            if not chunk:
                return None
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return line
