"""Files of joblib before 0.10, whose arrays lie beside them, or are said to."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.inspecting.hostile.arrays import NDARRAY, npy_of_objects
from tests.inspecting.hostile.kinds import Hostile, Writer
from tests.inspecting.hostile.opcodes import (
    BUILD,
    NEWOBJ,
    TRUE,
    call,
    glob,
    many,
    shell,
    table,
    text,
    whole,
)

OLD_WRAPPER = glob("joblib.numpy_pickle_compat", "NDArrayWrapper")


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
    "array beside it holds objects": (lambda _: "model.pkl_01.npy", npy_of_objects),
    "array beside it is a pickle": (lambda _: "model.pkl_01.npy", lambda m: whole(_posix(m))),
}
ELSEWHERE: dict[str, tuple[Callable[[Path], str], Callable[[str], bytes]]] = {
    "array one folder up": (lambda _: "../model.pkl_01.npy", npy_of_objects),
    "array named by its whole path": (lambda f: str(f / "elsewhere.npy"), npy_of_objects),
    "array in a folder below": (lambda _: "./../inner/model.pkl_01.npy", npy_of_objects),
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


def files() -> Iterator[Hostile]:
    """Yield them all."""
    for name, (named, content) in BESIDE.items():
        yield Hostile(
            name=name, write=_beside(named, content), strikes="joblib", culprit="posix.system"
        )
    for name, (named, content) in ELSEWHERE.items():
        yield Hostile(name=name, write=_beside(named, content), strikes="joblib", verdict="damaged")
    for name, named in OUTSIDE.items():
        yield Hostile(name=name, write=_named_only(named), verdict="damaged")
