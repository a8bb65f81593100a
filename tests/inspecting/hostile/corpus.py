"""All hostile files, and the numbers they are known by."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.inspecting.hostile import (
    arrays,
    beside,
    compressed,
    libraries,
    listed,
    oversized,
    places,
    reaching,
    reserving,
    skops_files,
    standard_library,
)
from tests.inspecting.hostile.kinds import Hostile

SOURCES = (
    standard_library,
    libraries,
    listed,
    compressed,
    arrays,
    beside,
    skops_files,
    oversized,
    places,
    reaching,
    reserving,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A hostile file that lies there."""

    what: Hostile
    path: Path
    marker: Path
    """It appears when the file strikes."""


def hostile() -> list[Hostile]:
    """Return all of them; their names differ."""
    return [each for source in SOURCES for each in source.files()]


def write_all(files: Iterable[Hostile], folder: Path) -> list[Written]:
    """Write each into a folder of its own, and return where."""
    markers = folder / "markers"
    markers.mkdir()
    return [_write(each, folder / f"{i:03d}", markers / f"{i:03d}") for i, each in enumerate(files)]


def _write(what: Hostile, own: Path, marker: Path) -> Written:
    own.mkdir()
    return Written(what, what.write(own, str(marker)), marker)
