"""The environment variables that measured processes get: pinned, scrubbed, the same for all."""

import os
import sys
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all processes of a launcher share: an interpreter, and what it finds around it."""

    executable: str = sys.executable
    path: tuple[str, ...] = field(default_factory=lambda: tuple(sys.path))
    """What they import from, before their interpreter's own packages; ours by default."""
    threads: int = 1
    """Of BLAS, OpenMP and joblib."""
    user_site: bool = False
    """Whether they may import from the user's own folder, if this process may: by default they have
    what a run's header names, and no more."""

    def environment(self, hash_seed: int) -> dict[str, str]:
        """Return a process's environment: threads pinned, hash seed set, switches off."""
        kept = {name: value for name, value in os.environ.items() if name not in _SCRUBBED}
        pinned = dict.fromkeys(_THREAD_VARIABLES, str(self.threads))
        if not self.user_site or sys.flags.no_user_site:
            pinned["PYTHONNOUSERSITE"] = "1"
        return {
            **kept,
            **pinned,
            "PYTHONPATH": os.pathsep.join(str(Path(entry).absolute()) for entry in self.path),
            "PYTHONHASHSEED": str(hash_seed % _LARGEST_HASH_SEED + 1),
        }
