"""Who wrote a file, as far as its names and opcodes tell."""

from collections.abc import Iterable

from savebench.inspecting.found import Named
from savebench.inspecting.pickles.session import Session

_SINCE = {3: ">=3.0", 4: ">=3.4", 5: ">=3.8"}
_OLD_SKLEARN = ("sklearn.externals.joblib", "sklearn.externals.six")
_RENAMED = {
    "sklearn.svm.classes",
    "sklearn.tree.tree",
    "sklearn.ensemble.forest",
    "sklearn.ensemble.gradient_boosting",
    "sklearn.linear_model.logistic",
    "sklearn.linear_model.base",
    "sklearn.linear_model.stochastic_gradient",
    "sklearn.linear_model.ridge",
    "sklearn.preprocessing.data",
    "sklearn.preprocessing.label",
    "sklearn.preprocessing.imputation",
    "sklearn.neighbors.classification",
    "sklearn.neighbors.kd_tree",
    "sklearn.cluster.k_means_",
    "sklearn.decomposition.pca",
}


def written_by(session: Session, names: Iterable[Named], protocol: int) -> dict[str, str]:
    """Return distributions and the versions that wrote a file."""
    hints, found = session.hints, dict[str, str]()
    modules = {each.name.rpartition(".")[0] for each in names}
    if "scikit-learn" in hints:
        found["scikit-learn"] = hints["scikit-learn"]
    elif any(module.startswith(_OLD_SKLEARN) for module in modules):
        found["scikit-learn"] = "<0.23"
    elif modules & _RENAMED:
        found["scikit-learn"] = "<0.22"
    if any(module.startswith("numpy._core") for module in modules):
        found["numpy"] = ">=2"
    elif any(module.startswith("numpy.core") for module in modules):
        found["numpy"] = "<2"
    if "joblib" in hints:
        found["joblib"] = hints["joblib"]
    if hints.get("python") == "2" and protocol <= 2:  # noqa: PLR2004 - the last that Python 2 knew
        found["python"] = "2"
    elif protocol in _SINCE:
        found["python"] = _SINCE[protocol]
    for name in ("xgboost", "lightgbm"):
        if name in hints:
            found[name] = hints[name]
    return found
