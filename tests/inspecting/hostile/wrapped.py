"""Pickles that strike from within: compressed, archived, inside arrays, inside joblib's files."""

import bz2
import gzip
import io
import json
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import lz4.frame
import numpy as np
import zstandard

from tests.inspecting.hostile.kinds import Body, Hostile, file_of
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

Writer = Callable[[Path, str], Path]
NDARRAY = glob("numpy", "ndarray")
OLD_WRAPPER = glob("joblib.numpy_pickle_compat", "NDArrayWrapper")
WRAPPER = glob("joblib.numpy_pickle", "NumpyArrayWrapper")


def _strike(marker: str) -> Reduced:
    return Reduced(os.system, shell(marker))


def _objects(marker: str) -> np.ndarray[Any, Any]:
    array = np.empty(2, dtype=object)
    array[1] = _strike(marker)
    return array


def _lz4(payload: bytes) -> bytes:
    compressed: bytes = lz4.frame.compress(payload)
    return compressed


COMPRESSED: dict[str, Body] = {
    "gzip": lambda m: gzip.compress(whole(system(m))),
    "zlib": lambda m: zlib.compress(whole(system(m))),
    "bz2": lambda m: bz2.compress(whole(system(m))),
    "xz": lambda m: lzma.compress(whole(system(m))),
    "lzma": lambda m: lzma.compress(whole(system(m)), format=lzma.FORMAT_ALONE),
    "lz4": lambda m: _lz4(whole(system(m))),
    "gzip that names a file": lambda m: _named_member(whole(system(m))),
    "ZF of joblib before 0.10": lambda m: _zfile(whole(system(m))),
}
"""joblib.load opens them by itself."""

UNOPENED: dict[str, Body] = {
    "gzip in two members": lambda m: _halves(whole(system(m))),
    "zstd": lambda m: zstandard.compress(whole(system(m))),
    "zstd in two frames": lambda m: (
        zstandard.compress(whole(system(m))[:9]) + zstandard.compress(whole(system(m))[9:])
    ),
    "gzip in gzip": lambda m: gzip.compress(gzip.compress(whole(system(m)))),
    "gzip in xz in zstd": lambda m: zstandard.compress(
        lzma.compress(gzip.compress(whole(system(m))))
    ),
    "ZF in gzip": lambda m: gzip.compress(_zfile(whole(system(m)))),
    "zlib in bz2": lambda m: bz2.compress(zlib.compress(whole(system(m)))),
}


def _halves(payload: bytes) -> bytes:
    return gzip.compress(payload[:7]) + gzip.compress(payload[7:])


def _named_member(payload: bytes) -> bytes:
    target = io.BytesIO()
    with gzip.GzipFile("../../../../tmp/owned\x1b[2J", "wb", fileobj=target) as stream:
        stream.write(payload)
    return target.getvalue()


def _zfile(payload: bytes) -> bytes:
    return b"ZF" + hex(len(payload)).ljust(19).encode() + zlib.compress(payload)


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


def _bare_pickle_in_npz(folder: Path, marker: str) -> Path:
    return _zipped({"a.npy": whole(system(marker))}, "model.npz")(folder, marker)


