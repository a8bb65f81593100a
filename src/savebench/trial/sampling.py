"""Try a serializer on a sample of a model's bytes, to foretell how long the whole would take.

The sample is an array of bytes, taken from several places of the file that keeps the model: how
well they compress decides how fast a codec is. What pickling many objects costs it does not tell.
"""

import importlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from savebench.launch.messages import Answer, Task
from savebench.system import files
from savebench.trial.placing import place_in
from savebench.trial.reference import MODEL, carried
from savebench.trial.row import serializer_of

SAMPLE_BYTES = "sample_bytes"
"""A fact: how large the sample was."""
_PIECES = 8
_PIECE_BYTES = 1 << 18
_WARMING_BYTES = 1 << 16
_MOST_TIMES = 5
_QUICK_S = 0.1


def sample(task: Task, gate: Callable[[], None]) -> Answer:
    """Dump and load a sample of the model's bytes, after a small one has warmed up.

    What is quick is done several times, and the least counts: a moment's noise, times the size of
    the model, would be minutes.
    """
    import numpy as np

    serializer = serializer_of(task)
    for module in serializer.modules:
        importlib.import_module(module)
    data = np.frombuffer(_pieces_of(_kept(Path(task.model_folder))), np.uint8)
    gate()
    scratch = Path(task.scratch)
    _dump_and_load(serializer, data[:_WARMING_BYTES], scratch / "warming")
    found: list[tuple[float, float]] = []
    while len(found) < _MOST_TIMES and sum(map(sum, found)) < _QUICK_S:
        found.append(_dump_and_load(serializer, data, scratch / f"sample-{len(found)}"))
    dump_s, load_s = map(min, zip(*found, strict=True))
    return Answer(metrics={"dump_s": dump_s, "load_s": load_s}, facts={SAMPLE_BYTES: data.nbytes})


def _dump_and_load(serializer: Any, data: Any, folder: Path) -> tuple[float, float]:
    folder.mkdir()
    path = place_in(folder)
    start = perf_counter()
    serializer.dump(data, path)
    dumped = perf_counter()
    serializer.load(path)
    return dumped - start, perf_counter() - dumped


def _kept(folder: Path) -> Path:
    """Return the largest file in which a model is kept."""
    path = folder / MODEL if (folder / MODEL).exists() else carried(folder)
    return max(files.files_under(path), key=lambda file: file.stat().st_size)


def _pieces_of(path: Path) -> bytes:
    """Return pieces from all over a file, or all of a small one."""
    size_bytes = path.stat().st_size
    if size_bytes <= _PIECES * _PIECE_BYTES:
        return path.read_bytes()
    with path.open("rb") as file:
        pieces = []
        for number in range(_PIECES):
            file.seek(number * (size_bytes - _PIECE_BYTES) // (_PIECES - 1))
            pieces.append(file.read(_PIECE_BYTES))
        return b"".join(pieces)
