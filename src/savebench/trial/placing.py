"""Where a dump may write, and what it wrote elsewhere.

An artifact is what lies at the path that `dump` was given: one file, or a folder for several. That
alone is kept, moved, counted and loaded, as it would be deployed. So a dump finds an empty folder
of its own, and whatever lies outside the path when it returns is a fault of the serializer: files
beside the path, in the folder above, in the working directory or in TMPDIR, and links at the path
that lead out of it. Temporary files that are gone by then are nobody's business, and so are empty
folders.

What a dump writes anywhere else (an absolute path of its own, the home folder, a server) cannot be
seen from here.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from savebench.trial.faults import WroteElsewhere
from savebench.units import human_bytes

_NAMED = 3
_BELONGS = (
    "a dump makes one file there, or a folder for several, and leaves nothing else behind: "
    "only what is at the path is counted and goes with the model"
)


def place_in(folder: Path) -> Path:
    """Return the path for a dump, in an empty folder of its own that is made here.

    The folder above it is its own too, so that what is written there is seen.
    """
    own = folder / "above" / "own"
    own.mkdir(parents=True)
    return own / "model"


@dataclass(frozen=True, slots=True)
class Watch:
    """A folder, and the files that lay in it before a dump."""

    folder: Path
    """Holds the dump's path, the folder above it, and what is the working directory and TMPDIR."""
    before: frozenset[Path]

    @classmethod
    def begin(cls, folder: Path) -> "Watch":
        """Look at what is there already."""
        return cls(folder, frozenset(_files_in(folder)))

    def check(self, path: Path) -> None:
        """Look at what a dump at `path` has left.

        Raises
        ------
        WroteElsewhere
            When there is something new outside the path, or a link at the path leads out of it.
        """
        strays = sorted(
            file
            for file in _files_in(self.folder)
            if file not in self.before and not file.is_relative_to(path)
        )
        if strays:
            named = [_describe(file, path) for file in strays[:_NAMED]]
            more = [f"{len(strays) - _NAMED} more"] if len(strays) > _NAMED else []
            nothing = "" if os.path.lexists(path) else ", and nothing at the path"
            raise WroteElsewhere(
                f"dump wrote outside the path it was given: {', '.join([*named, *more])}{nothing}; "
                f"{_BELONGS}"
            )
        for link in _links_at(path):
            if _leads_out(link, path):
                where = "at" if link == path else f"{link.relative_to(path)}, under"
                raise WroteElsewhere(
                    f"dump made a link to {link.readlink()}, {where} the path it was given; "
                    f"{_BELONGS}"
                )


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield all that holds bytes or leads to some: files and links, no sockets, no folders."""
    for entry in folder.rglob("*"):
        mode = entry.lstat().st_mode
        if stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            yield entry


def _links_at(path: Path) -> Iterator[Path]:
    if path.is_symlink():
        yield path
    elif path.is_dir():
        yield from (entry for entry in sorted(path.rglob("*")) if entry.is_symlink())


def _leads_out(link: Path, path: Path) -> bool:
    """Whether a link would lead elsewhere, or nowhere, once the artifact is moved."""
    if link == path or link.readlink().is_absolute():
        return True
    target = Path(os.path.normpath(link.parent.relative_to(path) / link.readlink()))
    return target.parts[:1] == (os.pardir,)


def _describe(file: Path, path: Path) -> str:
    size = human_bytes(file.lstat().st_size)
    for folder, where in ((path.parent, "beside it"), (path.parent.parent, "in the folder above")):
        if file.is_relative_to(folder):
            return f"{file.relative_to(folder)} ({size}) {where}"
    return f"{file.name} ({size}) in the working directory or TMPDIR"
