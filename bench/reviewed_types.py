"""List the types of a library that could stand on the reviewed list, with the reason a line.

``python bench/reviewed_types.py sklearn`` prints lines for `savebench/inspecting/reviewed.txt`.
A class is listed where nothing of its own runs when an object of it is made without the
constructor and given a state: no ``__new__``, ``__setstate__``, ``__del__``, ``__getattr__`` and
the like, but for those named below, which were read. The rest is printed as a comment, to be
read by a person. Modules are imported, so run it on a library that you trust.
"""

import importlib
import inspect
import pkgutil
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterator
from types import ModuleType

_HOOKS = (
    "__new__",
    "__setstate__",
    "__setattr__",
    "__del__",
    "__getattr__",
    "__getattribute__",
    "__init_subclass__",
)
_READ = frozenset(
    {
        "sklearn.base.BaseEstimator.__setstate__",  # warns of another version, fills __dict__
        "sklearn.base._HTMLDocumentationLinkMixin.__setstate__",
        "sklearn.utils._metadata_requests._MetadataRequester.__init_subclass__",
        "sklearn.utils._set_output._SetOutputMixin.__init_subclass__",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor.__setstate__",
    }
)
_SKIPPED = (
    *("_testing", "_mocking", "_plot", "_repr_html", "_pprint", "_plotting", "callback"),
    *("parallel", "deprecation", "estimator_checks", "_available_if", "_export"),
    *("_reingold_tilford", "_pairwise_distances_reduction", "_pairwise_fast", "fixes"),
    *("tests", "datasets", "externals", "_build_utils", "conftest", "experimental", "setup"),
)
_OLD_NAMES = {
    "cluster._affinity_propagation": "affinity_propagation_",
    "cluster._bicluster": "bicluster",
    "cluster._birch": "birch",
    "cluster._dbscan": "dbscan_",
    "cluster._agglomerative": "hierarchical",
    "cluster._kmeans": "k_means_ _k_means",
    "cluster._mean_shift": "mean_shift_",
    "cluster._optics": "optics_",
    "cluster._spectral": "spectral",
    "covariance._empirical_covariance": "empirical_covariance_",
    "covariance._graph_lasso": "graph_lasso_",
    "covariance._robust_covariance": "robust_covariance",
    "covariance._shrunk_covariance": "shrunk_covariance_",
    "cross_decomposition._pls": "pls_ cca_",
    "decomposition._fastica": "fastica_",
    "decomposition._lda": "online_lda _online_lda",
    "ensemble._gb": "gradient_boosting",
    "manifold._spectral_embedding": "spectral_embedding_",
    "manifold._t_sne": "t_sne",
    "neighbors._quad_tree": "quad_tree",
    "svm._classes": "classes",
    "tree._classes": "tree",
}


def main() -> None:
    """Print lines for the list."""
    package = importlib.import_module(sys.argv[1])
    listed: dict[str, list[str]] = defaultdict(list)
    for module in _modules(package):
        for name, kind in vars(module).items():
            if not inspect.isclass(kind) or kind.__module__ != module.__name__:
                continue
            if issubclass(kind, BaseException) or name != kind.__name__:
                continue
            if inspect.isabstract(kind) or name.endswith("Mixin"):
                continue
            hooks = _own_hooks(kind)
            if hooks:
                print(f"# {module.__name__} {name}: {', '.join(hooks)}")
            else:
                listed[module.__name__].append(name)
    for module_name, names in sorted(listed.items()):
        modules = " ".join((module_name, *_older(module_name)))
        print(f"type | {modules} | {' '.join(sorted(names))} | {_reason(module_name)}")


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    """Yield a package's modules that can be imported here."""
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if any(piece in _SKIPPED for piece in found.name.split(".")):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                yield importlib.import_module(found.name)
            except ImportError as error:
                print(f"# {found.name}: {error}")


def _own_hooks(kind: type) -> list[str]:
    """Return what of a class Python would run while an object is loaded, and nobody has read."""
    found = []
    for each in kind.__mro__[:-1]:
        for hook in _HOOKS:
            name = f"{each.__module__}.{each.__qualname__}.{hook}"
            if (
                hook in vars(each)
                and each.__module__ not in {"builtins", "abc"}
                and name not in _READ
            ):
                found.append(name)
    return found


def _older(module: str) -> list[str]:
    """Return the names that a module of scikit-learn had before 0.22."""
    top, _, rest = module.partition(".")
    package, _, last = rest.rpartition(".")
    if top != "sklearn" or "." in package or not package:
        return []
    special = _OLD_NAMES.get(rest)
    plain = last.removeprefix("_") if last.startswith("_") else ""
    return [f"{top}.{package}.{each}" for each in (special or plain).split()]


def _reason(module: str) -> str:
    top = module.partition(".")[0]
    if top == "sklearn":
        return "no hook of its own; BaseEstimator warns of another version and fills __dict__"
    return f"no hook of its own in {top}; its state fills __dict__"


if __name__ == "__main__":
    main()
