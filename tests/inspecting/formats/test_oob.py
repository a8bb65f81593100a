"""savebench's own container, as its serializer writes it."""

import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier

from savebench.serializers.floors import rows as floors
from savebench.serializers.pickles import rows
from tests.inspecting.formats.reading import parts, read

X = np.random.default_rng(0).random((2000, 8))
Y = (X[:, 0] > 0.5).astype(int)
WRITE = next(row for row in rows() if row.name == "pickle-oob")
RAW = next(row for row in floors() if row.name == "raw-copy")


class Hostile:
    """Calls when it is loaded."""

    def __reduce__(self) -> Any:
        """Touch a file."""
        return os.system, ("touch appeared",)


def test_buffers_are_told_where_the_pickle_asks_for_them(tmp_path: Path) -> None:
    """Each array has its bytes, as from a plain pickle."""
    path = tmp_path / "m"
    WRITE.dump(KNeighborsClassifier(algorithm="brute").fit(X, Y), path)

    found = read(path)

    assert found.container == "savebench-oob"
    assert found.damage == ""
    assert found.protocol == 5
    data = parts(found)["_fit_X"]
    assert X.nbytes <= data.bytes < X.nbytes + 300
    assert data.array is not None
    assert (data.array.dtype, data.array.shape) == ("float64", (2000, 8))
    assert data.array.shrinks_to == pytest.approx(0.95, abs=0.05)
    assert found.root is not None
    assert found.root.bytes == pytest.approx(path.stat().st_size, rel=0.02)
    assert found.trusted


def test_a_forest_is_told_tree_by_tree(tmp_path: Path) -> None:
    """Its classes, and the most of its bytes in the nodes."""
    path = tmp_path / "m"
    WRITE.dump(RandomForestClassifier(5, random_state=0).fit(X, Y), path)

    found = read(path)

    assert "sklearn.tree._tree.Tree" in found.classes
    nodes = sum(part.bytes for name, part in parts(found).items() if name.endswith(".nodes"))
    assert nodes > path.stat().st_size / 2


def test_what_the_pickle_would_call_is_named(tmp_path: Path) -> None:
    """And nothing is called."""
    path = tmp_path / "m"
    WRITE.dump([np.zeros(10), Hostile()], path)

    found = read(path)

    assert not found.trusted
    assert [each.name for each in found.globals if not each.trusted] == [
        f"{os.system.__module__}.system"
    ]


def test_arrays_without_a_pickle_are_told_as_buffers(tmp_path: Path) -> None:
    """What the floor of raw copies writes."""
    path = tmp_path / "m"
    RAW.dump(KNeighborsClassifier(algorithm="brute").fit(X, Y), path)

    found = read(path)

    assert found.damage == ""
    assert X.nbytes in [part.bytes for part in parts(found).values()]
    assert found.trusted


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.99])
def test_a_container_that_is_cut_is_damage(share: float, tmp_path: Path) -> None:
    """Wherever it is cut."""
    path = tmp_path / "m"
    WRITE.dump(RandomForestClassifier(5, random_state=0).fit(X, Y), path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    found = read(path)

    assert found.damage
    assert not found.trusted


@pytest.mark.parametrize(
    "header",
    [
        (2**63, 1, 100),
        (10, 2**62, 100),
        (0, 2**62, 100),
        (0, 0, 0),
        (len(pickle.dumps(1)), 0, 2**63),
    ],
)
def test_a_header_that_lies_is_damage(header: tuple[int, int, int], tmp_path: Path) -> None:
    """Counts and lengths of any size."""
    path = tmp_path / "m"
    numbers = b"".join(number.to_bytes(8, "little") for number in header)
    path.write_bytes(b"SBBUF\x01\r\n" + numbers + pickle.dumps(1) + bytes(50))

    assert read(path).damage
