"""skops loads what has been reviewed, what a person trusts besides, and nothing else."""

import functools
import importlib
import operator
import os
import threading
import types
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    IsolationForest,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, DotProduct, Matern, WhiteKernel
from sklearn.linear_model import LogisticRegression, Ridge, TweedieRegressor
from sklearn.model_selection import (
    GridSearchCV,
    RepeatedKFold,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OutputCodeClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Serializer, check_row
from savebench.errors import Unsupported, UsageError
from savebench.serializers import skops as rows_of_skops
from savebench.serializers.skops import TRUSTED_FUNCTIONS, TRUSTED_TYPES
from tests.serializers.samples import ROWS


class Unreviewed:
    """A class that nobody has put on the list."""

    def __init__(self, value: Any = 1) -> None:
        """Hold something."""
        self.value = value


NAME = f"{__name__}.Unreviewed"
TWO = [("logistic", LogisticRegression()), ("svc", SVC())]
FAMILIES = [
    KNeighborsClassifier(algorithm="kd_tree"),
    KNeighborsClassifier(algorithm="ball_tree"),
    KNeighborsClassifier(algorithm="kd_tree", metric="manhattan"),
    GradientBoostingRegressor(n_estimators=3),
    HistGradientBoostingClassifier(max_iter=3),
    IsolationForest(n_estimators=3),
    GaussianProcessRegressor(RBF() + WhiteKernel(), optimizer=None),
    GaussianProcessRegressor(Matern() * DotProduct(), optimizer=None),
    GaussianProcessClassifier(optimizer=None),
    MLPRegressor(hidden_layer_sizes=(3,), solver="sgd", tol=10, n_iter_no_change=1),
    MLPRegressor(hidden_layer_sizes=(3,), solver="adam", tol=10, n_iter_no_change=1),
    LogisticRegression(),
    SVC(),
    TweedieRegressor(power=0, link="log", max_iter=10, tol=1),
    GridSearchCV(LogisticRegression(), {"C": [1]}, cv=2),
    GridSearchCV(SVC(), {"C": [1]}, cv=StratifiedKFold(2), scoring="roc_auc"),
    GridSearchCV(Ridge(), {"alpha": [1]}, cv=RepeatedKFold(n_splits=2, n_repeats=1)),
    TunedThresholdClassifierCV(LogisticRegression(), cv=2),
    StackingClassifier(TWO, cv=2),
    VotingClassifier(TWO),
    CalibratedClassifierCV(LogisticRegression(), cv=2),
    CalibratedClassifierCV(LogisticRegression(), cv=2, method="isotonic"),
    CalibratedClassifierCV(LogisticRegression(), cv=2, method="temperature"),
    OutputCodeClassifier(LogisticRegression(), random_state=0),
    make_pipeline(StandardScaler(), SelectKBest(f_classif, k=2), LogisticRegression()),
    make_pipeline(FunctionTransformer(np.arctan), LogisticRegression()),
]


def fit(estimator: Any) -> Any:
    """Return the estimator fitted to two classes, with sparse coefficients where it can."""
    table = np.random.default_rng(0).normal(size=(40, 3))
    model = estimator.fit(table, (table[:, 0] > 0).astype(int))
    return model.sparsify() if hasattr(model, "sparsify") else model


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("estimator", FAMILIES, ids=str)
def test_a_fitted_model_of_each_family_loads(estimator: Any, tmp_path: Path) -> None:
    """The list covers the catalogue, and what scikit-learn puts into searches and ensembles."""
    model, probe = fit(estimator), np.ones((2, 3))
    ROWS["skops"].dump(model, tmp_path / "artifact")

    loaded = ROWS["skops"].load(tmp_path / "artifact")

    assert loaded.predict(probe).tobytes() == model.predict(probe).tobytes()


def test_a_class_that_is_not_on_the_list_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """The reason names the class, and the option at both doors."""
    message = _refused(Unreviewed(), tmp_path)

    assert message == (
        f"skops refuses types that nobody has reviewed: {NAME}. Where you trust it, measure all "
        "the same: in a test by trust=[...], on the command line by a row of your own, which "
        "savebench.serializers.skops.skops(trust=[...], name='skops+mine') makes"
    )


def test_many_names_leave_room_for_what_to_do(tmp_path: Path) -> None:
    """A reason is one line of 500 characters."""
    kinds = [type(f"Kind{at}", (Unreviewed,), {}) for at in range(30)]

    message = _refused([kind() for kind in kinds], tmp_path)

    assert "Kind0, " in message
    assert "more. Where you trust them" in message
    assert len(message) < 500


NEVER = [
    (threading.Lock(), "_thread.lock"),
    (os.system, f"{os.name}.system"),
    (print, "builtins.print"),
    (operator.itemgetter(1), "operator.itemgetter"),
    (functools.partial(np.add, 1), "functools.partial"),
    (np.mean, "numpy.mean"),
    (StandardScaler().fit, "StandardScaler.fit"),
    (scipy.stats.uniform(), "scipy.stats._distn_infrastructure.rv_continuous_frozen"),
]


@pytest.mark.parametrize(("value", "name"), NEVER, ids=[name for _, name in NEVER])
def test_what_a_file_could_call_is_never_offered_to_be_trusted(
    value: Any, name: str, tmp_path: Path
) -> None:
    """Locks, functions and the like are named apart, before the types that nobody has reviewed."""
    message = _refused(Unreviewed(value), tmp_path)

    refused, _, others = message.partition("nobody has reviewed")
    assert name in refused
    assert "no type of a model, and who trusts it lets a file run what it likes" in refused
    assert NAME in others
    assert "trust=" not in message
    assert len(message) < 500


def test_a_row_of_ones_own_loads_the_types_that_it_trusts(tmp_path: Path) -> None:
    """By name or by the type itself; it no longer claims that loading runs no code."""
    named = rows_of_skops.skops(trust=[NAME], name="skops+mine", deflate=True)
    typed = rows_of_skops.skops(trust=[Unreviewed], name="skops+mine")
    named.dump(Unreviewed(7), tmp_path / "artifact")

    assert check_row(named, Serializer) is named
    assert (named.name, named.kind, named.runs_code) == ("skops+mine", "restricted", True)
    assert named.load(tmp_path / "artifact").value == 7
    assert typed.load(tmp_path / "artifact").value == 7
    with pytest.raises(Unsupported, match="nobody has reviewed"):
        ROWS["skops"].load(tmp_path / "artifact")


def offered() -> list[Serializer]:
    """Return rows as another package would, which names this function as its entry point."""
    return [rows_of_skops.skops(trust=[NAME], name="skops+mine")]


def test_a_worker_finds_a_row_of_ones_own_with_what_it_trusts(tmp_path: Path) -> None:
    """It asks the package anew."""
    row = load_row(f"{__name__}:offered", "skops+mine", Serializer)
    row.dump(Unreviewed(7), tmp_path / "artifact")

    assert row.load(tmp_path / "artifact").value == 7


def test_the_rows_trust_nothing_that_only_another_row_trusts(tmp_path: Path) -> None:
    """A worker makes its row anew, and tells that row alone."""
    row = load_row("savebench.serializers.skops:rows", "skops", Serializer)
    row.dump(Unreviewed(7), tmp_path / "artifact")

    assert rows_of_skops.trusting(row, [NAME]).load(tmp_path / "artifact").value == 7
    with pytest.raises(Unsupported, match="nobody has reviewed"):
        row.load(tmp_path / "artifact")


@pytest.mark.parametrize(
    ("trust", "message"),
    [
        ("xgboost.core.Booster", "write the full names of types"),
        (["Booster"], "write the full names of types"),
        ([3], "write the full names of types"),
        (["_thread.lock"], "names _thread.lock: no type of a model, and a file could run"),
        (["os.system", "functools.partial"], "names os.system, functools.partial: no type"),
        (["scipy.stats._distn_infrastructure.rv_sample"], "names scipy.stats"),
        ([np.mean], "write the full names of types"),
        ([dict], "names builtins.dict"),
    ],
)
def test_trust_is_for_types_of_models(trust: Any, message: str) -> None:
    """What nobody should trust cannot be asked for."""
    with pytest.raises(UsageError, match=message):
        rows_of_skops.skops(trust=trust, name="mine")


@pytest.mark.parametrize(
    ("module", "classifier", "types"),
    [
        ("xgboost", "XGBClassifier", ["xgboost.core.Booster", "xgboost.sklearn.XGBClassifier"]),
        (
            "lightgbm",
            "LGBMClassifier",
            ["lightgbm.basic.Booster", "lightgbm.sklearn.LGBMClassifier"],
        ),
    ],
)
def test_boosted_trees_of_other_packages_load_once_their_types_are_trusted(
    module: str, classifier: str, types: list[str], tmp_path: Path
) -> None:
    """The refusal names just these."""
    package = pytest.importorskip(module)
    options = {"verbose": -1} if module == "lightgbm" else {}
    model, probe = fit(getattr(package, classifier)(n_estimators=3, **options)), np.ones((2, 3))
    row = rows_of_skops.skops(trust=types, name="skops+mine")
    row.dump(model, tmp_path / "artifact")

    with pytest.raises(Unsupported, match=f"nobody has reviewed: {', '.join(types)}. Where"):
        ROWS["skops"].load(tmp_path / "artifact")
    loaded = row.load(tmp_path / "artifact")

    assert loaded.predict_proba(probe).tobytes() == model.predict_proba(probe).tobytes()


def test_the_reviewed_names_are_what_they_are_listed_as() -> None:
    """Types and functions that are there; another release of scikit-learn may lack some."""
    for names, kind in ((TRUSTED_TYPES, type), (TRUSTED_FUNCTIONS, types.FunctionType)):
        found = [_find(name) for name in names]
        assert all(isinstance(each, kind) for each in found if each is not None)
        assert sum(each is None for each in found) <= 5


def _find(name: str) -> Any:
    module, _, attribute = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), attribute, None)
    except ImportError:
        return None


def _refused(model: Any, folder: Path) -> str:
    ROWS["skops"].dump(model, folder / "artifact")
    with pytest.raises(Unsupported) as caught:
        ROWS["skops"].load(folder / "artifact")
    return str(caught.value)


def test_a_type_that_skops_cannot_write_is_unsupported(tmp_path: Path) -> None:
    """The reason is skops's own."""
    structured = np.array([(1, object())], dtype=[("x", int), ("y", object)])

    with pytest.raises(Unsupported, match="cannot write this ndarray: numpy arrays of dtype"):
        ROWS["skops"].dump(structured, tmp_path / "artifact")


def test_nothing_that_calls_a_function_of_the_file_is_trusted() -> None:
    """These call what the file names, or run a text in it."""
    for name in ("PyFunc", "PairwiseKernel", "partial", "scipy.stats", "numpy.mean"):
        assert not [each for each in (*TRUSTED_TYPES, *TRUSTED_FUNCTIONS) if name in each]


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
