"""skops' files: a zip of a tree in JSON and the arrays that it refers to.

Source: https://github.com/skops-dev/skops, `skops/io`, of 0.16 (protocol 2) and before.
"""

import json
from typing import Any

from savebench.inspecting.drafts import Draft
from savebench.inspecting.faults import Damaged
from savebench.inspecting.formats import zips
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.formats.npy import read_array
from savebench.inspecting.formats.skops_names import Leaf, Names, text_of
from savebench.inspecting.found import Inspection
from savebench.inspecting.opened import Opened

_SCHEMA = "schema.json"
_LARGEST_SCHEMA = 64_000_000
_LONGEST_KEY = 60
_MOST_NODES = 2_000_000
_SHORT = 24
_NEWEST_PROTOCOL = 2


class _Compact:
    """Keeps what is read of the tree small while it is read."""

    def __init__(self) -> None:
        self._types: dict[tuple[object, object], dict[str, Any]] = {}

    def __call__(self, node: dict[str, Any]) -> Any:
        """Return a leaf for a number or text, one object a type, other nodes as they are."""
        loader, module, name = (node.get(f"__{key}__") for key in ("loader", "module", "class"))
        content = node.get("content")
        if loader == "TypeNode" and isinstance(module, str) and isinstance(name, str):
            return self._types.setdefault((module, name), node)
        if loader != "JsonNode" or (module, name) != ("builtins", "str"):
            return node
        text = text_of(content)
        size = len(content) if isinstance(content, str) else len(text)
        return Leaf(text if len(text) <= _SHORT else "", size, node.get("__id__"))


def recognises(head: bytes, opened: Opened) -> bool:
    """Whether it is a zip archive with skops' tree in it."""
    if not head.startswith(zips.MAGIC):
        return False
    try:
        with zips.open_archive(opened) as archive:
            return _SCHEMA in archive.names
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not known as skops'
        return False


def read(opened: Opened) -> Inspection:
    """Return what a skops file holds, and what loading it would import and call."""
    report = Report(opened, "skops")
    names = Names()
    with report.catching(), zips.open_archive(opened) as archive:
        if archive.doubled:
            report.distrust.append("several of its members have one name")
        try:
            text = archive.whole(_SCHEMA, _LARGEST_SCHEMA)
            schema = json.loads(text, object_hook=_Compact())
        except (ValueError, RecursionError) as fault:
            raise Damaged(f"its {_SCHEMA} is not JSON ({fault}); get a whole copy") from None
        if isinstance(schema, Leaf):
            schema = {"__loader__": "JsonNode", "__module__": "builtins", "__class__": "str"}
        if not isinstance(schema, dict) or "__loader__" not in schema:
            raise Damaged(f"its {_SCHEMA} is not a tree of skops; get a whole copy")
        _versions(report, schema)
        walk = _Walk(report, archive, names)
        walk.run(schema, len(text))
    report.names, report.classes = names.found(), names.classes()
    report.distrust += names.distrust
    if names.sklearn_version:
        report.written_by["scikit-learn"] = names.sklearn_version
    return report.inspection()


def _versions(report: Report, schema: dict[str, Any]) -> None:
    report.written_by["skops"] = text_of(schema.get("_skops_version")) or "unknown"
    protocol = schema.get("protocol")
    if type(protocol) is not int or not 0 <= protocol <= _NEWEST_PROTOCOL:
        report.distrust.append(
            f"skops' protocol {text_of(protocol)} is not one of those that were reviewed "
            f"(0 to {_NEWEST_PROTOCOL})"
        )
    report.notes.append(f"skops' protocol {text_of(protocol)}")


