"""Write objects to nowhere, to see whether they can be written at all."""

import pickle
import sys
from collections.abc import Callable
from io import RawIOBase
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

Write = Callable[[Any], object]
"""Writes an object with some serializer, or raises."""


class TakesTooLong(Exception):  # noqa: N818 - names the fault
    """Writing did not end in time."""


class Nowhere(RawIOBase):
    """Keeps nothing of what is written, and raises `TakesTooLong` after its time."""

    def __init__(self, deadline_s: float = inf) -> None:
        """Take the time, by `time.monotonic`, after which nothing may be written."""
        self._deadline_s = deadline_s

    def writable(self) -> bool:
        """Return that it is."""
        return True

    def write(self, data: Any, /) -> int:
        """Return the data's size.

        Raises
        ------
        TakesTooLong
            After the deadline.
        """
        if monotonic() > self._deadline_s:
            raise TakesTooLong
        return memoryview(data).nbytes


def write_pickle(value: Any) -> None:
    """Pickle to nowhere, by protocol 5 and without the bytes of arrays."""
    _pickle(value, Nowhere())


def to_nowhere(dump: Callable[[Any, Path], None]) -> Write:
    """Return what writes as a serializer's dump does, and deletes what it made."""

    def write(value: Any) -> None:
        with TemporaryDirectory(prefix="savebench-") as folder:
            dump(value, Path(folder) / "part")

    return write


def writes(row: str, value: Any, deadline_s: float) -> bool:
    """Return whether a row of the catalogue's writes an object, to nowhere and within a time."""
    try:
        _WRITERS[row](value, Nowhere(deadline_s))
    except Exception:  # noqa: BLE001 - it may refuse in any way, or not be installed
        return False
    return True


def _pickle(value: Any, stream: Nowhere) -> None:
    pickle.Pickler(stream, protocol=5, buffer_callback=_drop).dump(value)


def _cloudpickle(value: Any, stream: Nowhere) -> None:
    import cloudpickle

    cloudpickle.Pickler(stream, protocol=5, buffer_callback=_drop).dump(value)


def _dill(value: Any, stream: Nowhere) -> None:
    is_new = "dill" not in sys.modules
    import dill

    if is_new:  # importing it teaches others: joblib would store lambdas from now on
        dill.extend(use_dill=False)
    dill.Pickler(stream, protocol=5, buffer_callback=_drop).dump(value)


def _drop(buffer: pickle.PickleBuffer) -> None:
    del buffer


_WRITERS: dict[str, Callable[[Any, Nowhere], None]] = {
    "pickle": _pickle,
    "cloudpickle": _cloudpickle,
    "dill": _dill,
}
