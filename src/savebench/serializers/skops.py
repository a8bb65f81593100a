"""skops: a zip of JSON and arrays that loads the types it is told to trust, and no others.

The types are a reviewed constant. Asking the file which types to trust, as examples on the web do,
would be no protection.
"""

import zipfile
from functools import partial
from pathlib import Path
from typing import Any

from savebench.catalogue import Serializer
from savebench.errors import Unsupported

TRUSTED_TYPES: tuple[str, ...] = (
    "numpy.dtype",
    "savebench.workloads.arrays.ArrayHolder",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.compose._column_transformer.make_column_selector",
    # Tree nodes hold indices that nobody checks: a forged file runs no code, but may crash predict.
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.RBF",
    "sklearn.gaussian_process.kernels.Sum",
    "sklearn.gaussian_process.kernels.WhiteKernel",
    # Of the metrics, only this: PyFuncDistance calls whatever function the file names.
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
)
"""What the catalogue's models need beyond what skops trusts by itself.

Reviewed for one property: restoring one runs no code that the file brings or names.
"""

_NOTE = "made in memory; loads reviewed types only"


def rows() -> tuple[Serializer, ...]:
    """Return skops, plain and deflated."""
    return (
        _row("skops", zipfile.ZIP_STORED, f"a zip of JSON and .npy; {_NOTE}"),
        _row("skops+deflate", zipfile.ZIP_DEFLATED, f"deflated at zip's level 6; {_NOTE}"),
    )


def _row(name: str, compression: int, note: str) -> Serializer:
    return Serializer(
        name=name,
        dump=partial(_dump, compression=compression),
        load=_load,
        # zipfile decodes member names as cp437, which is imported at the first one.
        modules=("skops.io", "encodings.cp437"),
        requires=("skops",),
        kind="restricted",
        runs_code=False,
        note=note,
    )


def _dump(model: Any, path: Path, *, compression: int) -> None:
    import skops.io
    from skops.io.exceptions import UnsupportedTypeException

    try:
        skops.io.dump(model, path, compression=compression)
    except UnsupportedTypeException as error:
        raise Unsupported(
            f"skops cannot write this {type(model).__name__}: {error}; use another serializer"
        ) from error


def _load(path: Path) -> Any:
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return skops.io.load(path, trusted=list(TRUSTED_TYPES))
    except UntrustedTypesFoundException as error:
        raise Unsupported(
            f"skops refuses types that nobody has reviewed: {str(error).splitlines()[0]} "
            "If you trust them, load the file with skops.io.load(path, trusted=[...])"
        ) from error
