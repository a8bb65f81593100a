"""What dill calls for a model of plain parts: an array with its state, and a type by its name."""

from typing import Any

from savebench.inspecting.pickles.values import Global, Node, items_of

_PLAIN = frozenset(
    {"bool", "bytes", "bytearray", "complex", "dict", "float", "frozenset", "int", "list"}
    | {"object", "range", "set", "slice", "str", "tuple"}
)
_MAKERS = frozenset({"numpy._core.multiarray._reconstruct", "numpy.core.multiarray._reconstruct"})
_STATES = (4, 5)
_LEAST = 3


def array_problem(args: tuple[Any, ...] | None) -> str:
    """Let an array be made by NumPy's own maker and get a state: (maker, its arguments, state)."""
    if args is None or not _LEAST <= len(args) <= _LEAST + 1:
        return "is called with what is not known before loading"
    maker, given, state = args[:_LEAST]
    if not isinstance(maker, Global) or maker.full not in _MAKERS or items_of(given) is None:
        return "is given another function to call than NumPy's maker of arrays"
    if len(items_of(state) or ()) not in _STATES:
        return "is given a state that only loading would tell"
    rest = args[_LEAST] if len(args) > _LEAST else None
    is_empty = isinstance(rest, Node) and rest.type == "dict" and rest.made is None
    if rest is None or (is_empty and not rest.known and not rest.odd):
        return ""
    return "sets attributes of an array"


def type_problem(args: tuple[Any, ...] | None) -> str:
    """Let a type be named that holds plain values."""
    named = args is not None and len(args) == 1 and args[0].__class__ is str and args[0] in _PLAIN
    return "" if named else "looks up a type that was not reviewed"
