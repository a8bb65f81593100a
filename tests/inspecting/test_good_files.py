"""Files that a person would keep, of twelve models in sixteen ways: read right, and trusted."""

import subprocess
import sys
from pathlib import Path

import pytest

from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection
from tests.inspecting.hostile import good

CLASSES = {
    "linear": "sklearn.linear_model._base.LinearRegression",
    "forest": "sklearn.ensemble._forest.RandomForestRegressor",
    "isolation": "sklearn.ensemble._iforest.IsolationForest",
    "boosting": "sklearn.ensemble._gb.GradientBoostingClassifier",
    "histograms": "sklearn.ensemble._hist_gradient_boosting.gradient_boosting"
    ".HistGradientBoostingClassifier",
    "neighbors": "sklearn.neighbors._classification.KNeighborsClassifier",
    "network": "sklearn.neural_network._multilayer_perceptron.MLPClassifier",
    "words": "sklearn.pipeline.Pipeline",
    "columns": "sklearn.pipeline.Pipeline",
    "grid": "sklearn.model_selection._search.GridSearchCV",
    "function": "sklearn.pipeline.Pipeline",
    "lightgbm": "lightgbm.sklearn.LGBMClassifier",
}


OBJECTS = "boosting"
"""The model with an array of objects, which joblib writes in protocol 5, whatever it is asked."""


@pytest.fixture(scope="module")
def inspected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Inspection]:
    """Inspect all good files once."""
    folder = tmp_path_factory.mktemp("good")
    command = [sys.executable, "-m", "tests.inspecting.hostile.good", str(folder)]
    subprocess.run(command, cwd=Path(__file__).parents[2], check=True, timeout=120)
    return {path.name: inspect_file(path) for path in sorted(folder.iterdir())}


def test_every_good_file_is_trusted(inspected: dict[str, Inspection]) -> None:
    """Whatever it was saved with, dill apart."""
    refused = {
        name: [each.name for each in found.globals if not each.trusted] + list(found.distrust)
        for name, found in inspected.items()
        if not found.trusted and not name.endswith(".dill")
    }

    assert refused == {}
    assert len(inspected) == len(CLASSES) * len(good.WAYS)


def test_of_dills_files_only_its_own_makers_are_refused(inspected: dict[str, Inspection]) -> None:
    """They look types up by name, and make arrays: none is on the reviewed list."""
    names = {
        each.name
        for name, found in inspected.items()
        for each in found.globals
        if name.endswith(".dill") and not each.trusted
    }

    assert names <= {"dill._dill._load_type", "dill._dill._create_array"}


def test_container_compression_and_protocol_are_told(inspected: dict[str, Inspection]) -> None:
    """As they were written."""
    told = {
        name: (found.container, found.compression, found.protocol)
        for name, found in inspected.items()
    }
    ways = {name: good.WAYS[name.partition(".")[2]] for name in inspected}

    assert told == {
        name: (way.container, way.compression, _protocol(name, way)) for name, way in ways.items()
    }


def _protocol(name: str, way: good.Way) -> int | None:
    return 5 if name.startswith(OBJECTS) and way.container == "joblib" else way.protocol


def test_the_models_class_is_at_the_top_and_among_the_classes(
    inspected: dict[str, Inspection],
) -> None:
    """By the dotted name that the file spells."""
    tops = {name: found.root.type for name, found in inspected.items() if found.root}
    expected = {name: CLASSES[name.partition(".")[0]] for name in inspected}

    assert tops == expected
    assert [name for name, found in inspected.items() if expected[name] not in found.classes] == []
