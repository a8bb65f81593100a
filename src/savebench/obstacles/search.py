"""Search a model for what cannot be saved, breadth first, within a time.

Breadth first finds the shortest way to each part, and what lies near the top before a large list
has been gone through; nothing recurses, so that no depth is too deep.
"""

from collections import deque
from collections.abc import Container
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from savebench.obstacles import paths
from savebench.obstacles.containers import Parts, is_atom
from savebench.obstacles.homes import CARRIED_BY, Homeless, code_parts, homeless, is_by_value
from savebench.obstacles.kinds import Kind, composite_kind, refused_kind
from savebench.obstacles.mends import Mend, mend_homeless, mend_kind
from savebench.obstacles.parts import parts_of
from savebench.obstacles.paths import Node

_PARTS_AT_ONCE = 1_000
_MOST_PARTS = 1_000_000
_MOST_OBSTACLES = 1_000


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A part of a model that cannot be saved, or not to another process."""

    path: str
    """The way to it in Python, without the model's own name; ``""``: the model itself."""
    what: str
    """``a lock``"""
    mend: Mend
    carriers: tuple[str, ...] = ()
    """Rows known to carry its kind."""
    home: Homeless | None = None
    """Why another process cannot import it, if it is a class or a function."""
    subject: Any = field(default=None, compare=False, repr=False)
    """The part itself; the class, where an object of a homeless class stands in the way."""

    def __str__(self) -> str:
        """Return ``steps[-1][1].lock_: a lock``."""
        return f"{self.path or paths.WHOLE}: {self.what}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found."""

    obstacles: tuple[Obstacle, ...] = ()
    is_complete: bool = True
    """Whether all of the model was looked at."""


def find_obstacles(
    model: Any, *, absent: Container[str] | None = None, by_value: bool = False, deadline_s: float
) -> Found:
    """Return what in a model pickle cannot store, or another process not load.

    Parameters
    ----------
    model
        What is to be saved. Nothing is written, but its ``__reduce_ex__``, ``__getstate__`` and the
        like are called, as pickle calls them; where they change the model, this does.
    absent
        Modules that the process which loads it will not have, beside another ``__main__``; None:
        it is like this one.
    by_value
        Whether functions and classes without a name are stored as code (as cloudpickle does): they
        are no obstacles then, but what they hold may be.
    deadline_s
        By `time.monotonic`, when to stop.
    """
    return _Search(model, absent, by_value=by_value).run(deadline_s)


class _Search:
    def __init__(self, model: Any, absent: Container[str] | None, *, by_value: bool) -> None:
        self._model = model
        self._absent = absent
        self._by_value = by_value
        self._obstacles: list[Obstacle] = []
        self._seen: dict[int, Any] = {}  # holds what was met: an address is not given out twice
        self._queue: deque[tuple[Node, Parts | None]] = deque()

    def run(self, deadline_s: float) -> Found:
        self._meet(Node(self._model))
        while self._queue:
            full = len(self._seen) > _MOST_PARTS or len(self._obstacles) > _MOST_OBSTACLES
            if full or monotonic() > deadline_s:
                return Found(tuple(self._obstacles), is_complete=False)
            node, parts = self._queue.popleft()
            try:
                self._go_on(node, parts or self._enter(node))
            except Exception as error:  # noqa: BLE001 - an object may raise anything when asked
                self._note_kind(node, refused_kind(node.value, error))
        return Found(tuple(self._obstacles))

    def _meet(self, node: Node) -> None:
        if id(node.value) not in self._seen and not is_atom(node.value):
            self._seen[id(node.value)] = node.value
            self._queue.append((node, None))

    def _enter(self, node: Node) -> Parts:
        """Return the parts of what has been met, or none where it is an obstacle itself."""
        kind = composite_kind(node.value)
        if kind is not None:
            self._note_kind(node, kind)
            return iter(())
        parts = parts_of(node.value)
        return self._enter_named(node, parts) if isinstance(parts, str) else parts

    def _enter_named(self, node: Node, name: str) -> Parts:
        home = homeless(node.value, name, self._absent)
        if self._by_value and is_by_value(node.value, home):
            return code_parts(node.value)
        if home is not None:
            self._note_homeless(node, home)
        return iter(())

    def _go_on(self, node: Node, parts: Parts) -> None:
        """Meet some of a node's parts; the rest has to wait until others had their turn."""
        for taken, part in enumerate(parts, 1):
            if part is not None:
                self._meet(Node(part[1], node, part[0]))
            if taken == _PARTS_AT_ONCE or part is None:
                self._queue.append((node, parts))
                return

    def _note_kind(self, node: Node, kind: Kind) -> None:
        mend = mend_kind(kind, node)
        self._note(Obstacle(node.path(), kind.what, mend, kind.carriers, None, node.value))

    def _note_homeless(self, node: Node, home: Homeless) -> None:
        of_an_object = node.parent is not None and node.step is paths.CLASS
        holder = node.parent if of_an_object and node.parent is not None else node
        what = f"an object of {home.what}" if of_an_object else home.what
        mend = mend_homeless(home, holder)
        self._note(Obstacle(holder.path(), what, mend, CARRIED_BY[home.cause], home, node.value))

    def _note(self, obstacle: Obstacle) -> None:
        self._obstacles.append(obstacle)
