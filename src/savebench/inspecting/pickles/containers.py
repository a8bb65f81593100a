"""Opcodes that make and fill lists, tuples, dicts and sets."""

from collections.abc import Iterable
from typing import Any

from savebench.inspecting.pickles.estimators import WORDS, may_stand_in_list
from savebench.inspecting.pickles.machine import Handler, Machine
from savebench.inspecting.pickles.values import KNOWN_KEYS, OTHER, Blob, Kid, Node, Opaque, type_of

TOLD = frozenset(
    {"stack_method", "stack_method_", "response_method", "_response_method"}
    | {"chain_method", "chain_method_", "func", "inverse_func", "input", "importance_getter"}
    | {"estimator", "estimator_", "base_estimator", "base_estimator_", "final_estimator"}
    | {"final_estimator_", "best_estimator_", "estimators", "estimators_", "steps"}
    | {"predict", "predict_proba", "decision_function", "transform", "score"}
    | {"tokenizer", "preprocessor", "analyzer", "metric", "kernel", "inplace_predict"}
    | {"regressor", "regressor_", "transformers", "transformers_", "transformer_list"}
)
"""Keys that decide what answering runs: they are kept however many come before them."""
_SHOWN_BYTES = 1024
"""A plain value from here on is shown as a part of its own."""
_FREE_ITEMS = 16
_KID_BYTES = 120
_WORDS = 64
_LONGEST_WORD = 40


def is_dunder(key: str) -> bool:
    """Whether Python itself looks at an attribute of that name."""
    return key.startswith("__") and key.endswith("__") and len(key) > 4  # noqa: PLR2004


def attach(m: Machine, kids: list[Kid] | None, key: Any, value: Any, size: int) -> list[Kid] | None:
    """Add a value to what another consists of, where it is worth showing."""
    kind = value.__class__
    if (kind is Node or kind is Blob or size >= _SHOWN_BYTES) and not m.session.full:
        m.session.room -= _KID_BYTES
        if value.__class__ is tuple:
            m.session.room -= 8 * len(value) + _KID_BYTES
        if kids is None:
            kids = []
        kids.append(Kid(key, value, size))
    return kids


def _count_text(node: Node, value: Any) -> None:
    kind = value.__class__
    if kind is str or kind is bytes:
        if node.texts is None:
            node.texts = [0, 0]
        node.texts[0] += 1
        node.texts[1] += len(value)


def _empty_list(m: Machine) -> None:
    m.need(1)
    m.push(m.node("list"))


def _empty_dict(m: Machine) -> None:
    m.need(1)
    m.push(m.node("dict"))


def _empty_set(m: Machine) -> None:
    m.need(4)
    m.push(m.node("set"))


def _empty_tuple(m: Machine) -> None:
    m.need(1)
    m.push(())


def make_tuple(m: Machine, values: list[Any], starts: list[int]) -> Any:
    """Return a tuple of values: a plain one where none of them has parts."""
    for value in values:
        kind = value.__class__
        if kind is Node or kind is Blob:
            break
        if kind is tuple:
            m.session.room -= _KID_BYTES // 2
    else:
        if len(values) > _FREE_ITEMS:
            m.session.room -= 8 * len(values)
        if not m.session.full or _is_shallow(values):
            return tuple(values)
        return m.session.opaque("tuple")
    node = m.node("tuple")
    node.items = tuple(values) if len(values) <= _FREE_ITEMS or not m.session.full else None
    for index, value in enumerate(values):
        node.kids = attach(m, node.kids, index, value, starts[index + 1] - starts[index])
    return node


def _is_shallow(values: Iterable[Any], levels: int = 3) -> bool:
    """Whether values are few, and tuples among them shallow, as arguments are."""
    for count, value in enumerate(values, 1):
        if count > _FREE_ITEMS:
            return False
        if value.__class__ is tuple and not (levels and _is_shallow(value, levels - 1)):
            return False
    return True


def _tuple(m: Machine) -> None:
    mark = m.mark()
    start = m.starts[mark] if mark < len(m.starts) else m.at
    starts = m.starts_above(mark, m.at)
    m.stack.append(make_tuple(m, m.above(mark), starts))
    m.starts.append(start)


def _tuple_of(m: Machine, count: int) -> None:
    m.need(2)
    mark = len(m.stack) - count
    if mark < 0:
        raise m.fault("a tuple lacks what it holds")
    starts = m.starts_above(mark, m.at)
    m.stack.append(make_tuple(m, m.above(mark), starts))
    m.starts.append(starts[0])


def _tuple1(m: Machine) -> None:
    _tuple_of(m, 1)


def _tuple2(m: Machine) -> None:
    _tuple_of(m, 2)


def _tuple3(m: Machine) -> None:
    _tuple_of(m, 3)


def _list(m: Machine) -> None:
    _filled(m, "list", extend)


def _dict(m: Machine) -> None:
    _filled(m, "dict", set_items)


def _frozenset(m: Machine) -> None:
    m.need(4)
    _filled(m, "frozenset", extend)


def _filled(m: Machine, type_: str, fill: Any) -> None:
    """Make a container of what stands above the mark."""
    mark = m.mark()
    start = m.starts[mark] if mark < len(m.starts) else m.at
    starts = m.starts_above(mark, m.at)
    node = m.node(type_)
    fill(m, node, m.above(mark), starts)
    m.stack.append(node)
    m.starts.append(start)


