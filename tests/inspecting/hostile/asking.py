"""What real loaders ask for: every name that they would import of some bytes, and do not get.

Python's two loaders and joblib's run over the bytes with a `find_class` that notes the name and
hands out something inert; only what joblib needs to find where an array ends is the real thing.
"""

import io
import pickle
from typing import Any, Self

import numpy as np
from joblib.numpy_pickle import NumpyArrayWrapper, NumpyUnpickler
from numpy._core.multiarray import _reconstruct

Name = tuple[str, str]


class Inert:
    """Takes part in everything, and does nothing."""

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take anything."""

    def __new__(cls, *_: Any, **__: Any) -> Self:
        """Take anything."""
        return super().__new__(cls)

    def __call__(self, *_: Any, **__: Any) -> "Inert":
        """Be called."""
        return Inert()

    def __setstate__(self, _: Any) -> None:
        """Take any state."""

    def __setitem__(self, _: Any, __: Any) -> None:
        """Take any item."""

    def append(self, _: Any) -> None:
        """Take any value."""

    extend = add = append


class Kind(type):
    """The class of inert classes: they take attributes as objects do."""

    def __setstate__(cls, _: Any) -> None:
        """Take any state."""


class InertClass(Inert, metaclass=Kind):
    """What is handed out for a name."""


REAL: dict[Name, Any] = {
    ("joblib.numpy_pickle", "NumpyArrayWrapper"): NumpyArrayWrapper,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
}


class Asking:
    """A loader's `find_class`, which notes names."""

    asked: list[Name]

    def find_class(self, module: str, name: str) -> Any:
        """Note a name."""
        self.asked.append((module, name))
        return REAL.get((module, name), InertClass)

    def persistent_load(self, _: Any) -> Any:
        """Hand out something inert."""
        return Inert()


class Fast(Asking, pickle.Unpickler):
    """Python's own, in C."""


class Slow(Asking, pickle._Unpickler):
    """Python's own, in Python."""


class Joblib(Asking, NumpyUnpickler):  # type: ignore[misc] # joblib ships no types
    """joblib's."""


def asked_for(data: bytes) -> set[Name]:
    """Return all names that any of the loaders asks for until it ends or breaks down."""
    loaders: list[Any] = [Fast(io.BytesIO(data)), Slow(io.BytesIO(data))]
    loaders.append(Joblib("model", io.BytesIO(data), ensure_native_byte_order=False))
    found: set[Name] = set()
    for loader in loaders:
        loader.asked = []
        try:
            loader.load()
        except BaseException as error:  # noqa: BLE001 - whatever such bytes raise
            del error
        found.update(loader.asked)
    return found
