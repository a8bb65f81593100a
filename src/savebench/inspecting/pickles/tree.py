"""The tree of a model: parts by attribute path, similar siblings told as one."""

from typing import Any, Literal

from savebench.inspecting.found import ArrayFacts, Part
from savebench.inspecting.limits import PARTS, SIBLINGS
from savebench.inspecting.pickles.drafts import Draft, draft
from savebench.inspecting.pickles.values import Array
from savebench.units import human_bytes

_MANY_TEXTS_BYTES = 1 << 14
_ATTRIBUTES = 64


def tree_of(value: Any, size: int) -> Part:
    """Return a value's parts, at most some thousands, however many it has."""
    drafts = draft(value, size)
    for at in reversed(drafts):
        if len(at.kids) > SIBLINGS:
            at.kids = _grouped(at)
    return _parts(drafts[0])


def _grouped(at: Draft) -> list[Draft]:
    """Tell items of one type as one; attributes stay, but for the smallest of very many."""
    items: dict[str, list[Draft]] = {}
    shown: list[Draft] = []
    for kid in at.kids:
        if kid.suffix.startswith("."):
            shown.append(kid)
        else:
            items.setdefault(kid.type, []).append(kid)
    if len(shown) > _ATTRIBUTES:
        shown.sort(key=lambda kid: -kid.bytes)
        shown, rest = shown[:_ATTRIBUTES], shown[_ATTRIBUTES:]
        items.setdefault("others", []).extend(rest)
    for type_, alike in items.items():
        shown.extend(alike if len(alike) <= SIBLINGS else [_merged(alike, type_)])
    return shown


def _merged(alike: list[Draft], type_: str) -> Draft:
    """Tell siblings as one, and what is below them by the same pieces of path."""
    suffix = alike[0].suffix
    star = f"{suffix[:1]}*{suffix[-1:]}" if suffix[:1] in "[(" else ".*"
    return _together(star, type_, alike, alike[0].parent)


def _together(suffix: str, type_: str, alike: list[Draft], parent: Draft | None) -> Draft:
    """Return one draft for many: an explicit stack, since parts may lie deep."""
    top = Draft(suffix, type_, 0, parent)
    waiting = [(top, alike)]
    while waiting:
        at, those = waiting.pop()
        _sum(at, those)
        below: dict[tuple[str, str], list[Draft]] = {}
        for each in those:
            for kid in each.kids:
                below.setdefault((kid.suffix, kid.type), []).append(kid)
        for (piece, kind), kids in below.items():
            new = Draft(piece, kind, 0, at)
            at.kids.append(new)
            waiting.append((new, kids))
    return top


def _sum(at: Draft, those: list[Draft]) -> None:
    at.bytes = sum(each.bytes for each in those)
    at.count = sum(each.count for each in those)
    arrays = [each.array for each in those if each.array is not None]
    if arrays:
        at.array = _common(arrays)
    same = {each.same_as for each in those}
    at.same_as = same.pop() if len(same) == 1 else ""
    texts = [each.texts for each in those if each.texts]
    if texts:
        at.texts = [sum(each[0] for each in texts), sum(each[1] for each in texts)]


def _common(arrays: list[Array]) -> Array:
    """Return what arrays have in common."""
    first = arrays[0]
    alike = all(
        each.dtype and first.dtype and each.dtype.name == first.dtype.name for each in arrays
    )
    same_shape = all(each.shape == first.shape for each in arrays)
    tried = [each for each in arrays if each.shrinks_to is not None]
    weight = sum(each.nbytes for each in tried)
    shrinks = (
        sum((each.shrinks_to or 0) * each.nbytes for each in tried) / weight if weight else None
    )
    return Array(
        first.dtype if alike else None,
        first.shape if same_shape else (),
        first.order,
        sum(each.nbytes for each in arrays),
        shrinks_to=shrinks,
    )


def _parts(root: Draft) -> Part:
    """Return values for drafts, the largest of them if there are too many."""
    order: list[Draft] = []
    waiting = [root]
    while waiting:
        level = sorted(waiting, key=lambda each: -each.bytes)
        level = level[: max(0, PARTS - len(order))]
        order.extend(level)
        waiting = [kid for each in level for kid in each.kids]
    kept = {id(each) for each in order}
    done: dict[int, Part] = {}
    paths = {id(root): ""}
    for each in order:
        for kid in each.kids:
            paths[id(kid)] = f"{paths[id(each)]}{kid.suffix}"
    for each in reversed(order):
        below = tuple(done.pop(id(kid)) for kid in each.kids if id(kid) in kept)
        done[id(each)] = _part(each, paths[id(each)].removeprefix("."), below)
    return done[id(root)]


def _part(each: Draft, path: str, below: tuple[Part, ...]) -> Part:
    return Part(
        path=path,
        type=each.type,
        bytes=each.bytes,
        what=_said(each),
        array=_facts(each) if each.array is not None else None,
        count=each.count,
        parts=below,
    )


def _said(each: Draft) -> str:
    if each.texts and each.texts[1] >= _MANY_TEXTS_BYTES:
        return f"{each.texts[0]:,} texts of {human_bytes(each.texts[1])}"
    return ""


def _facts(each: Draft) -> ArrayFacts:
    array = each.array
    if array is None:
        raise AssertionError("asked of arrays only")
    order: Literal["C", "F"] = "F" if array.order == "F" else "C"
    return ArrayFacts(
        dtype=array.dtype.name if array.dtype else "several",
        shape=array.shape,
        order=order,
        shrinks_to=None if array.shrinks_to is None else min(1.0, round(array.shrinks_to, 3)),
        same_as=each.same_as,
    )


def twins(root: Part) -> list[Part]:
    """Return arrays that hold the same bytes as one earlier in the tree."""
    found, waiting = [], [root]
    while waiting:
        part = waiting.pop()
        waiting.extend(part.parts)
        if part.array is not None and part.array.same_as:
            found.append(part)
    return sorted(found, key=lambda each: -each.bytes)
