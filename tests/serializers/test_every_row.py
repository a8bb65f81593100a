"""Every row keeps the contract: it carries a model whole, or says why it cannot."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from savebench.catalogue.rows import Serializer, check_row
from savebench.errors import Unsupported
from savebench.serializers.floors import array_buffers
from tests.serializers.samples import ROWS, available, samples

FLOORS = ("raw-copy", "npz", "safetensors")

UNSUPPORTED = {
    ("onnx", "tfidf"): "splits text by other rules",
    **{(floor, "one-hot"): "holds no array buffers" for floor in FLOORS},
}

# Suites and committed results refer to rows by these names.
NAMES = """
    pickle pickle-p4 pickle-p2 pickle-oob pickle-oob-mmap cloudpickle dill
    joblib joblib-mmap joblib+zlib1 joblib+zlib3 joblib+zlib6 joblib+zlib9 joblib+gzip3
    joblib+bz23 joblib+bz29 joblib+lzma3 joblib+xz1 joblib+xz3 joblib+xz6
    joblib+lz4 joblib+zstd1 joblib+zstd3 joblib+zstd9
    pickle+gzip6 pickle+lz4 pickle+zstd1 pickle+zstd3 pickle+zstd9 pickle+zstd19
    pickle+zstd3-mt pickle+isal1 pickle+blosc2
    skops skops+deflate onnx raw-copy read-file npz safetensors
"""

ONE_FOR_ITS_MODULES = list({row.modules: row for row in available()}.values())
CASES = [(row, name) for row in available() for name in samples()]


def test_the_catalogue_has_exactly_these_rows() -> None:
    """The names are all there, and no other."""
    assert list(ROWS) == NAMES.split()


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_passes_the_check_of_the_public_door(row: Serializer) -> None:
    """Ours are held to what other packages' rows are held to."""
    assert check_row(row, Serializer) is row
    assert row.note


@pytest.mark.parametrize(("row", "name"), CASES, ids=[f"{row.name}-{name}" for row, name in CASES])
def test_a_model_comes_back_whole_or_the_row_says_why_not(
    row: Serializer, name: str, tmp_path: Path
) -> None:
    """Answers agree to the last bit, an export's nearly, a floor's bytes are the arrays' bytes."""
    sample, path = samples()[name], tmp_path / "artifact"
    if (row.name, name) in UNSUPPORTED:
        with pytest.raises(Unsupported, match=re.escape(UNSUPPORTED[row.name, name])):
            row.dump(sample.model, path)
        return

    row.dump(sample.model, path)
    loaded = row.load(path)

    if row.name == "read-file":
        assert loaded == path.read_bytes()
    elif row.kind == "floor":
        parts = loaded.values() if isinstance(loaded, dict) else loaded
        expected = sorted(bytes(buffer.raw()) for buffer in array_buffers(sample.model))
        assert sorted(bytes(memoryview(part)) for part in parts) == expected
    elif row.kind == "inference":
        np.testing.assert_allclose(sample.answer(loaded), sample.answer(), rtol=1e-4, atol=1e-6)
    else:
        answer = sample.answer(loaded)
        assert answer.dtype == sample.answer().dtype
        assert answer.tobytes() == sample.answer().tobytes()


@pytest.mark.parametrize("row", ONE_FOR_ITS_MODULES, ids=lambda row: row.name)
def test_the_first_call_imports_nothing_that_modules_could_have(
    row: Serializer, tmp_path: Path
) -> None:
    """What an application imports when it starts is never timed."""
    script = f"""
import importlib, pathlib, sys
import numpy, sklearn.linear_model
from savebench.serializers import compressed, floors, joblibs, onnx, pickles, skops
modules = (compressed, floors, joblibs, onnx, pickles, skops)
row = next(row for module in modules for row in module.rows() if row.name == {row.name!r})
model = sklearn.linear_model.LinearRegression().fit(numpy.eye(3), numpy.ones(3))
for module in row.modules:
    importlib.import_module(module)
before = set(sys.modules)
path = pathlib.Path({str(tmp_path / "artifact")!r})
row.dump(model, path)
row.load(path)
print(*sorted(set(sys.modules) - before))
"""

    assert _run(script).split() == []


def test_importing_the_rows_imports_nothing_heavy() -> None:
    """A command that only lists the catalogue stays quick."""
    script = """
import sys
from savebench.serializers import compressed, floors, joblibs, onnx, pickles, skops as _
heavy = {"numpy", "scipy", "sklearn", "joblib", "skops", "onnx", "onnxruntime", "lz4", "blosc2"}
print(*(heavy & set(sys.modules)))
"""

    assert _run(script).split() == []


def _run(script: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    ).stdout
