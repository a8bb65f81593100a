"""Files of skops that want more than it trusts, and archives of torch's kind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.inspecting.hostile.archives import zipped
from tests.inspecting.hostile.arrays import npy_of_objects
from tests.inspecting.hostile.kinds import Hostile, Writer
from tests.inspecting.hostile.opcodes import system, whole


def _torch_like(folder: Path, marker: str) -> Path:
    entries = {"archive/data.pkl": whole(system(marker)), "archive/version": b"3\n"}
    return zipped(entries, "model.pt")(folder, marker)


def _skops(schema: dict[str, Any], **others: bytes) -> Writer:
    entries = {"schema.json": json.dumps(schema).encode(), **others}
    return zipped(entries, "model.skops")


def _node(module: str, name: str, **more: Any) -> dict[str, Any]:
    head = {"__class__": name, "__module__": module, "__loader__": "ObjectNode", "__id__": 1}
    return {**head, "protocol": 2, "_skops_version": "0.14.0", "content": None, **more}


SKOPS: dict[str, Writer] = {
    "skops with a type nobody trusts": _skops(_node("os", "system")),
    "skops with a function": _skops(
        _node(
            "os",
            "system",
            __loader__="FunctionNode",
            content={"module_path": "os", "function": "system"},
        )
    ),
    "skops with a nested type": _skops(
        _node("sklearn.svm._classes", "SVC", content=_node("subprocess", "Popen"))
    ),
    "skops with a method": _skops(
        _node(
            "builtins",
            "method",
            __loader__="MethodNode",
            content={"func": "system", "obj": _node("os", "system")},
        )
    ),
    "skops with a reduce": _skops(
        _node(
            "os",
            "system",
            __loader__="ReduceNode",
            reduce={"args": _node("builtins", "tuple", __loader__="TupleNode", content=[])},
        )
    ),
    "skops with an array of objects": _skops(
        _node("numpy", "ndarray", __loader__="NdArrayNode", type="numpy", file="1.npy"),
        **{"1.npy": npy_of_objects("/nonexistent/marker")},
    ),
    "skops with a name that clears the terminal": _skops(_node("os\x1b[2J", "sys\rtem")),
    "skops with a loader nobody knows": _skops(_node("os", "system", __loader__="Owned")),
}
SKOPS_BROKEN: dict[str, Writer] = {
    "skops with an entry that climbs": _skops(
        _node(
            "numpy", "ndarray", __loader__="NdArrayNode", type="numpy", file="../../../../etc/hosts"
        ),
        **{"../../../../tmp/owned.npy": b"x"},
    ),
    "skops whose schema is no JSON": zipped({"schema.json": b"{" * 10}, "model.skops"),
    "skops whose schema is nested deep": zipped(
        {"schema.json": b"[" * 100_000 + b"]" * 100_000}, "model.skops"
    ),
    "skops whose schema is a list": zipped({"schema.json": b"[1, 2]"}, "model.skops"),
}


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield Hostile(name="zip of torch's kind", write=_torch_like, verdict="damaged")
    for name, write in SKOPS.items():
        yield Hostile(name=name, write=write)
    for name, write in SKOPS_BROKEN.items():
        yield Hostile(name=name, write=write, verdict="damaged")
