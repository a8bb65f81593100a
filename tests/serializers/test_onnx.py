"""The ONNX export answers the methods that it has outputs for, nearly as the model does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import (
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestRegressor,
    VotingClassifier,
)
from sklearn.linear_model import Lasso, LogisticRegression, SGDOneClassSVM
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.multioutput import MultiOutputClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC, OneClassSVM

from savebench.errors import Unsupported
from savebench.serializers import onnx
from tests.serializers.samples import ROWS

TABLE = np.random.default_rng(0).normal(size=(80, 3))
TARGET = TABLE @ [1.0, -2.0, 0.5] + 3
TWO = TABLE[:, 0] > 0
THREE = np.digitize(TABLE[:, 0], [-0.5, 0.5])

ANSWERS = [
    (Lasso(0.1), TARGET, ("predict",)),
    (RandomForestRegressor(3, random_state=0), TABLE, ("predict",)),
    (LogisticRegression(), THREE, ("predict", "predict_proba")),
    (make_pipeline(StandardScaler(), LogisticRegression()), TWO, ("predict_proba",)),
    (SVC(), TWO, ("predict", "decision_function")),
    (SVC(), THREE, ("predict", "decision_function")),
    (KMeans(3, n_init=1, random_state=0), None, ("predict", "transform")),
    (IsolationForest(n_estimators=3), None, ("predict", "decision_function", "score_samples")),
    (StandardScaler(), None, ("transform",)),
    (LinearSVC(), TWO, ("predict", "decision_function")),
    (GridSearchCV(LinearSVC(), {"C": [1, 2]}, cv=2), THREE, ("predict", "decision_function")),
    (make_pipeline(StandardScaler(), LinearSVC()), TWO, ("predict", "decision_function")),
    (make_pipeline(StandardScaler(), SVC()), TWO, ("predict", "decision_function")),
    (OneClassSVM(), None, ("predict", "decision_function")),
    (make_pipeline(StandardScaler(), OneClassSVM()), None, ("predict", "decision_function")),
    (SGDOneClassSVM(random_state=0), None, ("predict", "decision_function")),
    (VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())]), THREE, ("predict",)),
    (GaussianMixture(2, random_state=0), None, ("predict", "predict_proba", "score_samples")),
]


def export(model: Any, folder: Path) -> Any:
    """Save a model and return what comes back."""
    ROWS["onnx"].dump(model, folder / "model.onnx")
    return ROWS["onnx"].load(folder / "model.onnx")


@pytest.mark.parametrize(
    ("estimator", "target", "methods"), ANSWERS, ids=[str(answer[0]) for answer in ANSWERS]
)
def test_an_export_answers_nearly_as_the_model(
    estimator: Any, target: Any, methods: tuple[str, ...], tmp_path: Path
) -> None:
    """Within 1e-4 and in the model's shapes, for each method that it kept."""
    model = estimator.fit(TABLE, target)
    probe = TABLE[:6].astype(np.float32).astype(float)  # so that both see the same numbers

    exported = export(model, tmp_path)

    for method in methods:
        expected, actual = getattr(model, method)(probe), getattr(exported, method)(probe)
        assert actual.shape == expected.shape
        np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5)


def test_truths_come_back_as_truths(tmp_path: Path) -> None:
    """ONNX has numbers for them."""
    exported = export(LogisticRegression().fit(TABLE, TWO), tmp_path)

    assert exported.predict(TABLE[:2]).dtype == bool


def test_neighbours_come_back_as_distances_and_indices(tmp_path: Path) -> None:
    """In the order of scikit-learn, which is not that of the graph."""
    model = NearestNeighbors(n_neighbors=3).fit(TABLE)

    distances, indices = export(model, tmp_path).kneighbors(TABLE[:4] + 0.01)

    assert indices.tolist() == model.kneighbors(TABLE[:4] + 0.01)[1].tolist()
    np.testing.assert_allclose(distances, model.kneighbors(TABLE[:4] + 0.01)[0], rtol=1e-4)


def test_probabilities_of_several_targets_come_back_as_a_list(tmp_path: Path) -> None:
    """One table a target."""
    model = MultiOutputClassifier(LogisticRegression()).fit(TABLE, np.column_stack([TWO, ~TWO]))

    tables = export(model, tmp_path).predict_proba(TABLE[:4])

    assert [table.shape for table in tables] == [(4, 2), (4, 2)]


def test_a_method_that_the_model_lacks_is_not_answered(tmp_path: Path) -> None:
    """Hard votes have no probabilities, though the graph has an output for them."""
    model = VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())]).fit(TABLE, THREE)

    exported = export(model, tmp_path)

    assert not hasattr(exported, "predict_proba")
    assert not hasattr(exported, "decision_function")


def test_the_model_itself_is_left_as_it_was(tmp_path: Path) -> None:
    """skl2onnx sees a copy, in which votes are plain and pipelines hold no idle steps."""
    votes = VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())], weights=[2, 1])
    model = make_pipeline("passthrough", votes).fit(TABLE, THREE)

    export(model, tmp_path)

    assert model.steps[0][1] == "passthrough"
    assert votes.flatten_transform
    assert votes.weights == [2, 1]


class Unheard(StandardScaler):  # type: ignore[misc] # scikit-learn has no types
    """An estimator that skl2onnx has no converter for."""


@pytest.mark.parametrize(
    ("estimator", "why"),
    [
        (Unheard(), r"cannot convert this Unheard: Unable to find a shape calculator for type .*"),
        (
            HistGradientBoostingRegressor(max_iter=2, loss="poisson"),
            r"but its export answers differently \(HistGradientBoostingRegressor: .* logarithm\)",
        ),
        (
            NearestNeighbors(n_neighbors=None, radius=1.0),
            r"AttributeError: .* no attribute 'weights' \(nearest_neighbours.py, line \d+\)",
        ),
    ],
    ids=["unknown", "wrong", "accident"],
)
def test_what_does_not_convert_says_why_in_one_line(
    estimator: Any, why: str, tmp_path: Path
) -> None:
    """In skl2onnx's words; what was raised by accident with its name and place."""
    with pytest.raises(Unsupported, match=f"{why}; use a round-trip serializer$") as caught:
        export(estimator.fit(TABLE, abs(TARGET)), tmp_path)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_method_without_an_output_is_unsupported_and_not_there(tmp_path: Path) -> None:
    """It fails as a missing attribute would, with the methods that there are."""
    exported = export(Lasso().fit(TABLE, TARGET), tmp_path)

    assert not hasattr(exported, "kneighbors")
    with pytest.raises(Unsupported, match="does not answer kneighbors, only predict"):
        _ = exported.kneighbors


def test_sparse_coefficients_are_unsupported_with_the_remedy(tmp_path: Path) -> None:
    """skl2onnx itself would stumble over them."""
    model = LogisticRegression().fit(TABLE, TWO).sparsify()

    with pytest.raises(Unsupported, match="densify"):
        export(model, tmp_path)


def test_a_model_that_is_no_estimator_is_unsupported(tmp_path: Path) -> None:
    """There is no input to give a type to."""
    with pytest.raises(Unsupported, match="this dict takes no table"):
        export({}, tmp_path)


def test_more_than_protobuf_can_hold_is_unsupported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered here, for nobody wants to make the 2 GiB."""
    monkeypatch.setattr(onnx, "MAX_FILE_BYTES", 100)

    with pytest.raises(Unsupported, match="more than 100 bytes, protobuf's limit"):
        export(Lasso().fit(TABLE, TARGET), tmp_path)
    assert not (tmp_path / "model.onnx").exists()
