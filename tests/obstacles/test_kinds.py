"""Each kind of thing that cannot be saved is called by the name that people know it by."""

import csv
import ctypes
import functools
import hashlib
import logging
import mmap
import multiprocessing
import queue
import re
import socket
import sqlite3
import ssl
import sys
import threading
import types
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest

from savebench.obstacles.search import Obstacle, find_obstacles
from tests.obstacles.models import (
    Endless,
    Impostor,
    Refuses,
    Reticent,
    Wrapper,
    closure,
    local_class,
    numbers,
)

OPEN = Path(__file__).open(encoding="utf-8")  # noqa: SIM115 - closed below
SOCKET = socket.socket()
DATABASE = sqlite3.connect(":memory:")


@pytest.fixture(scope="module", autouse=True)
def closing() -> Iterator[None]:
    """Close what has to be."""
    yield
    for each in (OPEN, SOCKET, DATABASE):
        each.close()


def _find(model: Any) -> tuple[Obstacle, ...]:
    return find_obstacles(model, deadline_s=monotonic() + 30).obstacles


def _compiled(source: str) -> Any:
    return eval(compile(source, "made.py", "eval"))  # noqa: S307 - our own source


def _traceback() -> Any:
    try:
        Refuses().__getstate__()
    except ValueError as error:
        return error.__traceback__
    return None


class _Pointing(ctypes.Structure):
    _fields_ = (("pointer", ctypes.c_void_p),)


WHAT: tuple[tuple[str, Callable[[], Any]], ...] = (
    ("a lock", threading.Lock),
    ("a lock", threading.RLock),
    ("a lock between processes", multiprocessing.Lock),
    ("a condition variable", threading.Condition),
    ("an event between threads", threading.Event),
    ("a semaphore", threading.BoundedSemaphore),
    ("a barrier between threads", lambda: threading.Barrier(2)),
    ("a thread", lambda: threading.Timer(1, print)),
    ("data of a thread", threading.local),
    ("a queue", queue.LifoQueue),
    ("a queue", queue.SimpleQueue),
    ("a future", Future),
    ("a pool of workers", lambda: ThreadPoolExecutor(1)),
    ("an open file (test_kinds.py)", lambda: OPEN),
    ("a memory map", lambda: mmap.mmap(-1, 10)),
    ("a socket", lambda: SOCKET),
    ("a TLS context", lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)),
    ("a database connection (sqlite3.Connection)", lambda: DATABASE),
    ("a database cursor (sqlite3.Cursor)", DATABASE.cursor),
    ("a generator", numbers),
    ("a module (numpy)", lambda: np),
    ("a view of a dictionary", {}.values),
    ("a view of a dictionary", lambda: types.MappingProxyType({})),
    ("a weak reference", lambda: weakref.ref(Wrapper)),
    ("a dictionary of weak references", weakref.WeakValueDictionary),
    ("a set of weak references", weakref.WeakSet),
    ("a ctypes pointer", lambda: ctypes.pointer(ctypes.c_int(1))),
    ("a ctypes pointer", lambda: ctypes.c_void_p(1)),
    ("a ctypes pointer", _Pointing),
    ("a library of ctypes", lambda: ctypes.CDLL(None)),
    ("a memoryview", lambda: memoryview(b"abc")),
    ("a frame of the call stack", sys._getframe),
    ("a traceback", _traceback),
    ("a code object", lambda: numbers.__code__),
    ("a property", lambda: Impostor.__dict__["__class__"]),
    ("a logging handler", logging.StreamHandler),
    ("an object of type _hashlib.HASH", hashlib.sha256),
    ("an iterator (_csv.reader)", lambda: csv.reader([])),
    ("the lambda in line 1 of made.py", lambda: _compiled("lambda: 1")),
    ("the closure get that tests.obstacles.models.closure made", lambda: closure(1)),
    ("the local class Local that tests.obstacles.models.local_class made", local_class),
    (
        "an object of the local class Local that tests.obstacles.models.local_class made",
        local_class(),
    ),
    (
        "the local function get that tests.obstacles.models.closure made",
        lambda: functools.lru_cache(closure(1)),
    ),
    (
        (
            "an object of class MagicMock of unittest.mock, "
            "which is not the one that unittest.mock holds now"
        ),
        MagicMock,
    ),
    (
        "function <lambda> (vectorized) of __main__, which __main__ does not hold",
        lambda: np.frompyfunc(lambda x: x, 1, 1),
    ),
    (
        (
            "class Dynamic of tests.obstacles.test_kinds, "
            "which tests.obstacles.test_kinds does not hold"
        ),
        lambda: type("Dynamic", (), {"__module__": __name__}),
    ),
    (
        "class Cell of __main__, which no other process can import from there",
        lambda: type("Cell", (), {"__module__": "__main__"}),
    ),
)


@pytest.mark.parametrize(("what", "make"), WHAT)
def test_each_kind_is_called_by_its_name(what: str, make: Callable[[], Any]) -> None:
    """Where it lies, and what it is."""
    found = _find(Wrapper(held=[0, make(), 1]))

    assert [str(each) for each in found] == [f"held[1]: {what}"]


RAISING: dict[type, str] = {
    Refuses: r"its __getstate__ raises ValueError: not fitted .models.py, line \d+, in __gets.*",
    Reticent: r"its __getattribute__ raises RuntimeError: no __reduce_ex__ for you .models.py, .*",
    Impostor: r"its __class__ raises RuntimeError: guess .models.py, line \d+, in __class__.",
    Endless: r"its __reduce_ex__ raises RecursionError: maximum recursion depth exceeded.*",
}


@pytest.mark.parametrize("kind", list(RAISING))
def test_an_object_that_raises_is_told_with_what_and_where(kind: type) -> None:
    """However hostile; what comes after it is found all the same."""
    found = _find([kind(), threading.Lock()])

    assert re.fullmatch(RAISING[kind], found[0].what)
    assert [each.path for each in found] == ["[0]", "[-1]"]
