"""The environment variables that measured processes get: pinned, scrubbed, the same for all."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "BLOSC_NTHREADS",
    "LOKY_MAX_CPU_COUNT",  # joblib's workers, where a model asks for all cores
)
_SCRUBBED = ("PYTHONINSPECT", "PYTHONPROFILEIMPORTTIME", "PYTHONWARNINGS", "PYTHONTRACEMALLOC")
_LARGEST_HASH_SEED = 2**32 - 1


def child_environment(
    inherited: Mapping[str, str], path: Sequence[str], *, threads: int, hash_seed: int
) -> dict[str, str]:
    """Return the environment of a measured process: threads pinned, hash seed set, switches off.

    It imports from where this process does: `path` is our ``sys.path``.
    """
    kept = {name: value for name, value in inherited.items() if name not in _SCRUBBED}
    pinned = dict.fromkeys(_THREAD_VARIABLES, str(threads))
    return {
        **kept,
        **pinned,
        "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in path),
        "PYTHONNOUSERSITE": "1",  # what the header names, and nothing from the user's own folder
        "PYTHONHASHSEED": str(hash_seed % _LARGEST_HASH_SEED + 1),
    }
