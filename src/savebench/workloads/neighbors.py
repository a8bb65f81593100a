"""Nearest neighbours: the model is its training data."""

from typing import TYPE_CHECKING, Any

from savebench.catalogue.rows import Workload
from savebench.workloads._recipes import count_for, data_rng, float_count, normal_rows

if TYPE_CHECKING:
    from savebench.workloads._recipes import Floats

FEATURES = 32
MODULES = ("sklearn.neighbors",)


def rows() -> tuple[Workload, ...]:
    """Return the nearest-neighbour family."""
    return (
        Workload(
            name="knn-brute",
            build=_build_brute,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB", "128MB", "1GB", "4GB"),
            modules=MODULES,
            stresses="one large array of random floats: the codecs' worst case",
        ),
        Workload(
            name="knn-brute-rounded",
            build=_build_brute_rounded,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB", "128MB", "1GB"),
            modules=MODULES,
            stresses="one decimal: the compressible twin of knn-brute",
        ),
        Workload(
            name="knn-kdtree",
            build=_build_kdtree,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=MODULES,
            stresses="one large array that the model and its tree both refer to",
        ),
    )


def _build_brute(target_bytes: int, seed: int) -> Any:
    rng = data_rng(seed)
    samples = rng.standard_normal((_brute_samples(target_bytes), FEATURES))
    return _fit(samples, rng.standard_normal(len(samples)), algorithm="brute")


def _build_brute_rounded(target_bytes: int, seed: int) -> Any:
    rng = data_rng(seed)
    samples = rng.standard_normal((_brute_samples(target_bytes), FEATURES))
    samples.round(1, out=samples)
    return _fit(samples, rng.standard_normal(len(samples)).round(1), algorithm="brute")


def _build_kdtree(target_bytes: int, seed: int) -> Any:
    def fit(count: int) -> Any:
        rng = data_rng(seed)
        samples = rng.standard_normal((count, FEATURES))
        return _fit(samples, rng.standard_normal(count), algorithm="kd_tree")

    return fit(count_for(target_bytes, fit, pilot=1000))


def _brute_samples(target_bytes: int) -> int:
    return float_count(target_bytes) // (FEATURES + 1)  # the features and the answer of each


def _fit(samples: "Floats", answers: "Floats", *, algorithm: str) -> Any:
    from sklearn.neighbors import KNeighborsRegressor

    return KNeighborsRegressor(algorithm=algorithm).fit(samples, answers)
