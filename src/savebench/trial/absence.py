"""Make a process lack modules that only another process has, as one in production would."""

import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MAIN = "__main__"


class AbsentModules(MetaPathFinder):
    """Finds none of the modules, and says so before another finder can find them."""

    def __init__(self, names: Iterable[str]) -> None:
        """Take the modules' full names."""
        self.names = frozenset(names)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Refuse an absent module; leave every other to the finders that follow."""
        del path, target
        if fullname in self.names:
            raise ModuleNotFoundError(
                f"No module named {fullname!r}: it exists in the test run only", name=fullname
            )
        return None


def hide(names: Iterable[str]) -> None:
    """Make modules impossible to import, and ``__main__`` as empty as a stranger's would be."""
    absent = AbsentModules(names)
    if absent.names:
        sys.meta_path.insert(0, absent)
        sys.modules[MAIN] = ModuleType(MAIN)


def absent_module(error: BaseException, names: Iterable[str]) -> str:
    """Return the hidden module for want of which an error was raised, or ``""``.

    What `hide` emptied, ``__main__``, is found but has no such attribute.
    """
    absent = frozenset(names)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ModuleNotFoundError) and cause.name in absent:
            return str(cause.name)
        if isinstance(cause, AttributeError) and f"<module {MAIN!r}" in str(cause):
            return MAIN
        cause = cause.__cause__ or cause.__context__
    return ""
