"""The lines that save and load with a row, for a person to copy.

They do what the row does, with the libraries themselves. Rows that have a file layout of
savebench's own, or more to set than two lines hold, are used through the catalogue.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

_LEVELLED = re.compile(r"(?P<base>[a-z]+\+(?:bz2|[a-z]+))(?P<level>\d+)(?P<threads>-mt)?")
_MEGABYTE = "1 << 20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Lines that save ``model`` into `file`, and lines that load it."""

    file: str
    save_imports: tuple[str, ...]
    save: tuple[str, ...]
    """One or two lines."""
    load_imports: tuple[str, ...]
    load: tuple[str, ...]
    """One or two lines."""
    remark: str = ""
    """What is not as it was measured, or must be known."""

    @property
    def save_text(self) -> str:
        """The imports and the lines that save."""
        return "\n".join((*self.save_imports, *self.save))

    @property
    def load_text(self) -> str:
        """The imports and the lines that load."""
        return "\n".join((*self.load_imports, *self.load))


def code_for(name: str) -> Code:
    """Return the lines of a row of the catalogue; any other row's go through the catalogue."""
    if name in _ROWS:
        return _ROWS[name]()
    levelled = _LEVELLED.fullmatch(name)
    if levelled and levelled["base"] in _FAMILIES:
        return _FAMILIES[levelled["base"]](int(levelled["level"]), bool(levelled["threads"]))
    return _through_the_catalogue(name)


def _pickle(protocol: int) -> Code:
    return _file(
        "model.pkl",
        'open("model.pkl", "wb")',
        'open("model.pkl", "rb")',
        dump=f"pickle.dump(model, file, protocol={protocol})",
    )


def _cloudpickle() -> Code:
    return Code(
        file="model.pkl",
        save_imports=("import cloudpickle",),
        save=(
            'with open("model.pkl", "wb") as file:',
            "    cloudpickle.dump(model, file, protocol=5)",
        ),
        load_imports=("import pickle",),
        load=('with open("model.pkl", "rb") as file:', "    model = pickle.load(file)"),
        remark="cloudpickle must be installed where it is loaded, too",
    )


def _dill() -> Code:
    return Code(
        file="model.dill",
        save_imports=("import dill",),
        save=('with open("model.dill", "wb") as file:', "    dill.dump(model, file, protocol=5)"),
        load_imports=("import dill",),
        load=('with open("model.dill", "rb") as file:', "    model = dill.load(file)"),
    )


def _joblib(compress: str = "", load: str = "", remark: str = "") -> Code:
    asked = f", compress={compress}" if compress else ""
    return Code(
        file="model.joblib",
        save_imports=("import joblib",),
        save=(f'joblib.dump(model, "model.joblib"{asked})',),
        load_imports=("import joblib",),
        load=(f'model = joblib.load("model.joblib"{load})',),
        remark=remark,
    )


def _joblib_codec(codec: str) -> Callable[[int, bool], Code]:
    def of(level: int, _threads: bool) -> Code:  # noqa: FBT001 - as the table calls all of them
        return _joblib(compress=f'("{codec}", {level})')

    return of


def _joblib_zstd(level: int, _threads: bool) -> Code:  # noqa: FBT001 - as the table calls all of them
    name = "model.joblib.zst"
    return Code(
        file=name,
        save_imports=("import joblib", "import zstandard as zstd"),
        save=(
            f'with zstd.open("{name}", "wb", {_zstd(level, threads=False)}) as file:',
            "    joblib.dump(model, file)",
        ),
        load_imports=("import io", "import joblib", "import zstandard as zstd"),
        load=(
            'with zstd.open("model.joblib.zst", "rb") as file:',
            "    model = joblib.load(io.BufferedReader(file))",
        ),
    )


def _pickle_zstd(level: int, threads: bool) -> Code:  # noqa: FBT001 - as the table calls all of them
    return Code(
        file="model.pkl.zst",
        save_imports=("import pickle", "import zstandard as zstd"),
        save=(
            f'with zstd.open("model.pkl.zst", "wb", {_zstd(level, threads=threads)}) as file:',
            "    pickle.dump(model, file, protocol=5)",
        ),
        load_imports=("import io", "import pickle", "import zstandard as zstd"),
        load=(
            'with zstd.open("model.pkl.zst", "rb") as file:',
            f"    model = pickle.load(io.BufferedReader(file, {_MEGABYTE}))",
        ),
    )


