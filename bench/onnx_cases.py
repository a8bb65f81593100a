"""Fitted estimators of every kind that skl2onnx has a converter for, with questions to ask them."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.utils import all_estimators

from bench.onnx_settings import SETTINGS

ROWS, FEATURES, ASKED = 90, 4, 20


@dataclass(frozen=True)
class OnnxCase:
    """An estimator to be fitted, and what to ask it."""

    settings: str
    """As a person would write the estimator, without its name: ``kernel='linear'``."""
    target: str
    """What it is fitted to, or on: ``truths``, ``names``, ``a frame``."""
    estimator: Any
    table: Any
    answers: Any
    probe: Any

    @property
    def name(self) -> str:
        """What to call the case."""
        return ", ".join(filter(None, [self.settings, self.target]))

    def fit(self) -> Any:
        """Return the fitted estimator."""
        model = clone(self.estimator)
        return (
            model.fit(self.table) if self.answers is None else model.fit(self.table, self.answers)
        )


def converted_estimators() -> dict[str, type]:
    """Return the estimators of scikit-learn that skl2onnx has a converter for, by name."""
    from skl2onnx._supported_operators import sklearn_operator_name_map as known

    return {name: kind for name, kind in all_estimators() if kind in known}


def cases_of(name: str, kind: type) -> list[OnnxCase]:
    """Return the cases of an estimator: its settings, on all the data that they take."""
    found = []
    for settings in SETTINGS.get(name, ({},)):
        given = ", ".join(f"{key}={value!r}" for key, value in settings.items())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what scikit-learn will do away with
            estimator = kind(**settings)
        for target, table, answers, probe in _data(name, estimator):
            text = " ".join(given.split())
            found.append(OnnxCase(text, target, estimator, table, answers, probe))
    return found


_rng = np.random.default_rng(0)
# What float32 holds exactly, so that both see the same numbers.
X = _rng.normal(size=(ROWS, FEATURES)).astype(np.float32).astype(float)
P = (X[:ASKED] * 0.9).astype(np.float32).astype(float)
SCORE = X @ [1.0, -2.0, 0.5, 0.3]
PRICES = SCORE + 0.1 * _rng.normal(size=ROWS) + 3
TRUTHS = SCORE > 0
NUMBERS = np.digitize(SCORE, [-1, 1]) * 2 + 1
NAMES = np.array(["no", "some", "yes"])[(NUMBERS - 1) // 2]
TOWNS = np.array([["a", "x"], ["b", "y"], ["c", "x"]] * (ROWS // 3), dtype=object)
CODES = np.array([[1, 10], [2, 20], [3, 10]] * (ROWS // 3))
TEXTS = ["save the model", "load the model", "the nave and the facade"]

Data = tuple[str, Any, Any, Any]


def _data(name: str, estimator: Any) -> Iterator[Data]:
    """Yield target's name, table, answers and probe of each kind that an estimator takes."""
    if name in _TABLES:
        yield from _TABLES[name]
    elif name in _POSITIVE:
        yield from ((target, abs(X), answers, abs(P)) for target, _, answers, _ in _LABELS[:3])
    elif is_classifier(estimator) or name.startswith(_CHOOSE_BY_LABELS):
        two = getattr(estimator, "loss", "") == "exponential" or "Threshold" in name
        yield from _LABELS[:1] if two else _LABELS
        if name in _SEVERAL_LABELS:
            yield "two targets", X, np.c_[TRUTHS, TRUTHS[::-1]].astype(int), P
    elif name in {"GammaRegressor", "PoissonRegressor"} or getattr(estimator, "power", 0) > 1:
        yield "prices above 0", X, np.exp(PRICES / 5), P
    elif not name.startswith("MultiTask") and name != "MultiOutputRegressor":
        yield "prices", X, PRICES, P
    if is_regressor(estimator) and name in _SEVERAL_PRICES:
        yield "two targets", X, np.c_[PRICES, -PRICES], P
        yield "one column", X, PRICES[:, None], P


