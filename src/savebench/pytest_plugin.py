"""The bridge to pytest: a fixture ``persistence``, silent and idle until a test asks for it.

Nothing but pytest is imported here, so that a suite that does not use the fixture pays nothing.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from savebench.persistence.fixture import PersistenceFixture

_UNDECIDED = "savebench_undecided"


@pytest.fixture
def persistence(request: pytest.FixtureRequest) -> "PersistenceFixture":
    """Check that a model survives being saved: ``persistence(model, X, serializers=["pickle"])``.

    Saves the model, loads it in a fresh process that can import nothing of the test run, compares
    its answers to the bit, and holds sizes and times against limits.
    """
    from savebench.persistence.fixture import PersistenceFixture

    return PersistenceFixture(request)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have ``--benchmark-only`` keep tests that use the fixture: they bring benchmarks too."""
    if config.getoption("benchmark_only", default=False):
        for item in items:
            names: list[str] = getattr(item, "fixturenames", [])
            if "persistence" in names and "benchmark" not in names:
                names.append("benchmark")


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the limits that could not be told from what was measured."""
    undecided = [
        f"{report.nodeid}: {text}"
        for report in terminalreporter.getreports("passed")
        if report.when == "call"
        for name, text in report.user_properties
        if name == _UNDECIDED
    ]
    if undecided:
        terminalreporter.section("savebench: limits that cannot be told")
        for line in undecided:
            terminalreporter.line(line)
