"""Every estimator of scikit-learn, however it was saved, is read whole and trusted."""

import bz2
import gzip
import io
import lzma
import pickle
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import lz4.frame
import pytest
import zstandard

from savebench.inspecting.file import inspect_file
from tests.inspecting.files import inspected
from tests.inspecting.fitted import every_fitted


@pytest.fixture(scope="module")
def fitted() -> dict[str, Any]:
    """Return them fitted: seconds, which a worker that runs none of these tests is spared."""
    return every_fitted()


def _joblib(model: Any, **asked: Any) -> bytes:
    """Return what joblib writes."""
    file = io.BytesIO()
    joblib.dump(model, file, **asked)
    return file.getvalue()


_WAYS: dict[str, tuple[Callable[[Any], bytes], str, str]] = {
    "pickle 0": (lambda model: pickle.dumps(model, 0), "pickle", "none"),
    "pickle 1": (lambda model: pickle.dumps(model, 1), "pickle", "none"),
    "pickle 2": (lambda model: pickle.dumps(model, 2), "pickle", "none"),
    "pickle 3": (lambda model: pickle.dumps(model, 3), "pickle", "none"),
    "pickle 4": (lambda model: pickle.dumps(model, 4), "pickle", "none"),
    "pickle 5": (lambda model: pickle.dumps(model, 5), "pickle", "none"),
    "pickle in gzip": (lambda model: gzip.compress(pickle.dumps(model)), "pickle", "gzip"),
    "pickle in bz2": (lambda model: bz2.compress(pickle.dumps(model)), "pickle", "bz2"),
    "pickle in zstd": (lambda model: zstandard.compress(pickle.dumps(model)), "pickle", "zstd"),
    "pickle in lz4": (lambda model: lz4.frame.compress(pickle.dumps(model)), "pickle", "lz4"),
    "pickle in zlib": (lambda model: zlib.compress(pickle.dumps(model)), "pickle", "zlib"),
    "pickle in lzma": (
        lambda model: lzma.compress(pickle.dumps(model), format=lzma.FORMAT_ALONE),
        "pickle",
        "lzma",
    ),
    "joblib": (_joblib, "joblib", "none"),
    "joblib, protocol 2": (lambda model: _joblib(model, protocol=2), "joblib", "none"),
    "joblib, protocol 5": (lambda model: _joblib(model, protocol=5), "joblib", "none"),
    "joblib zlib": (lambda model: _joblib(model, compress=("zlib", 3)), "joblib", "zlib"),
    "joblib gzip": (lambda model: _joblib(model, compress=("gzip", 3)), "joblib", "gzip"),
    "joblib bz2": (lambda model: _joblib(model, compress=("bz2", 3)), "joblib", "bz2"),
    "joblib lzma": (lambda model: _joblib(model, compress=("lzma", 1)), "joblib", "lzma"),
    "joblib xz": (lambda model: _joblib(model, compress=("xz", 1)), "joblib", "xz"),
}


def test_nearly_every_estimator_is_fitted_so_that_the_rest_of_this_file_means_something(
    fitted: dict[str, Any],
) -> None:
    """A new version may bring some that small data cannot fit, not many."""
    from sklearn.utils import all_estimators

    assert len(fitted) >= len(all_estimators()) - 8


@pytest.mark.parametrize("way", _WAYS)
def test_every_estimator_is_read_whole_and_trusted(
    way: str, fitted: dict[str, Any], tmp_path: Path
) -> None:
    """The bytes of its parts are those of the file, and its class is among the classes."""
    save, container, compression = _WAYS[way]
    faults: list[tuple[Any, ...]] = []
    for name, model in fitted.items():
        raw = save(model)
        found = inspected(tmp_path, raw)
        kind = f"{type(model).__module__}.{type(model).__name__}"
        if not found.trusted:
            faults.append((name, found.damage, found.distrust, found.globals[:2]))
        elif found.classes.count(kind) != 1 or found.root is None or found.root.type != kind:
            faults.append((name, found.classes))
        elif found.root.bytes != found.uncompressed_bytes:
            faults.append((name, found.root.bytes, found.uncompressed_bytes))
        elif (found.compression, found.missing) != (compression, {}):
            faults.append((name, found.compression, found.missing))
        elif found.container not in {container, "pickle"}:  # without arrays, joblib writes a pickle
            faults.append((name, found.container))
    assert faults == []


def test_what_wrote_a_model_is_told(fitted: dict[str, Any], tmp_path: Path) -> None:
    """scikit-learn's version stands in its states, the others' eras show in names."""
    import sklearn

    path = tmp_path / "model.joblib"
    joblib.dump(fitted["KNeighborsClassifier"], path)

    found = inspect_file(path)

    expected = {"scikit-learn": sklearn.__version__, "joblib": ">=1.2", "python": ">=3.4"}
    assert expected == dict(found.written_by)
