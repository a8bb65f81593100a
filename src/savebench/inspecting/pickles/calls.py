"""What comes of a call: under which rules listed functions are called, and what they make."""

from collections.abc import Callable
from typing import Any

from savebench.inspecting.pickles.dills import array_problem, type_problem
from savebench.inspecting.pickles.dtypes import spelled
from savebench.inspecting.pickles.machine import Machine
from savebench.inspecting.pickles.sizes import check_size
from savebench.inspecting.pickles.values import (
    UNKNOWN,
    Array,
    Blob,
    DType,
    Global,
    Node,
    Opaque,
    items_of,
)
from savebench.inspecting.trust import CALLED_TYPE, LATER, TYPE, VALUE, reviewed

Args = tuple[Any, ...] | None
"""Arguments of a call; None where they are not known."""

_LONGEST_CODE = 3
_LARGE_ITEM = 10**6
_LATIN1 = frozenset({"latin1", "latin-1", "iso-8859-1"})
_BASES = frozenset({"object", "dict", "list", "set", "frozenset", "int", "float", "str", "tuple"})
_SCALARS = {
    "str": "str_",
    "S": "bytes_",
    "U": "str_",
    "V": "void",
    "bool": "bool",
    "object": "object",
}


def is_type(value: Any) -> bool:
    """Whether a value is a type on the reviewed list."""
    return isinstance(value, Global) and value.role.partition("+")[0] in {TYPE, CALLED_TYPE}


def _of_type(args: Args) -> str:
    """Let the first argument be a listed type, of which an object is made."""
    if not args or not is_type(args[0]):
        return "makes an object of what is not on the reviewed list of types"
    if args[0].name in {"dtype", *_HOLDERS}:
        return f"makes a {args[0].name} in a way that was not reviewed"
    return "" if not any(map(_is_plain_value, args[1:])) else "is given a function"


def _is_plain_value(value: Any) -> bool:
    return isinstance(value, Global) and not is_type(value)


def _is_code(value: Any) -> bool:
    """Whether a value is a dtype's letter, as an empty array is made with."""
    return isinstance(value, str | bytes) and len(value) <= _LONGEST_CODE


def _masked(args: Args) -> str:
    """Let NumPy make an empty masked array of listed types."""
    return _of_type(args) if args and _is_code(args[-1]) else "makes an array of an unknown dtype"


def _array(args: Args) -> str:
    """Let NumPy make an empty array of a listed subtype, and of a dtype of few bytes."""
    if args and not _is_code(args[-1]):
        return "makes an array of a dtype that was not reviewed"
    if args and isinstance(args[0], Global) and args[0].full == "numpy.memmap":
        return ""  # made without its constructor, which alone opens a file
    return _of_type(args)


def _reconstructor(args: Args) -> str:
    """Let copyreg make an object of a listed type from a plain base."""
    if args is None or len(args) != 3:  # noqa: PLR2004 - class, base, state
        return "makes an object of what only loading would tell"
    return _of_type(args[:2]) or _from_base(*args)


def _from_base(class_: Any, base: Any, state: Any) -> str:
    """Let a listed type start from a plain base, and that from a plain value."""
    if class_.name == "Bunch" and not _is_plain_dict(state):
        return "fills a Bunch with what only loading would tell"
    if isinstance(state, Global):
        return f"is given {state.full} to start from"
    if not isinstance(base, Global) or not is_type(base) or base.name in _HOLDERS:
        return "starts from a type that was not reviewed for that"
    plain = base.name in _BASES or (base is class_ and base.role.startswith(CALLED_TYPE))
    return "" if plain else "calls a constructor that was not reviewed"


def _is_plain_dict(state: Any) -> bool:
    """Whether a state is none, or a dict that the file spells out, with no odd key."""
    is_dict = isinstance(state, Node) and state.type == "dict" and state.made is None
    return state is None or (is_dict and not state.odd)


def _encode(args: Args) -> str:
    """Let a text become the bytes that protocols 0 to 2 had no opcode for."""
    if args is None or len(args) != 2:  # noqa: PLR2004 - a text and its encoding
        return "is not called with a text and latin1"
    text, encoding = args
    is_text = isinstance(text, str) or (isinstance(text, Blob | Opaque) and text.type == "str")
    known = isinstance(encoding, str) and encoding in _LATIN1
    return "" if is_text and known else "is not called with a text and latin1"


def _ufunc(args: Args) -> str:
    """Let NumPy look a function up by the names of module and function, which must be listed."""
    if args is None or len(args) != 2 or not all(isinstance(each, str) for each in args):  # noqa: PLR2004
        return "looks up a name that is not known before loading"
    entry = reviewed().get((args[0], args[1]))
    return (
        ""
        if entry and entry.role.startswith(VALUE)
        else f"looks up {args[0]}.{args[1]}, which is not listed"
    )


