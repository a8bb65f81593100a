"""A tree of parts in the making: values by attribute path, each expanded once."""

from typing import Any

from savebench.inspecting.pickles.values import Array, Blob, Kid, Node, type_of

DRAFTS = 200_000
"""Parts that are drafted before small and similar ones are grouped."""
_LONGEST_KEY = 60


class Draft:
    """One part, still open to be merged with its like."""

    __slots__ = ("array", "bytes", "count", "kids", "parent", "same_as", "suffix", "texts", "type")

    def __init__(self, suffix: str, type_: str, size: int, parent: "Draft | None") -> None:
        """Stand below a parent, by a piece of path."""
        self.suffix = suffix
        self.type = type_
        self.bytes = size
        self.count = 1
        self.array: Array | None = None
        self.same_as = ""
        self.texts: list[int] | None = None
        self.kids: list[Draft] = []
        self.parent = parent

    def path(self) -> str:
        """Return where it stands, from the top."""
        pieces, at = [], self
        while at.parent is not None:
            pieces.append(at.suffix)
            at = at.parent
        return "".join(reversed(pieces)).removeprefix(".")


def draft(value: Any, size: int) -> list[Draft]:
    """Return drafts of a value and all below it, parents before children."""
    root = Draft("", type_of(value), size, None)
    drafts, seen, digests = [root], set[int](), dict[bytes, str]()
    waiting: list[tuple[Draft, Any]] = [(root, value)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, Blob):
            _notice_twin(at, value.digest, digests)
        if not isinstance(value, Node) or id(value) in seen:
            continue
        seen.add(id(value))
        at.texts = value.texts
        if isinstance(value.facts, Array):
            at.array = value.facts
            _notice_twin(at, value.facts.digest, digests)
        for suffix, kid in _kids_of(value):
            if len(drafts) >= DRAFTS:
                return drafts
            below = Draft(suffix, type_of(kid.value), kid.size, at)
            at.kids.append(below)
            drafts.append(below)
        waiting.extend(
            (below, kid.value)
            for below, (_, kid) in zip(reversed(at.kids), reversed(_kids_of(value)), strict=False)
        )
    return drafts


def _notice_twin(at: Draft, digest: bytes, digests: dict[bytes, str]) -> None:
    if not digest:
        return
    first = digests.get(digest)
    if first is None:
        digests[digest] = at.path()
    else:
        at.same_as = first


def _kids_of(node: Node) -> list[tuple[str, Kid]]:
    """Return what a value consists of, with its piece of path."""
    inside = "({})" if _takes_arguments(node) else "[{}]"
    found = [(inside.format(_spelled(kid.key)), kid) for kid in node.kids or ()]
    return found + [(_attribute(kid.key), kid) for kid in node.attrs or ()]


def _takes_arguments(node: Node) -> bool:
    """Whether numbers tell arguments of its constructor, not items."""
    plain = {"list", "dict", "tuple", "set", "frozenset"}
    return node.type not in plain and node.facts is None and not node.count


def _spelled(key: Any) -> str:
    if isinstance(key, str):
        short = key if len(key) <= _LONGEST_KEY else f"{key[:_LONGEST_KEY]}..."
        return repr(short)
    return str(key) if isinstance(key, int | float) or key is None else f"<{type_of(key)}>"


def _attribute(key: Any) -> str:
    if isinstance(key, str) and key.isidentifier():
        return f".{key}"
    return f".{key}" if key == "<state>" else f"[{_spelled(key)}]"
