"""Names for what cannot be saved: a lock, an open file, a generator; and what carries it anyway.

Types are known by name, so that nothing is imported to know them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from savebench.obstacles.raised import is_own, named, place_of


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of one kind of obstacle."""

    what: str
    """``a lock``"""
    instead: str = ""
    """What to store in its place, where something can be."""
    mend: str = ""
    """What to do, where that is not to leave it out."""
    carriers: tuple[str, ...] = ()
    """Rows that save it, and load it so that it works; tests/obstacles/test_carriers.py tries."""


_BOTH = ("cloudpickle", "dill")
_LOCK = Kind("a lock", carriers=("dill",))
_FILE = Kind("an open file", instead="its name")
_CONNECTION = Kind("a database connection", instead="its address")
_WEAK = Kind("a weak reference")
_VIEW = Kind("a view of a dictionary", instead="a list of it", carriers=_BOTH)
_POINTER = Kind("a ctypes pointer")
_POOL = Kind("a pool of workers")

LEAVES: dict[str, Kind] = {
    "_thread.lock": _LOCK,
    "_thread.RLock": Kind("a lock"),  # dill's comes back taken for ever
    "multiprocessing.synchronize.SemLock": Kind("a lock between processes"),
    "multiprocessing.queues.Queue": Kind("a queue between processes"),
    "multiprocessing.pool.Pool": _POOL,
    "_thread._local": Kind("data of a thread"),
    "_thread._localdummy": Kind("data of a thread"),
    "_queue.SimpleQueue": Kind("a queue"),
    "_io.TextIOWrapper": _FILE,
    "_io.BufferedReader": _FILE,
    "_io.BufferedWriter": _FILE,
    "_io.BufferedRandom": _FILE,
    "_io.FileIO": _FILE,
    "mmap.mmap": Kind("a memory map", instead="the file's name"),
    "socket.socket": Kind("a socket", instead="its address"),
    "ssl.SSLContext": Kind("a TLS context"),
    "sqlite3.Connection": _CONNECTION,
    "sqlite3.Cursor": Kind("a database cursor"),
    "builtins.generator": Kind("a generator", instead="a list of what it yields"),
    "builtins.async_generator": Kind("a generator", instead="a list of what it yields"),
    "builtins.coroutine": Kind("a coroutine"),
    "builtins.module": Kind("a module", instead="its name", carriers=_BOTH),
    "builtins.dict_keys": _VIEW,
    "builtins.dict_values": _VIEW,
    "builtins.dict_items": _VIEW,
    "builtins.mappingproxy": Kind("a view of a dictionary", instead="a copy of it", carriers=_BOTH),
    "builtins.memoryview": Kind("a memoryview", instead="bytes"),
    "builtins.frame": Kind("a frame of the call stack"),
    "builtins.traceback": Kind("a traceback", instead="its text"),
    "builtins.code": Kind("a code object", carriers=_BOTH),
    "builtins.property": Kind("a property", carriers=_BOTH),
    "weakref.ReferenceType": _WEAK,
    "builtins.weakref": _WEAK,
    "_ctypes._Pointer": _POINTER,
    "_ctypes.CFuncPtr": _POINTER,
    "_ctypes._SimpleCData": _POINTER,
    "_ctypes.Structure": _POINTER,
    "_ctypes.Union": _POINTER,
    "_ctypes.Array": _POINTER,
}
"""Type -> what it is, of types that refuse as a whole. Asked after one has refused."""

COMPOSITES: dict[str, Kind] = {
    "threading.Condition": Kind("a condition variable"),  # holds an RLock
    "threading.Event": Kind("an event between threads", carriers=("dill",)),
    "threading.Semaphore": Kind("a semaphore", carriers=("dill",)),
    "threading.Barrier": Kind("a barrier between threads", carriers=("dill",)),
    "threading.Thread": Kind("a thread"),
    "queue.Queue": Kind("a queue", carriers=("dill",)),
    "concurrent.futures._base.Future": Kind("a future"),
    "concurrent.futures._base.Executor": _POOL,
    "subprocess.Popen": Kind("a process that was started"),
    "logging.Handler": Kind("a logging handler"),
    "tempfile._TemporaryFileWrapper": _FILE,
    "_weakrefset.WeakSet": Kind("a set of weak references", instead="a set"),
    "weakref.WeakValueDictionary": Kind("a dictionary of weak references", instead="a dict"),
    "weakref.WeakKeyDictionary": Kind("a dictionary of weak references", instead="a dict"),
    "ctypes.CDLL": Kind("a library of ctypes", instead="its name"),
}
"""Type -> what it is, of types that are made of parts which refuse: the whole says more."""

_WAYS = ("__reduce_ex__", "__reduce__", "__getstate__")


def composite_kind(value: Any) -> Kind | None:
    """Return what an object is that its parts would not tell, or None.

    A class derived from one of these that says for itself what to store is none of them.
    """
    return _known(value, COMPOSITES)


def refused_kind(value: Any, error: BaseException) -> Kind:
    """Return what an object is that raised when it was asked for its parts."""
    known = _known(value, LEAVES)
    if known is not None:
        return known
    raiser = _raiser(error)
    if raiser:
        place = place_of(error)
        return Kind(
            f"its {raiser} raises {named(error)}{f' ({place})' if place else ''}",
            mend=f"mend {raiser} of {class_name(type(value))}",
        )
    name = _full_name(type(value)).removeprefix("builtins.")
    if hasattr(type(value), "__next__"):
        return Kind(f"an iterator ({name})", instead="a list of what it yields")
    return Kind(f"an object of type {name}")


def _known(value: Any, kinds: Mapping[str, Kind]) -> Kind | None:
    kind = type(value)
    for base in kind.__mro__:
        known = kinds.get(_full_name(base))
        if known is not None:
            same = all(getattr(kind, way) is getattr(base, way) for way in _WAYS)
            return _in_detail(known, value) if same else None
    return None


def _raiser(error: BaseException) -> str:
    """Return the function, written in Python, that raised when pickle called it, or ``""``."""
    trace = error.__traceback__
    while trace is not None:
        if not is_own(trace.tb_frame.f_code.co_filename):
            return trace.tb_frame.f_code.co_name
        trace = trace.tb_next
    return ""


def _in_detail(kind: Kind, value: Any) -> Kind:
    """Return a kind with what this object adds: a file's name, a module's."""
    detail = ""
    if kind in {_FILE, LEAVES["builtins.module"]}:
        name = _name_of(value)
        detail = f" ({name})" if name else ""
    elif kind in {_CONNECTION, LEAVES["sqlite3.Cursor"]}:
        detail = f" ({_full_name(type(value))})"
    return replace(kind, what=f"{kind.what}{detail}") if detail else kind


def _name_of(value: Any) -> str:
    try:
        name = value.__name__ if type(value).__name__ == "module" else value.name
    except Exception:  # noqa: BLE001 - a closed file may have none
        return ""
    return name.rpartition("/")[2] if isinstance(name, str) else ""


def class_name(kind: type) -> str:
    """Return a class as a person would call it: ``Model of my_models``."""
    module = kind.__module__
    return kind.__qualname__ if module == "builtins" else f"{kind.__qualname__} of {module}"


def _full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"