def _no_functions(args: Args) -> str:
    """Let it be called with anything but functions, and makers of its own family alone."""
    if args is None:
        return "is called with what is not known before loading"
    for each in args:
        if isinstance(each, Global) and not _is_maker(each):
            return f"is given {each.full} to call"
    return ""


def _is_maker(value: Global) -> bool:
    """Whether it is one of NumPy's random generators, a maker of those, or a plain value."""
    if value.module.startswith("numpy.random") and value.role:
        return is_type(value) or "ctor" in value.name
    return value.role.startswith(CALLED_TYPE) and value.module.startswith("numpy")


def _partial(args: Args) -> str:
    """Let a function be wrapped that is on the list itself."""
    if not args or not isinstance(args[0], Global) or not args[0].role:
        return "wraps a function that is not on the reviewed list"
    return "" if args[0].role == LATER else "wraps what was not reviewed for any arguments"


def _makes_values(value: Global) -> bool:
    """Whether it is harmless without arguments: a defaultdict calls what it holds."""
    return value.name != "memmap" and value.role.startswith((VALUE, CALLED_TYPE))


def _factory(args: Args) -> str:
    """Let a defaultdict hold a plain type or function, or none."""
    if args is None:
        return "is called with what is not known before loading"
    first = args[0] if args else None
    known = isinstance(first, Global) and _makes_values(first)
    return "" if first is None or known else "makes missing values with what was not reviewed"


def _one_argument(args: Args) -> str:
    return "" if args is not None and len(args) == 1 else "is called to make a class"


def _compiled(args: Args) -> str:
    """Let a pattern be compiled, of a text and flags."""
    plain = args is not None and all(isinstance(each, str | bytes | int) for each in args)
    return "" if plain else "compiles what is not known before loading"


def _whole(args: Args) -> str:
    """Let a scalar be made of the bytes that it is given: without them NumPy reserves them."""
    first = args[0] if args else None
    short = args is not None and len(args) < 2  # noqa: PLR2004 - dtype and bytes
    is_large = isinstance(first, DType) and first.itemsize > _LARGE_ITEM
    return "would be made of no bytes" if short and is_large else ""


RULES: dict[str, Callable[[Args], str]] = {
    "array": _array,
    "masked": _masked,
    "of-type": _of_type,
    "reconstructor": _reconstructor,
    "newobj": _of_type,
    "encode": _encode,
    "ufunc": _ufunc,
    "no-functions": _no_functions,
    "partial": _partial,
    "scalar": _whole,
    "frombuffer": _no_functions,
    "array-array": _of_type,
    "one-argument": _one_argument,
    "compiled": _compiled,
    "dill-array": array_problem,
    "dill-type": type_problem,
}


def call(m: Machine, func: Any, packed: Any) -> Any:
    """Return what calling `func` gives, and hold it against the reviewed list."""
    args = items_of(packed)
    if not isinstance(func, Global):
        what = "what the file itself made" if isinstance(func, Node | Opaque) else "no function"
        m.session.suspect(f"it calls {what}, at byte {m.at:,}")
        return m.node("object")
    m.session.called(func)
    role = func.role
    rule = role.partition(":")[2].partition("+")[0]
    if role.startswith("call:"):
        problem = RULES[rule](args)
        if problem:
            m.session.misuse(func, f"{problem}, at byte {m.at:,}")
    elif role.startswith(CALLED_TYPE):
        _check_called_type(m, func, args)
    elif role.startswith(TYPE):
        m.session.misuse(
            func, f"its constructor is called, which was not reviewed, at byte {m.at:,}"
        )
    elif role.startswith(VALUE):
        m.session.misuse(func, f"called, and reviewed only to be referred to, at byte {m.at:,}")
    class_, given = (args[0], args[1:]) if args and _makes(rule, args[0]) else (func, args)
    items = 0 if role.startswith("call:") and class_ is func else check_size(m, class_, given, func)
    result = _result(m, func, rule, args)
    if isinstance(result, Node) and not result.count:
        result.count = items
    return result


def _makes(rule: str, first: Any) -> bool:
    """Whether a function makes an object of the type that it is given, with the rest."""
    return rule in {"array", "masked", "reconstructor", "newobj"} and isinstance(first, Global)


def _check_called_type(m: Machine, func: Global, args: Args) -> None:
    check = _HOLDERS.get(func.name)
    problem = check(args) if check is not None else ""
    if func.module.startswith(("builtins", "__builtin__", "numpy")):
        problem = problem or _asks_models(args)
    if problem:
        m.session.misuse(func, f"{problem}, at byte {m.at:,}")


