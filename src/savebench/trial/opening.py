"""Load a person's own model: from a file, by what the file is, or from an attribute of a module.

This runs what the file says. Only a trial's process does it, and only after the file's names were
held against the reviewed list, or the person said that they trust it.
"""

import importlib
import io
import pickle
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Serializer
from savebench.inspecting.attributes import fetch
from savebench.launch.messages import Source

_PYTHON_2_TEXT = "latin1"
"""What a Python 3 reads text as that a Python 2 has pickled; NumPy's arrays need it."""


def open_model(source: Source) -> Any:
    """Return the model that a source names.

    Raises
    ------
    Exception
        Whatever its loader raises.
    """
    return LOADERS[source.loader](source)


def _pickle(source: Source) -> Any:
    with _opened(source) as stream:
        try:
            return pickle.load(stream)
        except UnicodeDecodeError:
            stream.seek(0)
            return pickle.load(stream, encoding=_PYTHON_2_TEXT)


def _joblib(source: Source) -> Any:
    import joblib

    if source.compression == "zstd":
        importlib.import_module("savebench.serializers._joblib_zstd")  # registers the codec
    return joblib.load(source.where)


def _skops(source: Source) -> Any:
    row = load_row("savebench.serializers.skops:rows", "skops", Serializer)
    if source.trust:
        from skops.io import get_untrusted_types

        from savebench.serializers.skops import trusting

        row = trusting(row, tuple(get_untrusted_types(file=source.where)))
    return row.load(Path(source.where))


def _own_container(source: Source) -> Any:
    row = load_row("savebench.serializers.pickles:rows", "pickle-oob", Serializer)
    return row.load(Path(source.where))


def _numpy(source: Source) -> Any:
    import numpy as np

    found = np.load(source.where, allow_pickle=source.trust)
    return dict(found) if hasattr(found, "files") else found


def _xgboost(source: Source) -> Any:
    return importlib.import_module("xgboost").Booster(model_file=source.where)


def _lightgbm(source: Source) -> Any:
    return importlib.import_module("lightgbm").Booster(model_file=source.where)


def _attribute(source: Source) -> Any:
    return fetch(source.where)


LOADERS: Mapping[str, Callable[[Source], Any]] = {
    "pickle": _pickle,
    "joblib": _joblib,
    "skops": _skops,
    "savebench-oob": _own_container,
    "npz": _numpy,
    "npy": _numpy,
    "xgboost": _xgboost,
    "lightgbm": _lightgbm,
    "attribute": _attribute,
}
"""By what an inspection calls the file's container; and the one way that is no file."""


def _opened(source: Source) -> IO[bytes]:
    return _STREAMS[source.compression](Path(source.where))


def _zlib(path: Path) -> IO[bytes]:
    return io.BytesIO(zlib.decompress(path.read_bytes()))


def _zstd(path: Path) -> IO[bytes]:
    data = importlib.import_module("zstandard").ZstdDecompressor().stream_reader(path.open("rb"))
    return io.BytesIO(data.read())


def _through(module: str) -> Callable[[Path], IO[bytes]]:
    """Return what opens a file by a codec's own ``open``."""

    def opened(path: Path) -> IO[bytes]:
        stream: IO[bytes] = importlib.import_module(module).open(path)
        return stream

    return opened


_STREAMS: Mapping[str, Callable[[Path], IO[bytes]]] = {
    "none": lambda path: path.open("rb"),
    "gzip": _through("gzip"),
    "bz2": _through("bz2"),
    "xz": _through("lzma"),
    "lzma": _through("lzma"),
    "zlib": _zlib,
    "lz4": _through("lz4.frame"),
    "zstd": _zstd,
}