def extend(m: Machine, node: Node, values: list[Any], starts: list[int]) -> None:
    """Append values to a list or the like."""
    full = m.session.full
    first = node.count
    node.count = first + len(values)
    if node.state_of:
        m.session.suspect(f"it adds to a list after an object was set by it, at byte {m.at:,}")
    if first < _WORDS and node.type == "list":
        node.words += tuple(map(_word, values[: _WORDS - first]))
    for index, value in enumerate(values):
        kind = value.__class__
        if kind is str or kind is bytes:
            _count_text(node, value)
            continue
        if not full:
            size = starts[index + 1] - starts[index]
            if kind is Node or kind is Blob or size >= _SHOWN_BYTES:
                node.kids = attach(m, node.kids, first + index, value, size)
        if not node.strange and kind not in WORDS:
            kept = node.kids is not None and node.kids[-1].value is value
            node.strange = not may_stand_in_list(value, is_kept=kept)


def _word(value: Any) -> str | None:
    """Return how a text begins; none is longer that names a method."""
    if value.__class__ is str:
        return str(value[:_LONGEST_WORD])
    return None if value is None else OTHER


def _odd_key(m: Machine, node: Node, key: str) -> None:
    """Note a key that no state should have; a Bunch's are attributes, which NumPy looks up."""
    node.odd = key
    if node.made is not None:
        m.session.suspect(f"it sets {key} of a {node.type}, at byte {m.at:,}")


def _no_text(m: Machine, node: Node, key: Any) -> None:
    """Note a key that is no text of the file: what it spells, only loading would tell."""
    node.odd = node.odd or f"a {type_of(key)} as a key"
    if node.made is not None and node.made.name == "Bunch":
        _odd_key(m, node, node.odd)


def set_items(m: Machine, node: Node, values: list[Any], starts: list[int]) -> None:
    """Set keys of a dict or the like, which come in turn with their values."""
    if len(values) % 2:
        raise m.fault("a dict gets a key without a value")
    if node.state_of:
        m.session.suspect(f"it changes the state of an object after it was set, at byte {m.at:,}")
    if node.known is None:
        node.known = {}
    known, full = node.known, m.session.full
    for index in range(0, len(values), 2):
        key, value = values[index], values[index + 1]
        if key.__class__ is not str:
            _no_text(m, node, key)
        elif len(known) < KNOWN_KEYS or key in known or key in TOLD:
            known[key] = value
        else:
            _count_text(node, key)
        if key.__class__ is str and key[:2] == "__" and is_dunder(key):
            _odd_key(m, node, key)
        if value.__class__ is str:
            _count_text(node, value)
        elif not full:
            size = starts[index + 2] - starts[index]
            node.kids = attach(m, node.kids, key, value, size)


def _append(m: Machine) -> None:
    value, start = m.stack.pop(), m.starts.pop()
    _fill_list(m, m.stack[-1], [value], [start, m.at])


def _appends(m: Machine) -> None:
    m.need(1)
    mark = m.mark()
    starts = m.starts_above(mark, m.at)
    values = m.above(mark)
    _fill_list(m, m.stack[-1], values, starts)


def _fill_list(m: Machine, target: Any, values: list[Any], starts: list[int]) -> None:
    """Append to what is a list, or may be filled like one."""
    if not _may(target, "list", "+append"):
        m.session.suspect(f"it appends to a {type_of(target)}, at byte {m.at:,}")
    if isinstance(target, Node):
        extend(m, target, values, starts)


def _may(target: Any, plain: str, filled: str) -> bool:
    """Whether a value is a plain container, or of a type that may be filled like one."""
    if not isinstance(target, Node | Opaque):
        return False
    if target.made is None:
        return target.type == plain
    return filled in target.made.role or not target.made.role


def _setitem(m: Machine) -> None:
    mark = len(m.stack) - 2
    if mark < 1:
        raise m.fault("an opcode lacks what it works on")
    _fill_dict(m, mark)


def _setitems(m: Machine) -> None:
    m.need(1)
    _fill_dict(m, m.mark())


def _fill_dict(m: Machine, mark: int) -> None:
    """Set keys of what is a dict, or may be filled like one."""
    starts = m.starts_above(mark, m.at)
    values = m.above(mark)
    target = m.stack[-1]
    if not _may(target, "dict", "+items"):
        m.session.suspect(f"it sets items of a {type_of(target)}, at byte {m.at:,}")
    if isinstance(target, Node):
        set_items(m, target, values, starts)
    elif any(key.__class__ is str and is_dunder(key) for key in values[::2]):
        m.session.suspect(f"it sets a name that Python itself looks at, at byte {m.at:,}")


def _additems(m: Machine) -> None:
    m.need(4)
    mark = m.mark()
    starts = m.starts_above(mark, m.at)
    values = m.above(mark)
    target = m.stack[-1]
    if not _may(target, "set", "+add"):
        m.session.suspect(f"it adds to a {type_of(target)}, at byte {m.at:,}")
    if isinstance(target, Node):
        extend(m, target, values, starts)


OPCODES: dict[bytes, Handler] = {
    b"]": _empty_list,
    b"}": _empty_dict,
    b"\x8f": _empty_set,
    b")": _empty_tuple,
    b"t": _tuple,
    b"\x85": _tuple1,
    b"\x86": _tuple2,
    b"\x87": _tuple3,
    b"l": _list,
    b"d": _dict,
    b"\x91": _frozenset,
    b"a": _append,
    b"e": _appends,
    b"s": _setitem,
    b"u": _setitems,
    b"\x90": _additems,
}