def _asks_models(args: Args) -> str:
    """Let no constructor of plain values take a model apart: that runs the model's own code."""
    for each in args or ():
        made_by = each.made if isinstance(each, Node | Opaque) else None
        if made_by is not None and made_by.module.startswith(_MODELS):
            return f"is given a {each.type} to take apart"
    return ""


_MODELS = ("sklearn.", "imblearn.", "lightgbm.", "xgboost.", "functools", "joblib.")
_HOLDERS: dict[str, Callable[[Args], str]] = {"partial": _partial, "defaultdict": _factory}
"""Types that keep a function, to call it later."""


def _result(m: Machine, func: Global, rule: str, args: Args) -> Any:
    """Return the value that stands for a call's result."""
    first = args[0] if args else None
    if rule in _MAKERS:
        return _MAKERS[rule](m, args)
    if rule in {"array", "masked", "of-type", "reconstructor", "newobj"} and isinstance(
        first, Global
    ):
        return made(m, first)
    if func.name == "dtype" and func.module == "numpy":
        m.session.room -= 100
        return _dtype_of(first)
    is_class = not rule and (func.role or _looks_like_class(func.name))
    return made(m, func) if is_class else m.node(func.full, func)


def _dtype_of(first: Any) -> DType:
    """Return the dtype of a text, or of the type of a record, whose state says the rest."""
    if isinstance(first, Global) and first.name in {"record", "void"}:
        return DType("V0", 0, hasobject=False)
    return spelled(first) or DType("object", 0, hasobject=False, sound=False)


def made(m: Machine, class_: Global) -> Node:
    """Return a new object of a class, and count it."""
    name = class_.full
    if class_.module in {"builtins", "__builtin__"}:
        return m.node(class_.name, class_)
    m.session.classes[name] += 1
    return m.node(name, class_)


def _looks_like_class(name: str) -> bool:
    return name.rpartition(".")[2].lstrip("_")[:1].isupper()


def _scalar(m: Machine, args: Args) -> Any:
    dtype = args[0] if args else None
    if not isinstance(dtype, DType):
        return UNKNOWN
    _must_be_sound(m, dtype)
    name = dtype.name.lstrip(">")
    kind = (
        name
        if name not in _SCALARS and name[:1] not in {"S", "U", "V"}
        else _SCALARS.get(name[:1], name)
    )
    return m.session.opaque(f"numpy.{kind.partition('[')[0]}")


def _from_buffer(m: Machine, args: Args) -> Node:
    """Return the array that protocol 5 makes of a buffer."""
    node = m.node("numpy.ndarray")
    m.session.classes["numpy.ndarray"] += 1
    if args and len(args) >= 3:  # noqa: PLR2004 - buffer, dtype, shape and order
        data, dtype, shape = args[:3]
        _must_be_sound(m, dtype)
        order = args[3] if len(args) > 3 and args[3] == "F" else "C"  # noqa: PLR2004
        node.facts = array_facts(dtype, shape, str(order), data)
    return node


def _must_be_sound(m: Machine, dtype: Any) -> None:
    """Refuse to have raw bytes taken for what they are not."""
    if isinstance(dtype, DType) and not dtype.sound:
        m.session.suspect(f"a dtype is not known before loading, at byte {m.at:,}")


def array_facts(dtype: Any, shape: Any, order: str, data: Any) -> Array:
    """Return what is known of an array from its parts."""
    sizes = tuple(each for each in items_of(shape) or () if isinstance(each, int))
    known = dtype if isinstance(dtype, DType) else None
    size = known.itemsize if known else 0
    for each in sizes:
        size *= each
    if isinstance(data, Blob):
        return Array(known, sizes, order, size or data.size, data.digest, data.shrinks_to)
    return Array(known, sizes, order, size)


def _encoded(m: Machine, args: Args) -> Any:
    text = args[0] if args else None
    if isinstance(text, str):
        return text.encode("latin1", "replace")
    if isinstance(text, Blob):
        return Blob("bytes", text.size, text.digest, text.shrinks_to)
    return m.session.opaque("bytes")


def _type_named(m: Machine, args: Args) -> Any:
    """Return the type that dill looks up in its table."""
    if type_problem(args) or not args:
        return UNKNOWN
    return m.session.refer("builtins", args[0], m.at, m.proto)


_MAKERS: dict[str, Callable[[Machine, Args], Any]] = {
    "scalar": _scalar,
    "frombuffer": _from_buffer,
    "encode": _encoded,
    "dill-type": _type_named,
}
