"""The fixture under test, without times: they have tests of their own."""

import pytest

from savebench.persistence.fixture import PersistenceFixture


@pytest.fixture
def check(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> PersistenceFixture:
    """Return the fixture as it is where benchmarks are not enabled."""
    monkeypatch.setattr("savebench.persistence.fixture.benchmarks_enabled", lambda _: False)
    return PersistenceFixture(request)
