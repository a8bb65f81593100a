"""A chain that is too long to pickle is told by how it begins and how long it is."""

import io
import pickle
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from time import monotonic
from typing import Any

import joblib
import pytest

from savebench.obstacles.depth import Chain, find_chain
from savebench.obstacles.explaining import explain
from tests.obstacles.models import Wrapper, chain

NODE = "Node of tests.obstacles.models"


def _find(model: Any) -> Chain | None:
    return find_chain(model, monotonic() + 30)


def _joblib(value: Any) -> None:
    joblib.dump(value, io.BytesIO())


def _raised(write: Callable[[Any], Any], model: Any) -> Exception:
    with pytest.raises((RecursionError, pickle.PicklingError)) as caught:
        write(model)
    return caught.value


def test_a_chain_of_objects_is_told_by_its_beginning_and_depth() -> None:
    """As far as it does not repeat itself."""
    found = _find(Wrapper(root=chain(1204)))

    assert str(found) == "root.next.next... (1,204 deep)"
    assert found is not None
    assert found.owner == NODE


def test_neighbours_that_know_each_other_are_a_chain_for_pickle() -> None:
    """Each is in a list, and near the top; pickle goes from neighbour to neighbour."""
    nodes = [Wrapper() for _ in range(300)]
    for left, right in pairwise(nodes):
        left.right, right.left = right, left  # type: ignore[attr-defined] # it holds whatever

    assert str(_find(Wrapper(nodes=nodes))) == "nodes[0].right.right... (301 deep)"


def test_a_tree_on_one_side_is_a_chain_whatever_the_place_of_each_child() -> None:
    """Any place in a list is like another."""
    root = last = Wrapper(children=[])
    for number in range(200):
        child = Wrapper(children=[])
        last.children = [child] if number % 2 else [Wrapper(), child]  # type: ignore[attr-defined]
        last = child

    assert str(_find(root)) == "children[-1].children[0]... (401 deep)"


def test_what_is_wide_and_shallow_is_no_chain() -> None:
    """And no reason to run out of calls."""
    assert _find(Wrapper(rows=[[number, [number]] for number in range(1000)])) is None


def test_a_chain_of_birchs_leaves_is_told() -> None:
    """scikit-learn's own, whose class nobody changes: a higher limit saves it."""
    import numpy as np
    from sklearn.cluster import Birch

    points = np.random.default_rng(0).random((500, 2))
    model = Birch(threshold=1e-6, branching_factor=3, n_clusters=None).fit(points)
    found = explain(model, _raised(_joblib, model), _joblib, row="joblib")

    assert found.what.startswith("dummy_leaf_.next_leaf_.next_leaf_... (")
    assert len(found.mends) == 1
    assert found.mends[0].startswith("raise the limit before saving: sys.setrecursionlimit(")


def test_pickle_is_named_where_it_needs_fewer_calls() -> None:
    """Two a step, where joblib's pickler, in Python, needs seven."""
    model = Wrapper(root=chain(200))
    found = explain(model, _raised(_joblib, model), _joblib, row="joblib")

    assert found.what == "root.next.next... (200 deep)"
    assert found.carriers == ("pickle",)


def test_the_class_that_holds_the_next_is_to_keep_a_list() -> None:
    """Or the limit is raised: twenty calls a step, in full thousands."""
    model = Wrapper(root=chain(1204))
    found = explain(model, _raised(_joblib, model), _joblib)

    assert found.mends == [
        (
            f"write __getstate__ on {NODE} that keeps a list of what it holds, "
            "instead of one inside the other, or raise the limit before saving: "
            "sys.setrecursionlimit(25_000)"
        )
    ]


@pytest.mark.parametrize("row", ["joblib", "dill", "cloudpickle", "pickle"])
def test_the_limit_that_is_advised_suffices(row: str) -> None:
    """In a process of its own, by whichever pickler."""
    if row in {"pickle", "cloudpickle"} and sys.version_info >= (3, 12):
        pytest.skip("what is written in C has a limit that cannot be set")
    program = f"""
import io, sys, {row}
from tests.obstacles.models import Wrapper, chain
sys.setrecursionlimit(25_000)
{row}.dump(Wrapper(root=chain(1204)), io.BytesIO())
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)

    assert done.returncode == 0, done.stderr


def test_no_limit_is_advised_where_it_would_overflow_the_stack() -> None:
    """A chain of 5,001 steps or more."""
    model = Wrapper(root=chain(5_001))

    found = explain(model, _raised(_joblib, model), _joblib)

    assert found.what == "root.next.next... (5,001 deep)"
    assert "setrecursionlimit" not in found.mends[0]
