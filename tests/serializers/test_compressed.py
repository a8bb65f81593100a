"""The compressed pickles: their formats, their streams, and pickles of several chunks."""

import gzip
import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.serializers import _blosc2_stream, compressed
from tests.serializers.samples import ROWS

NAMES = [row.name for row in compressed.rows()]
QUICK_NAMES = [name for name in NAMES if name != "pickle+zstd19"]


def several_chunks() -> Any:
    """Return a model of 11 MB, more than two Blosc2 chunks and an odd rest."""
    rng = np.random.default_rng(0)
    return {"large": rng.integers(0, 9, 1_300_000), "odd": rng.bytes(500_003), "name": "model"}


@pytest.mark.parametrize("name", QUICK_NAMES)
def test_a_pickle_of_several_chunks_comes_back(name: str, tmp_path: Path) -> None:
    """Every byte, and in a file smaller than the arrays."""
    model = several_chunks()
    ROWS[name].dump(model, tmp_path / "artifact")

    loaded = ROWS[name].load(tmp_path / "artifact")

    assert np.array_equal(loaded["large"], model["large"])
    assert loaded["odd"] == model["odd"]
    assert (tmp_path / "artifact").stat().st_size < model["large"].nbytes


@pytest.mark.parametrize("name", NAMES)
def test_loaded_arrays_can_be_written(name: str, tmp_path: Path) -> None:
    """As after a plain load."""
    ROWS[name].dump(np.arange(10.0), tmp_path / "artifact")

    assert ROWS[name].load(tmp_path / "artifact").flags.writeable


@pytest.mark.parametrize("name", ["pickle+gzip6", "pickle+isal1"])
def test_any_gzip_reads_the_file(name: str, tmp_path: Path) -> None:
    """ISA-L writes gzip's own format."""
    ROWS[name].dump([1.5], tmp_path / "artifact")

    with gzip.open(tmp_path / "artifact") as file:
        assert pickle.load(file) == [1.5]


@pytest.mark.parametrize("name", ["pickle+zstd3", "pickle+zstd3-mt"])
def test_zstd_files_carry_the_magic_number(name: str, tmp_path: Path) -> None:
    """So that other tools read them."""
    ROWS[name].dump([1.5], tmp_path / "artifact")

    assert (tmp_path / "artifact").read_bytes().startswith(b"\x28\xb5\x2f\xfd")


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_file_is_an_error(name: str, tmp_path: Path) -> None:
    """It never loads as half a model."""
    path = tmp_path / "artifact"
    ROWS[name].dump(np.random.default_rng(0).bytes(100_000), path)
    path.write_bytes(path.read_bytes()[:50_000])

    with pytest.raises((EOFError, OSError, RuntimeError, ValueError, pickle.UnpicklingError)):
        ROWS[name].load(path)


@given(sizes=st.lists(st.integers(0, 700), max_size=12), reads=st.integers(1, 900))
def test_blosc2_streams_join_writes_and_split_reads_of_any_size(
    sizes: list[int], reads: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What is read is what was written, and at most seven zeros."""
    path = tmp_path_factory.mktemp("blosc2") / "artifact"
    pieces = [bytes([index]) * size for index, size in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_blosc2_stream, "CHUNK_BYTES", 256)
        with _blosc2_stream.Writer(path) as writer:
            for piece in pieces:
                writer.write(piece)
        with _blosc2_stream.Reader(path) as raw, io.BufferedReader(raw, reads) as reader:
            read = b"".join(iter(lambda: reader.read(reads), b""))

    written = b"".join(pieces)
    assert read[: len(written)] == written
    assert read[len(written) :] == bytes(-len(written) % 8)
