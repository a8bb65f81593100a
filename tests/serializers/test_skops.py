"""skops loads what has been reviewed, and nothing else."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
)
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, WhiteKernel
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.svm import SVC

from savebench.errors import Unsupported
from savebench.serializers.skops import TRUSTED_TYPES
from tests.serializers.samples import ROWS


class Unreviewed:
    """A class that nobody has put on the list."""

    def __init__(self) -> None:
        """Hold something."""
        self.value = 1


FAMILIES = [
    KNeighborsClassifier(algorithm="kd_tree"),
    KNeighborsClassifier(algorithm="ball_tree"),
    GradientBoostingRegressor(n_estimators=3),
    HistGradientBoostingClassifier(max_iter=3),
    IsolationForest(n_estimators=3),
    GaussianProcessRegressor(RBF() + WhiteKernel(), optimizer=None),
    GaussianProcessClassifier(optimizer=None),
    MLPRegressor(hidden_layer_sizes=(3,), solver="sgd", tol=10, n_iter_no_change=1),
    MLPRegressor(hidden_layer_sizes=(3,), solver="adam", tol=10, n_iter_no_change=1),
    LogisticRegression(),
    SVC(),
]


def fit(estimator: Any) -> Any:
    """Return the estimator fitted to two classes, with sparse coefficients where it can."""
    table = np.random.default_rng(0).normal(size=(40, 3))
    model = estimator.fit(table, (table[:, 0] > 0).astype(int))
    return model.sparsify() if hasattr(model, "sparsify") else model


@pytest.mark.parametrize("estimator", FAMILIES, ids=str)
def test_a_fitted_model_of_each_family_loads(estimator: Any, tmp_path: Path) -> None:
    """The list covers the catalogue."""
    model, probe = fit(estimator), np.ones((2, 3))
    ROWS["skops"].dump(model, tmp_path / "artifact")

    loaded = ROWS["skops"].load(tmp_path / "artifact")

    assert loaded.predict(probe).tobytes() == model.predict(probe).tobytes()


def test_a_class_that_is_not_on_the_list_is_refused(tmp_path: Path) -> None:
    """The reason names the class and what to do."""
    ROWS["skops"].dump(Unreviewed(), tmp_path / "artifact")

    with pytest.raises(Unsupported, match=r"test_skops\.Unreviewed.*skops\.io\.load"):
        ROWS["skops"].load(tmp_path / "artifact")


def test_a_type_that_skops_cannot_write_is_unsupported(tmp_path: Path) -> None:
    """The reason is skops's own."""
    structured = np.array([(1, object())], dtype=[("x", int), ("y", object)])

    with pytest.raises(Unsupported, match="cannot write this ndarray: numpy arrays of dtype"):
        ROWS["skops"].dump(structured, tmp_path / "artifact")


def test_no_metric_that_calls_a_function_is_trusted() -> None:
    """PyFuncDistance would be a way to run code."""
    assert [name for name in TRUSTED_TYPES if "_dist_metrics" in name] == [
        "sklearn.metrics._dist_metrics.EuclideanDistance64"
    ]


def test_the_list_says_what_a_file_would_have_asked_for(tmp_path: Path) -> None:
    """Without it, skops refuses a kd-tree; with it, the file is not asked."""
    ROWS["skops"].dump(fit(KNeighborsClassifier(algorithm="kd_tree")), tmp_path / "artifact")

    untrusted = skops.io.get_untrusted_types(file=tmp_path / "artifact")

    assert untrusted
    assert set(untrusted) <= set(TRUSTED_TYPES)


def test_only_the_deflated_row_compresses(tmp_path: Path) -> None:
    """Both are zips that any tool opens."""
    kinds = {}
    for name in ("skops", "skops+deflate"):
        ROWS[name].dump(np.zeros(1000), tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as archive:
            kinds[name] = {member.compress_type for member in archive.infolist()}

    assert kinds == {"skops": {zipfile.ZIP_STORED}, "skops+deflate": {zipfile.ZIP_DEFLATED}}
