"""The contract that every workload of the catalogue meets, at its smallest size and at 1 MB."""

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from savebench.catalogue.rows import Workload, check_row
from savebench.units import parse_size
from savebench.workloads import arrays, linear, neighbors, neural, text, trees

FAMILIES = (linear, neighbors, trees, text, neural, arrays)
ROWS = {row.name: row for family in FAMILIES for row in family.rows()}
SMALLEST = [(name, row.sizes[0]) for name, row in ROWS.items()]
SCALED = [(name, "1MB") for name, row in ROWS.items() if row.sizes != ("1KB",)]
OF_ARRAYS = [
    (row.name, row.sizes[0])
    for family in (linear, neighbors, neural, arrays)
    for row in family.rows()
    if row.name != "many-arrays"
]

FINGERPRINTS = """
import hashlib, json, pickle, sys
from savebench.units import parse_size
from savebench.workloads import arrays, linear, neighbors, neural, text, trees

found = {}
for family in (linear, neighbors, trees, text, neural, arrays):
    for row in family.rows():
        model = row.build(parse_size(row.sizes[0]), 1)
        saved = pickle.dumps(model, protocol=5)
        answers = pickle.dumps(getattr(model, row.method)(row.probe(model, 1)), protocol=5)
        found[row.name] = [hashlib.sha256(part).hexdigest() for part in (saved, answers)]
json.dump(found, sys.stdout)
"""


def ids(cases: list[tuple[str, str]]) -> list[str]:
    """Return how pytest names the cases: ``knn-brute@1MB``."""
    return [f"{name}@{size}" for name, size in cases]


every_size = pytest.mark.parametrize(
    ("name", "size"), SMALLEST + SCALED, ids=ids(SMALLEST + SCALED)
)
smallest_size = pytest.mark.parametrize(("name", "size"), SMALLEST, ids=ids(SMALLEST))


@cache
def pickled(name: str, size: str, seed: int = 0) -> bytes:
    """Return a model, pickled: every test takes a model of its own from it."""
    return pickle.dumps(build(name, size, seed), protocol=5)


def build(name: str, size: str, seed: int = 0) -> Any:
    """Return a freshly built model."""
    return ROWS[name].build(parse_size(size), seed)


def answers_of(row: Workload, model: Any, seed: int = 0) -> bytes:
    """Return what the model answers to its probe, as bytes that are equal when the answers are."""
    return pickle.dumps(getattr(model, row.method)(row.probe(model, seed)), protocol=5)


