"""Opcodes that import, call, make objects and give them their state."""

from math import prod
from typing import Any

from savebench.inspecting.pickles.calls import array_facts, call, is_type, made
from savebench.inspecting.pickles.containers import attach, make_tuple
from savebench.inspecting.pickles.dills import array_problem
from savebench.inspecting.pickles.dtypes import set_state
from savebench.inspecting.pickles.machine import Handler, Machine
from savebench.inspecting.pickles.sizes import check_size
from savebench.inspecting.pickles.states import check_state
from savebench.inspecting.pickles.values import (
    Blob,
    DType,
    Global,
    Node,
    Opaque,
    items_of,
    type_of,
)

_LONGEST_NAME = 1000
_FOLLOWED = frozenset({"NumpyArrayWrapper", "NDArrayWrapper", "ZNDArrayWrapper", "partial"})
"""What their state says decides what a loader does next."""
_ARRAY_STATES = (4, 5)
_FEW_ITEMS = 1_000_000


def _global(m: Machine) -> None:
    module, name = _name(m), _name(m)
    m.push(m.session.refer(module, name, m.at, m.proto))


def _name(m: Machine) -> str:
    line = m.stream.line()
    try:
        name = line.decode()
    except UnicodeDecodeError:
        raise m.fault("a name is not UTF-8") from None
    if len(name) > _LONGEST_NAME:
        raise m.fault("a name is longer than any")
    return name


def _stack_global(m: Machine) -> None:
    m.need(4)
    name, module = m.stack.pop(), m.stack.pop()
    m.starts.pop()
    start = m.starts.pop()
    if (
        isinstance(name, str)
        and isinstance(module, str)
        and len(name) + len(module) < _LONGEST_NAME
    ):
        value: Any = m.session.refer(module, name, start, m.proto)
    else:
        m.session.suspect(f"it imports a name that only loading would tell, at byte {m.at:,}")
        value = m.session.refer("?", "?", start, m.proto)
    m.stack.append(value)
    m.starts.append(start)


def _reduce(m: Machine) -> None:
    args, func = m.stack.pop(), m.stack.pop()
    args_start = m.starts.pop()
    value = call(m, func, args)
    if isinstance(func, Global) and func.role == "call:dill-array":
        value = _dilled(m, items_of(args), value, m.at - args_start)
    elif isinstance(value, Node):
        _keep_arguments(m, value, args, args_start)
    m.stack.append(value)


def _dilled(m: Machine, args: tuple[Any, ...] | None, value: Any, size: int) -> Any:
    """Return the array that dill makes and gives its state in one call."""
    if args is None or array_problem(args):
        return value
    made_array = call(m, args[0], args[1])
    if isinstance(made_array, Node):
        _build_node(m, made_array, args[2], size)
    return made_array


def _keep_arguments(m: Machine, value: Node, args: Any, start: int) -> None:
    """Show arguments that have parts under the object that was made of them."""
    if isinstance(args, Node) and args.kids:
        value.kids = list(args.kids)
    elif m.at - start >= _LONGEST_NAME:
        value.kids = attach(m, value.kids, 0, args, m.at - start)


def _new(m: Machine, class_: Any, args: Any) -> Any:
    """Return an object made without its constructor."""
    if not isinstance(class_, Global):
        m.session.suspect(f"it makes an object of a {type_of(class_)}, at byte {m.at:,}")
        return m.node("object")
    m.session.called(class_)
    if class_.role and not is_type(class_):
        m.session.misuse(class_, f"used as a type, which it was not reviewed as, at byte {m.at:,}")
    if class_.name == "partial":
        call(m, class_, args)
    else:
        check_size(m, class_, items_of(args), class_)
    return made(m, class_)


def _newobj(m: Machine) -> None:
    m.need(2)
    args, class_ = m.stack.pop(), m.stack.pop()
    start = m.starts.pop()
    value = _new(m, class_, args)
    _keep_arguments(m, value, args, start)
    m.stack.append(value)


def _newobj_ex(m: Machine) -> None:
    m.need(4)
    keywords, args, class_ = m.stack.pop(), m.stack.pop(), m.stack.pop()
    m.starts.pop()
    start = m.starts.pop()
    value = _new(m, class_, args)
    if isinstance(keywords, Node) and keywords.kids:
        value.attrs = list(keywords.kids)
    _keep_arguments(m, value, args, start)
    m.stack.append(value)


def _inst(m: Machine) -> None:
    module, name = _name(m), _name(m)
    class_ = m.session.refer(module, name, m.at, m.proto)
    mark = m.mark()
    start = m.starts[mark] if mark < len(m.starts) else m.at
    starts = m.starts_above(mark, m.at)
    m.stack.append(_instance(m, class_, make_tuple(m, m.above(mark), starts)))
    m.starts.append(start)


def _obj(m: Machine) -> None:
    mark = m.mark()
    start = m.starts[mark]
    starts = m.starts_above(mark, m.at)
    class_, *args = m.above(mark)
    m.stack.append(_instance(m, class_, make_tuple(m, args, starts[1:])))
    m.starts.append(start)


