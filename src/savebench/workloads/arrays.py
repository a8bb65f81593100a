"""Arrays with a chosen layout, count and entropy, for scaling curves."""

from typing import TYPE_CHECKING, Any

from savebench.catalogue.rows import Workload
from savebench.workloads._recipes import (
    count_for,
    data_rng,
    float_count,
    normal_rows,
    probe_rng,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

    from savebench.workloads._recipes import Floats

    Draw = Callable[[np.random.Generator, int], Floats]

LARGE_ARRAYS = 4
SMALL_ARRAY_FLOATS = 64
KERNEL_SAMPLES = 64
HOLDER_MODULES = ("savebench.workloads.arrays", "numpy")
KERNEL_MODULES = ("sklearn.kernel_ridge", "sklearn.gaussian_process.kernels")  # a lazy import


class ArrayHolder:
    """Arrays and nothing else, with a method that reads every byte of them."""

    def __init__(self, arrays: "list[Floats]") -> None:
        """Hold `arrays`."""
        self.arrays = arrays

    def predict(self, weights: "Floats") -> "Floats":
        """Return the sum of each array times its weight: shape (number of arrays,)."""
        import numpy as np

        return np.array([array.sum() for array in self.arrays]) * weights


def rows() -> tuple[Workload, ...]:
    """Return the array family."""
    return (
        Workload(
            name="arrays",
            build=_build_arrays,
            probe=_probe_weights,
            sizes=("10KB", "100KB", "1MB", "16MB", "128MB", "1GB", "4GB"),
            modules=HOLDER_MODULES,
            stresses="four arrays of random floats: cost against size",
        ),
        Workload(
            name="arrays-low-entropy",
            build=_build_arrays_low_entropy,
            probe=_probe_weights,
            sizes=("10KB", "100KB", "1MB", "16MB", "128MB", "1GB", "4GB"),
            modules=HOLDER_MODULES,
            stresses="sixteen whole numbers: the compressible twin of arrays",
        ),
        Workload(
            name="many-arrays",
            build=_build_many_arrays,
            probe=_probe_weights,
            sizes=("10KB", "100KB", "1MB", "16MB"),
            modules=HOLDER_MODULES,
            stresses="thousands of small arrays: the cost of each array",
        ),
        Workload(
            name="fortran-order",
            build=_build_fortran_order,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=KERNEL_MODULES,
            stresses="an array in Fortran order, as a data frame hands it over",
        ),
        Workload(
            name="strided",
            build=_build_strided,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=KERNEL_MODULES,
            stresses="a view that is not contiguous, of all columns but one",
        ),
    )


def _build_arrays(target_bytes: int, seed: int) -> ArrayHolder:
    return _hold(LARGE_ARRAYS, float_count(target_bytes) // LARGE_ARRAYS, seed, _normal)


def _build_arrays_low_entropy(target_bytes: int, seed: int) -> ArrayHolder:
    return _hold(LARGE_ARRAYS, float_count(target_bytes) // LARGE_ARRAYS, seed, _whole)


def _build_many_arrays(target_bytes: int, seed: int) -> ArrayHolder:
    def hold(count: int) -> ArrayHolder:
        return _hold(count, SMALL_ARRAY_FLOATS, seed, _normal)

    return hold(count_for(target_bytes, hold, pilot=8))


def _hold(count: int, floats: int, seed: int, draw: "Draw") -> ArrayHolder:
    rng = data_rng(seed)
    return ArrayHolder([draw(rng, floats) for _ in range(count)])


def _normal(rng: "np.random.Generator", floats: int) -> "Floats":
    return rng.standard_normal(floats)


def _whole(rng: "np.random.Generator", floats: int) -> "Floats":
    import numpy as np

    return rng.integers(16, size=floats, dtype=np.uint8).astype(np.float64)


def _probe_weights(model: ArrayHolder, seed: int) -> "Floats":
    return probe_rng(seed).random(len(model.arrays))


def _build_fortran_order(target_bytes: int, seed: int) -> Any:
    import numpy as np

    table = _table(target_bytes, seed)
    return _fit_kernel(np.asfortranarray(table[:, :-1]), table[:, -1])


def _build_strided(target_bytes: int, seed: int) -> Any:
    table = _table(target_bytes, seed)
    return _fit_kernel(table[:, :-1], table[:, -1])


def _table(target_bytes: int, seed: int) -> "Floats":
    """Return samples whose last column is the answer."""
    features = float_count(target_bytes) // KERNEL_SAMPLES
    return data_rng(seed).standard_normal((KERNEL_SAMPLES, features + 1))


def _fit_kernel(samples: "Floats", answers: "Floats") -> Any:
    """Fit the one kernel whose sums run in the same order whatever the layout of the samples."""
    from sklearn.kernel_ridge import KernelRidge

    return KernelRidge(kernel="laplacian").fit(samples, answers)
