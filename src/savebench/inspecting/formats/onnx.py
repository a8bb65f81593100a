"""ONNX: a graph of operators and its weights, in protocol buffers.

Source of the field numbers: https://github.com/onnx/onnx, `onnx/onnx.proto` (IR version 3 on).
"""

from collections import Counter
from dataclasses import dataclass, field

from savebench.inspecting.drafts import Draft
from savebench.inspecting.faults import Damaged
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.formats.mapping import mapped
from savebench.inspecting.formats.protobuf import Field, fields, heads, packed, text
from savebench.inspecting.found import ArrayFacts, Inspection
from savebench.inspecting.opened import Opened
from savebench.inspecting.sampling import Sampler

_MODEL = {1: "ir", 2: "producer", 3: "producer_version", 4: "domain", 7: "graph", 8: "opset"}
_GRAPH_NODE, _GRAPH_TENSOR, _GRAPH_SPARSE = 1, 5, 15
_NODE_OP, _NODE_NAME, _NODE_ATTRIBUTE, _NODE_DOMAIN = 4, 3, 5, 7
_TENSOR_DIMS, _TENSOR_TYPE, _TENSOR_NAME, _TENSOR_RAW, _TENSOR_EXTERNAL, _TENSOR_LOCATION = (
    *(1, 2, 8, 9, 13, 14),
)
_TENSOR_DATA = frozenset({4, 5, 6, 7, 10, 11})
_ATTRIBUTE_NAME, _ATTRIBUTE_TENSOR, _ATTRIBUTE_GRAPH = 1, 5, 6
_ATTRIBUTE_LISTS = frozenset({7, 8, 9})
_EXTERNAL = 1
_DTYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    8: "string",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8e4m3fn",
    22: "int4",
}
_MOST_PARTS = 20_000
_MOST_DEPTH = 32
_LARGE_BYTES = 1024
_MOST_DIMENSIONS = 64
_MOST_IR = 1000
_IR, _OPSET, _GRAPH = 1, 8, 7
_FIELDS = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26})
_GRAPH_HEADS = frozenset({b"\x0a", b"\x12", b"\x2a", b"\x52", b"\x5a", b"\x62"})
"""Keys of a node, a name, a tensor, a text, an input and an output."""
_HEADS = frozenset({0x08, 0x12, 0x1A, 0x22, 0x2A, 0x30, 0x3A, 0x42})


@dataclass(slots=True)
class _Model:
    """What was gathered beside the tree."""

    operators: Counter[str] = field(default_factory=Counter)
    opsets: list[str] = field(default_factory=list)
    external: dict[str, None] = field(default_factory=dict)
    parts: int = 0


def recognises(head: bytes, _: Opened) -> bool:
    """Whether it begins with the fields of an ONNX model, up to a graph.

    A graph is the first field of a model that is long; what else comes before it is short.
    """
    if not head or head[0] not in _HEADS:
        return False
    seen: dict[int, int] = {}
    data = memoryview(head)
    try:
        for number, value, length in heads(data):
            if number not in _FIELDS:
                return False
            seen[number] = value
            if number == _GRAPH:
                inside = head[length : length + 1]
                version = seen.get(_IR, 1 if _OPSET in seen else 0)
                return 0 < version < _MOST_IR and inside in _GRAPH_HEADS
    except Damaged:
        return False
    return False


def read(opened: Opened) -> Inspection:
    """Return what an ONNX file holds: who made it, its operators as classes, its weights."""
    report = Report(opened, "onnx")
    report.root = root = Draft(path="", type="onnx.ModelProto")
    model = _Model()
    with report.catching(), mapped(opened) as data:
        _read_model(report, root, model, data)
    report.classes = tuple(name for name, _ in model.operators.most_common(1000))
    if model.opsets:
        report.notes.append(f"operators of {', '.join(model.opsets[:8])}")
    if model.external:
        _note_external(report, model)
    report.notes.append(
        "an export that answers, but no estimator comes back; loading it runs no Python code"
    )
    return report.inspection()


def _read_model(report: Report, root: Draft, model: _Model, data: memoryview) -> None:
    producer = version = ""
    for each in fields(data, 0, len(data)):
        what = _MODEL.get(each.number)
        if what == "producer":
            producer = text(data, each)
        elif what == "producer_version":
            version = text(data, each)
        elif what == "ir":
            report.notes.append(f"ONNX's IR version {each.value}")
        elif what == "opset":
            model.opsets.append(_opset(data, each))
        elif what == "graph":
            _read_graph(report, root, model, data, each)
        if producer:
            report.written_by[producer] = version or "unknown"


def _opset(data: memoryview, where: Field) -> str:
    domain, version = "ai.onnx", 0
    for each in fields(data, where.start, where.end):
        if each.number == 1:
            domain = text(data, each) or domain
        elif each.number == 2:  # noqa: PLR2004 - the field of the version
            version = each.value
    return f"{domain} {version}"


def _read_graph(report: Report, root: Draft, model: _Model, data: memoryview, graph: Field) -> None:
    """Read a graph, and the graphs within it."""
    waiting = [(graph, "", 0)]
    while waiting:
        where, path, depth = waiting.pop()
        if depth > _MOST_DEPTH:
            raise Damaged(f"graphs within graphs, more than {_MOST_DEPTH} deep")
        for each in fields(data, where.start, where.end):
            if each.number == _GRAPH_TENSOR:
                _read_tensor(report, root, model, (data, each, f"{path}initializer"))
            elif each.number == _GRAPH_NODE:
                inner = _read_node(report, root, model, (data, each, path))
                waiting += [(found, f"{path}{name}.", depth + 1) for found, name in inner]
            elif each.number == _GRAPH_SPARSE:
                size = each.end - each.start
                root.parts.append(
                    Draft(path=f"{path}sparse_initializer", type="tensor", bytes=size)
                )