def _instance(m: Machine, class_: Any, args: Any) -> Any:
    """Return an object as INST and OBJ make one: by the constructor only if there are arguments."""
    if args == () and isinstance(class_, Global) and (is_type(class_) or not class_.role):
        return _new(m, class_, args)
    return call(m, class_, args)


def _ext(width: int) -> Handler:
    def extension(m: Machine) -> None:
        code = int.from_bytes(m.stream.take(width), "little")
        m.need(2)
        m.session.suspect(f"it imports by extension code {code}, which only a registry knows")
        m.push(m.node("object"))

    return extension


def _persistent(m: Machine) -> None:
    m.stream.line()
    m.session.suspect(f"it asks its loader for a persistent object, at byte {m.at:,}")
    m.push(m.node("object"))


def _binpersistent(m: Machine) -> None:
    m.need(1)
    m.session.suspect(f"it asks its loader for a persistent object, at byte {m.at:,}")
    m.stack[-1] = m.node("object")


def _build(m: Machine) -> None:
    state, start = m.stack.pop(), m.starts.pop()
    target = m.stack[-1]
    if isinstance(target, DType):
        set_state(target, state)
        if not target.sound:
            m.session.suspect(f"the state of a dtype contradicts itself, at byte {m.at:,}")
        return
    if isinstance(target, Node):
        _build_node(m, target, state, m.at - start)
        m.after_build(m, target)
        return
    if not (isinstance(target, Opaque) and target.made is not None):
        m.session.suspect(f"it sets attributes of a {type_of(target)}, at byte {m.at:,}")
    elif target.made.name in _FOLLOWED:
        raise m.fault(f"a {target.made.name} gets its state later than can be followed")
    check_state(m, target, state)


def _build_node(m: Machine, node: Node, state: Any, size: int) -> None:
    """Give an object its state."""
    if node.made is None or node.made.module == "numpy.dtypes" or node.made.name == "dtype":
        m.session.suspect(f"it sets attributes of a {node.type}, at byte {m.at:,}")
    elif node.made.name == "partial" and node.made.role:
        call(m, node.made, state if not isinstance(state, Opaque) else None)
    items = items_of(state)
    if _is_array(node) and items is not None and len(items) in _ARRAY_STATES:
        _build_array(m, node, items, state)
        return
    check_state(m, node, state)
    if isinstance(state, Node) and state.type == "dict":
        state.state_of = True
        _set_attributes(m, node, state)
    elif items is not None and len(items) == 2 and _is_slots(items):  # noqa: PLR2004
        for part in items:
            if isinstance(part, Node):
                _set_attributes(m, node, part)
    else:
        node.attrs = attach(m, node.attrs, "<state>", state, size)


def _is_slots(items: tuple[Any, ...]) -> bool:
    """Whether a state is a pair of dicts: attributes, and slots."""
    return all(part is None or (isinstance(part, Node) and part.type == "dict") for part in items)


def _set_attributes(m: Machine, node: Node, state: Node) -> None:
    if state.kids is not None:
        node.attrs = state.kids if node.attrs is None else node.attrs + state.kids
    node.known = state.known
    node.texts = node.texts or state.texts
    known = state.known or {}
    version = known.get("_sklearn_version")
    if isinstance(version, str):
        m.session.hints.setdefault("scikit-learn", version)


def _is_array(node: Node) -> bool:
    return (
        node.facts is None
        and node.made is not None
        and (node.made.full in _ARRAYS or node.type in _ARRAYS)
    )


_ARRAYS = frozenset(
    {"numpy.ndarray", "numpy.memmap", "numpy.matrix", "numpy.matrixlib.defmatrix.matrix"}
    | {"numpy.core.records.recarray", "numpy.recarray", "numpy.rec.recarray"}
    | {"numpy.core.memmap.memmap"}
)


def _build_array(m: Machine, node: Node, items: tuple[Any, ...], state: Any) -> None:
    """Take in the state of an array: (version,) shape, dtype, order, data."""
    shape, dtype, is_fortran, data = items[-4:]
    if isinstance(dtype, DType) and not dtype.sound:
        m.session.suspect(f"an array's dtype contradicts itself, at byte {m.at:,}")
    node.facts = array_facts(
        dtype, shape, "F" if is_fortran is True or is_fortran == 1 else "C", data
    )
    promised = prod(node.facts.shape)
    if isinstance(data, Node) and _FEW_ITEMS < promised != data.count:
        m.session.suspect(f"an array's shape promises {promised:,} items, at byte {m.at:,}")
    if isinstance(data, Node):
        node.kids = data.kids
        node.texts = data.texts
    elif isinstance(state, Node) and not isinstance(data, Blob):
        node.kids = None


OPCODES: dict[bytes, Handler] = {
    b"c": _global,
    b"\x93": _stack_global,
    b"R": _reduce,
    b"\x81": _newobj,
    b"\x92": _newobj_ex,
    b"i": _inst,
    b"o": _obj,
    b"b": _build,
    b"P": _persistent,
    b"Q": _binpersistent,
    b"\x82": _ext(1),
    b"\x83": _ext(2),
    b"\x84": _ext(4),
}
