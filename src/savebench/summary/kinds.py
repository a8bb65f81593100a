"""What a model is made of: the kinds of the catalogue's own workloads, by name.

A plug-in's workload, or a person's own model, is "other": what its name says of its insides is not
known.
"""

from typing import Literal, get_args

Kind = Literal["arrays", "trees", "text and objects", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_KINDS: dict[Kind, tuple[str, ...]] = {
    "arrays": (
        "arrays",
        "arrays-low-entropy",
        "fortran-order",
        "gaussian-process",
        "home-prices",
        "kmeans",
        "knn-brute",
        "knn-brute-rounded",
        "knn-kdtree",
        "lasso-sparse",
        "logistic-sparse",
        "mlp",
        "pca",
        "ridge-wide",
        "strided",
        "svc",
    ),
    "trees": (
        "extra-trees",
        "gradient-boosting",
        "hist-gradient-boosting",
        "isolation-forest",
        "random-forest",
    ),
    # many-arrays holds thousands: each costs by the object, hardly by its bytes
    "text and objects": ("many-arrays", "one-hot", "pipeline", "tfidf"),
}
_BY_WORKLOAD = {name: kind for kind, names in _KINDS.items() for name in names}


def kind_of(workload: str) -> Kind:
    """Return what a workload's models are made of; "other" for a name not of the catalogue."""
    return _BY_WORKLOAD.get(workload, "other")
