"""joblib: plain, memory-mapped, and with each codec it has or can be taught."""

from functools import partial
from pathlib import Path
from typing import Any

from savebench.catalogue.rows import Serializer

_CODECS: dict[str, tuple[int, ...]] = {
    "zlib": (1, 3, 6, 9),
    "gzip": (3,),
    "bz2": (3, 9),
    "lzma": (3,),
    "xz": (1, 3, 6),
}
_ZSTD_LEVELS = (1, 3, 9)
_TWICE = "stores shared arrays twice"
"""An array that the model refers to from two places is written at both."""

Compression = tuple[str, int | None]
# A tuple, because for anything else joblib lets the file's extension choose the codec.
_NONE: Compression = ("zlib", 0)


def rows() -> tuple[Serializer, ...]:
    """Return joblib plain, mapped and compressed; a name ends in codec and level."""
    return (
        Serializer(
            name="joblib",
            dump=partial(_dump, compress=_NONE),
            load=_load,
            modules=("joblib",),
            requires=("joblib",),
            note=f"uncompressed; {_TWICE}",
        ),
        Serializer(
            name="joblib-mmap",
            dump=partial(_dump, compress=_NONE),
            load=partial(_load, mmap_mode="r"),
            modules=("joblib",),
            requires=("joblib",),
            maps_file=True,
            note=f"joblib's file, its arrays mapped read-only; {_TWICE}",
        ),
        *(_compressed(codec, level) for codec, levels in _CODECS.items() for level in levels),
        Serializer(
            name="joblib+lz4",
            dump=partial(_dump, compress=("lz4", None)),
            load=_load,
            modules=("joblib", "lz4.frame"),
            requires=("joblib", "lz4"),
            note=f"lz4 at its default level; {_TWICE}",
        ),
        *(_zstd(level) for level in _ZSTD_LEVELS),
    )


def _compressed(codec: str, level: int) -> Serializer:
    return Serializer(
        name=f"joblib+{codec}{level}",
        dump=partial(_dump, compress=(codec, level)),
        load=_load,
        modules=("joblib",),
        requires=("joblib",),
        note=f"{codec} at level {level}; {_TWICE}",
    )


def _zstd(level: int) -> Serializer:
    return Serializer(
        name=f"joblib+zstd{level}",
        dump=partial(_dump_zstd, compress=("zstd", level)),
        load=_load_zstd,
        modules=("joblib", "savebench.serializers._joblib_zstd"),
        requires=("joblib", "zstandard"),
        note=f"zstd at level {level}, registered with joblib; {_TWICE}",
    )


def _dump(model: Any, path: Path, *, compress: Compression) -> None:
    import joblib

    joblib.dump(model, str(path), compress=compress)


def _load(path: Path, *, mmap_mode: str | None = None) -> Any:
    import joblib

    return joblib.load(str(path), mmap_mode=mmap_mode)


def _dump_zstd(model: Any, path: Path, *, compress: Compression) -> None:
    import savebench.serializers._joblib_zstd  # noqa: F401 - importing registers the codec

    _dump(model, path, compress=compress)


def _load_zstd(path: Path) -> Any:
    import savebench.serializers._joblib_zstd  # noqa: F401 - importing registers the codec

    return _load(path)
