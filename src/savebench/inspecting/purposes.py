"""What attributes of known models are for, and which of them answering does not read.

A table, keyed by class and attribute: the class by its own name within its package, since modules
were renamed over the years ("sklearn.svm.classes" is "sklearn.svm._classes" today). Each row that
says "not read" is tried in `tests/inspecting/test_purposes.py`: without it, or with zeros in its
place, answers stay the same to the last bit.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """What one attribute of a class is for."""

    what: str
    not_read: str = ""
    """The method that does not read it: "predict"; empty: it is read, or nobody tried."""
    lost: str = ""
    """What the model cannot do any more without it."""
    zeroed: bool = False
    """It may be filled with zeros, but must stay: other code asks for its shape."""

    @property
    def said(self) -> str:
        """What is shown: "state of the optimizer, not read by predict"."""
        return f"{self.what}, not read by {self.not_read}" if self.not_read else self.what


Row = tuple[str, str, Purpose]


def _unread(what: str, method: str = "predict", *, lost: str = "", zeroed: bool = False) -> Purpose:
    return Purpose(what=what, not_read=method, lost=lost, zeroed=zeroed)


def _read(what: str) -> Purpose:
    return Purpose(what=what)


_DATA = _read("the training data itself")
_NEIGHBORS = (
    "KNeighborsClassifier KNeighborsRegressor RadiusNeighborsClassifier RadiusNeighborsRegressor "
    "NearestNeighbors LocalOutlierFactor KNNImputer KNeighborsTransformer "
    "RadiusNeighborsTransformer"
)
_FOREST_CLASSIFIERS = "RandomForestClassifier ExtraTreesClassifier BaggingClassifier"
_FOREST_REGRESSORS = "RandomForestRegressor ExtraTreesRegressor BaggingRegressor"
_BOOSTERS = "GradientBoostingClassifier GradientBoostingRegressor"
_HIST = "HistGradientBoostingClassifier HistGradientBoostingRegressor"
_SEARCHES = "GridSearchCV RandomizedSearchCV HalvingGridSearchCV HalvingRandomSearchCV"
_MLPS = "MLPClassifier MLPRegressor"
_VECTORIZERS = "CountVectorizer TfidfVectorizer"
_SVMS = "SVC NuSVC SVR NuSVR OneClassSVM"
_PATHS = "LassoCV ElasticNetCV MultiTaskLassoCV MultiTaskElasticNetCV"

_ROWS: tuple[Row, ...] = (
    (
        _MLPS,
        "_optimizer",
        _unread("state of the optimizer", lost="training further (partial_fit, warm_start)"),
    ),
    (_MLPS, "_best_coefs", _unread("weights kept while training, the best so far")),
    (_MLPS, "_best_intercepts", _unread("weights kept while training, the best so far")),
    (_MLPS, "loss_curve_", _unread("loss after each epoch of the training")),
    (_MLPS, "validation_scores_", _unread("score after each epoch of the training")),
    (_MLPS, "_random_state", _unread("state of the random numbers of the training")),
    ("AdamOptimizer", "ms vs", _unread("state of the optimizer", lost="training further")),
    ("SGDOptimizer", "velocities", _unread("state of the optimizer", lost="training further")),
    (_NEIGHBORS, "_fit_X", _DATA),
    (_NEIGHBORS, "_y", _read("the training targets themselves")),
    (_NEIGHBORS, "_tree", _read("an index over the training data, which are stored once")),
    ("KDTree BallTree", "<state>[0] data_arr", _read("the training data, as the index sees them")),
    ("KernelRidge", "X_fit_", _DATA),
    ("KernelPCA", "X_fit_", _DATA),
    ("GaussianProcessRegressor _BinaryGaussianProcessClassifierLaplace", "X_train_", _DATA),
    ("GaussianProcessRegressor", "y_train_", _unread("the training targets themselves")),
    (
        "GaussianProcessRegressor",
        "L_",
        _unread(
            "a triangle of samples by samples, half of it zeros, for standard deviations",
            lost="standard deviations (return_std, return_cov)",
        ),
    ),
    ("LabelPropagation LabelSpreading", "X_", _DATA),
    (
        "LabelPropagation LabelSpreading",
        "transduction_",
        _unread("the label of each training sample"),
    ),
    (_SVMS, "support_vectors_", _read("the part of the training data that decides")),
    ("SVC NuSVC", "dual_coef_", _unread("the weights of the support vectors for people to read")),
    (_SVMS, "_dual_coef_", _read("the weights of the support vectors")),
    (
        _FOREST_CLASSIFIERS,
        "oob_decision_function_",
        _unread("answers for the training samples, out of bag"),
    ),
    (
        _FOREST_REGRESSORS,
        "oob_prediction_",
        _unread("answers for the training samples, out of bag"),
    ),
    (_BOOSTERS, "train_score_", _unread("loss after each stage of the training")),
    (_BOOSTERS, "oob_improvement_ oob_scores_", _unread("loss after each stage, out of bag")),
    (_HIST, "train_score_ validation_score_", _unread("score after each stage of the training")),
    (
        "_BinMapper",
        "bin_thresholds_",
        _read("edges of the bins: of number columns not read by predict"),
    ),
    (_HIST, "_bin_mapper", _read("edges of the bins: of number columns not read by predict")),
    (_SEARCHES, "cv_results_", _unread("scores of all candidates")),
    (_PATHS, "mse_path_", _unread("errors of all candidates")),
    (
        "LogisticRegressionCV",
        "coefs_paths_ scores_",
        _unread("weights and scores of all candidates"),
    ),
    (_VECTORIZERS, "vocabulary_", _read("a number for each token")),
    # Until 1.4; "provided only for introspection and can be safely removed using delattr", as its
    # documentation said; gone with 1.5 (scikit-learn pull 28823, CVE-2024-5206).
    (
        _VECTORIZERS,
        "stop_words_",
        _unread("tokens of the training texts that were left out", "transform"),
    ),
    ("OneHotEncoder OrdinalEncoder", "categories_", _read("all values of each column")),
    ("KMeans MiniBatchKMeans BisectingKMeans", "labels_", _unread("a label a training sample")),
    ("AffinityPropagation", "affinity_matrix_", _unread("a square of samples by samples")),
    ("AffinityPropagation", "labels_", _unread("a label a training sample")),
    ("Birch", "root_ dummy_leaf_", _unread("the tree of the training", lost="partial_fit")),
    ("Birch", "labels_", _unread("a label a training sample")),
    ("DBSCAN", "components_", _read("a copy of the training data that are core samples")),
    ("DBSCAN HDBSCAN OPTICS", "labels_", _read("a label a training sample")),
    ("AgglomerativeClustering FeatureAgglomeration", "children_", _read("which clusters merged")),
    ("SpectralClustering SpectralEmbedding", "affinity_matrix_", _read("samples by samples")),
    ("IsolationForest", "_decision_path_lengths", _read("lengths of paths, for the score")),
    ("LatentDirichletAllocation", "exp_dirichlet_component_", _read("the topics, as read")),
    (
        "LatentDirichletAllocation",
        "components_",
        _unread("the topics for people to read", "transform", lost="partial_fit", zeroed=True),
    ),
    ("Isomap", "embedding_", _unread("where the training samples went", "transform", zeroed=True)),
    ("Isomap", "dist_matrix_", _read("a square of samples by samples, read by transform")),
    ("TSNE MDS", "embedding_", _read("where the training samples went")),
    ("MDS", "dissimilarity_matrix_", _read("a square of samples by samples")),
    (
        "GaussianMixture BayesianGaussianMixture",
        "covariances_ precisions_",
        _unread("the shapes of the parts for people to read", lost="sample"),
    ),
    ("EllipticEnvelope", "dist_", _unread("a distance a training sample")),
    ("EllipticEnvelope", "support_ raw_support_", _unread("which samples were taken")),
    ("LocalOutlierFactor", "negative_outlier_factor_", _unread("a score a training sample")),
    ("Booster", "handle", _read("the model in XGBoost's own format")),
)


def _table() -> dict[tuple[str, str], Purpose]:
    return {
        (class_, attribute): purpose
        for classes, attributes, purpose in _ROWS
        for class_ in classes.split()
        for attribute in attributes.split()
    }


PURPOSES = _table()
"""(class, attribute) -> what it is for."""
PACKAGES = frozenset({"sklearn", "xgboost", "lightgbm", "imblearn"})

NODE_FIELDS = {
    "Tree": ("impurity", "n_node_samples", "weighted_n_node_samples"),
    "TreePredictor": ("count", "gain", "depth", "bin_threshold"),
}
"""Fields of the nodes of trees that predict does not read."""
NODE_BYTES = {"Tree": 24, "TreePredictor": 17}
"""What these fields take in one node, of scikit-learn 0.20 to 1.9."""


def purpose_of(owner: str, attribute: str) -> Purpose | None:
    """Return what an attribute of a class is for, by the class's dotted name; None: not known."""
    package, _, _ = owner.partition(".")
    if package not in PACKAGES:
        return None
    return PURPOSES.get((owner.rpartition(".")[2], attribute))
