"""The fixture under test, without times: they have tests of their own."""

import pytest

from savebench.persistence.fixture import PersistenceFixture
from savebench.persistence.testrun import modules_of_the_test_run

INSTALLED = "tests.persistence.models"
"""Stands for a module that is installed, though it lies beside the tests."""


@pytest.fixture
def check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> PersistenceFixture:
    """Return the fixture as it is where benchmarks are not enabled."""

    def modules(request: pytest.FixtureRequest) -> tuple[str, ...]:
        return tuple(name for name in modules_of_the_test_run(request) if name != INSTALLED)

    monkeypatch.setattr("savebench.persistence.fixture.benchmarks_enabled", lambda _: False)
    monkeypatch.setattr("savebench.persistence.fixture.modules_of_the_test_run", modules)
    return PersistenceFixture(request)
