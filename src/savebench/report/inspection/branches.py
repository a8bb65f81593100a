"""A tree of parts as few lines: what is small is folded, what lies alike is shown once."""

from collections.abc import Iterator
from dataclasses import dataclass

from savebench.inspecting.found import Part
from savebench.inspecting.tree import is_array, relative_path
from savebench.report.inspection.words import kind_text, visible

_MOST_LINES = 40
_MOST_DEPTH = 12
_MOST_PARTS = 9
_SMALL_SHARE = 0.005
_ALIKE = 3
_LONGEST_LABEL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A line of the tree."""

    guide: str
    """What is drawn before the label: ``"│  ├─ "``."""
    label: str
    bytes: int
    kind: str
    what: str


def branches(root: Part) -> list[Branch]:
    """Return the lines of a tree, 40 at most, the root first."""
    lines: list[Branch] = []
    waiting: list[tuple[str, Part | Branch, Part | None]] = [("", root, None)]
    while waiting and len(lines) < _MOST_LINES:
        indent, part, parent = waiting.pop()
        if isinstance(part, Branch):
            lines.append(part)
            continue
        corner = "" if parent is None else "├─ "
        lines.append(_line(indent + corner, part, parent))
        below = "" if parent is None else indent + "│  "
        if len(below) <= 3 * _MOST_DEPTH and not is_array(part):
            waiting += reversed(list(_below(part, below, root.bytes)))
    if waiting:
        lines.append(Branch(guide="", label="(further parts)", bytes=0, kind="", what=""))
    return _with_corners(lines)


def _line(guide: str, part: Part, parent: Part | None) -> Branch:
    label = part.path if parent is None else relative_path(part, parent)
    return Branch(
        guide=guide,
        label=visible(label, _LONGEST_LABEL) or "(the model)",
        bytes=part.bytes,
        kind=kind_text(part),
        what=visible(part.what),
    )


def _below(
    part: Part, indent: str, whole: int
) -> Iterator[tuple[str, "Part | Branch", Part | None]]:
    """Yield what of a part's parts is shown: the large ones, one of those alike, the rest."""
    large = sorted(part.parts, key=lambda each: -each.bytes)
    alike = [each for each in large if each.type == large[0].type] if large else []
    groups_alike = len(alike) > _ALIKE and alike[0].array is None and _are_places(alike, part)
    shown = [each for each in large if each not in alike[1:]] if groups_alike else large
    kept = [each for each in shown[:_MOST_PARTS] if each.bytes >= _SMALL_SHARE * whole]
    for each in kept:
        yield indent, each, part
    if groups_alike and alike[0] in kept:
        rest = alike[1:]
        yield indent, _sum(indent, rest, f"({len(rest)} more alike)"), part
        shown = [each for each in shown if each not in rest]
    small = [each for each in shown if each not in kept]
    if small:
        noun = "smaller part" if len(small) == 1 else "smaller parts"
        yield indent, _sum(indent, small, f"({len(small)} {noun})"), part


def _are_places(parts: list[Part], parent: Part) -> bool:
    return all(relative_path(each, parent).startswith("[") for each in parts)


def _sum(indent: str, parts: list[Part], label: str) -> Branch:
    size = sum(each.bytes for each in parts)
    return Branch(guide=f"{indent}├─ ", label=label, bytes=size, kind="", what="")


def _with_corners(lines: list[Branch]) -> list[Branch]:
    """Return the lines with a corner where a column of the guide ends."""
    open_columns: set[int] = set()
    mended: list[Branch] = []
    for line in reversed(lines):
        guide = list(line.guide)
        depth = len(guide) // 3
        for column in range(depth):
            at = 3 * column
            if column not in open_columns:
                guide[at] = "└" if column == depth - 1 else " "
        open_columns = {each for each in open_columns if each < depth - 1}
        if depth:
            open_columns.add(depth - 1)
        mended.append(
            Branch(
                guide="".join(guide),
                label=line.label,
                bytes=line.bytes,
                kind=line.kind,
                what=line.what,
            )
        )
    return mended[::-1]