_LABELS: Sequence[Data] = (
    ("truths", X, TRUTHS, P),
    ("two names", X, np.array(["no", "yes"])[TRUTHS.astype(int)], P),
    ("three numbers", X, NUMBERS, P),
    ("three names", X, NAMES, P),
    ("whole floats", X, NUMBERS.astype(float), P),
)
_CHOOSE_BY_LABELS = ("Generic", "Neighborhood", "RFE", "Select")
_POSITIVE = {"ComplementNB", "MultinomialNB", "TfidfTransformer"}
_SEVERAL_LABELS = {
    "DecisionTreeClassifier",
    "ExtraTreeClassifier",
    "ExtraTreesClassifier",
    "KNeighborsClassifier",
    "MLPClassifier",
    "OneVsRestClassifier",
    "RandomForestClassifier",
}
_SEVERAL_PRICES = {
    "BaggingRegressor",
    "DecisionTreeRegressor",
    "KNeighborsRegressor",
    "LinearRegression",
    "MLPRegressor",
    "MultiOutputRegressor",
    "MultiTaskElasticNet",
    "MultiTaskElasticNetCV",
    "MultiTaskLasso",
    "MultiTaskLassoCV",
    "PLSRegression",
    "RANSACRegressor",
    "RandomForestRegressor",
    "Ridge",
}


def _with_gaps(table: Any) -> Any:
    gaps = table.copy()
    gaps[::5, 1] = np.nan
    return gaps


def _frame(*columns: Any) -> pd.DataFrame:
    return pd.DataFrame(dict(zip("pq", columns, strict=True)))


_CATEGORIES: Sequence[Data] = (
    ("strings", TOWNS, None, TOWNS[:6]),
    ("integers", CODES, None, CODES[:6]),
    ("a frame of both", _frame(TOWNS[:, 0], CODES[:, 1]), None, _frame(TOWNS[:6, 0], CODES[:6, 1])),
)
_TOGETHER: Sequence[Data] = tuple(
    (f"{target} and {of}", table, answers, probe)
    for target, answers in (("prices", PRICES), ("truths", TRUTHS), ("three names", NAMES))
    for of, table, _, probe in _CATEGORIES[:2]
)
_CODED: Sequence[Data] = (
    ("integers", NUMBERS, None, NUMBERS[:6]),
    ("strings", NAMES, None, NAMES[:6]),
)
_TABLES: Mapping[str, Sequence[Data]] = {
    "BernoulliNB": (*_LABELS[:3], ("zeros and ones", (X > 0).astype(float), NAMES, (P > 0) * 1.0)),
    "CategoricalNB": (("integers", CODES, NAMES, CODES[:6]),),
    "CountVectorizer": (("", TEXTS, None, TEXTS),),
    "DictVectorizer": (("", [{"a": 1.0}, {"b": 2.0}], None, [{"a": 1.0}]),),
    "FeatureHasher": (("", [{"a": 1.0}, {"b": 2.0}], None, [{"a": 1.0}]),),
    "KNNImputer": (("gaps", _with_gaps(X), None, _with_gaps(P)),),
    "KernelCenterer": (("", X @ X.T, None, P @ X.T),),
    "LabelBinarizer": _CODED,
    "LabelEncoder": _CODED,
    "MultiOutputClassifier": (
        ("truths", X, np.c_[TRUTHS, TRUTHS[::-1]], P),
        ("numbers", X, np.c_[NUMBERS, NUMBERS[::-1]], P),
        ("names", X, np.c_[NAMES, NAMES[::-1]], P),
    ),
    "OneHotEncoder": _CATEGORIES,
    "OrdinalEncoder": _CATEGORIES,
    "SimpleImputer": (("gaps", _with_gaps(X), None, _with_gaps(P)),),
    "TargetEncoder": _TOGETHER,
    "TfidfVectorizer": (("", TEXTS, None, TEXTS),),
}
