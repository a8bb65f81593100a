"""The machine that follows a pickle: its stack, memo and marks, without making anything.

Every value's bytes are counted exactly once: a stack of starts runs beside the stack of values,
and a value takes the bytes from its start to where the next one begins.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from savebench.inspecting.faults import Damaged, TooLarge
from savebench.inspecting.limits import KEPT_BYTES, MEMO_ENTRIES, STACKED
from savebench.inspecting.pickles.content import Content
from savebench.inspecting.pickles.session import Session
from savebench.inspecting.pickles.values import UNKNOWN, Blob, DType, Global, Node
from savebench.inspecting.streams import Stream

if TYPE_CHECKING:
    from pathlib import Path

    from savebench.inspecting.opened import Opened

Handler = Callable[["Machine"], bool | None]
"""Takes one opcode's argument and does its work; true at the end of the pickle."""

_EXHAUSTS = "no model needs so many; do not load it: it may be made to exhaust memory"
_AHEAD = 16
"""Opcodes of a fixed length take no more bytes than this."""
_NODE_BYTES = 250
_TEXT_BYTES = 60
_LISTED_TEXTS = 100_000
_LONGEST_MODULE = 80
COMPACT_FROM = 100_000
"""From so many values on the stack, those deep in it are kept by their types alone."""


