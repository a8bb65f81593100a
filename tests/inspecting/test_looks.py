"""Files that are no models: what they look like, and what to do."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from savebench.errors import DataError
from savebench.inspecting.file import inspect_file


def zipped(*names: str) -> bytes:
    """Return an archive of empty members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return stream.getvalue()


def picture() -> bytes:
    """Return a picture as a camera writes it."""
    stream = io.BytesIO()
    Image.new("RGB", (4, 4)).save(stream, format="JPEG")
    return stream.getvalue()


NAME = "name a pickle, joblib, skops, ONNX, npz, XGBoost or LightGBM file"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n3,4\n", "a table (CSV); if it is the probe, give it as --probe"),
        (b"some words of a readme\n", f"text; {NAME}"),
        (b'{"some": "json"}', f"JSON; {NAME}"),
        (picture(), f"a JPEG picture; {NAME}"),
        (
            b"\x89HDF\r\n\x1a\n" + bytes(100),
            "an HDF5 file, as Keras and PyTables write; load it with keras.models.load_model",
        ),
        (
            zipped("archive/data.pkl", "archive/version"),
            "an archive of PyTorch; load it with torch.load(weights_only=True)",
        ),
        (
            zipped("metadata.json", "config.json", "model.weights.h5"),
            "a model of Keras; load it with keras.models.load_model",
        ),
        (zipped("a.txt"), f"a zip archive of something else; {NAME}"),
        (
            (2).to_bytes(8, "little") + b'{"__metadata__":{}}',
            "a safetensors file; load it with safetensors; it holds arrays only",
        ),
        (b"GGUF\x03\0\0\0", "a GGUF file, a language model; llama.cpp and its kin read it"),
        (b"PAR1\x15\x04", "a Parquet table; if it is the probe, give it as --probe"),
        (
            b"<!doctype html><html>",
            "a web page; download it again; a page that refuses came instead",
        ),
        (bytes(range(256)), f"no format that savebench knows; {NAME}"),
    ],
)
def test_what_is_no_model_is_told_in_a_line(content: bytes, said: str, tmp_path: Path) -> None:
    """What it looks like, and what to do."""
    path = tmp_path / "m.pkl"
    path.write_bytes(content)

    with pytest.raises(DataError) as raised:
        inspect_file(path)

    assert str(raised.value) == f"{path}: is no model: looks like {said}"


def test_what_is_packed_is_told_by_what_is_inside(tmp_path: Path) -> None:
    """A compressed table is a table."""
    path = tmp_path / "m.pkl.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n3,4\n"))

    with pytest.raises(DataError, match="is no model: gzip-compressed, and looks like a table"):
        inspect_file(path)


def test_an_empty_file_and_a_folder_are_told(tmp_path: Path) -> None:
    """Each in a line of its own."""
    empty = tmp_path / "m.pkl"
    empty.touch()

    with pytest.raises(DataError, match="is empty"):
        inspect_file(empty)
    with pytest.raises(DataError, match="is a folder; name the file in it"):
        inspect_file(tmp_path)
