"""Which distribution has a module that is missing here, and what loading an old file would risk.

Each row names its source.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from savebench.inspecting.found import Inspection

_IMPORTED_AS: Mapping[str, str] = {
    # The names that these import, as their own documentation has it.
    "sklearn": "scikit-learn",
    "skimage": "scikit-image",
    "skopt": "scikit-optimize",
    "imblearn": "imbalanced-learn",
    "umap": "umap-learn",
    "cv2": "opencv-python",
    "PIL": "Pillow",
    "bs4": "beautifulsoup4",
    "yaml": "PyYAML",
    "category_encoders": "category_encoders",
    "lightgbm": "lightgbm",
    "xgboost": "xgboost",
    "catboost": "catboost",
    "hdbscan": "hdbscan",
    "sentence_transformers": "sentence-transformers",
    "sksurv": "scikit-survival",
    "mlxtend": "mlxtend",
    "feature_engine": "feature-engine",
    "sklearn_crfsuite": "sklearn-crfsuite",
    "sklearn_pandas": "sklearn-pandas",
    "skmultilearn": "scikit-multilearn",
    "sklearn_extra": "scikit-learn-extra",
    "sktime": "sktime",
    "tslearn": "tslearn",
    "pmdarima": "pmdarima",
    "statsmodels": "statsmodels",
    "gensim": "gensim",
    "nltk": "nltk",
    "spacy": "spacy",
    "torch": "torch",
    "skorch": "skorch",
    "tensorflow": "tensorflow",
    "keras": "keras",
    "dill": "dill",
    "cloudpickle": "cloudpickle",
    "joblib": "joblib",
    "skops": "skops",
    "pandas": "pandas",
    "polars": "polars",
    "pyarrow": "pyarrow",
    "scipy": "scipy",
    "numpy": "numpy",
    "fasttext": "fasttext",
    "interpret": "interpret",
    "ngboost": "ngboost",
    "econml": "econml",
    "shap": "shap",
    "tpot": "TPOT",
    "autosklearn": "auto-sklearn",
    "pycaret": "pycaret",
    "snapml": "snapml",
    "cuml": "cuml",
    "pyod": "pyod",
    "prophet": "prophet",
    "gplearn": "gplearn",
    "pygam": "pygam",
    "rdkit": "rdkit",
    "Bio": "biopython",
    "dateutil": "python-dateutil",
    "attr": "attrs",
    "google.protobuf": "protobuf",
    "Crypto": "pycryptodome",
    "serial": "pyserial",
    "jwt": "PyJWT",
    "OpenSSL": "pyOpenSSL",
    "pkg_resources": "setuptools<81",
}

_RENAMED_IN_0_22: Mapping[str, str] = {
    # scikit-learn 0.22 renamed all modules that were not public ("Clear definition of the public
    # API" in what's new in 0.22); the old names, with a warning, went with 0.24.
    "svm": "classes base bounds libsvm liblinear",
    "tree": "tree export",
    "ensemble": (
        "forest gradient_boosting bagging base iforest voting voting_classifier weight_boosting "
        "partial_dependence"
    ),
    "linear_model": (
        "base bayes coordinate_descent huber least_angle logistic omp passive_aggressive "
        "perceptron ransac ridge sag stochastic_gradient theil_sen sgd_fast"
    ),
    "preprocessing": "data label",
    "neighbors": (
        "base classification regression unsupervised kde lof nearest_centroid ball_tree kd_tree "
        "dist_metrics typedefs quad_tree"
    ),
    "neural_network": "multilayer_perceptron rbm",
    "cluster": (
        "k_means_ hierarchical dbscan_ birch bicluster affinity_propagation_ mean_shift_ spectral "
        "optics_"
    ),
    "decomposition": (
        "pca base nmf online_lda truncated_svd fastica_ factor_analysis incremental_pca kernel_pca "
        "sparse_pca dict_learning"
    ),
    "feature_selection": (
        "base from_model rfe univariate_selection variance_threshold mutual_info_"
    ),
    "feature_extraction": "dict_vectorizer hashing",
    "gaussian_process": "gpc gpr",
    "mixture": "base gaussian_mixture bayesian_mixture",
    "manifold": "isomap locally_linear mds spectral_embedding_ t_sne",
    "metrics": "classification ranking regression scorer",
    "covariance": (
        "empirical_covariance_ graph_lasso_ outlier_detection robust_covariance "
        "shrunk_covariance_ elliptic_envelope"
    ),
    "utils": "seq_dataset weight_vector",
}

_MOVED: Mapping[str, str] = {
    # scikit-learn 0.23 took its copy of joblib out (what's new in 0.21 and 0.23).
    "sklearn.externals.joblib": "scikit-learn<0.23 (or joblib, the module renamed)",
    "sklearn.externals": "scikit-learn<0.23",
    # 0.20 took these three out (what's new in 0.18 and 0.20).
    "sklearn.cross_validation": "scikit-learn<0.20",
    "sklearn.grid_search": "scikit-learn<0.20",
    "sklearn.learning_curve": "scikit-learn<0.20",
    # 0.22 took the old imputer out (what's new in 0.20 and 0.22).
    "sklearn.preprocessing.imputation": "scikit-learn<0.22",
    # 1.4 replaced the losses of gradient boosting (pull 26278).
    "sklearn.ensemble._gb_losses": "scikit-learn<1.4",
    # 1.1 replaced those of histogram boosting by sklearn._loss (pull 20811).
    "sklearn.ensemble._hist_gradient_boosting.loss": "scikit-learn<1.1",
    "sklearn._loss": "scikit-learn>=1.1",
    # 1.7 took this one out (pull 31167); 1.5 and 1.6 write it for remainder="passthrough".
    "sklearn.compose._column_transformer._RemainderColsList": "scikit-learn>=1.5,<1.7",
    "sklearn.utils._metadata_requests": "scikit-learn>=1.1",
    "sklearn": "scikit-learn, of the version that wrote the file",
    # NumPy 2.0 renamed numpy.core (release notes 2.0.0, NEP 52); 1.26.1 has the new name of most
    # of it (its release notes), but not of numeric, which protocol 5 names (numpy issue 28340).
    "numpy._core.numeric": "numpy>=2",
    "numpy._core": "numpy>=2 (or 1.26.1 and later)",
    "numpy.core": "numpy, of the version that wrote the file",
    # pandas 2.0 took Int64Index and its kin out (what's new in 2.0.0).
    "pandas.core.indexes.numeric": "pandas<2",
    # 0.20 moved these below _libs (what's new in 0.20.0).
    "pandas.indexes": "pandas<0.20",
    "pandas.tslib": "pandas<0.20",
    "pandas.lib": "pandas<0.20",
    "pandas.index": "pandas<0.20",
    "pandas._sparse": "pandas<0.20",
    # SciPy 1.8 made the modules of sparse private (release notes 1.8.0).
    **{
        f"scipy.sparse._{each}": "scipy>=1.8"
        for each in ("csr", "csc", "coo", "lil", "dok", "bsr", "dia")
    },
    "__main__": "the script that saved it: its own classes are in no distribution",
    **{
        f"sklearn.{package}.{name}": "scikit-learn<0.24"
        for package, names in _RENAMED_IN_0_22.items()
        for name in names.split()
    },
}
"""Beginning of a dotted name -> what has it."""


def brings(name: str) -> str:
    """Return what has a missing module or class, as pip spells it; empty: not known.

    Parameters
    ----------
    name
        Dotted: ``"sklearn.svm.classes.SVC"``.
    """
    pieces = name.split(".")
    for length in range(len(pieces), 0, -1):
        beginning = ".".join(pieces[:length])
        found = _MOVED.get(beginning) or _IMPORTED_AS.get(beginning)
        if found:
            return found
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Break:
    """A version from which on files from before it do not load, or do not answer."""

    since: str
    classes: str
    said: str


_BREAKS = (
    _Break(
        since="1.3",
        classes="Tree",
        said=(
            "its trees were written before scikit-learn 1.3, whose nodes have one field more "
            '(missing_go_to_left): 1.3 and later refuse them, "node array from the pickle has an '
            'incompatible dtype" (github.com/yzhao062/pyod/issues/519)'
        ),
    ),
    _Break(
        since="1.4",
        classes="GradientBoostingClassifier GradientBoostingRegressor",
        said=(
            "it was written before scikit-learn 1.4, which took sklearn.ensemble._gb_losses out: "
            "1.4 and later cannot import what it names (scikit-learn pull 26278)"
        ),
    ),
    _Break(
        since="1.1",
        classes="HistGradientBoostingClassifier HistGradientBoostingRegressor",
        said=(
            "it was written before scikit-learn 1.1, which replaced the losses of histogram "
            "boosting: 1.1 and later cannot import what it names (scikit-learn pull 20811)"
        ),
    ),
    _Break(
        since="1.4",
        classes=(
            "DecisionTreeClassifier DecisionTreeRegressor ExtraTreeClassifier ExtraTreeRegressor"
        ),
        said=(
            "its trees were written before scikit-learn 1.4 and have no monotonic_cst: with 1.4 "
            "and later they fail to predict, AttributeError "
            "(github.com/sapientml/core/pull/93)"
        ),
    ),
)
_POLICY = (
    "scikit-learn supports loading with the version that wrote a file only: with another it warns "
    "(InconsistentVersionWarning) and may fail, or answer differently (its model persistence guide)"
)


def risks(inspection: Inspection, installed: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield what loading a file with the versions installed here would risk, each with its source.

    Parameters
    ----------
    inspection
        What was found in the file.
    installed
        Distribution -> version, for those that matter; left out, what is installed here.
    """
    written = inspection.written_by.get("scikit-learn", "")
    here = _version("scikit-learn", installed)
    if written and here and written != here:
        yield f"written with scikit-learn {written}, here is {here}: {_POLICY}"
        names = {each.rpartition(".")[2] for each in inspection.classes}
        for each in _BREAKS:
            concerned = names & set(each.classes.split())
            if concerned and _earlier(written, each.since) and not _earlier(here, each.since):
                yield each.said
    yield from _numpy_risks(inspection, _version("numpy", installed))


