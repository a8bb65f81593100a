"""A model of one's own where a run, a row's name or a verb belongs: recognised, and what to say.

A file is known by its name and its first bytes. It is never loaded: loading runs what it says.
"""

import re
import zlib
from pathlib import Path

from savebench.errors import DataError

_SUFFIXES = frozenset(
    [
        *(".joblib", ".pkl", ".pickle", ".pck", ".pcl", ".dill", ".cloudpickle", ".sav", ".skops"),
        *(".onnx", ".npz", ".npy", ".safetensors", ".pmml", ".model", ".ubj", ".cbm", ".bst"),
        *(".h5", ".hdf5", ".keras", ".pt", ".pth", ".ckpt", ".tflite"),
    ]
)
_COMPRESSED = frozenset([".gz", ".z", ".bz2", ".xz", ".lzma", ".lz4", ".zst", ".zip"])
_PICKLE = re.compile(rb"\x80[\x02-\x05]|\(?c(?:copy_?reg|__builtin__)\n")
"""Protocols 2 to 5; and 0 and 1, which begin with how to make an object."""
_STARTS = (
    *(b"BZh", b"\xfd7zXZ\x00", b"]\x00\x00", b"\x04\x22M\x18", b"\x28\xb5\x2f\xfd", b"ZF0x"),
    *(b"\x93NUMPY", b"\x89HDF", b"CBM1", b"SBBUF"),
    *(b'{"learner"', b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner", b"tree\nversion="),
)
"""Compressed otherwise than a run may be; arrays; what XGBoost, LightGBM and CatBoost write."""
_GZIP, _ZLIB = b"\x1f\x8b", b"\x78"
_EITHER_HEADER = 32 + zlib.MAX_WBITS
_LOOK_BYTES = 512


def looks_like_a_model(path: Path) -> bool:
    """Whether a file holds a model, by what it begins with; by its name where that says nothing."""
    try:
        if path.is_dir():
            return False
        with path.open("rb") as stream:
            start = stream.read(_LOOK_BYTES)
    except (OSError, ValueError):  # not there, not to be read, or a name that no file can have
        start = b""
    if _PICKLE.match(_unpacked(start)) or start.startswith(_STARTS):
        return True
    is_text = start.lstrip().startswith((b"{", b"["))
    return not is_text and _is_named_as_one(path)


def said_of_file(name: object) -> str:
    """Return what to say where a model's file was named and something else belongs."""
    return (
        f"{name} looks like the file of a model. How to save it: savebench advise {name}; what is "
        f"in it: savebench inspect {name}"
    )


def said_of_object(what: str) -> str:
    """Return what to say where a model was handed over and something else belongs."""
    return (
        f"{what} is a model. How to save it: savebench.advise(model, X); what is in it: "
        "savebench.inspect(model); in a test: the fixture persistence(model, X)"
    )


def refuse_model(path: Path) -> None:
    """Refuse a model's file where a run, or what else savebench reads, belongs.

    Raises
    ------
    DataError
        When it looks like one.
    """
    if looks_like_a_model(path):
        raise DataError(said_of_file(path))


def is_model(value: object) -> bool:
    """Whether an object, or its class, is fitted or answers as models do."""
    return any(callable(getattr(value, name, None)) for name in ("fit", "predict", "forward"))


def _is_named_as_one(path: Path) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in _SUFFIXES


def _unpacked(start: bytes) -> bytes:
    """Return what a file begins with behind gzip's or zlib's header, which a run may have too."""
    if not start.startswith((_GZIP, _ZLIB)):
        return start
    try:
        return zlib.decompressobj(_EITHER_HEADER).decompress(start, _LOOK_BYTES)
    except zlib.error:
        return start
