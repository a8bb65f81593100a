"""Floors carry the array bytes and nothing else."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from savebench.errors import Unsupported
from tests.serializers.samples import ROWS

FLOORS = ("raw-copy", "npz", "safetensors")


def parts_of(loaded: Any) -> list[Any]:
    """Return the arrays that a floor gave back."""
    return list(loaded.values()) if isinstance(loaded, dict) else loaded


@pytest.mark.parametrize("name", FLOORS)
def test_a_floor_writes_little_more_than_the_arrays(name: str, tmp_path: Path) -> None:
    """The rest of the model is left out, however large."""
    model = {"array": np.arange(10_000.0), "words": [str(number) for number in range(10_000)]}
    ROWS[name].dump(model, tmp_path / "artifact")

    assert 80_000 <= (tmp_path / "artifact").stat().st_size < 81_000


@pytest.mark.parametrize("name", FLOORS)
def test_a_floor_loads_into_fresh_memory(name: str, tmp_path: Path) -> None:
    """The bytes are in memory of the process, as a model's would have to be."""
    ROWS[name].dump([np.arange(1000.0), np.empty(0)], tmp_path / "artifact")

    parts = parts_of(ROWS[name].load(tmp_path / "artifact"))

    assert sorted(part.nbytes for part in parts) == [0, 8000]
    assert not any(isinstance(part, np.memmap) for part in parts)
    for part in parts:
        part[:] = 0


@pytest.mark.parametrize("name", FLOORS)
def test_a_model_without_arrays_has_no_floor(name: str, tmp_path: Path) -> None:
    """A copy of nothing would be a floor for nothing."""
    with pytest.raises(Unsupported, match="this dict holds no array buffers"):
        ROWS[name].dump({"words": ["a"]}, tmp_path / "artifact")


@pytest.mark.parametrize("name", FLOORS)
def test_a_floor_is_marked_as_one(name: str) -> None:
    """It is never ranked against what gives a model back, and runs no code."""
    row = ROWS[name]

    assert (row.kind, row.runs_code, row.maps_file) == ("floor", False, False)


def test_read_file_reads_the_file_that_pickle_writes(tmp_path: Path) -> None:
    """It is a floor for models without arrays, too."""
    model = {"words": ["a"], "array": np.arange(1000.0)}
    ROWS["read-file"].dump(model, tmp_path / "read")
    ROWS["pickle"].dump(model, tmp_path / "pickled")

    loaded = ROWS["read-file"].load(tmp_path / "read")

    assert loaded == (tmp_path / "pickled").read_bytes()
    assert (ROWS["read-file"].kind, ROWS["read-file"].runs_code) == ("floor", False)
