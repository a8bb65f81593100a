"""Ways through a tree of parts that no depth can break."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from savebench.inspecting.found import Part

_PLACE = re.compile(r"\[\d+(?:, ?\d+)*\]")
_FEW = 3
"""So many alike are named one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """One of the largest parts; or several that lie alike, as the trees of a forest do."""

    path: str
    """``"_fit_X"``; with a star for places: ``"estimators_[*].tree_.nodes"``."""
    type: str
    bytes: int
    """Of all of them."""
    count: int
    what: str
    part: Part
    """The largest one of them."""


def every_part(root: Part | None) -> Iterator[tuple[int, Part]]:
    """Yield each part with its depth, in the order of the tree, a parent before its parts."""
    waiting = [(0, root)] if root is not None else []
    while waiting:
        depth, part = waiting.pop()
        yield depth, part
        waiting += [(depth + 1, each) for each in reversed(part.parts)]


def relative_path(part: Part, parent: Part) -> str:
    """Return the way from a part's parent: ``".tree_"``, ``"[0]"``."""
    return part.path.removeprefix(parent.path) or part.path


def largest(root: Part | None, most: int = 10) -> list[Large]:
    """Return the largest parts, largest first: known by purpose, or with nothing below them.

    Parts whose paths differ in places only (more than three of them) are one. Nothing of what is
    returned lies within another.
    """
    alike: dict[tuple[str, str], list[Part]] = {}
    for part in _ends(root):
        key = (_PLACE.sub("[*]", part.path), part.type)
        alike.setdefault(key, []).append(part)
    found = []
    for (path, _), parts in alike.items():
        if len(parts) > _FEW:
            found.append(_together(_starred(path, parts), parts))
        else:
            found += [_together(each.path, [each]) for each in parts]
    found.sort(key=lambda each: -each.bytes)
    return [each for each in found[:most] if each.bytes]


def _ends(root: Part | None) -> Iterator[Part]:
    """Yield arrays of numbers, what is known by purpose, and what has no parts."""
    waiting = [root] if root is not None else []
    while waiting:
        part = waiting.pop()
        if is_array(part) or not part.parts or (part.what and not _known_below(part)):
            yield part
        else:
            waiting += part.parts


def is_array(part: Part) -> bool:
    """Whether it is an array of numbers: what lies below it are its own bytes."""
    return part.array is not None and part.array.dtype != "object"


def _known_below(part: Part) -> bool:
    return any(each.what for each in part.parts)


def _starred(path: str, parts: list[Part]) -> str:
    """Return a path with stars for those places only in which the parts differ."""
    places = zip(*(_PLACE.findall(each.path) for each in parts), strict=True)
    said = iter([found[0] if len(set(found)) == 1 else "[*]" for found in places])
    return "".join(f"{piece}{next(said, '')}" for piece in path.split("[*]"))


def _together(path: str, parts: list[Part]) -> Large:
    first = max(parts, key=lambda each: each.bytes)
    return Large(
        path=path,
        type=first.type,
        bytes=sum(each.bytes for each in parts),
        count=sum(each.count for each in parts),
        what=first.what,
        part=first,
    )


def duplicates(root: Part | None) -> list[Part]:
    """Return the arrays that hold the same bytes as one before them, largest first."""
    found = [part for _, part in every_part(root) if part.array is not None and part.array.same_as]
    return sorted(found, key=lambda each: -each.bytes)
