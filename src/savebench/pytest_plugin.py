"""The bridge to pytest: a fixture ``persistence``, silent and idle until a test asks for it.

Nothing but pytest is imported here, so that a suite that does not use the fixture pays nothing.
"""

from collections.abc import Generator, Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from savebench.persistence.fixture import PersistenceFixture

_SECTIONS = {
    "savebench_undecided": "savebench: limits that cannot be told",
    "savebench_varies": "savebench: models whose own answers vary",
    "savebench_sizes": "savebench: sizes",
}
"""User properties of tests -> the summary's sections."""


@pytest.fixture
def persistence(request: pytest.FixtureRequest) -> "PersistenceFixture":
    """Check that a model survives being saved: ``persistence(model, X, serializers=["pickle"])``.

    Saves the model, loads it in a fresh process that can import nothing of the test run, compares
    its answers to the bit, and holds sizes and times against limits.
    """
    from savebench.persistence.fixture import PersistenceFixture

    return PersistenceFixture(request)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None, object, object]:
    """Have ``--benchmark-only`` keep tests that use the fixture: they bring benchmarks too.

    pytest-benchmark keeps what names its fixture. So name it while it looks, and no longer: it
    would warn of a fixture that nobody used.
    """
    named: list[list[str]] = []
    if config.getoption("benchmark_only", default=False):
        for item in items:
            names: list[str] = getattr(item, "fixturenames", [])
            if _uses_ours(item) and "benchmark" not in names:
                names.append("benchmark")
                named.append(names)
    try:
        return (yield)
    finally:
        for names in named:
            names.remove("benchmark")


def _uses_ours(item: pytest.Item) -> bool:
    """Whether a test uses this fixture, and not one of its own suite by the same name."""
    known = getattr(getattr(item, "_fixtureinfo", None), "name2fixturedefs", {})
    return any(each.func.__module__ == __name__ for each in known.get("persistence", ())[-1:])


@pytest.hookimpl
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the limits that could not be told from what was measured, and the sizes of models."""
    reports = [each for each in terminalreporter.getreports("passed") if each.when == "call"]
    for key, title in _SECTIONS.items():
        lines = list(_noted(reports, key))
        if lines:
            terminalreporter.section(title)
            for line in lines:
                terminalreporter.line(line)


def _noted(reports: Iterable[pytest.TestReport], key: str) -> Iterable[str]:
    return (
        f"{report.nodeid}: {text}"
        for report in reports
        for name, text in report.user_properties
        if name == key
    )
