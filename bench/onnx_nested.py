"""Classifiers inside what searches, votes, stacks, calibrates and the like: every pair of these."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis
from sklearn.ensemble import (
    BaggingClassifier,
    GradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from bench.onnx_cases import NAMES, TRUTHS, OnnxCase, P, X

INNER: Mapping[str, Any] = {
    "logistic": LogisticRegression(),
    "ridge": RidgeClassifier(),
    "sgd": SGDClassifier(random_state=0),
    "sgd-log": SGDClassifier(loss="log_loss", random_state=0),
    "linear-svc": LinearSVC(),
    "svc": SVC(),
    "bayes": GaussianNB(),
    "tree": DecisionTreeClassifier(max_depth=3, random_state=0),
    "forest": RandomForestClassifier(5, random_state=0),
    "boosting": GradientBoostingClassifier(n_estimators=3, random_state=0),
    "neighbours": KNeighborsClassifier(),
    "network": MLPClassifier((5,), max_iter=20, random_state=0),
    "lda": LinearDiscriminantAnalysis(),
    "qda": QuadraticDiscriminantAnalysis(),
    "steps": make_pipeline(StandardScaler(), LogisticRegression()),
    "steps-linear-svc": make_pipeline(StandardScaler(), LinearSVC()),
    "vote": VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())], voting="soft"),
}

OUTER: Mapping[str, Callable[[Any], Any]] = {
    "search": lambda each: GridSearchCV(each, {}, cv=2),
    "random search": lambda each: RandomizedSearchCV(each, {}, n_iter=1, cv=2),
    "steps": lambda each: make_pipeline(StandardScaler(), make_pipeline(PCA(3), each)),
    "hard vote": lambda each: VotingClassifier([("a", each), ("b", LogisticRegression())]),
    "soft vote": lambda each: VotingClassifier(
        [("out", "drop"), ("a", each), ("b", LogisticRegression())],
        voting="soft",
        weights=[9, 1, 3],
    ),
    "stack": lambda each: StackingClassifier([("a", each), ("b", LogisticRegression())], cv=2),
    "stack on": lambda each: StackingClassifier(
        [("a", LogisticRegression())], final_estimator=each, cv=2, passthrough=True
    ),
    "calibration": lambda each: CalibratedClassifierCV(each, cv=2),
    "calibration of one": lambda each: CalibratedClassifierCV(
        FrozenEstimator(each.fit(X, TRUTHS)), cv=2
    ),
    "bagging": lambda each: BaggingClassifier(
        each, n_estimators=3, max_features=0.5, random_state=0
    ),
    "one against rest": OneVsRestClassifier,
    "one against one": OneVsOneClassifier,
}


def nested_cases(outer: str) -> Mapping[str, OnnxCase]:
    """Return every classifier inside another, by name: on truths, and on three names."""
    labels = {"truths": TRUTHS, "names": NAMES}
    if outer == "calibration of one":
        del labels["names"]  # it has been fitted before
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a network that learns little
        return _cases(outer, labels)


def _cases(outer: str, labels: Mapping[str, Any]) -> Mapping[str, OnnxCase]:
    return {
        f"{inner}, {target}": OnnxCase(inner, target, OUTER[outer](each), X, answers, P)
        for inner, each in INNER.items()
        for target, answers in labels.items()
        if _fits(outer, each)
    }


def _fits(outer: str, inner: Any) -> bool:
    """Whether scikit-learn itself takes the one inside the other."""
    if outer == "stack on":
        return not isinstance(inner, QuadraticDiscriminantAnalysis)  # its input is collinear
    return outer != "soft vote" or hasattr(inner, "predict_proba")
