"""The bridge to pytest: a fixture ``persistence``, silent and idle until a test asks for it.

Nothing but pytest is imported here, so that a suite that does not use the fixture pays nothing.
"""

import os
import sys
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from savebench.persistence.fixture import PersistenceFixture

_SECTIONS = {
    "savebench_undecided": "savebench: limits that cannot be told",
    "savebench_varies": "savebench: models whose own answers vary",
    "savebench_sizes": "savebench: sizes",
}
"""User properties of tests -> the summary's sections."""
_PYTHONPATH = "savebench_pythonpath"
_inherited = "" if sys.flags.ignore_environment else os.environ.get("PYTHONPATH", "")
_pythonpath = [str(Path(each).absolute()) for each in _inherited.split(os.pathsep) if _inherited]
_path_at_start = tuple(sys.path)
"""Both as the interpreter started: pytest imports this before any conftest or test."""


@pytest.hookimpl
def pytest_addoption(parser: pytest.Parser) -> None:
    """Have pytest's configuration name folders from which production imports."""
    parser.addini(
        "savebench_path",
        type="paths",
        default=[],
        help="folders from which the fresh processes of the fixture persistence import, besides "
        "what their interpreter starts with: for a project that is deployed by copying",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist what PYTHONPATH was before a conftest changed it."""
    if node.gateway.spec.popen:  # another machine has folders of its own
        node.workerinput[_PYTHONPATH] = _pythonpath


@pytest.fixture
def persistence(request: pytest.FixtureRequest) -> "PersistenceFixture":
    """Check that a model survives being saved: ``persistence(model, X, serializers=["pickle"])``.

    Saves the model, loads it in a fresh process that imports from where production does, compares
    its answers to the bit, and holds sizes and times against limits.
    """
    from savebench.persistence.fixture import PersistenceFixture

    told: dict[str, list[str]] = getattr(request.config, "workerinput", {})
    return PersistenceFixture(request, told.get(_PYTHONPATH, _pythonpath), _path_at_start)


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
