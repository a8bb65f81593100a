"""Make a process lack what only another process has, and say what it lacked."""

import re
import sys
from collections.abc import Iterable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

MAIN = "__main__"
_NO_SUCH_NAME = re.compile(r" on <module '([^']+)' from '(.+)'>")
"""What unpickling says of a module that does not have what it looks for."""


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


def missed_modules(error: BaseException) -> dict[str, str]:
    """Return the modules for want of which an error may have been raised, the nearest first.

    Each with the file that was found in its place, or ``""``: ``__main__`` and a module that is
    called alike are found, but have no such attribute.
    """
    missed: dict[str, str] = {}
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ModuleNotFoundError) and cause.name:
            missed.setdefault(cause.name, "")
        elif isinstance(cause, AttributeError) and f"<module {MAIN!r}" in str(cause):
            missed.setdefault(MAIN, "")
        elif isinstance(cause, AttributeError) and (found := _NO_SUCH_NAME.search(str(cause))):
            missed.setdefault(found[1], found[2])
        cause = cause.__cause__ or cause.__context__
    return missed
