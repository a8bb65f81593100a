"""The environment variables that measured processes get: pinned, scrubbed, the same for all."""

import os
import sys
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
    inherited: Mapping[str, str],
    path: Sequence[str],
    *,
    threads: int,
    hash_seed: int,
    user_site: bool = False,
) -> dict[str, str]:
    """Return the environment of a measured process: threads pinned, hash seed set, switches off.

    It imports from `path`, then from where its interpreter does. Of that, the user's own folder is
    left out, so that it has what the header names and no more; with `user_site`, it has that folder
    if this process may.
    """
    kept = {name: value for name, value in inherited.items() if name not in _SCRUBBED}
    pinned = dict.fromkeys(_THREAD_VARIABLES, str(threads))
    if not user_site or sys.flags.no_user_site:
        pinned["PYTHONNOUSERSITE"] = "1"
    return {
        **kept,
        **pinned,
        "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in path),
        "PYTHONHASHSEED": str(hash_seed % _LARGEST_HASH_SEED + 1),
    }
