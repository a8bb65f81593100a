"""Have a model answer with one worker: sums that several threads add up end in other last bits."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_THREADS = "OMP_NUM_THREADS"
"""What a measured process is told of its threads (`savebench.launch.surroundings`)."""


@contextmanager
def one_worker() -> Iterator[None]:
    """Do joblib's parallel work in order, whatever ``n_jobs`` says, if joblib is loaded at all."""
    joblib = sys.modules.get("joblib")
    if joblib is None:
        yield
        return
    configured = getattr(joblib, "parallel_config", None) or joblib.parallel_backend  # joblib < 1.3
    with configured("sequential"):
        yield


@contextmanager
def workers_as_pinned() -> Iterator[None]:
    """Do so in a process whose threads are pinned to one."""
    if os.environ.get(_THREADS, "1") == "1":
        with one_worker():
            yield
    else:
        yield
