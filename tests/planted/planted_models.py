"""Models that do not equal themselves, or that pickle cannot carry, each in a way of its own."""

import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planted_rows import dump, load  # type: ignore[import-not-found] # beside, when installed

from savebench import Serializer, Workload


class Answering:
    """A model that answers with what a function makes of its input."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        """Keep the function."""
        self.function = function

    def predict(self, x: Any) -> Any:
        """Return the answer."""
        return self.function(x)


def draw(x: Any) -> Any:
    """Return random numbers."""
    return x + random.random()  # noqa: S311 - no secret


def follow_hash(x: Any) -> Any:
    """Return what the hash seed makes of a text."""
    return x + hash("savebench") % 10_000


def follow_hash_rarely(x: Any) -> Any:
    """Return one of two answers, as the hash seed has it."""
    return x + hash("savebench") % 2


def wrap(x: Any) -> object:
    """Return what equals nothing but itself."""
    del x
    return object()


def refuse(x: Any) -> Any:
    """Answer nothing."""
    raise ValueError(f"no answers today to {len(x)} questions")


class Forgetful:
    """A model that loses what it learnt when it is saved."""

    learnt = 3.0

    def __getstate__(self) -> dict[str, float]:
        """Forget."""
        return {"learnt": 0.0}

    def predict(self, x: Any) -> Any:
        """Return the input, and what was learnt."""
        return x + self.learnt


class Anew(Forgetful):
    """A model that learns anew whenever it is loaded."""

    def __setstate__(self, state: dict[str, float]) -> None:
        """Learn something else."""
        self.learnt = random.random()  # noqa: S311 - no secret


class Locked(Answering):
    """A model that holds a lock, which dill alone can carry."""

    def __init__(self) -> None:
        """Hold a lock."""
        super().__init__(abs)
        self.lock = threading.Lock()


class Unsaveable(Answering):
    """A model that nothing can carry."""

    def __init__(self) -> None:
        """Be good for nothing."""
        super().__init__(abs)

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refuse."""
        raise TypeError("planted: I stay where I am")


def _slow() -> Any:
    from planted_slow import Slow  # type: ignore[import-not-found] # as above

    return Slow()


def _no_probe(model: Any, seed: int) -> Any:
    del model, seed
    raise RuntimeError("no probe")


def _probe(model: Any, seed: int) -> Any:
    import numpy as np

    del model, seed
    return np.arange(5.0)


def _workload(name: str, make: Callable[[], Any], probe: Callable[..., Any] = _probe) -> Workload:
    return Workload(
        name=f"planted-{name}",
        build=lambda target_bytes, seed: make(),
        probe=probe,
        sizes=("1KB",),
        stresses="the judge",
    )


def workloads() -> tuple[Workload, ...]:
    """Return one workload a way."""
    return (
        _workload("draws", lambda: Answering(draw)),
        _workload("hashes", lambda: Answering(follow_hash)),
        _workload("hashes-rarely", lambda: Answering(follow_hash_rarely)),
        _workload("objects", lambda: Answering(wrap)),
        _workload("forgets", Forgetful),
        _workload("anew", Anew),
        _workload("lambda", lambda: Answering(lambda x: x * 2)),
        _workload("mutex", Locked),
        _workload("unsaveable", Unsaveable),
        _workload("refuses", lambda: Answering(refuse)),
        _workload("no-probe", lambda: Answering(abs), _no_probe),
        _workload("slow-import", _slow),
    )


def _load_late(path: Path) -> Any:
    import planted_slow  # noqa: F401 - that is its fault

    return load(path)


def serializers() -> tuple[Serializer, ...]:
    """Return a row that imports while it is timed."""
    return (Serializer(name="planted-late", dump=dump, load=_load_late),)
