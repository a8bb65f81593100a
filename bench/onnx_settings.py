"""The settings that change what skl2onnx must do, by estimator; others are tried as they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.gaussian_process.kernels import RBF, DotProduct, Matern, WhiteKernel
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

Settings = Mapping[str, Any]

_FOREST = {"n_estimators": 5, "random_state": 0}
_FEW = {"n_estimators": 5}
_TREE = DecisionTreeClassifier(max_depth=3, random_state=0)
_STEPS = make_pipeline(StandardScaler(), LogisticRegression())
_TWO = [("logistic", LogisticRegression()), ("tree", _TREE)]
_THREE = [*_TWO, ("bayes", GaussianNB())]
_SCORED = [("logistic", LogisticRegression()), ("linear", LinearSVC()), ("svc", SVC())]
_PRICED = [("ridge", Ridge()), ("tree", DecisionTreeRegressor(max_depth=3, random_state=0))]


def _steps(*estimators: Any) -> Settings:
    return {"steps": [(f"{at}", each) for at, each in enumerate(estimators)]}


def _search(estimator: Any) -> Settings:
    return {"estimator": estimator, "param_grid": {}, "cv": 2}


def _each(name: str, *values: Any, **others: Any) -> Sequence[Settings]:
    return [{name: value, **others} for value in values]


SETTINGS: Mapping[str, Sequence[Settings]] = {
    "AdaBoostClassifier": [_FOREST, {**_FOREST, "estimator": LogisticRegression()}],
    "AdaBoostRegressor": [_FOREST],
    "BaggingClassifier": [
        {"n_estimators": 3, "random_state": 0, **more}
        for more in (
            {},
            {"estimator": LogisticRegression(), "max_features": 0.5},
            {"estimator": LinearSVC()},
        )
    ],
    "BaggingRegressor": [{"n_estimators": 3, "random_state": 0}],
    "BayesianGaussianMixture": _each(
        "covariance_type", "full", "tied", "diag", "spherical", n_components=2, random_state=0
    ),
    "Binarizer": [{}, {"threshold": 0.5}],
    "CalibratedClassifierCV": [
        *_each("estimator", LogisticRegression(), LinearSVC(), SVC(), GaussianNB(), _STEPS, cv=2),
        {"estimator": RandomForestClassifier(**_FOREST), "cv": 2},
        *_each("method", "isotonic", "temperature", estimator=LogisticRegression(), cv=2),
    ],
    "ColumnTransformer": [
        {"transformers": [("scale", StandardScaler(), [0, 1]), ("range", MinMaxScaler(), [2])]},
        {"transformers": [("scale", StandardScaler(), [0, 1])], "remainder": "passthrough"},
        {"transformers": [("scale", StandardScaler(), [3, 1, 0, 2])]},
        {"transformers": [("scale", StandardScaler(), slice(1, None))]},
    ],
    "ExtraTreesClassifier": [_FOREST],
    "ExtraTreesRegressor": [_FOREST],
    "FeatureUnion": [
        {"transformer_list": [("scale", StandardScaler()), ("pca", PCA(2))]},
        {
            "transformer_list": [("scale", StandardScaler()), ("pca", PCA(2))],
            "transformer_weights": {"pca": 3.0},
        },
    ],
    "FunctionTransformer": [{}, {"func": np.abs}],
    "GaussianMixture": _each(
        "covariance_type", "full", "tied", "diag", "spherical", n_components=2, random_state=0
    ),
    "GaussianProcessRegressor": [
        *_each("kernel", None, RBF() + WhiteKernel(), Matern(nu=1.5), DotProduct() + WhiteKernel()),
        {"kernel": RBF(), "alpha": 0.1, "normalize_y": True},
    ],
    "GaussianRandomProjection": [{"n_components": 2, "random_state": 0}],
    "GradientBoostingClassifier": [
        {**_FEW, **more}
        for more in ({}, {"loss": "exponential"}, {"init": "zero"}, {"init": LogisticRegression()})
    ],
    "GradientBoostingRegressor": [
        {**_FEW, **more} for more in ({}, {"loss": "huber"}, {"init": "zero"}, {"init": Ridge()})
    ],
    "GridSearchCV": [
        _search(each)
        for each in (LogisticRegression(), SVC(), LinearSVC(), _STEPS, Ridge(), PCA(2))
    ],
    "HistGradientBoostingClassifier": [{"max_iter": 5}],
    "HistGradientBoostingRegressor": [{"max_iter": 5}],
    "IsolationForest": [_FOREST, {**_FOREST, "contamination": 0.1}],
    "KBinsDiscretizer": _each(
        "encode",
        "onehot",
        "onehot-dense",
        "ordinal",
        n_bins=3,
        quantile_method="averaged_inverted_cdf",
    ),
    "KMeans": [{"n_clusters": 3, "n_init": 1, "random_state": 0}],
    "KNNImputer": [{}, {"add_indicator": True}],
    "KNeighborsClassifier": [
        {},
        *_each("metric", "manhattan", "cosine", "chebyshev"),
        {"weights": "distance"},
    ],
    "KNeighborsRegressor": [{}, {"metric": "manhattan"}, {"weights": "distance"}],
    "KNeighborsTransformer": _each("mode", "distance", "connectivity"),
    "KernelPCA": _each("kernel", "linear", "rbf", "poly", "sigmoid", "cosine", n_components=2),
    "LocalOutlierFactor": [{"novelty": each} for each in (True, False)],
    "LogisticRegressionCV": [{"Cs": 2, "cv": 2}],
    "LogisticRegression": [{}, {"fit_intercept": False}],
    "MLPClassifier": _each(
        "activation", "relu", "tanh", hidden_layer_sizes=(5,), max_iter=20, random_state=0
    ),
    "MLPRegressor": [{"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 0}],
    "MinMaxScaler": [{}, {"clip": True}],
    "MiniBatchKMeans": [{"n_clusters": 3, "n_init": 1, "random_state": 0}],
    "MultiOutputClassifier": _each("estimator", LogisticRegression(), LinearSVC()),
    "MultiOutputRegressor": [{"estimator": Ridge()}],
    "NearestNeighbors": [{}, {"n_neighbors": 3, "radius": None}],
    "Normalizer": _each("norm", "l1", "l2", "max"),
    "NuSVC": [{"nu": 0.1}],
    "OneHotEncoder": [
        {},
        *_each("drop", "first", "if_binary"),
        {"handle_unknown": "ignore"},
        {"sparse_output": False},
        {"min_frequency": 35},
    ],
    "OneVsOneClassifier": _each("estimator", LogisticRegression(), LinearSVC(), _TREE),
    "OneVsRestClassifier": _each("estimator", LogisticRegression(), LinearSVC(), SVC(), _TREE),
    "OrdinalEncoder": [
        {},
        {"handle_unknown": "use_encoded_value", "unknown_value": -1},
        {"min_frequency": 35},
    ],
    "PCA": [{"n_components": 2, "whiten": each} for each in (False, True)],
    "Pipeline": [
        _steps(StandardScaler(), LogisticRegression()),
        _steps(StandardScaler(), LinearSVC()),
        _steps(make_pipeline(StandardScaler(), PCA(2)), SVC()),
        _steps("passthrough", LogisticRegression()),
    ],
    "PolynomialFeatures": [{}, {"interaction_only": True, "include_bias": False}],
    "PowerTransformer": [{}, {"standardize": False}],
    "QuantileTransformer": _each("output_distribution", "uniform", "normal", n_quantiles=20),
    "RANSACRegressor": [{"random_state": 0}],
    "RFE": [{"estimator": LogisticRegression(), "n_features_to_select": 2}],
    "RFECV": [{"estimator": LogisticRegression(), "cv": 2}],
    "RadiusNeighborsClassifier": [{"radius": 3.0}],
    "RadiusNeighborsRegressor": [{"radius": 3.0}],
    "RandomForestClassifier": [_FOREST],
    "RandomForestRegressor": [_FOREST],
    "RandomTreesEmbedding": [
        {"n_estimators": 3, "random_state": 0, "sparse_output": each} for each in (True, False)
    ],
    "SGDClassifier": _each("loss", "hinge", "log_loss", "modified_huber", random_state=0),
    "SGDOneClassSVM": [{"random_state": 0}],
    "SVC": [{}, *_each("kernel", "linear", "poly"), {"decision_function_shape": "ovo"}],
    "SelectFromModel": [{"estimator": LogisticRegression()}],
    "SimpleImputer": [
        {},
        {"strategy": "median"},
        {"strategy": "constant", "fill_value": 7.0},
        {"add_indicator": True},
    ],
    "StackingClassifier": [
        {"estimators": _TWO, "cv": 2},
        {"estimators": _TWO, "cv": 2, "passthrough": True},
        {"estimators": _SCORED, "cv": 2},
    ],
    "StackingRegressor": [{"estimators": _PRICED, "cv": 2}],
    "StandardScaler": [{}, {"with_mean": False}],
    "TfidfTransformer": [{}, {"sublinear_tf": True}],
    "TruncatedSVD": [{"n_components": 2}],
    "TunedThresholdClassifierCV": [
        {"estimator": LogisticRegression(), "scoring": "recall", "cv": 2}
    ],
    "TweedieRegressor": [{}, {"power": 1.5}],
    "VotingClassifier": [
        {"estimators": _THREE},
        {"estimators": _THREE, "weights": [1, 5, 1]},
        {"estimators": _SCORED},
        {"estimators": _TWO, "voting": "soft"},
    ],
    "VotingRegressor": [{"estimators": _PRICED}, {"estimators": _PRICED, "weights": [1, 3]}],
}
