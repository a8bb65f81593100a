"""Saving in the test's process: what lies outside the path is no part of a model's size."""

import os
import pickle
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from savebench.persistence.fixture import PersistenceFixture
from savebench.persistence.result import PersistenceError
from savebench.trial.isolation import working_in

X = np.arange(5.0)


class Weighty:
    """A model of 100 KB, as the rows of the planted plug-in carry it."""

    def __init__(self, payload: bytes = b"") -> None:
        """Keep some bytes."""
        self.payload = payload

    def predict(self, x: Any) -> Any:
        """Return the input."""
        return x


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize(
    ("serializer", "reason"),
    [
        ("planted-beside", r"outside the path it was given: model.npy \(100 KB\) beside it;"),
        ("planted-litter", r"left-\S+ \(0 B\) in the working directory or TMPDIR, 1 more, and"),
        ("planted-link", r"dump made a link to /.*\.planted, at the path it was given; a dump"),
    ],
)
def test_a_file_outside_the_path_fails_its_serializer(
    check: PersistenceFixture, serializer: str, reason: str
) -> None:
    """However small the file at the path: a limit on size holds for all that a load needs."""
    with pytest.raises(PersistenceError, match=rf"{serializer} +failed .*{reason}"):
        check(Weighty(bytes(100_000)), X, serializers=serializer, max_size="1KB")


def test_the_test_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Working directory and TMPDIR come back, whatever the serializer raised or removed."""
    home, away = tmp_path / "home", tmp_path / "away"
    home.mkdir()
    away.mkdir()
    monkeypatch.chdir(home)
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", None)

    def work() -> None:
        with working_in(away):
            assert (Path.cwd(), tempfile.gettempdir()) == (away, str(away))
            del os.environ["TMPDIR"]
            raise pickle.PicklingError

    with pytest.raises(pickle.PicklingError):
        work()
    assert (Path.cwd(), "TMPDIR" in os.environ, tempfile.tempdir) == (home, False, None)


def test_a_working_directory_that_is_gone_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no way back to it."""
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with working_in(tmp_path):
        assert Path.cwd() == tmp_path
