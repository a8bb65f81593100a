"""Find the longest way down in a model, in the order in which pickle goes.

Pickle calls itself at each step down, so that a long chain (of nodes that hold each other) ends in
a RecursionError. Here nothing recurses.
"""

from collections import Counter
from dataclasses import dataclass
from time import monotonic
from typing import Any

from savebench.obstacles.containers import Parts, is_atom
from savebench.obstacles.kinds import class_name
from savebench.obstacles.mends import is_library
from savebench.obstacles.parts import parts_of
from savebench.obstacles.paths import Node, chain_of

_DEEP = 50
"""Shallower models are no reason to run out of calls."""
_MOST_PARTS = 1_000_000
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Chain:
    """A long way down."""

    path: str
    """How it begins: ``root.next.next...``"""
    depth: int
    """How many steps down it has."""
    is_all: bool
    """Whether all of the model was looked at: else it may be longer."""
    owner: str = ""
    """The class that holds the next of its kind, if a person may change it: ``Node of mine``."""

    def __str__(self) -> str:
        """Return ``root.next.next... (1,204 deep)``."""
        return f"{self.path} ({self.depth:,}{'' if self.is_all else ' or more'} deep)"


def find_chain(model: Any, deadline_s: float) -> Chain | None:
    """Return the longest way down, or None where none is long."""
    top = Node(model)
    seen: dict[int, Any] = {id(model): model}
    stack: list[tuple[Node, Parts]] = [(top, _parts(top))]
    deepest, depth, is_all = top, 0, True
    while stack:
        if monotonic() > deadline_s or len(seen) > _MOST_PARTS:
            is_all = False
            break
        node, parts = stack[-1]
        below = _next(node, parts, seen)
        if below is None:
            stack.pop()
            continue
        stack.append((below, _parts(below)))
        if len(stack) - 1 > depth:
            deepest, depth = below, len(stack) - 1
    return _chain(deepest, depth, is_all=is_all) if depth > _DEEP else None


def _parts(node: Node) -> Parts:
    try:
        parts = parts_of(node.value)
    except Exception:  # noqa: BLE001 - what an object raises is found by another search
        return iter(())
    return iter(()) if isinstance(parts, str) else parts


def _next(node: Node, parts: Parts, seen: dict[int, Any]) -> Node | None:
    """Return the next part that was not met yet."""
    try:
        for part in parts:
            if part is not None and id(part[1]) not in seen and not is_atom(part[1]):
                seen[id(part[1])] = part[1]
                return Node(part[1], node, part[0])
    except Exception:  # noqa: BLE001 - as above
        return None
    return None


def _chain(deepest: Node, depth: int, *, is_all: bool) -> Chain:
    way = deepest.way()
    holders = Counter(
        class_name(type(each.value))
        for each in way[-_LOOKED_AT:-1]
        if not is_library(type(each.value).__module__, deepest)
    )
    owner = holders.most_common(1)[0][0] if holders else ""
    return Chain(chain_of([each.step for each in way[1:]]), depth, is_all, owner)
