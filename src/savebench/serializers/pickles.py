"""The pickle module and its kin, one file and no compression."""

import pickle
from functools import partial
from pathlib import Path
from typing import Any

from savebench.catalogue.rows import Serializer
from savebench.errors import Unsupported
from savebench.serializers import _buffers


def rows() -> tuple[Serializer, ...]:
    """Return the uncompressed pickles."""
    return (
        Serializer(
            name="pickle",
            dump=partial(_dump, protocol=5),
            load=_load,
            note="protocol 5, whatever Python's default is; the baseline",
        ),
        Serializer(
            name="pickle-p4",
            dump=partial(_dump, protocol=4),
            load=_load,
            note="protocol 4: copies each array once more than 5 does",
        ),
        Serializer(
            name="pickle-p2",
            dump=partial(_dump, protocol=2),
            load=_load,
            modules=("encodings.latin_1",),
            note="protocol 2: array bytes travel as text, two bytes for one above 127",
        ),
        Serializer(
            name="pickle-oob",
            dump=_dump_out_of_band,
            load=_load_out_of_band,
            modules=("numpy",),
            note="protocol 5, arrays beside the pickle in savebench's own file layout",
        ),
        Serializer(
            name="pickle-oob-mmap",
            dump=_dump_out_of_band,
            load=_load_mapped,
            modules=("numpy",),
            maps_file=True,
            note="pickle-oob's file, mapped copy-on-write: writes never reach the file",
        ),
        Serializer(
            name="cloudpickle",
            dump=_dump_cloudpickle,
            load=_load,
            modules=("cloudpickle",),
            requires=("cloudpickle",),
            note="protocol 5; also carries lambdas and classes of __main__",
        ),
        Serializer(
            name="dill",
            dump=_dump_dill,
            load=_load_dill,
            modules=("dill",),
            requires=("dill",),
            note="protocol 5; carries more of a session; a pickler in pure Python",
        ),
    )


def _dump(model: Any, path: Path, *, protocol: int) -> None:
    with path.open("wb") as file:
        try:
            pickle.dump(model, file, protocol=protocol)
        except OverflowError as error:
            raise Unsupported(
                f"pickle protocol {protocol} cannot hold this model ({error}); use pickle"
            ) from error


def _load(path: Path) -> Any:
    with path.open("rb") as file:
        return pickle.load(file)


def _dump_out_of_band(model: Any, path: Path) -> None:
    buffers: list[pickle.PickleBuffer] = []
    with path.open("wb") as file:
        _buffers.begin(file)
        pickle.dump(model, file, protocol=5, buffer_callback=buffers.append)
        _buffers.finish(file, buffers)


def _load_out_of_band(path: Path) -> Any:
    stream, buffers = _buffers.read(path)
    return pickle.loads(stream, buffers=buffers)


def _load_mapped(path: Path) -> Any:
    stream, buffers = _buffers.map_privately(path)
    return pickle.loads(stream, buffers=buffers)


def _dump_cloudpickle(model: Any, path: Path) -> None:
    import cloudpickle

    with path.open("wb") as file:
        cloudpickle.dump(model, file, protocol=5)


def _dump_dill(model: Any, path: Path) -> None:
    import dill

    with path.open("wb") as file:
        dill.dump(model, file, protocol=5)


def _load_dill(path: Path) -> Any:
    import dill

    with path.open("rb") as file:
        return dill.load(file)
