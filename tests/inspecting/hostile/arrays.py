"""Pickles that strike from within arrays, or after the raw bytes of one."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from tests.inspecting.hostile.kinds import Body, Hostile, Verdict, Writer, file_of
from tests.inspecting.hostile.libraries import Reduced
from tests.inspecting.hostile.opcodes import (
    BUILD,
    NEWOBJ,
    TRUE,
    call,
    get,
    glob,
    many,
    number,
    put,
    shell,
    system,
    table,
    text,
    whole,
)

NDARRAY = glob("numpy", "ndarray")
WRAPPER = glob("joblib.numpy_pickle", "NumpyArrayWrapper")


def _strike(marker: str) -> Reduced:
    return Reduced(os.system, shell(marker))


def _objects(marker: str) -> np.ndarray[Any, Any]:
    array = np.empty(2, dtype=object)
    array[1] = _strike(marker)
    return array


def _dumped(make: Callable[[str], Any], **settings: Any) -> Writer:
    """Return a writer of what joblib writes."""

    def write(folder: Path, marker: str) -> Path:
        joblib.dump(make(marker), folder / "model.joblib", **settings)
        return folder / "model.joblib"

    return write


def _npy(folder: Path, marker: str) -> Path:
    np.save(folder / "model.npy", _objects(marker), allow_pickle=True)
    return folder / "model.npy"


def _npz(folder: Path, marker: str) -> Path:
    np.savez(folder / "model.npz", good=np.zeros(3), bad=_objects(marker))
    return folder / "model.npz"


def _npz_deflated(folder: Path, marker: str) -> Path:
    np.savez_compressed(folder / "model.npz", good=np.zeros(3), bad=_objects(marker))
    return folder / "model.npz"


def _structured(folder: Path, marker: str) -> Path:
    array = np.zeros(2, dtype=[("number", "f8"), ("thing", "O")])
    array["thing"][1] = _strike(marker)
    np.save(folder / "model.npy", array, allow_pickle=True)
    return folder / "model.npy"


def _wrapper(**state: bytes) -> bytes:
    """Push an inline array of joblib; its bytes must follow."""
    return WRAPPER + many() + NEWOBJ + table(**state) + BUILD


def _dtype(kind: str) -> bytes:
    return call(glob("numpy", "dtype"), text(kind), b"\x89", TRUE)


def _inline(kind: str, shape: bytes, order: str = "C") -> bytes:
    return _wrapper(
        subclass=NDARRAY, shape=shape, order=text(order), dtype=_dtype(kind), allow_mmap=b"\x89"
    )


INLINE: dict[str, Body] = {
    "inline array": lambda m: whole(_inline("u1", many(number(3))) + b"abc" + b"0" + system(m)),
    "inline array whose bytes look like an end": lambda m: whole(
        _inline("u1", many(number(3))) + b"..." + b"0" + system(m)
    ),
    "inline array of Fortran's order and two axes": lambda m: whole(
        _inline("<f8", many(number(2), number(2)), "F") + bytes(32) + b"0" + system(m)
    ),
    "inline array with padding": lambda m: whole(
        _wrapper(
            subclass=NDARRAY,
            shape=many(number(2)),
            order=text("C"),
            dtype=_dtype("u1"),
            allow_mmap=b"\x89",
            numpy_array_alignment_bytes=number(16),
        )
        + b"\x05.....ab0"
        + system(m)
    ),
    "inline array without axes": lambda m: whole(
        _inline("<f8", b")") + bytes(8) + b"0" + system(m)
    ),
    "inline array without rows": lambda m: whole(
        _inline("<f8", many(number(0), number(7))) + b"0" + system(m)
    ),
    "inline array whose class is set by BUILD": lambda m: whole(
        glob("sklearn.utils._bunch", "Bunch")
        + b"0"
        + glob("sklearn.dummy", "DummyClassifier")
        + many()
        + NEWOBJ
        + table(
            subclass=NDARRAY,
            shape=many(number(2)),
            order=text("C"),
            dtype=_dtype("u1"),
            allow_mmap=b"\x89",
        )
        + BUILD
        + b"0"
        + system(m)
    ),
    "inline array of objects": lambda m: whole(
        _wrapper(
            subclass=NDARRAY,
            shape=many(number(1)),
            order=text("C"),
            dtype=_dtype("O"),
            allow_mmap=b"\x89",
        )
        + whole(system(m))
    ),
}
"""Opcodes of joblib, whose raw bytes begin where a BUILD ends."""


def _ghost(marker: str) -> bytes:
    """Return opcodes for the place of raw bytes: their import is spelled as no pickler would."""
    return b"0U\x02osU\x06system\x93" + many(text(shell(marker))) + b"R0"


GHOSTS: dict[str, Body] = {
    "inline array whose bytes pickle takes for code": lambda m: whole(
        _inline("u1", many(number(len(_ghost(m))))) + _ghost(m) + text("fine")
    ),
    "inline array whose names pickle remembers": lambda m: whole(
        text("os")
        + put(90)
        + text("system")
        + put(91)
        + b"00"
        + _inline("u1", many(number(len(_remembered(m)))))
        + _remembered(m)
        + text("fine")
    ),
    "inline array whose padding pickle takes for code": lambda m: whole(
        _wrapper(
            subclass=NDARRAY,
            shape=many(number(3)),
            order=text("C"),
            dtype=_dtype("u1"),
            allow_mmap=b"\x89",
            numpy_array_alignment_bytes=number(16),
        )
        + _ghost(m).ljust(1 + ord("0"), b"0")
        + bytes(200)
    ),
}
"""joblib loads them without harm; who loads them with pickle is struck."""


def _remembered(marker: str) -> bytes:
    return b"0" + get(90) + get(91) + b"\x93" + many(text(shell(marker))) + b"R0"


CONTRADICTING: dict[str, Body] = {
    "inline array built from the memo a second time": lambda m: whole(
        WRAPPER
        + many()
        + NEWOBJ
        + put(7)
        + table(
            subclass=NDARRAY,
            shape=many(number(2)),
            order=text("C"),
            dtype=_dtype("u1"),
            allow_mmap=b"\x89",
        )
        + BUILD
        + b"..0"
        + get(7)
        + table()
        + BUILD
        + b"..0"
        + system(m)
    ),
    "inline array of objects in a field": lambda m: whole(
        _wrapper(
            subclass=NDARRAY,
            shape=many(number(1)),
            order=text("C"),
            allow_mmap=b"\x89",
            dtype=call(glob("numpy", "dtype"), b"]" + many(text("a"), text("O")) + b"a"),
        )
        + whole(system(m))
    ),
}
"""A reader that expects what joblib writes stops at them."""


def npy_of_objects(marker: str) -> bytes:
    """Return the bytes of an npy file that holds a pickle."""
    target = io.BytesIO()
    np.save(target, _objects(marker), allow_pickle=True)
    return target.getvalue()


def files() -> Iterator[Hostile]:
    """Yield them all."""
    for name, body in INLINE.items():
        yield Hostile(name=name, write=file_of(body), strikes="joblib", culprit="os.system")
    for name, body in CONTRADICTING.items():
        yield Hostile(name=name, write=file_of(body), strikes="joblib", verdict="damaged")
    for name, body in GHOSTS.items():
        verdict: Verdict = "damaged" if "padding" in name else "refused"
        yield Hostile(name=name, write=file_of(body), strikes="pickle", verdict=verdict)
    for name, write in DUMPED.items():
        yield Hostile(name=name, write=write, strikes="joblib", culprit="posix.system")
    for name, write in SAVED.items():
        yield Hostile(name=name, write=write, strikes="numpy", culprit="posix.system")


DUMPED: dict[str, Writer] = {
    "joblib's array of objects": _dumped(_objects),
    "joblib's array of objects in zlib": _dumped(_objects, compress=3),
    "joblib's array of objects in lz4": _dumped(_objects, compress="lz4"),
    "joblib's dict of arrays": _dumped(lambda m: {"a": np.zeros(9), "b": _objects(m)}),
    "joblib's array within an array": _dumped(lambda m: np.array([1, _objects(m)], object)),
    "joblib's pickle of protocol 2": _dumped(lambda m: [np.zeros(3), _strike(m)], protocol=2),
}
SAVED: dict[str, Writer] = {
    "npy of objects": _npy,
    "npy of a table with an object": _structured,
    "npz with objects": _npz,
    "npz with objects, deflated": _npz_deflated,
}
