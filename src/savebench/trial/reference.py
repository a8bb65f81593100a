"""A built model on disk: the reference from which dump trials receive their model, untimed.

The folder holds ``model.pickle``, ``probe.pickle`` and ``answers.pickle``, written by this user
into a folder that only this user can read. Only trial processes load them; the parent never does.
"""

import hashlib
import io
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from savebench.launch.messages import Task

MODEL = "model.pickle"
PROBE = "probe.pickle"
ANSWERS = "answers.pickle"


class LayoutPickler(pickle.Pickler):
    """Pickles that keep strided arrays strided; plain pickles make them contiguous."""

    def reducer_override(self, obj: Any) -> Any:
        """Reduce a strided array to its base buffer and the view on it."""
        import numpy as np

        if type(obj) is not np.ndarray or obj.flags.forc or obj.dtype.hasobject:
            return NotImplemented
        base = obj.base
        while isinstance(base, np.ndarray) and type(base.base) is np.ndarray:
            base = base.base
        if type(base) is not np.ndarray or not base.flags.forc or base.dtype != obj.dtype:
            return NotImplemented
        offset = obj.__array_interface__["data"][0] - base.__array_interface__["data"][0]
        return _view, (base, obj.shape, obj.strides, offset)


def _view(base: Any, shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> Any:
    import numpy as np

    flat = base.reshape(-1, order="A")
    return np.ndarray(shape, base.dtype, buffer=flat.data, offset=offset, strides=strides)


def save_question(folder: Path, probe: Any, answers: Any) -> None:
    """Write a model's probe and its answers."""
    for name, value in ((PROBE, probe), (ANSWERS, answers)):
        with (folder / name).open("wb") as stream:
            pickle.dump(value, stream, protocol=5)


def save_model(folder: Path, model: Any) -> None:
    """Write a built model."""
    write_model(model, folder / MODEL)


def write_model(model: Any, path: Path) -> None:
    """Write a model, or a part of one, as references are written."""
    with path.open("wb") as stream:
        LayoutPickler(stream, protocol=5).dump(model)


def load_reference(task: Task, name: str) -> Any:
    """Return what the reference folder holds under a name."""
    with (Path(task.model_folder) / name).open("rb") as stream:
        return pickle.load(stream)


@dataclass(frozen=True, slots=True)
class Pickled:
    """A model pickled with protocol 5, array buffers out of band."""

    size_bytes: int
    """All of it, buffers included."""
    buffers_bytes: tuple[int, ...]
    digest: str
    """Fingerprint of the size and the buffers (SHA-256, 16 hexadecimal digits).

    A BLAS of another machine fits other low bits, and what is compressed then has another size.
    The bytes between the buffers are left out: strings that happen to be shared differ by process.
    """


def describe_pickled(model: Any) -> Pickled:
    """Pickle a model, keep none of it, and say how large it was and which."""
    buffers: list[int] = []
    total = hashlib.sha256()
    counter = _Counter(total.update)

    def note(buffer: pickle.PickleBuffer) -> None:
        raw = buffer.raw()
        buffers.append(raw.nbytes)
        total.update(raw)

    pickle.Pickler(counter, protocol=5, buffer_callback=note).dump(model)
    size_bytes = counter.size_bytes + sum(buffers)
    return Pickled(size_bytes, tuple(buffers), total.hexdigest()[:16])


class _Counter(io.RawIOBase):
    """Counts what is written, passes it on, and keeps none of it."""

    def __init__(self, told: Callable[[Any], None]) -> None:
        self.size_bytes = 0
        self._told = told

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        size = memoryview(data).nbytes
        self.size_bytes += size
        self._told(data)
        return size
