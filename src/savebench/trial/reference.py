"""A built model on disk: the reference from which dump trials receive their model, untimed.

The folder holds ``model.pickle``, ``probe.pickle``, ``answers.pickle`` and ``varies.json``, written
by this user into a folder that only this user can read. A model that pickle cannot carry is kept in
``carried`` by the first row that does. Only trial processes load them; the parent never does.
"""

import hashlib
import io
import pickle
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Serializer, Workload
from savebench.errors import Unsupported
from savebench.launch.messages import RowRef, Task
from savebench.system import files
from savebench.trial.variation import STEADY, Variation

MODEL = "model.pickle"
CARRIED = "carried"
"""A folder of its own, in which a row has kept what pickle does not carry."""
VARIES = "varies.json"
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


def save_value(folder: Path, name: str, value: Any) -> None:
    """Write a probe or answers."""
    with (folder / name).open("wb") as stream:
        pickle.dump(value, stream, protocol=5)


def save_variation(folder: Path, variation: Variation) -> None:
    """Write how the model's own answers vary."""
    (folder / VARIES).write_bytes(msgspec.json.encode(variation))


def load_variation(task: Task) -> Variation:
    """Return how the model's own answers vary; steady where nobody has said otherwise."""
    path = Path(task.model_folder) / VARIES
    return msgspec.json.decode(path.read_bytes(), type=Variation) if path.exists() else STEADY


def save_model(folder: Path, model: Any) -> None:
    """Write a built model with its arrays as they lie in memory."""
    write_model(model, folder / MODEL)


def write_model(model: Any, path: Path) -> None:
    """Write a model, or a part of one, as references are written."""
    with path.open("wb") as stream:
        LayoutPickler(stream, protocol=5).dump(model)


def keep_model(
    folder: Path, model: Any, carriers: Sequence[RowRef], *, with_pickle: bool = True
) -> RowRef | None:
    """Write a built model by pickle, or by the first row that carries it; return that row.

    Raises
    ------
    Unsupported
        When none of the rows carries the model; from what pickle raised.
    """
    reason: Exception | None = None
    if with_pickle:
        try:
            save_model(folder, model)
        except Exception as error:  # noqa: BLE001 - a model may refuse in any way
            (folder / MODEL).unlink()
            reason = error
        else:
            return None
    for row in carriers:
        if _carry(folder, model, row):
            return row
    raise Unsupported(f"no row carries it: {reason}") from reason


def _carry(folder: Path, model: Any, row: RowRef) -> bool:
    shutil.rmtree(folder / CARRIED, ignore_errors=True)
    (folder / CARRIED).mkdir()
    try:
        serializer = load_row(row.provider, row.name, Serializer)
        serializer.dump(model, carried(folder))
        return files.size_bytes(carried(folder)) > 0
    except (Exception, SystemExit):  # noqa: BLE001 - then another may
        return False


def carried(folder: Path) -> Path:
    """Return where a row keeps what pickle does not carry."""
    return folder / CARRIED / "model"


def receive_model(task: Task) -> Any:
    """Return the model that a dump is to save: from the reference, or built anew without one."""
    folder = Path(task.model_folder)
    if task.reference is not None:
        row = load_row(task.reference.provider, task.reference.name, Serializer)
        return row.load(carried(folder))
    if task.workload is not None:
        workload = load_row(task.workload.provider, task.workload.name, Workload)
        return workload.build(task.target_bytes, task.seed)
    return load_reference(task, MODEL)


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
    """Of each array that lies outside the pickle."""
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
