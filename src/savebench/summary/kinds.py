"""What a model is made of, and how large it is: the classes that decide which row is the best.

The kind is that of the catalogue's own workloads, by name. A plug-in's workload, or a person's own
model, is "other": what its name says of its insides is not known.
"""

from typing import Literal, get_args

Kind = Literal["arrays", "trees", "text and objects", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SizeClass = Literal["small", "medium", "large"]
SIZE_CLASSES: tuple[SizeClass, ...] = get_args(SizeClass)

SMALL_BYTES = 1_000_000
"""Small to here: such a model stays in a processor's cache, and fixed costs decide."""
MEDIUM_BYTES = 100_000_000
"""Medium to here; above, page faults, the disk and a second copy of the model decide."""

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


def size_class(size_bytes: float) -> SizeClass:
    """Return the class of a model's pickled size; each limit belongs to the class below it.

    Of a workload give the size that it is called by: what is built may be off it by a quarter.
    """
    if size_bytes <= SMALL_BYTES:
        return "small"
    return "medium" if size_bytes <= MEDIUM_BYTES else "large"
