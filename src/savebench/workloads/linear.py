"""Linear models, decompositions, kernels: a few large arrays of floats."""

from math import isqrt
from typing import TYPE_CHECKING, Any

from savebench.catalogue.rows import Workload
from savebench.workloads._recipes import (
    FLOAT_BYTES,
    PROBE_ROWS,
    data_rng,
    float_count,
    normal_rows,
    probe_rng,
)

if TYPE_CHECKING:
    from savebench.workloads._recipes import Floats

CLUSTERS = 64
COMPONENTS = 32
SUPPORT_VECTORS = 500


def rows() -> tuple[Workload, ...]:
    """Return the linear family."""
    return (
        Workload(
            name="home-prices",
            build=_build_home_prices,
            probe=_probe_home_prices,
            sizes=("1KB",),
            modules=("sklearn.linear_model",),
            stresses="fixed cost: a five-row linear regression of 400 bytes",
        ),
        Workload(
            name="ridge-wide",
            build=_build_ridge_wide,
            probe=normal_rows,
            sizes=("10KB", "100KB", "1MB", "16MB", "128MB", "1GB", "4GB"),
            modules=("sklearn.linear_model",),
            stresses="one large array of random floats, in Fortran order",
        ),
        Workload(
            name="lasso-sparse",
            build=_build_lasso_sparse,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB"),
            modules=("sklearn.linear_model",),
            stresses="mostly zeros: the compressible twin of ridge-wide",
        ),
        Workload(
            name="logistic-sparse",
            build=_build_logistic_sparse,
            probe=_probe_sparse_rows,
            method="decision_function",
            sizes=("100KB", "1MB", "16MB"),
            modules=("sklearn.linear_model", "scipy.sparse"),
            stresses="a scipy sparse matrix: values and their column numbers",
        ),
        Workload(
            name="pca",
            build=_build_pca,
            probe=normal_rows,
            method="transform",
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=("sklearn.decomposition",),
            stresses="one wide array of few rows, and small ones beside it",
        ),
        Workload(
            name="kmeans",
            build=_build_kmeans,
            probe=normal_rows,
            method="transform",
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=("sklearn.cluster",),
            stresses="a block of floats beside a small array of integers",
        ),
        Workload(
            name="svc",
            build=_build_svc,
            probe=normal_rows,
            method="decision_function",
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=("sklearn.svm",),
            stresses="arrays that compiled code reads through memory views",
        ),
        Workload(
            name="gaussian-process",
            build=_build_gaussian_process,
            probe=normal_rows,
            method="sample_y",
            sizes=("100KB", "1MB", "16MB", "128MB", "1GB"),
            modules=("sklearn.gaussian_process",),
            stresses="a triangular array: half of its bytes are zeros",
        ),
    )


def _build_home_prices(_target_bytes: int, _seed: int) -> Any:
    import numpy as np
    from sklearn.linear_model import LinearRegression

    area_sqft = np.array([[2600.0], [3000.0], [3200.0], [3600.0], [4000.0]])
    price_dollars = np.array([550000.0, 565000.0, 610000.0, 680000.0, 725000.0])
    return LinearRegression().fit(area_sqft, price_dollars)


def _probe_home_prices(_model: Any, _seed: int) -> "Floats":
    import numpy as np

    return np.array([[5000.0]])


def _build_ridge_wide(target_bytes: int, seed: int) -> Any:
    from sklearn.linear_model import Ridge

    # As many targets as features: with one target the training data would outweigh the model.
    features = isqrt(float_count(target_bytes))
    rng = data_rng(seed)
    samples = rng.standard_normal((16, features))
    return Ridge(solver="cholesky").fit(samples, rng.standard_normal((16, features)))


def _build_lasso_sparse(target_bytes: int, seed: int) -> Any:
    from sklearn.linear_model import Lasso

    features = isqrt(float_count(target_bytes))
    rng = data_rng(seed)
    samples = rng.standard_normal((64, features))
    # The strong penalty keeps few coefficients, the loose tolerance few passes.
    return Lasso(alpha=0.3, tol=1e-2).fit(samples, rng.standard_normal((64, features)))


def _build_logistic_sparse(target_bytes: int, seed: int) -> Any:
    """Fit on documents that use a quarter of their columns: an unseen column weighs exactly 0."""
    import numpy as np
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    documents, seen = 200, target_bytes // (FLOAT_BYTES + 4)  # a value and an int32 column number
    rng = data_rng(seed)
    columns = rng.choice(4 * seen, size=seen, replace=False)
    where = (rng.integers(documents, size=seen), columns)
    samples = sparse.csr_matrix((rng.random(seen), where), shape=(documents, 4 * seen))
    labels = np.arange(documents) % 2
    model = LogisticRegression(solver="liblinear", dual=True, random_state=seed)
    return model.fit(samples, labels).sparsify()


def _probe_sparse_rows(model: Any, seed: int) -> Any:
    from scipy import sparse

    features = model.n_features_in_
    per_row = features // 20
    rng = probe_rng(seed)
    columns = rng.integers(features, size=PROBE_ROWS * per_row)
    starts = [row * per_row for row in range(PROBE_ROWS + 1)]
    samples = sparse.csr_matrix(
        (rng.random(columns.size), columns, starts), shape=(PROBE_ROWS, features)
    )
    samples.sum_duplicates()
    return samples


def _build_pca(target_bytes: int, seed: int) -> Any:
    from sklearn.decomposition import PCA

    features = float_count(target_bytes) // (COMPONENTS + 1)  # the components and the mean
    samples = data_rng(seed).standard_normal((2 * COMPONENTS, features))
    return PCA(n_components=COMPONENTS, svd_solver="full").fit(samples)


def _build_kmeans(target_bytes: int, seed: int) -> Any:
    from sklearn.cluster import KMeans

    features = float_count(target_bytes) // CLUSTERS
    samples = data_rng(seed).standard_normal((2 * CLUSTERS, features))
    return KMeans(CLUSTERS, init="random", n_init=1, max_iter=5, random_state=seed).fit(samples)


def _build_svc(target_bytes: int, seed: int) -> Any:
    import numpy as np
    from sklearn.svm import SVC

    # With labels of chance and many features every sample becomes a support vector.
    features = max(1, float_count(target_bytes) // SUPPORT_VECTORS)
    samples = data_rng(seed).standard_normal((SUPPORT_VECTORS, features))
    return SVC(C=0.01).fit(samples, np.arange(SUPPORT_VECTORS) % 2)


def _build_gaussian_process(target_bytes: int, seed: int) -> Any:
    from sklearn.gaussian_process import GaussianProcessRegressor

    features = 8
    samples = isqrt(float_count(target_bytes) + 25) - 5  # n * n + 10 * n values: factor and data
    rng = data_rng(seed)
    # Only a covariance reads the triangular factor, hence the method sample_y.
    model = GaussianProcessRegressor(alpha=0.1, optimizer=None, random_state=seed)
    return model.fit(rng.standard_normal((samples, features)), rng.standard_normal(samples))
