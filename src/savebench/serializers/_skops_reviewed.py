"""The names that the skops rows trust beyond what skops trusts by itself, each reviewed.

Reviewed for one property: restoring one runs no code that the file brings or names. A file can
have skops call a trusted name with arguments of its own choice, set the attributes of what comes
back, or hand them to its ``__setstate__``. So each of these was read for what its constructor and
its ``__setstate__`` do.

Left out, though scikit-learn's models hold them: ``PyFuncDistance64``, ``PairwiseKernel``,
``functools.partial`` and ``numpy.mean``, which call what the file names; and the distributions of
``scipy.stats``, whose ``__setstate__`` runs a text of the file (``_parse_arg_template``).
"""

from collections.abc import Iterable


def _names(module: str, names: str) -> Iterable[str]:
    return (f"{module}.{name}" for name in names.split())


TRUSTED_TYPES: tuple[str, ...] = (
    # Containers: made empty or from numbers, then filled. Bunch's __setstate__ does nothing.
    "collections.OrderedDict",
    "numpy.dtype",
    "savebench.workloads.arrays.ArrayHolder",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.utils._bunch.Bunch",
    # Nodes hold indices that nobody checks: a forged file runs no code, but may crash predict.
    *_names("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor"),
    *_names("sklearn.neighbors", "_ball_tree.BallTree _kd_tree.KDTree"),
    "sklearn.tree._tree.Tree",
    # Numbers and vectors. PyFuncDistance would call whatever function the file names.
    *_names(
        "sklearn.metrics._dist_metrics",
        "BrayCurtisDistance64 CanberraDistance64 ChebyshevDistance64 EuclideanDistance64 "
        "HammingDistance64 JaccardDistance64 ManhattanDistance64 MinkowskiDistance64",
    ),
    # Parts of estimators: attributes are set, at most after a look at the version.
    *_names("sklearn.calibration", "_CalibratedClassifier _SigmoidCalibration _TemperatureScaling"),
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    *_names("sklearn._loss.loss", "HalfTweedieLoss HalfTweedieLossIdentity"),
    "sklearn.multiclass._ConstantPredictor",
    *_names("sklearn.neural_network._stochastic_optimizers", "AdamOptimizer SGDOptimizer"),
    *_names("sklearn.utils._metadata_requests", "MetadataRequest MethodMetadataRequest"),
    # Estimators that skops overlooks, since scikit-learn calls them experimental.
    *_names(
        "sklearn.model_selection._search_successive_halving",
        "HalvingGridSearchCV HalvingRandomSearchCV",
    ),
    # Settings of a fit: attributes are set, and nothing looks at them before the next fit.
    "sklearn.compose._column_transformer.make_column_selector",
    *_names(
        "sklearn.model_selection._split",
        "GroupKFold GroupShuffleSplit KFold LeaveOneGroupOut LeaveOneOut LeavePGroupsOut LeavePOut "
        "PredefinedSplit RepeatedKFold RepeatedStratifiedKFold ShuffleSplit StratifiedGroupKFold "
        "StratifiedKFold StratifiedShuffleSplit TimeSeriesSplit _CVIterableWrapper",
    ),
    # Kernels: attributes are set. PairwiseKernel would call whatever function the file names.
    *_names(
        "sklearn.gaussian_process.kernels",
        "CompoundKernel ConstantKernel DotProduct ExpSineSquared Exponentiation Matern Product RBF "
        "RationalQuadratic Sum WhiteKernel",
    ),
    # Scorers: attributes are set; score() calls the function, which must be trusted by itself.
    *_names("sklearn.metrics._scorer", "_CurveScorer _PassthroughScorer _Scorer"),
)


TRUSTED_FUNCTIONS: tuple[str, ...] = (
    # Numbers in, numbers out: what GridSearchCV(scoring="...") and SelectKBest refer to.
    *_names(
        "sklearn.feature_selection._univariate_selection",
        "chi2 f_classif f_regression r_regression",
    ),
    *_names("sklearn.feature_selection._mutual_info", "mutual_info_classif mutual_info_regression"),
    *_names(
        "sklearn.metrics._classification",
        "accuracy_score balanced_accuracy_score brier_score_loss d2_brier_score d2_log_loss_score "
        "f1_score jaccard_score log_loss matthews_corrcoef precision_score recall_score",
    ),
    *_names(
        "sklearn.metrics._ranking", "average_precision_score roc_auc_score top_k_accuracy_score"
    ),
    *_names(
        "sklearn.metrics._regression",
        "d2_absolute_error_score explained_variance_score max_error mean_absolute_error "
        "mean_absolute_percentage_error mean_gamma_deviance mean_poisson_deviance "
        "mean_squared_error mean_squared_log_error median_absolute_error r2_score "
        "root_mean_squared_error root_mean_squared_log_error",
    ),
    *_names("sklearn.metrics._scorer", "negative_likelihood_ratio positive_likelihood_ratio"),
    *_names(
        "sklearn.metrics.cluster._supervised",
        "adjusted_mutual_info_score adjusted_rand_score completeness_score fowlkes_mallows_score "
        "homogeneity_score mutual_info_score normalized_mutual_info_score rand_score "
        "v_measure_score",
    ),
)
