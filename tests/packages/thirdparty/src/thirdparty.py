"""What another package has to write: one serializer and one workload."""

import marshal
import pickle
from pathlib import Path
from typing import Any

from savebench import Serializer, Workload


def dump(model: Any, path: Path) -> None:
    """Wrap a pickle in marshal."""
    path.write_bytes(marshal.dumps(pickle.dumps(model, protocol=5)))


def load(path: Path) -> Any:
    """Unwrap it."""
    return pickle.loads(marshal.loads(path.read_bytes()))  # noqa: S302 - the test's own file


def build(target_bytes: int, seed: int) -> Any:
    """Fit a dummy regressor; it has one size."""
    del target_bytes
    from sklearn.dummy import DummyRegressor

    return DummyRegressor().fit([[0.0], [1.0]], [seed, seed + 1.0])


def probe(model: Any, seed: int) -> Any:
    """Return one row."""
    del model, seed
    return [[0.5]]


def serializers() -> list[Serializer]:
    """Return the serializer."""
    return [Serializer(name="marshalled", dump=dump, load=load, note="a pickle inside marshal")]


def workloads() -> list[Workload]:
    """Return the workload."""
    return [
        Workload(
            name="dummy",
            build=build,
            probe=probe,
            sizes=("1KB",),
            modules=("sklearn.dummy",),
            stresses="nothing but the contract",
        )
    ]
