"""What a process in production imports from, and what of a test run's modules that leaves out.

Production has the path that an interpreter starts with: its own packages, editable installs, and
PYTHONPATH as it stood when pytest started; and what the person names. It has none of what pytest, a
conftest or a test adds to ``sys.path``, and no test module or conftest, wherever they lie. Whether
it finds a module is asked of an interpreter, not guessed, and only where there is doubt.
"""

import os
import site
import sys
import sysconfig
from collections.abc import Container, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType

import pytest

from savebench.errors import UsageError
from savebench.launch.finding import find_modules
from savebench.persistence.sources import Sources, import_folder, sources_of

NAMED = "savebench_path"
"""The setting in pytest's configuration that names folders."""
Folders = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
_HARNESS = ("savebench", "msgspec")
_KNOWN = pytest.StashKey[dict[tuple[str, ...], "Production"]]()


@dataclass(frozen=True, slots=True)
class Production:
    """What fresh processes import from, and what of this process's modules they lack."""

    path: tuple[str, ...] = ()
    """Named folders and PYTHONPATH: before the interpreter's own packages."""
    sources: Sources = field(default_factory=Sources)
    _found: dict[str, bool] = field(default_factory=dict)

    @property
    def hidden(self) -> AbstractSet[str]:
        """The test modules and conftest files: not to be found, even if they could be."""
        return self.sources.tests.keys()

    def lacks(self, name: str) -> bool:
        """Whether a module that this process has imported is not to be found in production.

        False for what this process has not imported either: there is no telling.
        """
        if name in self.hidden:
            return True
        name = _with_a_place(name)
        if name not in sys.modules or _comes_with_the_interpreter(name):
            return False
        if name not in self._found:
            self._ask()
        return not self._found.get(name, True)

    def whence(self, name: str) -> str:
        """Return where this process has a module from, and who put that folder on its path."""
        return self.sources.whence(name)

    def how_to_find(self, name: str) -> str:
        """Return what a person can do so that production finds a module."""
        folder = self.sources.folder_to_name(name)
        return (
            f"install {name.partition('.')[0]} where models are loaded; or, if it is deployed by "
            f"copying, name its folder: persistence(..., path=[{folder!r}]), or {NAMED} = {folder} "
            "in pytest's configuration"
        )

    def check_harness(self) -> None:
        """Raise where fresh processes could not even start.

        Raises
        ------
        UsageError
            When they do not find savebench, or what it needs.
        """
        for name in _HARNESS:
            if self.lacks(name):
                raise UsageError(
                    f"fresh processes do not find {name}: {self.whence(name)}; "
                    f"{self.how_to_find(name)}"
                )

    def _ask(self) -> None:
        """Ask at once for all that is in doubt: one interpreter costs less than many."""
        placed = {_with_a_place(name) for name in list(sys.modules)} - set(self._found)
        doubtful = {name for name in placed if not _comes_with_the_interpreter(name)}
        self._found.update(dict.fromkeys(doubtful, True) | find_modules(doubtful, self.path))


@dataclass(frozen=True, slots=True)
class Lacking(Container[str]):
    """The modules that production lacks."""

    production: Production

    def __contains__(self, name: object) -> bool:
        """Whether it lacks a module of that name."""
        return isinstance(name, str) and self.production.lacks(name)


def production_of(
    request: pytest.FixtureRequest,
    path: Folders,
    pythonpath: Sequence[str],
    path_at_start: Sequence[str],
) -> Production:
    """Return what production has for a test; the same for every call that names the same.

    Parameters
    ----------
    request
        The test's.
    path
        Folders that the test names, relative to pytest's root folder.
    pythonpath, path_at_start
        PYTHONPATH and ``sys.path`` when pytest started.

    Raises
    ------
    UsageError
        When a folder that is named is not there.
    """
    folders = (*_named(path, request.config), *pythonpath)
    known = request.config.stash.setdefault(_KNOWN, {})
    if folders not in known:
        known[folders] = Production(folders, sources_of(request, path_at_start))
    return known[folders]


def _named(path: Folders, config: pytest.Config) -> list[str]:
    named = [path] if isinstance(path, str | os.PathLike) else path
    try:
        folders = [config.rootpath / each for each in named]
    except TypeError:
        raise UsageError(f"path={path!r}: write folders, like ['src']") from None
    for folder in [*folders, *config.getini(NAMED)]:
        if not folder.exists():
            raise UsageError(
                f"{folder} is not there; path= and {NAMED} name folders from which to import"
            )
    return [str(folder) for folder in [*folders, *config.getini(NAMED)]]


def _with_a_place(name: str) -> str:
    """Return the module, or the nearest package above it that comes from a file or a folder."""
    at = name
    while at:
        module = sys.modules.get(at)
        if isinstance(module, ModuleType) and import_folder(at):
            return at
        at = at.rpartition(".")[0]
    return name


def _comes_with_the_interpreter(name: str) -> bool:
    """Whether a module surely lies where each interpreter like this one looks."""
    folder = import_folder(name)
    return folder in _interpreters_folders() if folder else name in sys.builtin_module_names


@cache
def _interpreters_folders() -> frozenset[str]:
    library = [sysconfig.get_path(kind) for kind in ("stdlib", "platstdlib", "purelib", "platlib")]
    dynamic = [f"{folder}/lib-dynload" for folder in library]
    return frozenset(map(os.path.realpath, [*library, *dynamic, *site.getsitepackages()]))
