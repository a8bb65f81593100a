"""What a skops file would import and call, by its nodes, and what of it was reviewed."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from savebench.inspecting.found import Named
from savebench.inspecting.trust import CALLED_TYPE, TYPE, Reviewed, reviewed
from savebench.inspecting.unlisted import meaning_of

_LONGEST = 300
_MOST_NAMES = 5_000
_CONTAINERS = {
    "DictNode": {"builtins.dict"},
    "ListNode": {"builtins.list"},
    "TupleNode": {"builtins.tuple"},
    "SetNode": {"builtins.set", "builtins.frozenset"},
    "SliceNode": {"builtins.slice"},
    "JsonNode": {"builtins.str"},
    "BytesNode": {"builtins.bytes"},
    "BytearrayNode": {"builtins.bytearray"},
    "NdArrayNode": {"numpy.ndarray"},
    "RandomStateNode": {"numpy.random.mtrand.RandomState"},
    "RandomGeneratorNode": {"numpy.random._generator.Generator"},
    "CachedNode": set(),
}
"""Made by skops itself from numbers and texts: nothing is imported that the file names, but for
the bit generator of a `Generator`, which is looked at by itself."""
_BIT_GENERATORS = frozenset({"MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64"})
_PLAIN_TYPES = frozenset(
    {
        *("builtins.int", "builtins.float", "builtins.complex", "builtins.bool", "builtins.str"),
        *("builtins.bytes", "builtins.list", "builtins.set", "builtins.tuple", "builtins.dict"),
    }
)
_CALLS = frozenset(
    {"ConstructorFromReduceNode", "OperatorFuncNode", "PartialNode", "TreeNode", "LossNode"}
)
"""The class, or what the node stands for, is called with arguments of the file."""
_REFERS = frozenset({"FunctionNode", "TypeNode"})
_KNOWN = frozenset(
    {
        *_CONTAINERS,
        *_CALLS,
        *_REFERS,
        "DTypeNode",
        "DefaultDictNode",
        "MaskedArrayNode",
        "MethodNode",
        "ObjectNode",
        "SparseMatrixNode",
        "ReduceNode",
        "QuantileForestNode",
        "_DictWithDeprecatedKeysNode",
    }
)


class Leaf(NamedTuple):
    """A number or a text of the tree: hundreds of thousands of them are in a long vocabulary."""

    text: str
    """Empty where it is long."""
    size: int
    number: object


@dataclass(slots=True)
class _Use:
    module: str
    name: str
    loader: str
    at: int
    count: int = 0
    called: bool = False
    instance: bool = False


def text_of(value: object) -> str:
    """Return what should be a text as one of bounded length."""
    return value[:_LONGEST] if isinstance(value, str) else repr(value)[:_LONGEST]


class Names:
    """The names in a file, counted."""

    def __init__(self) -> None:
        """Begin with none."""
        self.distrust: list[str] = []
        self.sklearn_version = ""
        self._uses: dict[tuple[str, str], _Use] = {}
        self._classes: Counter[str] = Counter()
        self._nodes = 0

    def version(self, text: str) -> None:
        """Note scikit-learn's version, which each estimator's state holds, as JSON in JSON."""
        if not self.sklearn_version:
            self.sklearn_version = text.strip('"')

    def note(self, node: dict[str, Any]) -> None:
        """Note what one node names."""
        self._nodes += 1
        loader, module, name = (
            text_of(node.get(key)) for key in ("__loader__", "__module__", "__class__")
        )
        if loader not in _KNOWN:
            self._suspect(f"a node of a kind that was not reviewed: {loader}")
        content = node.get("content")
        if loader == "FunctionNode" and isinstance(content, dict):  # up to protocol 0
            module, name = text_of(content.get("module_path")), text_of(content.get("function"))
        if loader == "MethodNode" and isinstance(content, dict):
            name = f"{name}.{text_of(content.get('func'))}"
        if loader == "RandomGeneratorNode":
            self._bit_generator(content)
        dotted = f"{module}.{name}"
        if dotted in _CONTAINERS.get(loader, ()) or (
            loader == "TypeNode" and dotted in _PLAIN_TYPES
        ):
            return
        if loader not in _REFERS:
            self._classes[dotted] += 1
        self._use(module, name, loader)

    def _bit_generator(self, content: object) -> None:
        """Note the name that skops looks up in numpy.random, and calls."""
        for _ in range(2):
            content = content.get("bit_generator") if isinstance(content, dict) else None
            content = content.get("content") if isinstance(content, dict) else content
        name = content.text.strip('"') if isinstance(content, Leaf) else ""
        if name not in _BIT_GENERATORS:
            self._suspect(f"it calls numpy.random.{name or '(a name that is not there)'}")

    def _use(self, module: str, name: str, loader: str) -> None:
        if len(self._uses) >= _MOST_NAMES and (module, name) not in self._uses:
            self._suspect(f"it names more than {_MOST_NAMES:,} things; the rest are not listed")
            return
        use = self._uses.setdefault((module, name), _Use(module, name, loader, self._nodes))
        use.count += 1
        use.called |= loader in _CALLS
        use.instance |= loader not in _REFERS
        if loader in {"MethodNode", "OperatorFuncNode", "PartialNode"}:
            use.loader = loader

    def _suspect(self, reason: str) -> None:
        if reason not in self.distrust and len(self.distrust) < _MOST_NAMES:
            self.distrust.append(reason)

    def classes(self) -> tuple[str, ...]:
        """Return the classes of the file's objects, most frequent first."""
        return tuple(name for name, _ in self._classes.most_common(_MOST_NAMES))

    def found(self) -> tuple[Named, ...]:
        """Return all names, untrusted ones first."""
        found = [_named(use) for use in self._uses.values()]
        return tuple(sorted(found, key=lambda each: (each.trusted, each.at)))


def _named(use: _Use) -> Named:
    entry = reviewed().get((use.module, use.name))
    trusted = entry is not None and _as_reviewed(entry, use)
    if entry is None:
        why = meaning_of(use.module, use.name, called=use.called)
    else:
        why = entry.reason if trusted else f"used as {use.loader}, which was not reviewed"
    return Named(
        name=f"{use.module}.{use.name}",
        trusted=trusted,
        count=use.count,
        called=use.called,
        at=use.at,
        why=why,
    )


def _as_reviewed(entry: Reviewed, use: _Use) -> bool:
    """Whether a name is used in a way that its review covers."""
    role = entry.role.partition("+")[0]
    if use.loader in {"MethodNode", "OperatorFuncNode", "PartialNode"}:
        return False
    if use.loader in {"TreeNode", "LossNode"}:
        return role in {TYPE, CALLED_TYPE} or role.startswith("call:")
    if use.called:
        return role == CALLED_TYPE
    return role in {TYPE, CALLED_TYPE} if use.instance else True
