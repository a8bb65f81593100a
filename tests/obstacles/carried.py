"""One object of each kind that some row carries: how to make it, and how to use it.

``python -m tests.obstacles.carried FOLDER`` saves each with each row; another process, which has
another ``__main__``, loads and uses them.
"""

import json
import queue
import sys
import threading
import types
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Serializer
from tests.obstacles.models import closure, local_class

PROVIDER = "savebench.serializers.pickles:rows"
ROWS = ("cloudpickle", "dill")


class Lives:
    """Of ``__main__``, when this is the program."""


def _missing() -> Any:
    return 5


_missing.__qualname__ = "known_as"


def _renamed() -> Any:
    return 6


_renamed.__qualname__ = "_missing"


def _code() -> Any:
    return 7


def _use_queue(each: Any) -> bool:
    each.put(1, timeout=5)
    return bool(each.get(timeout=5) == 1)


KINDS: dict[str, tuple[Callable[[], Any], Callable[[Any], bool]]] = {
    "_thread.lock": (threading.Lock, lambda each: each.acquire(timeout=5) and each.locked()),
    "_thread.RLock": (threading.RLock, lambda each: each.acquire(timeout=5)),
    "threading.Condition": (threading.Condition, lambda each: each.acquire(timeout=5)),
    "threading.Event": (threading.Event, lambda each: not each.set() and each.wait(timeout=5)),
    "threading.Semaphore": (threading.Semaphore, lambda each: each.acquire(timeout=5)),
    "threading.Barrier": (lambda: threading.Barrier(1), lambda each: each.wait(timeout=5) == 0),
    "queue.Queue": (queue.Queue, _use_queue),
    "builtins.module": (lambda: json, lambda each: each.loads("[1]") == [1]),
    "builtins.dict_keys": ({1: 2}.keys, lambda each: list(each) == [1]),
    "builtins.dict_values": ({1: 2}.values, lambda each: list(each) == [2]),
    "builtins.dict_items": ({1: 2}.items, lambda each: list(each) == [(1, 2)]),
    "builtins.mappingproxy": (lambda: types.MappingProxyType({1: 2}), lambda each: each[1] == 2),
    "builtins.code": (lambda: _code.__code__, lambda each: eval(each) == 7),  # noqa: S307
    "builtins.property": (
        lambda: property(lambda _: 3),
        lambda each: type("T", (), {"x": each})().x == 3,
    ),
    "lambda": (lambda: lambda: 1, lambda each: each() == 1),
    "closure": (lambda: closure(2), lambda each: each() == 2),
    "local": (local_class, lambda each: each(number=3).number == 3),
    "missing": (lambda: _missing, lambda each: each() == 5),
    "renamed": (lambda: _renamed, lambda each: each() == 6),
    "main": (Lives, lambda each: type(each).__name__ == "Lives"),
}
"""Type or cause -> how to make one, and whether it does what it should."""


def dump_all(folder: Path) -> None:
    """Save one of each kind with each row, as far as that is possible."""
    for row in ROWS:
        for kind, (make, _) in KINDS.items():
            with suppress(Exception):
                load_row(PROVIDER, row, Serializer).dump(make(), folder / f"{row} {kind}")


def load_all(folder: Path) -> list[str]:
    """Return ``row kind`` for each that loads and does what it should."""
    return [f"{row} {kind}" for row in ROWS for kind in KINDS if _works(folder, row, kind)]


def _works(folder: Path, row: str, kind: str) -> bool:
    try:
        loaded = load_row(PROVIDER, row, Serializer).load(folder / f"{row} {kind}")
        return bool(KINDS[kind][1](loaded))
    except Exception:  # noqa: BLE001 - it does not, in whatever way
        return False


if __name__ == "__main__":
    dump_all(Path(sys.argv[1]))
