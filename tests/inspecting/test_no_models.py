"""Files that are no model, and how the command says so."""

import bz2
import gzip
import json
import lzma
import os
import pickle
import re
import zlib
from pathlib import Path

import lz4.frame
import numpy as np
import pytest
import zstandard
from click.testing import CliRunner

from savebench.cli import main
from savebench.errors import DataError
from savebench.inspecting.file import inspect_file


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty (0 bytes); save the model again"),
        (b"a,b,c\n1,2,3\n4,5,6\n", "looks like a table (CSV)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "looks like a PNG picture"),
        (b"<!DOCTYPE html><html></html>", "looks like a web page"),
        (b'{"model": 1}', "looks like JSON"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a pointer of Git LFS"),
        (b"Dear reader,\nthis is no model.\n", "looks like text"),
        (bytes(range(256)) * 10, "looks like no format that savebench knows"),
        (
            gzip.compress(b"a,b,c\n1,2,3\n4,5,6\n", mtime=0),
            "gzip-compressed, and looks like a table (CSV)",
        ),
    ],
)
def test_what_is_no_model_is_said_to_look_like_what_it_is(
    raw: bytes, words: str, tmp_path: Path
) -> None:
    """One line, that names the file and what to do."""
    path = tmp_path / "model.pkl"
    path.write_bytes(raw)

    with pytest.raises(DataError) as raised:
        inspect_file(path)

    assert words in str(raised.value)
    assert str(raised.value).startswith(f"{path}: is ")


_PACKED = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda raw: lzma.compress(raw, format=lzma.FORMAT_ALONE),
    "zlib": zlib.compress,
    "lz4": lz4.frame.compress,
    "zstd": zstandard.compress,
}


@pytest.mark.parametrize("kept", [30, 300, 4000])
@pytest.mark.parametrize("how", _PACKED)
def test_a_compressed_file_cut_short_is_said_to_break_off(
    how: str, kept: int, tmp_path: Path
) -> None:
    """Even where so little is left that nothing of it unpacks."""
    numbers = np.random.default_rng(1).integers(0, 9, 20_000)
    path = tmp_path / "model.pkl"
    path.write_bytes(_PACKED[how](pickle.dumps(numbers))[:kept])

    found = inspect_file(path)

    assert re.search(r"breaks? off.*; get a whole copy of the file", found.damage)
    assert found.compression == how


def test_a_folder_a_missing_file_and_a_pipe_are_refused(tmp_path: Path) -> None:
    """None of them is waited for, or read."""
    os.mkfifo(tmp_path / "pipe")

    said = []
    for name in (".", "missing.pkl", "pipe"):
        with pytest.raises(DataError) as raised:
            inspect_file(tmp_path / name)
        said.append(str(raised.value).partition(": ")[2])

    assert said == [
        "is a folder; name the file in it that holds the model",
        "there is no such file",
        "is no regular file; copy it to one first",
    ]


def test_the_command_prints_one_object_for_scripts(tmp_path: Path) -> None:
    """Its keys are fixed; trusted or not, it ends with 0."""
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps({"a": [1, 2, os.system]}))

    result = CliRunner().invoke(main, ["inspect", str(path), "--json"])

    found = json.loads(result.stdout)
    assert (result.exit_code, found["container"], found["trusted"]) == (0, "pickle", False)
    assert found["globals"][0]["name"] == "posix.system"
    wanted = {"compression", "protocol", "file_bytes", "uncompressed_bytes", "written_by"}
    assert wanted | {"classes", "arrays", "largest"} <= set(found)


def test_the_command_prints_what_could_be_read_of_a_damaged_file_and_ends_with_2(
    tmp_path: Path,
) -> None:
    """One line on stderr says what, where and what to do."""
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps({"a": list(range(1000))})[:500])

    result = CliRunner().invoke(main, ["inspect", str(path), "--json"])

    expected = f"savebench: {path}: breaks off after 500 bytes; get a whole copy of the file\n"
    assert (2, expected) == (result.exit_code, result.stderr)
    assert json.loads(result.stdout)["container"] == "pickle"


def test_a_trusted_word_loads_the_file_in_a_child_and_looks_at_the_object(tmp_path: Path) -> None:
    """What the model prints while it is loaded does not spoil the answer."""
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps({"a": list(range(1000)), "b": _Prints()}))

    result = CliRunner().invoke(main, ["inspect", str(path), "--json", "--trust"])

    notes = json.loads(result.stdout)["notes"]
    assert "loaded in a child: bytes in the tree are those in memory" in notes


class _Prints:
    """Prints while it is loaded."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("loading",)
