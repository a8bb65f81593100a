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
    hints = session.hints
    modules = {each.name.rpartition(".")[0] for each in names}
    found = {
        "scikit-learn": hints.get("scikit-learn") or _sklearn_era(modules),
        "numpy": _numpy_era(modules),
        "joblib": hints.get("joblib", ""),
        "python": _python_era(hints, protocol),
        "xgboost": hints.get("xgboost", ""),
        "lightgbm": hints.get("lightgbm", ""),
    }
    return {name: version for name, version in found.items() if version}


def _sklearn_era(modules: set[str]) -> str:
    if any(module.startswith(_OLD_SKLEARN) for module in modules):
        return "<0.23"
    return "<0.22" if modules & _RENAMED else ""


def _numpy_era(modules: set[str]) -> str:
    if any(module.startswith("numpy._core") for module in modules):
        return ">=2"
    return "<2" if any(module.startswith("numpy.core") for module in modules) else ""


def _python_era(hints: dict[str, str], protocol: int) -> str:
    if hints.get("python") == "2" and protocol <= 2:  # noqa: PLR2004 - the last that it knew
        return "2"
    return _SINCE.get(protocol, "")
