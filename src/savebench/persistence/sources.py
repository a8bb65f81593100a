"""Where a test run's modules come from, and who put those folders on its path, as far as known."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest


@dataclass(frozen=True, slots=True)
class Sources:
    """What is known of the folders that a test run imports from, as real paths."""

    tests: Mapping[str, str] = field(default_factory=dict)
    """The names of test modules and conftest files -> their files."""
    configured: frozenset[str] = frozenset()
    """Named as ``pythonpath`` in pytest's configuration."""
    inserted: frozenset[str] = frozenset()
    """Put on the path by pytest, for the tests and conftest files there."""
    at_start: frozenset[str] = frozenset()
    """On the path when pytest started."""
    started_in: str = ""
    root: str = ""
    """Pytest's root folder."""

    def whence(self, name: str) -> str:
        """Return where a module comes from, in words that follow "only this run can import it"."""
        if name in self.tests:
            file = self.tests[name]
            what = "conftest" if Path(file).name == "conftest.py" else "test module"
            return f"it is a {what}, {file}"
        folder = import_folder(name)
        return f"it comes from {folder}, which {self._who(folder)}" if folder else "it has no file"

    def folder_to_name(self, name: str) -> str:
        """Return the folder through which a module came, relative to pytest's root if inside."""
        folder = Path(import_folder(name))
        root = Path(self.root)
        return str(folder.relative_to(root) if folder.is_relative_to(root) else folder)

    def _who(self, folder: str) -> str:
        if folder in self.configured:
            return "pytest's configuration (pythonpath) put on sys.path"
        if folder in self.inserted:
            return "pytest put on sys.path for the tests there"
        if folder in self.at_start and folder == self.started_in:
            return "is where pytest was started: python -m pytest puts it on sys.path"
        if folder in self.at_start:
            return "was on sys.path when pytest started"
        if folder in map(os.path.realpath, sys.path):
            return "pytest, a conftest or a test put on sys.path"
        return "is not on sys.path"


def sources_of(request: pytest.FixtureRequest, path_at_start: Iterable[str]) -> Sources:
    """Return what is known of a test's session; `path_at_start` is ``sys.path`` when it began."""
    config = request.config
    tests = {each.__name__: str(each.__file__) for each in _tests(request) if each.__file__}
    inserts = config.getoption("importmode") != "importlib"
    return Sources(
        tests=tests,
        configured=_real(config.getini("pythonpath")),
        inserted=frozenset(map(import_folder, tests)) if inserts else frozenset(),
        at_start=_real(path_at_start),
        started_in=os.path.realpath(config.invocation_params.dir),
        root=os.path.realpath(config.rootpath),
    )


def import_folder(name: str) -> str:
    """Return the folder (or archive) on a path through which a module came, or ``""``."""
    module = sys.modules.get(name)
    places: list[object] = []
    with suppress(Exception):  # a module may be any object, and lazy
        places = [getattr(module, "__file__", None), *(getattr(module, "__path__", None) or ())]
    place = next((each for each in places if isinstance(each, str)), "")
    if not place:
        return ""
    depth = name.count(".") + (Path(place).stem == "__init__")
    parents = Path(place).absolute().parents  # not resolved: a file may be a link from a cache
    return os.path.realpath(parents[min(depth, len(parents) - 1)])


def _tests(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """Yield the tests' modules and the conftest files."""
    for item in (request.node, *request.session.items):
        module = getattr(item, "module", None)
        if isinstance(module, ModuleType):
            yield module
    for plugin in request.config.pluginmanager.get_plugins():
        if isinstance(plugin, ModuleType) and Path(plugin.__file__ or "").name == "conftest.py":
            yield plugin


def _real(folders: Iterable[str | os.PathLike[str]]) -> frozenset[str]:
    return frozenset(os.path.realpath(each) for each in folders)
