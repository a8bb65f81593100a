"""What a trial's process does before its operation."""

import pytest

from savebench.trial.worker import forget_thread_pools


def test_what_an_import_found_of_thread_pools_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a row whose modules look for them would be spared what all others pay."""
    from sklearn.utils import parallel

    monkeypatch.setattr(parallel, "_threadpool_controller", object())
    forget_thread_pools()
    assert parallel._threadpool_controller is None
