"""A sequential reader over bytes that come in chunks: bounded memory, however long the stream."""

from collections.abc import Callable, Iterator

from savebench.inspecting.faults import Damaged
from savebench.inspecting.limits import CHUNK_BYTES, LINE_BYTES

Sink = Callable[[bytes | memoryview], object]


class Stream:
    """Bytes from a source, looked at once, in order.

    `buf`, `pos` and `base` are open to the loop that reads opcodes, which cannot afford a call a
    byte: `buf[pos]` is the next byte, and `base + pos` is its place in the stream.
    """

    __slots__ = ("_chunks", "_fault", "base", "buf", "ended", "pos")

    def __init__(self, chunks: Iterator[bytes]) -> None:
        """Read from chunks of any size; a `Damaged` that they raise comes when it is reached."""
        self._chunks = chunks
        self._fault: Damaged | None = None
        self.buf = b""
        self.pos = 0
        self.base = 0
        self.ended = False

    def tell(self) -> int:
        """Return the place of the next byte."""
        return self.base + self.pos

    def fill(self, size: int) -> bool:
        """Have `size` bytes from `pos` on in `buf`; false where the stream ends before."""
        have = len(self.buf) - self.pos
        if have >= size:
            return True
        parts = [self.buf[self.pos :]]
        while have < size:
            chunk = self._next()
            if chunk is None:
                break
            parts.append(chunk)
            have += len(chunk)
        self.base += self.pos
        self.buf = b"".join(parts)
        self.pos = 0
        return have >= size

    def _next(self) -> bytes | None:
        """Return the next chunk that holds anything, None at the end or before damage."""
        while not self.ended:
            try:
                chunk = next(self._chunks, None)
            except Damaged as fault:
                self._fault = fault
                chunk = None
            if chunk is None:
                self.ended = True
            elif chunk:
                return chunk
        return None

    def broken_off(self) -> Damaged:
        """Return what to raise where bytes are missing."""
        if self._fault is not None:
            return self._fault
        end = self.base + len(self.buf)
        return Damaged(f"breaks off after {end:,} bytes; get a whole copy of the file")

    @property
    def fault(self) -> Damaged | None:
        """What is wrong with the source, once its damage has been reached."""
        return self._fault

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes, which must be few."""
        if len(self.buf) - self.pos < size and not self.fill(size):
            raise self.broken_off()
        start = self.pos
        self.pos = start + size
        return self.buf[start : start + size]

    def peek(self, size: int) -> bytes:
        """Return up to `size` bytes without passing over them."""
        self.fill(size)
        return self.buf[self.pos : self.pos + size]

    def skip(self, size: int, sink: Sink | None = None) -> None:
        """Pass over `size` bytes, however many, handing each piece to `sink`."""
        while size > 0:
            have = len(self.buf) - self.pos
            if not have:
                if not self.fill(1):
                    raise self.broken_off()
                continue
            piece = min(have, size)
            if sink is not None:
                sink(memoryview(self.buf)[self.pos : self.pos + piece])
            self.pos += piece
            size -= piece

    def line(self) -> bytes:
        """Return the bytes up to the next newline, and pass over both."""
        size = 256
        while True:
            found = self.buf.find(b"\n", self.pos)
            if found >= 0:
                line = self.buf[self.pos : found]
                self.pos = found + 1
                return line
            size = max(size, len(self.buf) - self.pos) * 2
            if size > LINE_BYTES:
                raise Damaged(f"no end of a line within {LINE_BYTES:,} bytes at {self.tell():,}")
            if not self.fill(size) and self.buf.find(b"\n", self.pos) < 0:
                raise self.broken_off()

    def drain(self) -> None:
        """Pass over everything that is left."""
        while self.fill(1):
            self.pos = len(self.buf)

    def at_end(self) -> bool:
        """Whether nothing is left."""
        return not self.fill(1)


def chunks_of(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Yield what a file's `read` gives, chunk by chunk."""
    while chunk := read(CHUNK_BYTES):
        yield chunk
