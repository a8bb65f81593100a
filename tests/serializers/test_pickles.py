"""Protocols, out-of-band buffers and mapped arrays."""

import gc
import pickle
import pickletools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from savebench.errors import Unsupported
from tests.serializers.samples import ROWS

OUT_OF_BAND = ("pickle-oob", "pickle-oob-mmap")


class TooLongForOldProtocols:
    """Pickles as a byte string of more than 4 GiB would: with an OverflowError."""

    def __reduce__(self) -> Any:
        """Say what the pickle module says."""
        raise OverflowError("serializing a bytes object larger than 4 GiB")


def protocols(path: Path) -> Iterator[Any]:
    """Yield the protocol that each PROTO opcode of a file names."""
    with path.open("rb") as file:
        for opcode, argument, _ in pickletools.genops(file):
            if opcode.name == "PROTO":
                yield argument


@pytest.mark.parametrize(
    ("name", "protocol"),
    [("pickle", 5), ("pickle-p4", 4), ("pickle-p2", 2), ("cloudpickle", 5), ("dill", 5)],
)
def test_the_protocol_is_pinned(name: str, protocol: int, tmp_path: Path) -> None:
    """Python's changing default decides nothing."""
    path = tmp_path / "artifact"
    ROWS[name].dump([1.5], path)

    assert list(protocols(path)) == [protocol]


def test_protocol_2_says_that_it_cannot_hold_what_is_too_long(tmp_path: Path) -> None:
    """The reason names the protocol and what to use instead."""
    with pytest.raises(Unsupported, match=r"protocol 2 cannot hold this model.*use pickle"):
        ROWS["pickle-p2"].dump(TooLongForOldProtocols(), tmp_path / "artifact")


@pytest.mark.parametrize("name", OUT_OF_BAND)
def test_loaded_arrays_can_be_written_and_the_file_does_not_change(
    name: str, tmp_path: Path
) -> None:
    """Mapped memory is private to the process."""
    path = tmp_path / "artifact"
    ROWS[name].dump({"a": np.arange(1000.0)}, path)
    before = path.read_bytes()

    loaded = ROWS[name].load(path)["a"]
    loaded[:] = -1.0

    assert loaded.sum() == -1000
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", OUT_OF_BAND)
def test_a_read_only_array_stays_read_only(name: str, tmp_path: Path) -> None:
    """As a plain pickle keeps it."""
    array = np.arange(10.0)
    array.flags.writeable = False
    ROWS[name].dump(array, tmp_path / "artifact")

    loaded = ROWS[name].load(tmp_path / "artifact")

    assert not loaded.flags.writeable
    assert loaded.tolist() == array.tolist()


@pytest.mark.parametrize("name", OUT_OF_BAND)
def test_one_array_referenced_twice_is_stored_once(name: str, tmp_path: Path) -> None:
    """And is one array again after the load."""
    array = np.arange(10_000.0)
    ROWS[name].dump([array, array], tmp_path / "artifact")

    one, other = ROWS[name].load(tmp_path / "artifact")

    assert one is other
    assert (tmp_path / "artifact").stat().st_size < 1.1 * array.nbytes


@pytest.mark.parametrize("name", OUT_OF_BAND)
def test_layouts_dtypes_and_empty_arrays_survive(name: str, tmp_path: Path) -> None:
    """Fortran order stays, a view with gaps comes back equal, objects travel in the pickle."""
    arrays = [
        np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.arange(20)[::2],
        np.empty((0, 3)),
        np.array(["a", None, 1], dtype=object),
        np.array([(1, 2.5)], dtype=[("x", "i1"), ("y", ">f8")]),
    ]
    ROWS[name].dump(arrays, tmp_path / "artifact")

    loaded = ROWS[name].load(tmp_path / "artifact")

    for before, after in zip(arrays, loaded, strict=True):
        assert (after.dtype, after.shape) == (before.dtype, before.shape)
        assert after.tolist() == before.tolist()
    assert loaded[0].flags.f_contiguous


def test_a_mapping_lives_as_long_as_its_arrays(tmp_path: Path) -> None:
    """Neither the container nor the file needs to be kept."""
    path = tmp_path / "artifact"
    ROWS["pickle-oob-mmap"].dump({"a": np.arange(1000.0)}, path)

    array = ROWS["pickle-oob-mmap"].load(path)["a"]
    gc.collect()
    path.unlink()

    assert array.sum() == 499_500
    assert array.ctypes.data % 64 == 0


def test_a_plain_pickle_of_it_is_no_container(tmp_path: Path) -> None:
    """The wrong loader says so."""
    path = tmp_path / "artifact"
    path.write_bytes(pickle.dumps(np.arange(100)))

    with pytest.raises(ValueError, match="load it with what saved it"):
        ROWS["pickle-oob"].load(path)
