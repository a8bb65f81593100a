"""The ONNX export answers the methods that it has outputs for, nearly as the model does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest, RandomForestRegressor
from sklearn.linear_model import Lasso, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

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
