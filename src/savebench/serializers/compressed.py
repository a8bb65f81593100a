"""Pickle protocol 5 streamed through a codec, into one file."""

import pickle
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from savebench.catalogue.rows import Serializer
from savebench.serializers import _streams

_ZSTD_LEVELS = (1, 3, 9, 19)
_EVERY_CORE = -1

Opener = Callable[[Path], Any]


def rows() -> tuple[Serializer, ...]:
    """Return the compressed pickles; a name ends in codec and level."""
    return (
        Serializer(
            name="pickle+gzip6",
            dump=partial(_dump, opener=partial(_streams.write_gzip, level=6)),
            load=partial(_load, opener=_streams.read_gzip),
            modules=("gzip",),
            note="protocol 5 through gzip at level 6",
        ),
        Serializer(
            name="pickle+lz4",
            dump=partial(_dump, opener=_streams.write_lz4),
            load=partial(_load, opener=_streams.read_lz4),
            modules=("lz4.frame",),
            requires=("lz4",),
            note="protocol 5 through lz4 at its default level",
        ),
        *(_zstd(f"zstd{level}", f"zstd at level {level}", level) for level in _ZSTD_LEVELS),
        _zstd("zstd3-mt", "zstd at level 3, compressing on every core", 3, _EVERY_CORE),
        Serializer(
            name="pickle+isal1",
            dump=partial(_dump, opener=partial(_streams.write_isal, level=1)),
            load=partial(_load, opener=_streams.read_isal),
            modules=("isal.igzip",),
            requires=("isal",),
            note="protocol 5 through Intel ISA-L at level 1; any gzip reads the file",
        ),
        Serializer(
            name="pickle+blosc2",
            dump=partial(_dump, opener=_streams.write_blosc2),
            load=partial(_load, opener=_streams.read_blosc2),
            modules=("blosc2", "savebench.serializers._blosc2_stream"),
            requires=("blosc2",),
            note="protocol 5 through Blosc2's defaults: 8-byte shuffle, zstd, every core",
        ),
    )


def _zstd(suffix: str, codec: str, level: int, threads: int = 0) -> Serializer:
    return Serializer(
        name=f"pickle+{suffix}",
        dump=partial(_dump, opener=partial(_streams.write_zstd, level=level, threads=threads)),
        load=partial(_load, opener=_streams.read_zstd),
        modules=("zstandard",),
        requires=("zstandard",),
        note=f"protocol 5 through {codec}",
    )


def _dump(model: Any, path: Path, *, opener: Opener) -> None:
    with opener(path) as file:
        pickle.dump(model, file, protocol=5)


def _load(path: Path, *, opener: Opener) -> Any:
    with opener(path) as file:
        return pickle.load(file)
