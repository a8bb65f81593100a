"""Paths that are no file to read, and files that are no model or broken off."""

import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy as np

from tests.inspecting.hostile.kinds import Body, Hostile, damaged, refused
from tests.inspecting.hostile.opcodes import glob, many, system, text, whole

MODEL: dict[str, Any] = {"coef": [0.5] * 20, "name": "x" * 50}


def _fifo(folder: Path, _: str) -> Path:
    os.mkfifo(folder / "model.pkl")
    return folder / "model.pkl"


def _ring(folder: Path, _: str) -> Path:
    (folder / "model.pkl").symlink_to("other.pkl")
    (folder / "other.pkl").symlink_to("model.pkl")
    return folder / "model.pkl"


def _dangling(folder: Path, _: str) -> Path:
    (folder / "model.pkl").symlink_to("nothing.pkl")
    return folder / "model.pkl"


def _link_to_hostile(folder: Path, marker: str) -> Path:
    (folder / "true.pkl").write_bytes(whole(system(marker)))
    (folder / "model.pkl").symlink_to("true.pkl")
    return folder / "model.pkl"


def _sparse(folder: Path, _: str) -> Path:
    with (folder / "model.pkl").open("wb") as stream:
        stream.write(b"\x80\x04\x8e" + (2**30).to_bytes(8, "little"))
        stream.truncate(2**30 + 20)
    return folder / "model.pkl"


def _truncated_joblib(folder: Path, _: str) -> Path:
    joblib.dump([np.zeros(1000), np.ones(1000)], folder / "model.joblib")
    whole_file = (folder / "model.joblib").read_bytes()
    (folder / "model.joblib").write_bytes(whole_file[: len(whole_file) // 2])
    return folder / "model.joblib"


def _truncated_gzip(folder: Path, _: str) -> Path:
    joblib.dump(MODEL, folder / "model.joblib.gz", compress=("gzip", 3))
    whole_file = (folder / "model.joblib.gz").read_bytes()
    (folder / "model.joblib.gz").write_bytes(whole_file[: len(whole_file) // 2])
    return folder / "model.joblib.gz"


PLACES: dict[str, Callable[[Path, str], Path]] = {
    "a pipe": _fifo,
    "links in a ring": _ring,
    "a link to nothing": _dangling,
    "a folder": lambda folder, _: folder,
    "nothing": lambda folder, _: folder / "nothing.pkl",
    "a device without an end": lambda _, __: Path("/dev/zero"),
    "a device without a byte": lambda _, __: Path("/dev/null"),
    "a device of the terminal": lambda _, __: Path("/dev/tty"),
    "a file of the kernel": lambda _, __: Path("/proc/self/mem"),
    "a file with holes for a gigabyte": _sparse,
    "a name of control characters": lambda folder, _: folder / "\x1b[2Jmodel\r\n.pkl",
    "joblib broken off": _truncated_joblib,
    "joblib in gzip broken off": _truncated_gzip,
}

BROKEN: dict[str, Body] = {
    "NEXT_BUFFER with none beside it": lambda _: b"\x80\x05\x97\x98.",
    "an empty file": lambda _: b"",
    "one byte": lambda _: b"\x80",
    "a table as text": lambda _: b"area,price\n2600,550000\n3000,565000\n",
    "a script": lambda _: b"import os\nos.system('true')\n",
    "a page": lambda _: b"<!DOCTYPE html><html><body>404 Not Found</body></html>\n",
    "a pointer of Git LFS": lambda _: (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
    ),
    "zeros": lambda _: bytes(4096),
    "noise": lambda _: bytes(range(128, 256)) * 32,
    "pickle broken off": lambda _: pickle.dumps(MODEL)[:-30],
    "pickle without STOP": lambda _: pickle.dumps(MODEL, protocol=2)[:-1],
    "protocol 200": lambda _: b"\x80\xc8N.",
    "STOP on an empty stack": lambda _: b"\x80\x04.",
    "APPEND to nothing": lambda _: whole(b"Na"),
    "a memo slot nobody filled": lambda _: whole(b"h\x07"),
    "SETITEMS of three": lambda _: whole(b"}(NNNu"),
    "POP_MARK without a mark": lambda _: whole(b"N1"),
    "a text that is no UTF-8": lambda _: b"\x80\x04\x8c\x02\xff\xfe.",
    "a number that is none": lambda _: b"Iseven\n.",
    "a number with a NUL": lambda _: b"I1\x002\n.",
    "a float that is none": lambda _: b"Fabc\n.",
    "a string without quotes": lambda _: b"Sabc\n.",
    "a string with half an escape": lambda _: b"S'\\x'\n.",
    "gzip's head alone": lambda _: b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "zstd's head alone": lambda _: b"\x28\xb5\x2f\xfd",
    "xz's head alone": lambda _: b"\xfd7zXZ\x00",
    "lz4's head alone": lambda _: b"\x04\x22\x4d\x18",
    "zip's head alone": lambda _: b"PK\x03\x04",
    "ZF's head alone": lambda _: b"ZF0x10",
    "ZF without a number": lambda _: b"ZFzzzz                 x",
    "npy's head alone": lambda _: b"\x93NUMPY",
}

SENSELESS: dict[str, Body] = {
    "REDUCE of a number": lambda _: whole(b"K\x01" + many() + b"R"),
    "BUILD of a string": lambda _: whole(text("a") + text("b") + b"b"),
    "a call with no arguments at all": lambda _: whole(glob("sklearn.svm", "SVC") + b"NR"),
}
"""No loader would come to their end; a reader does."""


def files() -> Iterator[Hostile]:
    """Yield them all."""
    yield Hostile(name="a link to a hostile file", write=_link_to_hostile, culprit="os.system")
    for name, write in PLACES.items():
        yield Hostile(name=name, write=write, verdict="damaged")
    yield from damaged(BROKEN)
    yield from refused(SENSELESS, strikes="none")
