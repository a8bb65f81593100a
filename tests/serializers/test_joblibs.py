"""Which codec joblib really uses, what it maps, and what it stores twice."""

from pathlib import Path

import joblib
import numpy as np
import pytest

from tests.serializers.samples import ROWS

MAGIC = {
    "joblib": b"\x80",  # a pickle's first opcode: nothing wraps it
    "joblib-mmap": b"\x80",
    "joblib+zlib": b"\x78",
    "joblib+gzip": b"\x1f\x8b",
    "joblib+bz2": b"BZh",
    "joblib+lzma": b"\x5d\x00",
    "joblib+xz": b"\xfd7zXZ",
    "joblib+lz4": b"\x04\x22\x4d\x18",
    "joblib+zstd": b"\x28\xb5\x2f\xfd",
}
JOBLIBS = [name for name in ROWS if name.startswith("joblib")]


def magic_of(name: str) -> bytes:
    """Return the first bytes that a row's files must have."""
    return (
        MAGIC.get(name) or MAGIC[name.rstrip("0123456789") if "bz2" not in name else "joblib+bz2"]
    )


@pytest.mark.parametrize("extension", ["", ".gz", ".xz", ".zst"])
@pytest.mark.parametrize("name", JOBLIBS)
def test_the_row_chooses_the_codec_and_not_the_file_name(
    name: str, extension: str, tmp_path: Path
) -> None:
    """Otherwise joblib compresses whatever is called .gz."""
    path = tmp_path / f"artifact{extension}"
    ROWS[name].dump([1.5], path)

    assert path.read_bytes().startswith(magic_of(name))
    assert ROWS[name].load(path) == [1.5]


@pytest.mark.parametrize(("name", "level"), [("joblib+bz23", b"BZh3"), ("joblib+bz29", b"BZh9")])
def test_the_digit_after_bz2_is_the_level(name: str, level: bytes, tmp_path: Path) -> None:
    """A bz2 file says its level in its fourth byte."""
    ROWS[name].dump([1.5], tmp_path / "artifact")

    assert (tmp_path / "artifact").read_bytes().startswith(level)


@pytest.mark.parametrize("codec", ["zlib", "xz", "zstd"])
def test_a_higher_level_makes_a_smaller_file(codec: str, tmp_path: Path) -> None:
    """The level reaches the codec."""
    names = [name for name in JOBLIBS if name.startswith(f"joblib+{codec}")]
    model = " ".join(f"feature_{index % 977}_{index**2 % 1013}" for index in range(20_000))

    for name in names:
        ROWS[name].dump(model, tmp_path / name)

    assert (tmp_path / names[-1]).stat().st_size < (tmp_path / names[0]).stat().st_size


def test_joblib_mmap_maps_and_joblib_does_not(tmp_path: Path) -> None:
    """The two read one and the same file."""
    path = tmp_path / "artifact"
    ROWS["joblib-mmap"].dump({"a": np.arange(1000.0)}, path)

    mapped, copied = ROWS["joblib-mmap"].load(path)["a"], ROWS["joblib"].load(path)["a"]

    assert isinstance(mapped, np.memmap)
    assert not mapped.flags.writeable
    assert not isinstance(copied, np.memmap)
    assert np.array_equal(mapped, copied)


def test_a_compressed_file_is_not_mapped(tmp_path: Path) -> None:
    """The library warns and loads it, so a row may not claim to map one."""
    path = tmp_path / "artifact"
    ROWS["joblib+zlib3"].dump({"a": np.arange(1000.0)}, path)

    with pytest.warns(UserWarning, match="not compatible"):
        loaded = joblib.load(path, mmap_mode="r")["a"]

    assert not isinstance(loaded, np.memmap)
    assert [name for name in JOBLIBS if ROWS[name].maps_file] == ["joblib-mmap"]


def test_joblib_stores_an_array_that_is_referenced_twice_twice(tmp_path: Path) -> None:
    """As the note of every joblib row says; pickle stores it once."""
    array = np.arange(10_000.0)
    for name in ("joblib", "pickle"):
        ROWS[name].dump([array, array], tmp_path / name)

    assert (tmp_path / "joblib").stat().st_size > 2 * array.nbytes
    assert (tmp_path / "pickle").stat().st_size < 1.1 * array.nbytes
    assert "twice" in ROWS["joblib"].note
