"""LightGBM's text format: lines of `key=value`, a block a tree.

Source: https://github.com/microsoft/LightGBM, `src/boosting/gbdt_model_text.cpp`.
"""

from savebench.inspecting.drafts import Draft
from savebench.inspecting.faults import Damaged
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.found import Inspection
from savebench.inspecting.opened import Opened
from savebench.inspecting.streams import Stream

_FIRST = b"tree\n"
_ARRAY_BYTES = 40
_MOST_TREES = 2_000
_HEADER = ("version", "num_class", "max_feature_idx", "objective", "label_index")
_FORMATS = {"v2": "2.x", "v3": ">=2.3,<4", "v4": ">=4"}
_COUNTS = "for importances, explanations (SHAP) and refits; not read by predict"
_NOT_READ = {
    "split_gain": _COUNTS,
    "leaf_weight": _COUNTS,
    "leaf_count": _COUNTS,
    "internal_value": _COUNTS,
    "internal_weight": _COUNTS,
    "internal_count": _COUNTS,
}
_LONGEST = 300


def recognises(head: bytes, _: Opened) -> bool:
    """Whether it begins as LightGBM's text does."""
    text = head.replace(b"\r\n", b"\n")
    return text.startswith(_FIRST) and b"\nversion=" in text[:200]


def read(opened: Opened) -> Inspection:
    """Return what a model of LightGBM holds: bytes by tree and by array."""
    report = Report(opened, "lightgbm")
    report.root = root = Draft(path="", type="lightgbm.Booster")
    report.classes = ("lightgbm.Booster",)
    with report.catching():
        lines = _read(opened.stream(), root)
        report.written_by["lightgbm"] = _FORMATS.get(lines.facts.get("version", ""), "unknown")
        report.notes.append(
            f"{lines.trees:,} trees, LightGBM's text format "
            f"{lines.facts.get('version', 'unknown')}, "
            f"objective {lines.facts.get('objective', 'unknown')}"
        )
        if not lines.is_whole:
            report.damage = 'breaks off before "end of trees"; get a whole copy of the file'
    return report.inspection()


class _Lines:
    """What the lines of a model come to."""

    def __init__(self, root: Draft) -> None:
        self.trees = 0
        self.behind = 0
        """Bytes behind the last tree."""
        self.is_whole = False
        self.facts: dict[str, str] = {}
        self._root = root
        self._every = Draft(path="trees", type="list")
        self._tree = root
        self._arrays: set[str] = set()

    def take(self, name: str, value: bytes, size: int) -> None:
        """Count a line where it belongs."""
        if self.is_whole:
            self.behind += size
        elif name == "Tree":
            self._begin_tree(size)
        elif name == "end of trees":
            self.is_whole = True
        elif self._tree is self._root:
            self._root.bytes += size
            if name in _HEADER:
                self.facts[name] = value[:_LONGEST].decode("utf-8", "replace").strip()
        elif size >= _ARRAY_BYTES and name not in self._arrays:
            self._arrays.add(name)
            self._tree.parts.append(_array(self._tree, name, size))
        else:
            self._tree.bytes += size

    def _begin_tree(self, size: int) -> None:
        if not self.trees:
            self._root.parts.append(self._every)
        if self.trees < _MOST_TREES:
            path = f"trees[{self.trees}]"
            self._tree = Draft(path=path, type="lightgbm.Tree", bytes=size)
            self._every.parts.append(self._tree)
            self._arrays = set()
        else:
            self._tree.bytes += size
        self.trees += 1


def _read(stream: Stream, root: Draft) -> _Lines:
    """Read all lines."""
    lines = _Lines(root)
    while not stream.at_end():
        start = stream.tell()
        line = stream.line() if b"\n" in stream.peek(1 << 16) else _last(stream)
        key, _, value = line.partition(b"=")
        name = key[:_LONGEST].decode("utf-8", "replace").strip()
        lines.take(name, value, stream.tell() - start)
    if lines.behind:
        what = "importances, and the parameters it was trained with"
        root.parts.append(Draft(path="parameters", type="str", bytes=lines.behind, what=what))
    return lines


def _array(tree: Draft, name: str, size: int) -> Draft:
    what = _NOT_READ.get(name, "")
    return Draft(path=f"{tree.path}.{name}", type="str", bytes=size, what=what)


def _last(stream: Stream) -> bytes:
    """Return a line that is long, or has no end."""
    try:
        return stream.line()
    except Damaged:
        line = stream.peek(1 << 16)
        stream.drain()
        if stream.fault is not None:
            raise
        return line