def _numpy_risks(inspection: Inspection, here: str) -> Iterator[str]:
    """Yield what reading NumPy 2's arrays with an earlier NumPy would risk."""
    names = [each.name for each in inspection.globals]
    if not here or not any(each.startswith("numpy._core.") for each in names):
        return
    of_protocol_5 = any(each.startswith("numpy._core.numeric.") for each in names)
    if _earlier(here, "1.26.1") or (of_protocol_5 and _earlier(here, "2")):
        yield (
            f"written with NumPy 2 (it names numpy._core), here is {here}, which cannot import it "
            "(NumPy's release notes 1.26.1; github.com/numpy/numpy/issues/28340)"
        )


def _version(distribution: str, installed: Mapping[str, str] | None) -> str:
    if installed is not None:
        return installed.get(distribution, "")
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _earlier(one: str, other: str) -> bool:
    """Whether a version comes before another: "0.20.3", or as a bound, "<0.22"."""
    bound = one.startswith("<")
    first, second = _release(one), _release(other)
    if not first:
        return False
    return first <= second if bound else first < second


def _release(text: str) -> tuple[int, ...]:
    found = re.match(r"[<>=~]*\s*(\d{1,4}(?:\.\d{1,6})*)", text)
    if found is None:
        return ()
    pieces = [int(each) for each in found[1].split(".")]
    while pieces and pieces[-1] == 0:
        pieces.pop()
    return tuple(pieces)