def _read_node(
    report: Report, root: Draft, model: _Model, place: tuple[memoryview, Field, str]
) -> list[tuple[Field, str]]:
    """Count a node by its operator, read what it carries, and return the graphs within."""
    data, node, path = place
    operator = domain = name = ""
    attributes = []
    for each in fields(data, node.start, node.end):
        if each.number == _NODE_OP:
            operator = text(data, each)
        elif each.number == _NODE_NAME:
            name = text(data, each)
        elif each.number == _NODE_DOMAIN:
            domain = text(data, each)
        elif each.number == _NODE_ATTRIBUTE:
            attributes.append(each)
    kind = f"{domain or 'ai.onnx'}.{operator}"
    draft = Draft(path=f"{path}node[{name or operator!r}]", type=kind)
    if node.end - node.start >= _LARGE_BYTES and model.parts < _MOST_PARTS:
        model.parts += 1
        root.parts.append(draft)
    model.operators[kind] += 1
    inner = []
    for attribute in attributes:
        inner += _read_attribute(report, draft, model, (data, attribute, draft.path))
    return inner


def _read_attribute(
    report: Report, node: Draft, model: _Model, place: tuple[memoryview, Field, str]
) -> list[tuple[Field, str]]:
    """Add what an attribute holds to its node; return the graphs in it."""
    data, attribute, path = place
    name, graphs, size = "", [], 0
    tensors = []
    for each in fields(data, attribute.start, attribute.end):
        if each.number == _ATTRIBUTE_NAME:
            name = text(data, each)
        elif each.number == _ATTRIBUTE_TENSOR:
            tensors.append(each)
        elif each.number == _ATTRIBUTE_GRAPH:
            graphs.append(each)
        elif each.number in _ATTRIBUTE_LISTS:
            size += max(1, each.end - each.start)
    for each in tensors:
        _read_tensor(report, node, model, (data, each, f"{path}.{name}"))
    if size >= _LARGE_BYTES and model.parts < _MOST_PARTS:
        model.parts += 1
        node.parts.append(Draft(path=f"{path}.{name}", type="list", bytes=size))
    else:
        node.bytes += size
    return [(each, f"{path}.{name}") for each in graphs]


@dataclass(slots=True)
class _Tensor:
    """What a tensor's fields say."""

    shape: list[int] = field(default_factory=list)
    dtype: int = 0
    name: str = ""
    size: int = 0
    external: bool = False
    content: Field | None = None


def _read_tensor(
    report: Report, parent: Draft, model: _Model, place: tuple[memoryview, Field, str]
) -> None:
    """Add a tensor as an array, with the bytes that it has in this file."""
    data, where, path = place
    tensor = _Tensor()
    for each in fields(data, where.start, where.end):
        _take(tensor, model, data, each)
    name = f"{path}[{tensor.name!r}]" if tensor.name else path
    draft = Draft(path=name, type="onnx.TensorProto", bytes=tensor.size)
    if tensor.external:
        draft.what = "stored in another file"
    if (tensor.size < _LARGE_BYTES and not tensor.external) or model.parts >= _MOST_PARTS:
        parent.bytes += tensor.size
        return
    _describe(report, draft, data, tensor)
    model.parts += 1
    parent.parts.append(draft)


def _take(tensor: _Tensor, model: _Model, data: memoryview, each: Field) -> None:
    """Take in one field of a tensor."""
    if each.number == _TENSOR_DIMS:
        single = each.start == each.end
        tensor.shape += [each.value] if single else packed(data, each.start, each.end)
        if len(tensor.shape) > _MOST_DIMENSIONS:
            raise Damaged(f"a tensor of more than {_MOST_DIMENSIONS} dimensions")
    elif each.number == _TENSOR_TYPE:
        tensor.dtype = each.value
    elif each.number == _TENSOR_NAME:
        tensor.name = text(data, each)
    elif each.number == _TENSOR_RAW or each.number in _TENSOR_DATA:
        tensor.content = each
        tensor.size += max(1, each.end - each.start)
    elif each.number == _TENSOR_LOCATION:
        tensor.external = each.value == _EXTERNAL
    elif each.number == _TENSOR_EXTERNAL:
        _note_location(model, data, each)


def _describe(report: Report, draft: Draft, data: memoryview, tensor: _Tensor) -> None:
    """Say what a tensor is, how far its bytes shrink, and whether they came before."""
    sampler = Sampler(tensor.size)
    if tensor.content is not None:
        sampler(data[tensor.content.start : tensor.content.end])
    draft.array = ArrayFacts(
        dtype=_DTYPES.get(tensor.dtype, f"type {tensor.dtype}"),
        shape=tuple(tensor.shape),
        order="C",
        shrinks_to=sampler.shrinks_to(),
    )
    report.mark_equal(draft, sampler)


def _note_location(model: _Model, data: memoryview, where: Field) -> None:
    """Note the file that a tensor's bytes lie in."""
    key = value = ""
    for each in fields(data, where.start, where.end):
        if each.number == 1:
            key = text(data, each)
        else:
            value = text(data, each)
    if key == "location" and len(model.external) < _MOST_PARTS:
        model.external.setdefault(value)


def _note_external(report: Report, model: _Model) -> None:
    """Say which files belong to it, and which of them are missing or lie elsewhere."""
    for name in model.external:
        beside = report.opened.beside(name)
        if beside is None:
            report.distrust.append(
                f"its weights lie in {name!r}, which is not a file beside it; do not load it "
                "before you know where they come from"
            )
        else:
            report.more_bytes += beside.stat().st_size
            report.notes.append(f"its weights lie in {name!r} beside it; copy both")