def _zstd(level: int, *, threads: bool) -> str:
    every_core = ", threads=-1" if threads else ""
    return f"cctx=zstd.ZstdCompressor(level={level}{every_core})"


_WHOLE = (
    "the stream hands out large arrays whole, so loading may peak higher than was measured: "
    "savebench reads it a megabyte at a time"
)


def _pickle_gzip(level: int, _threads: bool) -> Code:  # noqa: FBT001 - as the table calls all of them
    return _file(
        "model.pkl.gz",
        f'gzip.open("model.pkl.gz", "wb", compresslevel={level})',
        'gzip.open("model.pkl.gz", "rb")',
        imports=("import gzip",),
        remark=_WHOLE,
    )


def _pickle_isal(level: int, _threads: bool) -> Code:  # noqa: FBT001 - as the table calls all of them
    return _file(
        "model.pkl.gz",
        f'igzip.open("model.pkl.gz", "wb", compresslevel={level})',
        'igzip.open("model.pkl.gz", "rb")',
        imports=("from isal import igzip",),
        remark=_WHOLE,
    )


def _pickle_lz4() -> Code:
    return _file(
        "model.pkl.lz4",
        'lz4.frame.open("model.pkl.lz4", "wb")',
        'lz4.frame.open("model.pkl.lz4", "rb")',
        imports=("import lz4.frame",),
        remark=_WHOLE,
    )


def _skops(*, deflate: bool) -> Code:
    asked = ", compression=zipfile.ZIP_DEFLATED" if deflate else ""
    return Code(
        file="model.skops",
        save_imports=("import skops.io", *(("import zipfile",) if deflate else ())),
        save=(f'skops.io.dump(model, "model.skops"{asked})',),
        load_imports=(
            "import skops.io",
            "from savebench.serializers.skops import TRUSTED_FUNCTIONS, TRUSTED_TYPES",
        ),
        load=(
            "trusted = [*TRUSTED_TYPES, *TRUSTED_FUNCTIONS]  # a reviewed list",
            'model = skops.io.load("model.skops", trusted=trusted)',
        ),
    )


def _file(  # noqa: PLR0913 - one argument a part of the lines
    name: str,
    to_write: str,
    to_read: str,
    *,
    dump: str = "pickle.dump(model, file, protocol=5)",
    imports: tuple[str, ...] = (),
    remark: str = "",
) -> Code:
    both = tuple(sorted((*imports, "import pickle"), key=lambda line: line.split()[1]))
    return Code(
        file=name,
        save_imports=both,
        save=(f"with {to_write} as file:", f"    {dump}"),
        load_imports=both,
        load=(f"with {to_read} as file:", "    model = pickle.load(file)"),
        remark=remark,
    )


def _through_the_catalogue(name: str) -> Code:
    imports = (
        "from pathlib import Path",
        "from savebench.catalogue.providers import load_catalogue",
    )
    row = f"row = load_catalogue().serializers[{json.dumps(name)}].row"
    return Code(
        file="model.saved",
        save_imports=imports,
        save=(row, 'row.dump(model, Path("model.saved"))'),
        load_imports=imports,
        load=(row, 'model = row.load(Path("model.saved"))'),
        remark="savebench must be installed where it is loaded, too",
    )


_ROWS: dict[str, Callable[[], Code]] = {
    "pickle": lambda: _pickle(5),
    "pickle-p4": lambda: _pickle(4),
    "pickle-p2": lambda: _pickle(2),
    "cloudpickle": _cloudpickle,
    "dill": _dill,
    "joblib": _joblib,
    "joblib-mmap": lambda: _joblib(
        load=', mmap_mode="r"',
        remark="its arrays are read-only, and the file must stay where it is while it is used",
    ),
    "joblib+lz4": lambda: _joblib(compress='("lz4", None)'),
    "pickle+lz4": _pickle_lz4,
    "skops": lambda: _skops(deflate=False),
    "skops+deflate": lambda: _skops(deflate=True),
}
_FAMILIES: dict[str, Callable[[int, bool], Code]] = {
    **{f"joblib+{codec}": _joblib_codec(codec) for codec in ("zlib", "gzip", "bz2", "lzma", "xz")},
    "joblib+zstd": _joblib_zstd,
    "pickle+zstd": _pickle_zstd,
    "pickle+gzip": _pickle_gzip,
    "pickle+isal": _pickle_isal,
}
