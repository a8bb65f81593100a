"""The catalogue: what can be measured, and where it comes from.

A `Serializer` is one named way to save and load; a `Workload` is a recipe for one fitted model.
Both are frozen rows that packages offer through entry points, savebench's own included::

    [project.entry-points."savebench.serializers"]
    mine = "my_package.savebench_rows:serializers"   # a callable of no arguments -> rows

A row is checked when it loads. A package whose rows are broken costs those rows, with a warning
that names it, and nothing else.
"""

import importlib
import importlib.metadata
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, get_args

from savebench.errors import CatalogueError, SavebenchError
from savebench.units import parse_size

Kind = Literal["round-trip", "restricted", "inference", "floor"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Serializer:
    """One named way to save and load.

    Raise `savebench.Unsupported` in `dump` or `load` to say that a model cannot be carried.
    """

    name: str
    """``"joblib+zlib3"``: printable, unique in the catalogue."""
    dump: Callable[[Any, Path], None]
    """Save the model at a path that does not exist yet: make a file or a folder there.

    What it leaves outside the path fails it: see `savebench.trial.placing`.
    """
    load: Callable[[Path], Any]
    """Return a model that answers the workload's method (a floor: the arrays)."""
    modules: tuple[str, ...] = ()
    """Imported before the clock starts."""
    requires: tuple[str, ...] = ()
    """Distributions that must be installed; their versions go on record."""
    kind: Kind = "round-trip"
    runs_code: bool = True
    """Load may execute code that the file names."""
    maps_file: bool = False
    """Load leaves arrays mapped to the file."""
    note: str = ""
    """One line for the reader of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """A recipe for one fitted model."""

    name: str
    """``"knn-brute"``: printable, unique in the catalogue."""
    build: Callable[[int, int], Any]
    """``(target_bytes, seed)`` -> a fitted model of that pickled size; same seed, same model."""
    probe: Callable[[Any, int], Any]
    """``(model, seed)`` -> the input for `method`; a few rows will do."""
    method: str = "predict"
    sizes: tuple[str, ...]
    """``("1MB", "16MB", "128MB")``: the sizes worth measuring, ascending."""
    modules: tuple[str, ...] = ()
    """Imported before the clock starts: what unpickling the model needs."""
    requires: tuple[str, ...] = ()
    """Distributions that must be installed; their versions go on record."""
    stresses: str
    """One line: which behaviour the workload exposes."""


Row = TypeVar("Row", Serializer, Workload)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Row]):
    """A row, and the door it came through."""

    row: Row
    provider: str
    """``"module:attribute"``, the entry point that yields the row; a worker imports it anew."""
    distribution: str
    """``"savebench 0.1.0"``."""

    @property
    def is_ours(self) -> bool:
        """Whether savebench itself brought the row."""
        return self.distribution.split(" ")[0] == "savebench"

    def missing(self) -> tuple[str, ...]:
        """Return the required distributions that are not installed."""
        return tuple(name for name, version in self.versions().items() if version is None)

    def versions(
        self, version_of: Callable[[str], str | None] | None = None
    ) -> dict[str, str | None]:
        """Return the installed version of each required distribution (None: not installed).

        `version_of` answers for another interpreter than this one.
        """
        version_of = version_of or installed_version
        return {name: version_of(name) for name in self.row.requires}

    def unavailable(self) -> str:
        """Return why the row cannot be used here and the command that mends it, or ``""``."""
        missing = self.missing()
        return f"needs {', '.join(missing)}: pip install {' '.join(missing)}" if missing else ""


def installed_version(distribution: str) -> str | None:
    """Return the installed version of a distribution, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def check_row(row: object, row_type: type[Row]) -> Row:
    """Return `row` if it keeps the contract.

    Raises
    ------
    CatalogueError
        When the row is of another type, a field has the wrong type or a name cannot be printed.
    """
    what = row_type.__name__
    if not isinstance(row, row_type):
        raise CatalogueError(f"a {type(row).__name__} was offered where a savebench.{what} belongs")
    label = f"{what.lower()} {row.name!r}"
    for field in fields(row):
        _check_field(label, field.name, getattr(row, field.name), field.type)
    if not row.name.strip() or not row.name.isprintable() or "@" in row.name:
        raise CatalogueError(f"{label}: a name must be printable, not empty, and without @")
    if isinstance(row, Workload):
        _check_sizes(label, row.sizes)
    return row


def _check_sizes(label: str, sizes: tuple[str, ...]) -> None:
    if not sizes:
        raise CatalogueError(f"{label}: sizes is empty; name at least one, like ('1MB',)")
    try:
        in_bytes = [parse_size(size) for size in sizes]
    except SavebenchError as error:
        raise CatalogueError(f"{label}: {error}") from None
    if in_bytes != sorted(set(in_bytes)):
        raise CatalogueError(f"{label}: sizes must ascend, without repeats; got {', '.join(sizes)}")


_WANTED: dict[object, str] = {
    str: "a string of one line",
    bool: "True or False",
    Kind: f"one of {', '.join(KINDS)}",
    tuple[str, ...]: "a tuple of strings",
}


def _check_field(label: str, name: str, value: object, annotation: object) -> None:
    fits: dict[object, Callable[[Any], bool]] = {
        str: lambda v: isinstance(v, str) and v.replace("\n", " ") == v,
        bool: lambda v: isinstance(v, bool),
        Kind: lambda v: v in KINDS,
        tuple[str, ...]: lambda v: isinstance(v, tuple) and all(isinstance(x, str) for x in v),
    }
    fit = fits.get(annotation, callable)
    if not fit(value):
        wanted = "callable" if fit is callable else _WANTED[annotation]
        raise CatalogueError(f"{label}: {name} must be {wanted}, not {value!r}")
