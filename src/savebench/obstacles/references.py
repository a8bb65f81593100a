"""Pickle a value, and note what it refers to that another process cannot import."""

import io
import pickle
from collections.abc import Container
from types import FunctionType
from typing import Any

from savebench.obstacles.homes import Homeless, homeless


def pickle_and_note(value: Any, absent: Container[str]) -> tuple[bytes, tuple[Homeless, ...]]:
    """Return a value's pickle, and what in it another process cannot import, each once.

    Parameters
    ----------
    value
        What the other process shall load.
    absent
        Modules that it lacks.

    Raises
    ------
    Exception
        What pickling it raises.
    """
    stream = io.BytesIO()
    pickler = _Noting(stream, absent)
    pickler.dump(value)
    return stream.getvalue(), tuple(pickler.noted)


_ELSEWHERE = frozenset({"main", "test run"})
"""Of everything else without a home pickle itself says so."""


class _Noting(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, absent: Container[str]) -> None:
        super().__init__(stream, protocol=5)
        self._absent = absent
        self.noted: dict[Homeless, None] = {}

    def reducer_override(self, obj: Any) -> Any:
        """Note a class or function without a home, and leave pickling it to pickle."""
        if isinstance(obj, type | FunctionType):
            home = homeless(obj, obj.__qualname__, self._absent)
            if home is not None and home.cause in _ELSEWHERE:
                self.noted[home] = None
        return NotImplemented
