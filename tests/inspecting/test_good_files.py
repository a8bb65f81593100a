"""Files that a person would keep, of twelve models in sixteen ways: read right, and trusted."""

import subprocess
import sys
from pathlib import Path

import pytest

from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection, Part
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
    """Whatever it was saved with."""
    refused = {
        name: [each.name for each in found.globals if not each.trusted] + list(found.distrust)
        for name, found in inspected.items()
        if not found.trusted
    }

    assert refused == {}
    assert len(inspected) == len(CLASSES) * len(good.WAYS)


def test_arrays_that_dill_wrote_are_told_as_pickles_are(inspected: dict[str, Inspection]) -> None:
    """Its own maker of arrays is followed."""
    arrays = {
        way: [
            (part.path, part.array.dtype, part.array.shape)
            for part in _arrays_of(found.root)
            if part.array is not None
        ]
        for way in ("dill", "pickle-p4")
        for found in [inspected[f"network.{way}"]]
    }

    assert arrays["dill"] == arrays["pickle-p4"]
    assert len(arrays["dill"]) > 4


def _arrays_of(part: Part | None) -> list[Part]:
    if part is None:
        return []
    own = [part] if part.array is not None else []
    return own + [each for below in part.parts for each in _arrays_of(below)]


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
