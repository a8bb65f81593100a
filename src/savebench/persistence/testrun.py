"""Which modules only the test run has: its tests, its conftest files, and what lies beside them."""

import re
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

_FOUND = pytest.StashKey[tuple[int, tuple[str, ...]]]()


def modules_of_the_test_run(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Return the modules that no process but this test run can import, sorted.

    Test modules and conftest files, and what was imported from the folders in which they lie. The
    session's root folder does not count as one of these (a project's own modules may lie there),
    and what is installed is no part of the test run wherever it lies.
    """
    stash, loaded = request.config.stash, len(sys.modules)
    known = stash.get(_FOUND, None)
    if known is None or known[0] != loaded:  # a test may have imported more since
        own = list(_own(request))
        roots = {request.config.rootpath, *request.config.rootpath.parents}
        folders = {Path(file).resolve().parent for each in own if (file := each.__file__)} - roots
        beside = modules_beside(folders, dict(sys.modules), _installed_names, _pth_folders())
        names = {each.__name__ for each in own} | beside
        # a package that holds tests is found, so that what is missed is named in full
        names -= {name[: at.start()] for name in names for at in re.finditer(r"\.", name)}
        known = stash[_FOUND] = (loaded, tuple(sorted(names)))
    return known[1]


def modules_beside(
    folders: Iterable[Path],
    loaded: Mapping[str, ModuleType],
    installed_names: Callable[[], frozenset[str]],
    installed_folders: frozenset[Path],
) -> set[str]:
    """Return the names of loaded modules whose files lie in folders of tests, and not installed.

    Parameters
    ----------
    folders
        Where test modules and conftest files lie.
    loaded
        ``sys.modules``.
    installed_names
        Returns the packages that distributions bring; asked only when there is a candidate.
    installed_folders
        Where installed packages lie.
    """
    places = tuple(folders)
    candidates: dict[str, Path] = {}
    for name, module in loaded.items():
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or not any(file.startswith(str(each)) for each in places):
            continue
        if any(Path(file).is_relative_to(each) for each in places):
            candidates[name] = Path(file)
    if not candidates:
        return set()
    installed = installed_names()
    return {
        name
        for name, file in candidates.items()
        if name.partition(".")[0] not in installed
        and not _is_place_of_packages(_import_folder(name, file), installed_folders)
    }


def _own(request: pytest.FixtureRequest) -> Iterator[ModuleType]:
    """Yield the tests' modules and the conftest files."""
    for item in (request.node, *request.session.items):
        module = getattr(item, "module", None)
        if isinstance(module, ModuleType):
            yield module
    for plugin in request.config.pluginmanager.get_plugins():
        if isinstance(plugin, ModuleType) and Path(plugin.__file__ or "").name == "conftest.py":
            yield plugin


def _import_folder(name: str, file: Path) -> Path:
    """Return the folder of ``sys.path`` from which a module came."""
    depth = name.count(".") + (file.name == "__init__.py")
    return file.parents[min(depth, len(file.parents) - 1)]


def _is_place_of_packages(folder: Path, installed_folders: frozenset[Path]) -> bool:
    return folder in installed_folders or any(folder.glob("*.dist-info"))


def _installed_names() -> frozenset[str]:
    return frozenset(packages_distributions())


def _pth_folders() -> frozenset[Path]:
    """Return site-packages, and the folders that its path files name: editable installs."""
    sites = {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}
    return frozenset(
        {
            *sites,
            *(
                Path(line.strip())
                for site in sites
                for file in site.glob("*.pth")
                for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
                if line.strip() and not line.startswith(("import ", "import\t", "#"))
            ),
        }
    )
