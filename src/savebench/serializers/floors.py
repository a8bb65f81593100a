"""Floors: bytes and nothing else, which is what disk and memory allow.

No floor restores a model. All but one are given the model's array buffers, which pickle protocol 5
would pass out of band; finding them is part of the dump, as it would be for any serializer.
`read-file` reads pickle's own file: a floor of loads for models without arrays, too.
"""

import io
import pickle
from pathlib import Path
from typing import Any

from savebench.catalogue.rows import Serializer
from savebench.errors import Unsupported
from savebench.serializers import _buffers


def rows() -> tuple[Serializer, ...]:
    """Return the floors."""
    return (
        Serializer(
            name="raw-copy",
            dump=_dump_raw,
            load=_load_raw,
            modules=("numpy",),
            kind="floor",
            runs_code=False,
            note="the arrays' bytes back to back, read into fresh memory",
        ),
        Serializer(
            name="read-file",
            dump=_dump_pickle,
            load=_read_whole,
            kind="floor",
            runs_code=False,
            note="pickle's file, read whole into fresh memory and not looked at",
        ),
        Serializer(
            name="npz",
            dump=_dump_npz,
            load=_load_npz,
            # zipfile decodes member names as cp437, which is imported at the first one.
            modules=("numpy", "encodings.cp437"),
            requires=("numpy",),
            kind="floor",
            runs_code=False,
            note="numpy.savez of the arrays' bytes, with zip's checksums",
        ),
        Serializer(
            name="safetensors",
            dump=_dump_safetensors,
            load=_load_safetensors,
            modules=("safetensors.numpy",),
            requires=("safetensors",),
            kind="floor",
            runs_code=False,
            note="safetensors of the arrays' bytes",
        ),
    )


class _Nowhere(io.RawIOBase):
    """Takes the pickle stream and keeps none of it."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        return memoryview(data).nbytes


def array_buffers(model: Any) -> list[pickle.PickleBuffer]:
    """Return the buffers of the model's arrays, uncopied.

    Raises
    ------
    Unsupported
        When it has none.
    """
    buffers: list[pickle.PickleBuffer] = []
    pickle.Pickler(_Nowhere(), protocol=5, buffer_callback=buffers.append).dump(model)
    if not buffers:
        raise Unsupported(
            f"this {type(model).__name__} holds no array buffers, so there is no floor to measure"
        )
    return buffers


def _dump_raw(model: Any, path: Path) -> None:
    buffers = array_buffers(model)
    with path.open("wb") as file:
        _buffers.begin(file)
        _buffers.finish(file, buffers)


def _load_raw(path: Path) -> list[Any]:
    _, buffers = _buffers.read(path)
    return buffers


def _dump_pickle(model: Any, path: Path) -> None:
    with path.open("wb") as file:
        pickle.dump(model, file, protocol=5)


def _read_whole(path: Path) -> bytes:
    return path.read_bytes()


def _named_bytes(model: Any) -> dict[str, Any]:
    """Return the buffers as arrays of bytes: not every dtype fits every format, bytes do."""
    import numpy as np

    return {
        f"buffer{index}": np.asarray(buffer.raw(), dtype=np.uint8)
        for index, buffer in enumerate(array_buffers(model))
    }


def _dump_npz(model: Any, path: Path) -> None:
    import numpy as np

    arrays = _named_bytes(model)
    with path.open("wb") as file:  # given a name, savez would add .npz to it
        np.savez(file, **arrays)


def _load_npz(path: Path) -> dict[str, Any]:
    import numpy as np

    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _dump_safetensors(model: Any, path: Path) -> None:
    from safetensors.numpy import save_file

    save_file(_named_bytes(model), str(path))


def _load_safetensors(path: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    loaded: dict[str, Any] = load_file(str(path))
    return loaded