def run_python(code: str, **environment: str) -> str:
    """Return what a new interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@every_size
def test_a_pickled_model_has_the_size_that_was_asked_for(name: str, size: str) -> None:
    """To within 25 %, or a factor of ten where the model cannot grow."""
    low, high = (0.1, 10.0) if size == "1KB" else (0.75, 1.25)

    ratio = len(pickled(name, size)) / parse_size(size)

    assert low <= ratio <= high


@smallest_size
def test_the_same_seed_builds_the_same_bytes(name: str, size: str) -> None:
    """Building twice in one process leaves no trace of the first."""
    first, second = pickled(name, size), pickle.dumps(build(name, size), protocol=5)

    assert first == second


@pytest.mark.parametrize("name", [name for name in ROWS if name != "home-prices"])
def test_another_seed_builds_another_model_and_another_probe(name: str) -> None:
    """Both the bytes and the answers differ."""
    row, size = ROWS[name], ROWS[name].sizes[0]

    first, second = pickled(name, size, 0), pickled(name, size, 1)

    assert first != second
    assert answers_of(row, pickle.loads(first), 0) != answers_of(row, pickle.loads(second), 1)


@every_size
def test_a_model_answers_alike_after_a_pickle_round_trip(name: str, size: str) -> None:
    """To the last bit: what loads is compared with what was built."""
    built = build(name, size)

    loaded = pickle.loads(pickle.dumps(built, protocol=5))

    assert answers_of(ROWS[name], loaded) == answers_of(ROWS[name], built)


@pytest.mark.parametrize(("name", "size"), OF_ARRAYS, ids=ids(OF_ARRAYS))
def test_the_answers_depend_on_the_largest_arrays(name: str, size: str) -> None:
    """A serializer that loses the arrays cannot pass for a good one."""
    row = ROWS[name]
    whole, spoiled = (_reload(pickled(name, size), change) for change in (float, _spoil))

    assert answers_of(row, whole) != answers_of(row, spoiled)


def _spoil(value: float) -> float:
    return 2 * value + 1


def _reload(model: bytes, change: Callable[[Any], Any]) -> Any:
    """Return the model after `change` was applied to its largest arrays."""
    buffers: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(pickle.loads(model), protocol=5, buffer_callback=buffers.append)
    raw = [bytearray(buffer.raw()) for buffer in buffers]
    largest = max(map(len, raw))
    for data in raw:
        if len(data) > largest // 2:
            floats = np.frombuffer(data)
            floats[:] = [change(value) for value in floats]
    return pickle.loads(rest, buffers=raw)


def test_models_do_not_depend_on_the_hash_seed() -> None:
    """Two interpreters that hash strings differently build the same bytes and answers."""
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    first, second = (
        json.loads(run_python(FINGERPRINTS, PYTHONHASHSEED=hash_seed, **threads))
        for hash_seed in ("1", "2")
    )

    assert first == second


def test_importing_the_families_imports_no_heavy_library() -> None:
    """Listing the catalogue stays quick."""
    modules = ", ".join(family.__name__ for family in FAMILIES)
    heavy = "{'numpy', 'pandas', 'scipy', 'sklearn'}"

    loaded = run_python(
        f"import sys, {modules}\nfor m in ({modules},): m.rows()\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )

    assert loaded.strip() == "[]"


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_keeps_the_contract_of_the_catalogue(row: Workload) -> None:
    """The check that plug-ins face."""
    assert check_row(row, Workload) is row


def test_every_name_is_unique() -> None:
    """No family hides a row of another."""
    assert len(ROWS) == sum(len(family.rows()) for family in FAMILIES)


def test_five_thousand_square_feet_cost_what_the_guide_says() -> None:
    """Before saving and after loading."""
    built = build("home-prices", "1KB")
    loaded = pickle.loads(pickle.dumps(built, protocol=5))

    answers = [f"{model.predict([[5000]])[0]:,.2f}" for model in (built, loaded)]

    assert answers == ["859,554.79", "859,554.79"]


def test_lasso_coefficients_are_mostly_zeros() -> None:
    """They are what makes the twin compressible."""
    model = build("lasso-sparse", "1MB")

    assert np.mean(model.coef_ == 0) > 0.9


def test_a_probe_of_neighbours_is_none_of_the_samples() -> None:
    """Else the nearest distance would be zero and the answer trivial."""
    model = build("knn-brute", "100KB")

    distances, _ = model.kneighbors(ROWS["knn-brute"].probe(model, 0))

    assert distances.min() > 0.1


def test_a_tree_of_neighbours_shares_its_data_with_the_model() -> None:
    """One array, referred to twice, is pickled once."""
    model = build("knn-kdtree", "100KB")

    assert model._tree.__getstate__()[0] is model._fit_X


def test_the_layouts_are_what_their_names_say() -> None:
    """Fortran order survives a pickle; a strided view does not, but is there when dumped."""
    fortran = build("fortran-order", "100KB").X_fit_.flags
    strided = build("strided", "100KB").X_fit_.flags

    assert (fortran.f_contiguous, fortran.c_contiguous) == (True, False)
    assert (strided.f_contiguous, strided.c_contiguous) == (False, False)


def test_a_gaussian_process_is_half_zeros() -> None:
    """The upper triangle of its factor."""
    model = build("gaussian-process", "100KB")

    assert not np.triu(model.L_, 1).any()
