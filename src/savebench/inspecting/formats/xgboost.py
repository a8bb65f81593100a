"""XGBoost's own formats: JSON, binary JSON (UBJSON), and the two that came before.

Source: https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html, and the schema
`doc/model.schema` in https://github.com/dmlc/xgboost.
"""

import re
import struct

from savebench.inspecting.drafts import Draft
from savebench.inspecting.faults import Damaged
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.formats.mapping import mapped
from savebench.inspecting.formats.ubjson import Item, json_items, ubjson_items
from savebench.inspecting.found import Inspection
from savebench.inspecting.opened import Opened

_JSON = re.compile(rb'\s*\{\s*"(learner|version|Config|Model)"\s*:')
_UBJSON = re.compile(rb"\{(?:L\x00{7}|l\x00{3}|I\x00|U|i)[\x05-\x07](learner|version|Config|Model)")
_LEGACY = b"binf"
_OBJECTIVES = re.compile(rb"(?:reg|binary|multi|rank|count|survival):[a-z_]+", re.ASCII)
_PARAMETERS_BYTES = 136
_MOST_PARTS = 20_000
_LARGE_BYTES = 512
_FACTS = ("num_trees", "objective.name", "gradient_booster.name")
_TREES = ".trees["
_COUNTS = "for importances, explanations (SHAP) and refits; not read by predict"
_ARRAYS = {"base_weights": _COUNTS, "loss_changes": _COUNTS, "sum_hessian": _COUNTS}
"""Tried with xgboost 3.2: predictions are the same with zeros in their places."""


def recognises(head: bytes, _: Opened) -> bool:
    """Whether it begins as one of XGBoost's formats does."""
    if _JSON.match(head):
        return b'"learner"' in head or b'"gradient_booster"' in head
    if _UBJSON.match(head):
        return True
    return head.startswith(_LEGACY) or _is_legacy(head)


def _is_legacy(head: bytes) -> bool:
    """Whether it begins with the parameters of a learner and the name of an objective."""
    if len(head) < _PARAMETERS_BYTES + 8:
        return False
    length = int.from_bytes(head[_PARAMETERS_BYTES : _PARAMETERS_BYTES + 8], "little")
    start = _PARAMETERS_BYTES + 8
    return 0 < length < 100 and bool(_OBJECTIVES.fullmatch(head[start : start + length]))  # noqa: PLR2004 - a name


def read(opened: Opened) -> Inspection:
    """Return what a model of XGBoost holds: bytes by tree and by array."""
    report = Report(opened, "xgboost")
    report.root = root = Draft(path="", type="xgboost.Booster")
    report.classes = ("xgboost.Booster",)
    with report.catching():
        if opened.head.startswith(_LEGACY) or _is_legacy(opened.head):
            _read_legacy(report, opened.head)
        else:
            with mapped(opened) as data:
                _read_tree(report, root, data)
    return report.inspection()


def _read_legacy(report: Report, head: bytes) -> None:
    """Say what the parameters tell; the trees behind them are one block."""
    start = len(_LEGACY) if head.startswith(_LEGACY) else 0
    if len(head) < start + _PARAMETERS_BYTES + 8:
        raise Damaged("breaks off within its parameters; get a whole copy of the file")
    _, features, classes, _, _, major, minor = struct.unpack_from("<fIiiiII", head, start)
    objective = _OBJECTIVES.search(head[start + _PARAMETERS_BYTES :][:200])
    version = f"{major}.{minor}" if 0 < major < 10 else "<1.0"  # noqa: PLR2004 - as before 1.0
    report.written_by["xgboost"] = version
    said = objective[0].decode() if objective else "unknown"
    report.notes += [
        f"XGBoost's old binary: {features:,} features, {classes} classes, objective {said}",
        "xgboost 3.1 and later do not read it: load it with xgboost<3.1 and save it as .ubj",
    ]
    report.left_out.append("what lies within the old binary format: its trees are one block")


def _read_tree(report: Report, root: Draft, data: memoryview) -> None:
    """Read the items of either JSON: facts by their paths, arrays as parts."""
    is_text = _JSON.match(bytes(data[:64])) is not None
    items = json_items(data) if is_text else ubjson_items(data)
    gathered = _Gathered(root)
    try:
        for item in items:
            gathered.take(item)
    finally:
        gathered.tell(report, "JSON" if is_text else "UBJSON")


class _Gathered:
    """What the items of a model come to."""

    def __init__(self, root: Draft) -> None:
        self._root = root
        self._list = Draft(path="trees", type="list")
        self._trees: dict[str, Draft] = {}
        self._arrays: dict[str, Draft] = {}
        self._facts: dict[str, str] = {}
        self._version: list[str] = []

    def take(self, item: Item) -> None:
        """Count an item's bytes where they belong, and note the few that are facts."""
        path = item.path
        if path.startswith("version") or path.endswith(".version") or ".version[" in path:
            self._version.append(item.text)
        elif item.text:
            for name in _FACTS:
                if path.endswith(name):
                    self._facts.setdefault(name, item.text)
        at = path.find(_TREES)
        if at < 0:
            self._beside(item)
            return
        tree_path, _, rest = path[at + 1 :].partition("]")
        tree = self._tree(f"{tree_path}]")
        name = rest.removeprefix(".").partition(".")[0].partition("[")[0]
        array = self._array(tree, name) if item.text == "" else tree
        array.bytes += item.size

    def _beside(self, item: Item) -> None:
        """Count what is no tree: the weights of a linear model, the categories of columns."""
        if item.size >= _LARGE_BYTES and len(self._arrays) < _MOST_PARTS:
            self._root.parts.append(Draft(path=item.path, type="array", bytes=item.size))

    def _tree(self, path: str) -> Draft:
        """Return the part of a tree; the list of all where there are too many."""
        if path not in self._trees:
            if not self._trees:
                self._root.parts.append(self._list)
            if len(self._trees) >= _MOST_PARTS:
                return self._list
            self._trees[path] = draft = Draft(path=path, type="xgboost.Tree")
            self._list.parts.append(draft)
        return self._trees[path]

    def _array(self, tree: Draft, name: str) -> Draft:
        """Return the part of a tree's array; the tree where there are too many."""
        path = f"{tree.path}.{name}"
        if path not in self._arrays:
            if tree is self._list or len(self._arrays) >= _MOST_PARTS:
                return tree
            self._arrays[path] = draft = Draft(path=path, type="array", what=_ARRAYS.get(name, ""))
            tree.parts.append(draft)
        return self._arrays[path]

    def tell(self, report: Report, how: str) -> None:
        """Put what was found into the report."""
        version = ".".join(each for each in self._version[:3] if each.isdigit())
        report.written_by["xgboost"] = version or "unknown"
        booster = self._facts.get("gradient_booster.name", "unknown booster")
        trees = self._facts.get("num_trees", str(len(self._trees)))
        report.notes.append(
            f"{trees} trees ({booster}), {how}, objective "
            f"{self._facts.get('objective.name', 'unknown')}"
        )
        if how == "JSON":
            report.notes.append(
                "text takes about twice the room of UBJSON (save_model('model.ubj'), exact)"
            )
