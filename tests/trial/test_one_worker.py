"""Models answer with one worker, whatever they ask for."""

import joblib
import pytest

from savebench.trial.one_worker import one_worker, workers_as_pinned


@pytest.mark.parametrize("n_jobs", [None, 1, 4, -1])
def test_parallel_work_is_done_in_order(n_jobs: int | None) -> None:
    """By one worker, so that sums are added up in one order."""
    with one_worker():
        assert joblib.effective_n_jobs(n_jobs) == 1
        assert joblib.Parallel(n_jobs, require="sharedmem")._backend.effective_n_jobs(n_jobs) == 1


def test_who_asks_for_threads_has_workers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """``--threads 2``."""
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    with workers_as_pinned():
        assert joblib.effective_n_jobs(2) == 2