class _Walk:
    """A walk over the tree of nodes, without recursion."""

    def __init__(self, report: Report, archive: zips.Archive, names: Names) -> None:
        self._report = report
        self._archive = archive
        self._names = names
        self._files: set[str] = {_SCHEMA}
        self._ids: set[int] = set()
        self._json_bytes = 0
        """Of the tree's own texts: what a part of it has already."""

    def run(self, schema: dict[str, Any], schema_bytes: int) -> None:
        """Go through all nodes, read the arrays that they name, and say what is left over."""
        root = Draft(path="", type=_type_of(schema))
        self._report.root = root
        waiting: list[tuple[Draft, Any]] = [(root, schema)]
        for _ in range(_MOST_NODES):
            if not waiting:
                break
            draft, node = waiting.pop()
            waiting += reversed(self._enter(draft, node))
        else:
            raise Damaged(f"more than {_MOST_NODES:,} nodes in its tree; the rest is not told")
        what = "the tree itself as JSON; it shrinks well (skops+deflate)"
        around = Draft(path=_SCHEMA, type="str", what=what)
        around.bytes = max(0, schema_bytes - self._json_bytes)
        root.parts.append(around)
        unused = [name for name in self._archive.names if name not in self._files]
        if unused:
            self._report.notes.append(
                f"{len(unused)} of its members are named nowhere in its tree: {unused[0]!r}"
            )

    def _enter(self, draft: Draft, node: Any) -> list[tuple[Draft, Any]]:
        """Note a node, and return its parts, those with a place of their own in the tree."""
        if isinstance(node, Leaf):
            if not self._is_known(node.number):
                draft.bytes += node.size
                self._json_bytes += node.size
            return []
        if not isinstance(node, dict) or "__loader__" not in node:
            return self._loose(draft, node)
        if node["__loader__"] == "CachedNode" or self._is_known(node.get("__id__")):
            return []
        self._names.note(node)
        if node["__loader__"] == "JsonNode":
            self._count(draft, text_of(node.get("content")))
            return []
        file = node.get("file")
        if isinstance(file, str):
            self._read_file(draft, file)
        return self._parts(draft, node)

    def _is_known(self, number: object) -> bool:
        """Whether a node of that number has been met; if not, it has now."""
        if type(number) is not int:
            return False
        known = number in self._ids
        self._ids.add(number)
        return known

    def _count(self, draft: Draft, text: str) -> None:
        """Count a text of the tree for the part that it belongs to."""
        draft.bytes += len(text)
        self._json_bytes += len(text)

    def _loose(self, draft: Draft, value: Any) -> list[tuple[Draft, Any]]:
        """Return the nodes in a plain container: of a slice, of a partial function."""
        if isinstance(value, dict):
            return [(_child(draft, each, f".{key}"), each) for key, each in value.items()]
        if isinstance(value, list):
            return [(_child(draft, each, f"[{at}]"), each) for at, each in enumerate(value)]
        return []

    def _parts(self, draft: Draft, node: dict[str, Any]) -> list[tuple[Draft, Any]]:
        content = node.get("content")
        found: list[tuple[Draft, Any]] = []
        for key, value in node.items():
            if key != "content" and isinstance(value, dict | list):
                found.append((_hidden(draft), value))  # how it is made: `key_types`, `__reduce__`
        if isinstance(content, list):
            found += [(_child(draft, each, f"[{at}]"), each) for at, each in enumerate(content)]
        elif isinstance(content, dict) and "__loader__" in content:
            # An object's state: its items are the object's attributes.
            self._names.note(content)
            found += self._state(draft, content)
        elif isinstance(content, dict):
            step = "[{!r}]" if node["__loader__"] == "DictNode" else ".{}"
            for key, value in content.items():
                found.append((_child(draft, value, step.format(key[:_LONGEST_KEY])), value))
                self._count(draft, key)
        return found

    def _state(self, draft: Draft, state: dict[str, Any]) -> list[tuple[Draft, Any]]:
        content = state.get("content")
        if state.get("__loader__") != "DictNode" or not isinstance(content, dict):
            return [(_child(draft, state, ".<state>"), state)]
        self._is_known(state.get("__id__"))
        self._names.version(_text_in(content.get("_sklearn_version")))
        found: list[tuple[Draft, Any]] = [(_hidden(draft), state.get("key_types"))]
        for key, value in content.items():
            found.append((_child(draft, value, f".{key[:_LONGEST_KEY]}"), value))
        return found

    def _read_file(self, draft: Draft, name: str) -> None:
        """Read a member that a node names."""
        self._files.add(name)
        with self._report.catching():
            if name not in self._archive.members:
                raise Damaged(f"{name!r}, which its tree names, is not in it; get a whole copy")
            with self._archive.member(name) as stream:
                if name.endswith(".npy"):
                    sampler, is_pickled = read_array(stream, draft)
                    self._report.mark_equal(draft, sampler)
                    if is_pickled:  # skops itself would refuse to read it
                        self._report.distrust.append(
                            f"{name!r} in it is a pickle; skops refuses it"
                        )
                stream.drain()
                if not draft.bytes:
                    draft.bytes = stream.tell()
                if stream.fault is not None:
                    raise stream.fault


def _text_in(node: object) -> str:
    return node.text if isinstance(node, Leaf) else ""


def _type_of(node: Any) -> str:
    if not isinstance(node, dict):
        return type(node).__name__
    module, name = text_of(node.get("__module__")), text_of(node.get("__class__"))
    return name if module == "builtins" else f"{module}.{name}"


def _child(parent: Draft, node: Any, step: str) -> Draft:
    """Return a part for a node; numbers and texts are their parent's own bytes."""
    if isinstance(node, Leaf):
        return parent
    if isinstance(node, dict) and node.get("__loader__") in {"JsonNode", "TypeNode"}:
        return parent
    path = f"{parent.path}{step}" if parent.path else step.removeprefix(".")
    draft = Draft(path=path, type=_type_of(node))
    parent.parts.append(draft)
    return draft


def _hidden(parent: Draft) -> Draft:
    """Return a part that is shown nowhere: what lies there is counted for its parent."""
    return Draft(path=parent.path, type="")