def _zipped(entries: dict[str, bytes], called: str) -> Writer:
    def write(folder: Path, _: str) -> Path:
        with zipfile.ZipFile(folder / called, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in entries.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        return folder / called

    return write


def _torch_like(folder: Path, marker: str) -> Path:
    entries = {"archive/data.pkl": whole(system(marker)), "archive/version": b"3\n"}
    return _zipped(entries, "model.pt")(folder, marker)


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
"""Opcodes of joblib, whose raw bytes begin where a BUILD ends."""


def _beside(name: Callable[[Path], str], content: Callable[[str], bytes]) -> Writer:
    """Return a writer of joblib's format before 0.10, whose array lies in a file of that name."""

    def write(folder: Path, marker: str) -> Path:
        inner = folder / "inner"
        inner.mkdir()
        named = name(folder)
        target = inner / named
        if not target.exists() and not target.is_symlink():
            target.write_bytes(content(marker))
        body = (
            OLD_WRAPPER
            + many()
            + NEWOBJ
            + table(filename=text(named), subclass=NDARRAY, allow_mmap=TRUE)
            + BUILD
        )
        (inner / "model.pkl").write_bytes(whole(body, 2))
        return inner / "model.pkl"

    return write


def _npy_bytes(marker: str) -> bytes:
    target = io.BytesIO()
    np.save(target, _objects(marker), allow_pickle=True)
    return target.getvalue()


def _link(folder: Path) -> str:
    (folder / "inner" / "model.pkl_01.npy").symlink_to("/etc/hosts")
    return "model.pkl_01.npy"


def _ring(folder: Path) -> str:
    (folder / "inner" / "model.pkl_01.npy").symlink_to("model.pkl_01.npy")
    return "model.pkl_01.npy"


def _pipe(folder: Path) -> str:
    os.mkfifo(folder / "inner" / "model.pkl_01.npy")
    return "model.pkl_01.npy"


def _folder(folder: Path) -> str:
    (folder / "inner" / "model.pkl_01.npy").mkdir()
    return "model.pkl_01.npy"


def _posix(marker: str) -> bytes:
    return call(glob("posix", "system"), text(shell(marker)))


BESIDE: dict[str, tuple[Callable[[Path], str], Callable[[str], bytes]]] = {
    "array beside it holds objects": (lambda _: "model.pkl_01.npy", _npy_bytes),
    "array beside it is a pickle": (lambda _: "model.pkl_01.npy", lambda m: whole(_posix(m))),
}
ELSEWHERE: dict[str, tuple[Callable[[Path], str], Callable[[str], bytes]]] = {
    "array one folder up": (lambda _: "../model.pkl_01.npy", _npy_bytes),
    "array named by its whole path": (lambda f: str(f / "elsewhere.npy"), _npy_bytes),
    "array in a folder below": (lambda _: "./../inner/model.pkl_01.npy", _npy_bytes),
}
OUTSIDE: dict[str, Callable[[Path], str]] = {
    "array beside it is a link": _link,
    "array beside it is a link to itself": _ring,
    "array beside it is a pipe": _pipe,
    "array beside it is a folder": _folder,
    "array beside it is a device": lambda _: "/dev/zero",
    "array beside it has a NUL in its name": lambda _: "a\x00b",
    "array beside it is the file itself": lambda _: "model.pkl",
}


def _named_only(name: Callable[[Path], str]) -> Writer:
    def write(folder: Path, _: str) -> Path:
        inner = folder / "inner"
        inner.mkdir()
        body = (
            OLD_WRAPPER
            + many()
            + NEWOBJ
            + table(filename=text(name(folder)), subclass=NDARRAY, allow_mmap=TRUE)
            + BUILD
        )
        (inner / "model.pkl").write_bytes(whole(body, 2))
        return inner / "model.pkl"

    return write


def _skops(schema: dict[str, Any], **others: bytes) -> Writer:
    entries = {"schema.json": json.dumps(schema).encode(), **others}
    return _zipped(entries, "model.skops")


def _node(module: str, name: str, **more: Any) -> dict[str, Any]:
    head = {"__class__": name, "__module__": module, "__loader__": "ObjectNode", "__id__": 1}
    return {**head, "protocol": 2, "_skops_version": "0.14.0", "content": None, **more}


SKOPS: dict[str, Writer] = {
    "skops with a type nobody trusts": _skops(_node("os", "system")),
    "skops with a function": _skops(
        _node(
            "os",
            "system",
            __loader__="FunctionNode",
            content={"module_path": "os", "function": "system"},
        )
    ),
    "skops with a nested type": _skops(
        _node("sklearn.svm._classes", "SVC", content=_node("subprocess", "Popen"))
    ),
    "skops with a method": _skops(
        _node(
            "builtins",
            "method",
            __loader__="MethodNode",
            content={"func": "system", "obj": _node("os", "system")},
        )
    ),
    "skops with a reduce": _skops(
        _node(
            "os",
            "system",
            __loader__="ReduceNode",
            reduce={"args": _node("builtins", "tuple", __loader__="TupleNode", content=[])},
        )
    ),
    "skops with an entry that climbs": _skops(
        _node(
            "numpy", "ndarray", __loader__="NdArrayNode", type="numpy", file="../../../../etc/hosts"
        ),
        **{"../../../../tmp/owned.npy": b"x"},
    ),
    "skops with an array of objects": _skops(
        _node("numpy", "ndarray", __loader__="NdArrayNode", type="numpy", file="1.npy"),
        **{"1.npy": _npy_bytes("/nonexistent/marker")},
    ),
    "skops with a name that clears the terminal": _skops(_node("os\x1b[2J", "sys\rtem")),
    "skops with a loader nobody knows": _skops(_node("os", "system", __loader__="Owned")),
}
SKOPS_BROKEN: dict[str, Writer] = {
    "skops whose schema is no JSON": _zipped({"schema.json": b"{" * 10}, "model.skops"),
    "skops whose schema is nested deep": _zipped(
        {"schema.json": b"[" * 100_000 + b"]" * 100_000}, "model.skops"
    ),
    "skops whose schema is a list": _zipped({"schema.json": b"[1, 2]"}, "model.skops"),
}


def files() -> Iterator[Hostile]:
    """Yield them all."""
    for name, body in COMPRESSED.items():
        yield Hostile(name=name, write=file_of(body), strikes="joblib", culprit="os.system")
    for name, body in UNOPENED.items():
        yield Hostile(name=name, write=file_of(body), culprit="os.system")
    for name, body in INLINE.items():
        yield Hostile(name=name, write=file_of(body), strikes="joblib", culprit="os.system")
    for name, write in {
        "joblib's array of objects": _dumped(_objects),
        "joblib's array of objects in zlib": _dumped(_objects, compress=3),
        "joblib's array of objects in lz4": _dumped(_objects, compress="lz4"),
        "joblib's dict of arrays": _dumped(lambda m: {"a": np.zeros(9), "b": _objects(m)}),
        "joblib's array within an array": _dumped(lambda m: np.array([1, _objects(m)], object)),
        "joblib's pickle of protocol 2": _dumped(lambda m: [np.zeros(3), _strike(m)], protocol=2),
    }.items():
        yield Hostile(name=name, write=write, strikes="joblib", culprit="posix.system")
    for name, write in {
        "npy of objects": _npy,
        "npy of a table with an object": _structured,
        "npz with objects": _npz,
        "npz with objects, deflated": _npz_deflated,
    }.items():
        yield Hostile(name=name, write=write, strikes="numpy")
    yield Hostile(name="npz with a pickle for an array", write=_bare_pickle_in_npz)
    yield Hostile(name="zip of torch's kind", write=_torch_like, verdict="damaged")
    for name, (named, content) in BESIDE.items():
        yield Hostile(
            name=name, write=_beside(named, content), strikes="joblib", culprit="posix.system"
        )
    for name, (named, content) in ELSEWHERE.items():
        yield Hostile(name=name, write=_beside(named, content), strikes="joblib", verdict="damaged")
    for name, named in OUTSIDE.items():
        yield Hostile(name=name, write=_named_only(named), verdict="damaged")
    for name, write in SKOPS.items():
        yield Hostile(name=name, write=write)
    for name, write in SKOPS_BROKEN.items():
        yield Hostile(name=name, write=write, verdict="damaged")