class Machine:
    """One pickle within a stream, followed up to its STOP."""

    def __init__(self, stream: Stream, session: Session, beside: "Beside", depth: int = 0) -> None:
        """Follow the pickle that begins at the stream's next byte."""
        self.stream = stream
        self.session = session
        self.beside = beside
        self.depth = depth
        self.stack: list[Any] = []
        self.starts: list[int] = []
        self.marks: list[int] = []
        self.memo: list[Any] = []
        self.far: dict[int, Any] = {}
        self.proto = 0
        self.needs = 0
        self.frame_end = 0
        self.at = stream.tell()
        self.begin = self.at
        self.opcodes = 0
        self.compacted = 0
        self.after_build: Callable[[Machine, Node], None] = _nothing
        """What a loader does beyond Python's own once an object has its state."""
        self.buffers: Iterator[Any] | None = None
        """Values for buffers kept outside the pickle, in order; None: there are none."""

    def run(self, handlers: list[Handler | None]) -> Any:
        """Follow opcodes to the end, and return the value that the pickle makes.

        Raises
        ------
        Damaged
            Where no opcode stands, an opcode lacks what it needs, or the bytes break off.
        """
        stream, count = self.stream, 0
        try:
            while True:
                pos = stream.pos
                if pos + _AHEAD > len(stream.buf):
                    self._more(pos)
                    pos = stream.pos
                    if self.session.opcodes + count > self.session.most_opcodes:
                        raise TooLarge(
                            f"too large when unpacked: more than {self.session.most_opcodes:,} "
                            "opcodes in so few bytes, which no model has; do not load it"
                        )
                    if len(self.stack) > COMPACT_FROM or len(self.marks) > STACKED:
                        self._compact()
                count += 1
                self.at = stream.base + pos
                handler = handlers[stream.buf[pos]]
                stream.pos = pos + 1
                if handler is None:
                    raise self.fault(f"no opcode has the number {stream.buf[pos]}")
                if handler(self):
                    break
        except IndexError:
            if stream.pos > len(stream.buf):
                raise stream.broken_off() from None
            raise self.fault("an opcode lacks what it works on") from None
        finally:
            self.opcodes += count
            self.session.opcodes += count
        if stream.pos > len(stream.buf):
            raise stream.broken_off()
        return self.stack[-1] if self.stack else UNKNOWN

    def _more(self, pos: int) -> None:
        """Have more bytes at hand, or tell that they break off."""
        if pos > len(self.stream.buf):
            raise self.stream.broken_off()
        self.stream.fill(_AHEAD)
        if self.stream.pos >= len(self.stream.buf):
            raise self.stream.broken_off()

    def _compact(self) -> None:
        """Keep of what lies deep on a high stack no more than the types."""
        stack, session = self.stack, self.session
        if len(stack) > STACKED or len(self.marks) > STACKED:
            raise self.fault(f"more than {STACKED:,} values are stacked", _EXHAUSTS)
        last = len(stack) - COMPACT_FROM // 10
        for index in range(min(self.compacted, last), last):
            kind = stack[index].__class__
            if kind is str or kind is bytes or kind is tuple:
                stack[index] = session.opaque(kind.__name__)
            elif kind is Node and session.full:
                stack[index] = session.opaque(stack[index].type, stack[index].made)
        self.compacted = last

    def fault(self, what: str, then: str = "get a whole copy of the file") -> Damaged:
        """Return what to raise where the pickle makes no sense, and what to do `then`."""
        return Damaged(f"{what}, at byte {self.at:,}; {then}")

    def push(self, value: Any) -> None:
        """Put a value on the stack that begins with this opcode."""
        self.stack.append(value)
        self.starts.append(self.at)

    def node(self, type_: str, made: Global | None = None) -> Node:
        """Return a new value with parts, and count what it takes in memory."""
        self.session.room -= _NODE_BYTES
        return Node(type_, made)

    def mark(self) -> int:
        """Return where on the stack the last mark stands, and forget it."""
        if not self.marks:
            raise self.fault("an opcode needs a mark that is not there")
        mark = self.marks.pop()
        if mark > len(self.stack):
            raise self.fault("what a mark stands on is gone")
        return mark

    def above(self, mark: int) -> list[Any]:
        """Take all values above a mark off the stack."""
        values = self.stack[mark:]
        del self.stack[mark:]
        return values

    def starts_above(self, mark: int, end: int) -> list[int]:
        """Take the starts above a mark, and add where the last value ends."""
        starts = self.starts[mark:]
        del self.starts[mark:]
        starts.append(end)
        return starts

    def put(self, index: int, value: Any) -> None:
        """Remember a value."""
        kept = self._kept(value)
        memo = self.memo
        if index == len(memo):
            if index >= MEMO_ENTRIES:
                raise self.fault(f"more than {MEMO_ENTRIES:,} values are remembered", _EXHAUSTS)
            memo.append(kept)
            while self.far and len(memo) in self.far:
                memo.append(self.far.pop(len(memo)))
        elif index < len(memo):
            memo[index] = kept
        else:
            self.session.room -= _TEXT_BYTES
            if len(self.far) >= STACKED // 4:
                raise self.fault("too many values are remembered out of order")
            self.far[index] = kept

    def _kept(self, value: Any) -> Any:
        """Return what is remembered of a value: itself, or its type once memory is short."""
        kind = value.__class__
        session = self.session
        if kind is str or kind is bytes:
            session.room -= _TEXT_BYTES + len(value)
            return (
                value if session.room > 0 or self._is_name(value) else session.opaque(kind.__name__)
            )
        if kind is tuple:
            session.room -= _TEXT_BYTES + 8 * len(value)
        if session.room > 0:
            return value
        if kind is Node and value.facts is None:
            return session.opaque(value.type, value.made)
        return session.opaque("tuple") if kind is tuple and value else value

    def _is_name(self, text: str | bytes) -> bool:
        """Whether a text looks like a module, of which a file names few."""
        if self.session.names_kept >= _LISTED_TEXTS or not isinstance(text, str):
            return False
        likely = len(text) <= _LONGEST_MODULE and ("." in text or text in _TOP_MODULES)
        self.session.names_kept += likely
        return likely

    def get(self, index: int) -> Any:
        """Return what was remembered."""
        if 0 <= index < len(self.memo):
            return self.shared(self.memo[index])
        if index in self.far:
            return self.shared(self.far[index])
        raise self.fault(f"value {index} is asked for and was never remembered")

    def shared(self, value: Any) -> Any:
        """Return a value that somebody else may hold, too; a dtype is not to change after that."""
        if value.__class__ is DType and not value.settled:
            value.exposed = True
        return value

    def raw(self, size: int, type_: str) -> Any:
        """Pass over bytes, and return them where they are few, else what is known of them."""
        stream = self.stream
        if size <= KEPT_BYTES:
            return stream.take(size)
        content = Content(size, self.session)
        stream.skip(size, content.update)
        self.session.room -= _NODE_BYTES
        return Blob(type_, size, content.digest, content.shrinks_to)

    def need(self, protocol: int) -> None:
        """Note the protocol from which an opcode is on."""
        self.needs = max(self.needs, protocol)


def _nothing(m: Machine, node: Node) -> None:
    """Do what Python's own loader does after BUILD."""


_TOP_MODULES = frozenset(
    {"builtins", "__builtin__", "copyreg", "copy_reg", "_codecs", "numpy", "collections", "pandas"}
    | {"datetime", "sklearn", "scipy", "xgboost", "lightgbm", "__main__", "functools", "array"}
)


class Beside:
    """The file that is walked, for pickles that name others beside it."""

    def __init__(self, opened: "Opened | None") -> None:
        """Look beside a file; None: nowhere."""
        self._opened = opened

    def find(self, name: str) -> "Path | None":
        """Return the file of a plain name in the same folder."""
        return self._opened.beside(name) if self._opened is not None else None
