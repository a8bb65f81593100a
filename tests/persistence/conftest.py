"""The fixture under test, without times: they have tests of their own."""

from pathlib import Path
from typing import Any

import pytest

from savebench.persistence.fixture import PersistenceFixture
from savebench.persistence.production import Folders
from savebench.persistence.result import Persistence
from tests.conftest import PLANTED

ROOT = Path(__file__).parents[2]
"""Stands for where a project is installed, and with it the models beside these tests."""


class Check(PersistenceFixture):
    """The fixture in a project that is deployed by copying its root folder."""

    def __call__(
        self, *arguments: Any, path: Folders = (ROOT, PLANTED), **asked: Any
    ) -> Persistence:
        """Name the folders, unless a test names others."""
        return super().__call__(*arguments, path=path, **asked)


@pytest.fixture
def check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> PersistenceFixture:
    """Return the fixture as it is where benchmarks are not enabled."""
    monkeypatch.setattr("savebench.persistence.fixture.benchmarks_enabled", lambda _: False)
    return Check(request)
