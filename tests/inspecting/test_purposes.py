"""What attributes are for: every claim that something is not read is tried on a fitted model."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn import (
    cluster,
    covariance,
    decomposition,
    ensemble,
    feature_extraction,
    gaussian_process,
    linear_model,
    manifold,
    mixture,
    model_selection,
    neighbors,
    neural_network,
    semi_supervised,
    svm,
    tree,
)
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - it names two classes

from savebench.inspecting.explaining import explained
from savebench.inspecting.objects import inspect_object
from savebench.inspecting.purposes import NODE_BYTES, NODE_FIELDS, PURPOSES, Purpose
from savebench.inspecting.tree import every_part

NUMBERS = np.random.default_rng(0)
X = NUMBERS.random((90, 4))
Y = (X[:, 0] + X[:, 1] > 1).astype(int)
TEXTS = ["one two three", "two three four", "three four five"] * 5
FEW = {"n_estimators": 3, "random_state": 0}
GRID = {"max_depth": [1, 2]}
SPREAD = {"max_depth": [1, 2, 3]}


def searched(kind: Any, *arguments: Any, **options: Any) -> Any:
    """Return a search over trees, fitted."""
    return kind(tree.DecisionTreeClassifier(random_state=0), *arguments, cv=3, **options).fit(X, Y)


def bagged(kind: Any) -> Any:
    """Return a fitted ensemble with answers out of bag."""
    options = {"bootstrap": True, "oob_score": True}
    return kind(n_estimators=25, random_state=0, **options).fit(X, Y)


MODELS: dict[str, Callable[[], Any]] = {
    "MLPClassifier": lambda: neural_network.MLPClassifier(
        hidden_layer_sizes=(5,), max_iter=3, early_stopping=True, random_state=0
    ).fit(X, Y),
    "MLPRegressor": lambda: neural_network.MLPRegressor(
        hidden_layer_sizes=(5,), max_iter=3, early_stopping=True, random_state=0
    ).fit(X, Y),
    "GaussianProcessRegressor": lambda: gaussian_process.GaussianProcessRegressor().fit(X, Y),
    "LabelPropagation": lambda: semi_supervised.LabelPropagation().fit(X, Y),
    "LabelSpreading": lambda: semi_supervised.LabelSpreading().fit(X, Y),
    "SVC": lambda: svm.SVC().fit(X, Y),
    "NuSVC": lambda: svm.NuSVC().fit(X, Y),
    "RandomForestClassifier": lambda: bagged(ensemble.RandomForestClassifier),
    "RandomForestRegressor": lambda: bagged(ensemble.RandomForestRegressor),
    "ExtraTreesClassifier": lambda: bagged(ensemble.ExtraTreesClassifier),
    "ExtraTreesRegressor": lambda: bagged(ensemble.ExtraTreesRegressor),
    "BaggingClassifier": lambda: bagged(ensemble.BaggingClassifier),
    "BaggingRegressor": lambda: bagged(ensemble.BaggingRegressor),
    "GradientBoostingClassifier": lambda: ensemble.GradientBoostingClassifier(
        subsample=0.5, **FEW
    ).fit(X, Y),
    "GradientBoostingRegressor": lambda: ensemble.GradientBoostingRegressor(
        subsample=0.5, **FEW
    ).fit(X, Y),
    "HistGradientBoostingClassifier": lambda: ensemble.HistGradientBoostingClassifier(
        max_iter=3, early_stopping=True
    ).fit(X, Y),
    "HistGradientBoostingRegressor": lambda: ensemble.HistGradientBoostingRegressor(
        max_iter=3, early_stopping=True
    ).fit(X, Y),
    "GridSearchCV": lambda: searched(model_selection.GridSearchCV, GRID),
    "RandomizedSearchCV": lambda: searched(
        model_selection.RandomizedSearchCV, SPREAD, n_iter=2, random_state=0
    ),
    "HalvingGridSearchCV": lambda: searched(model_selection.HalvingGridSearchCV, GRID),
    "HalvingRandomSearchCV": lambda: searched(
        model_selection.HalvingRandomSearchCV, SPREAD, random_state=0
    ),
    "LassoCV": lambda: linear_model.LassoCV().fit(X, Y),
    "ElasticNetCV": lambda: linear_model.ElasticNetCV().fit(X, Y),
    "MultiTaskLassoCV": lambda: linear_model.MultiTaskLassoCV().fit(X, X[:, :2]),
    "MultiTaskElasticNetCV": lambda: linear_model.MultiTaskElasticNetCV().fit(X, X[:, :2]),
    "LogisticRegressionCV": lambda: linear_model.LogisticRegressionCV(cv=3).fit(X, Y),
    "CountVectorizer": lambda: feature_extraction.text.CountVectorizer(min_df=6).fit(TEXTS),
    "TfidfVectorizer": lambda: feature_extraction.text.TfidfVectorizer(min_df=6).fit(TEXTS),
    "KMeans": lambda: cluster.KMeans(2, random_state=0).fit(X),
    "MiniBatchKMeans": lambda: cluster.MiniBatchKMeans(2, random_state=0).fit(X),
    "BisectingKMeans": lambda: cluster.BisectingKMeans(2, random_state=0).fit(X),
    "AffinityPropagation": lambda: cluster.AffinityPropagation(random_state=0).fit(X),
    "Birch": lambda: cluster.Birch(threshold=0.2).fit(X),
    "LatentDirichletAllocation": lambda: decomposition.LatentDirichletAllocation(
        2, random_state=0
    ).fit(X),
    "Isomap": lambda: manifold.Isomap().fit(X),
    "GaussianMixture": lambda: mixture.GaussianMixture(2, random_state=0).fit(X),
    "BayesianGaussianMixture": lambda: mixture.BayesianGaussianMixture(
        n_components=2, random_state=0, max_iter=500
    ).fit(X),
    "EllipticEnvelope": lambda: covariance.EllipticEnvelope(random_state=0).fit(X),
    "LocalOutlierFactor": lambda: neighbors.LocalOutlierFactor(novelty=True).fit(X),
}
OF_ANOTHER = {
    "AdamOptimizer": ("MLPClassifier", "_optimizer", {}),
    "SGDOptimizer": ("MLPClassifier", "_optimizer", {"solver": "sgd"}),
}
"""Classes whose objects are parts of a model."""
NOT_READ = [
    (class_, attribute, purpose)
    for (class_, attribute), purpose in PURPOSES.items()
    if purpose.not_read
]


METHODS = ("predict", "predict_proba", "decision_function", "transform", "score_samples")


def answers(model: Any) -> dict[str, np.ndarray]:
    """Return what a model answers, as numbers, by each of its methods."""
    given = TEXTS if hasattr(model, "vocabulary_") else X
    found = {name: getattr(model, name)(given) for name in METHODS if hasattr(model, name)}
    return {
        name: np.asarray(each.toarray() if hasattr(each, "toarray") else each)
        for name, each in found.items()
    }


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("class_", "attribute", "purpose"), NOT_READ, ids=[f"{row[0]}.{row[1]}" for row in NOT_READ]
)
def test_what_is_said_not_to_be_read_is_not_read(
    class_: str, attribute: str, purpose: Purpose
) -> None:
    """Without it, or with zeros in its place, answers are the same to the last bit."""
    owner, inner, options = OF_ANOTHER.get(class_, (class_, "", {}))
    if options:
        kind = neural_network.MLPClassifier
        model = kind((5,), max_iter=3, random_state=0, **options).fit(X, Y)
    else:
        model = MODELS[owner]()
    holder = getattr(model, inner) if inner else model
    before = answers(model)
    if purpose.zeroed:
        setattr(holder, attribute, np.zeros_like(getattr(holder, attribute)))
    else:
        vars(holder).pop(attribute, None)

    after = answers(model)

    assert purpose.not_read in before
    assert before.keys() == after.keys()
    assert [name for name in before if not np.array_equal(before[name], after[name])] == []


OLD_ONLY = {("CountVectorizer", "stop_words_"), ("TfidfVectorizer", "stop_words_")}
"""Of scikit-learn up to 1.4, whose documentation says so."""


@pytest.mark.filterwarnings("ignore")
def test_each_claim_is_of_an_attribute_that_some_model_has() -> None:
    """A name that was mistyped would be tried on nothing."""
    held = {(class_, attribute) for class_, make in MODELS.items() for attribute in vars(make())}
    claimed = {row[:2] for row in NOT_READ if row[0] in MODELS}

    missing = claimed - held - OLD_ONLY

    assert missing == set()


@pytest.mark.parametrize(
    ("model", "nodes", "kind"),
    [
        (
            tree.DecisionTreeClassifier(random_state=0),
            lambda model: model.tree_.__getstate__()["nodes"],
            "Tree",
        ),
        (
            ensemble.HistGradientBoostingClassifier(max_iter=3),
            lambda model: model._predictors[0][0].nodes,
            "TreePredictor",
        ),
    ],
)
def test_fields_of_nodes_that_are_said_not_to_be_read_are_not(
    model: Any, nodes: Callable[[Any], np.ndarray], kind: str
) -> None:
    """Zeros in their places change no answer; their bytes are those of the dtype."""
    model.fit(X, Y)
    before = model.predict_proba(X)
    held = nodes(model)

    for name in NODE_FIELDS[kind]:
        held[name] = 0

    assert np.array_equal(before, model.predict_proba(X))
    sizes = [held.dtype[name].itemsize for name in NODE_FIELDS[kind]]
    assert sum(sizes) == NODE_BYTES[kind]


@pytest.mark.filterwarnings("ignore")
def test_edges_of_bins_are_not_read_for_numbers() -> None:
    """As is said of `_bin_mapper`; columns of categories do read it."""
    model = MODELS["HistGradientBoostingClassifier"]()
    before = model.predict_proba(X)

    model._bin_mapper.bin_thresholds_ = []

    assert np.array_equal(before, model.predict_proba(X))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("class_", "path", "said"),
    [
        ("MLPClassifier", "_optimizer", "state of the optimizer, not read by predict"),
        ("MLPClassifier", "_optimizer.ms", "state of the optimizer, not read by predict"),
        ("GridSearchCV", "cv_results_", "scores of all candidates, not read by predict"),
        (
            "GridSearchCV",
            "best_estimator_.tree_.nodes",
            "38 % of it (impurity, n_node_samples, weighted_n_node_samples) not read by predict",
        ),
        (
            "HistGradientBoostingClassifier",
            "_predictors[0][0].nodes",
            "30 % of it (count, gain, depth, bin_threshold) not read by predict",
        ),
        ("LocalOutlierFactor", "_fit_X", "the training data itself"),
    ],
)
def test_parts_say_what_they_are_for(class_: str, path: str, said: str) -> None:
    """By the class that owns them, however deep it lies."""
    found = explained(inspect_object(MODELS[class_]()))

    parts = {part.path: part.what for _, part in every_part(found.root)}
    assert parts[path] == said


def test_what_could_be_done_is_said_with_its_share_and_its_price() -> None:
    """Facts stay; nothing is changed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = neural_network.MLPClassifier((500,), max_iter=2).fit(X, Y)

    notes = explained(inspect_object(model)).notes

    share = next(note for note in notes if note.startswith("_optimizer could be deleted"))
    assert share.endswith(
        "predict answers the same; lost: training further (partial_fit, warm_start)"
    )


def test_to_explain_twice_changes_nothing() -> None:
    """Whoever reads a file may have explained it."""
    found = explained(inspect_object(neighbors.KNeighborsClassifier().fit(X, Y)))

    assert explained(found) == found
