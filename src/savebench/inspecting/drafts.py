"""A tree of parts while it grows, and how it is frozen."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from savebench.inspecting.found import ArrayFacts, Part


@dataclass(slots=True, eq=False)
class Draft:
    """A part that may still get parts of its own."""

    path: str
    type: str
    bytes: int = 0
    """Its own, without its parts'."""
    what: str = ""
    array: ArrayFacts | None = None
    count: int = 1
    parts: list["Draft"] = field(default_factory=list)


def every_draft(root: Draft) -> Iterator[Draft]:
    """Yield all of a tree, a parent before its parts, in order."""
    waiting = [root]
    while waiting:
        draft = waiting.pop()
        yield draft
        waiting += reversed(draft.parts)


def frozen(root: Draft) -> Part:
    """Return a tree with the bytes of all below it counted in each."""
    made: dict[int, Part] = {}
    for draft in reversed(list(every_draft(root))):
        parts = tuple(made.pop(id(each)) for each in draft.parts)
        made[id(draft)] = Part(
            path=draft.path,
            type=draft.type,
            bytes=draft.bytes + sum(each.bytes for each in parts),
            what=draft.what,
            array=draft.array,
            count=draft.count,
            parts=parts,
        )
    return made[id(root)]


def thawed(root: Part, path: str = "") -> Draft:
    """Return a frozen tree as one that can be changed, its paths below `path`."""
    made: dict[int, Draft] = {}
    order: list[Part] = []
    waiting = [root]
    while waiting:
        part = waiting.pop()
        order.append(part)
        waiting += part.parts
    for part in reversed(order):
        made[id(part)] = Draft(
            path=_below(path, part.path),
            type=part.type,
            bytes=part.bytes - sum(each.bytes for each in part.parts),
            what=part.what,
            array=part.array,
            count=part.count,
            parts=[made[id(each)] for each in part.parts],
        )
    return made[id(root)]


def _below(path: str, own: str) -> str:
    """Return a path as it is spelled from further up."""
    if not path or not own:
        return path or own
    return f"{path}{own}" if own.startswith(("[", "(")) else f"{path}.{own}"
