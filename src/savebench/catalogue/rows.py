"""The catalogue: what can be measured, and where it comes from.

A `Serializer` is one named way to save and load; a `Workload` is a recipe for one fitted model.
Both are frozen rows that packages offer through entry points, savebench's own included::

    [project.entry-points."savebench.serializers"]
    mine = "my_package.savebench_rows:serializers"   # a callable of no arguments -> rows

A row is checked when it loads. A package whose rows are broken costs those rows, with a warning
that names it, and nothing else.
"""

import difflib
import importlib
import importlib.metadata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, get_args

from savebench.errors import CatalogueError, NothingMatches, SavebenchError, UsageError
from savebench.own_model import looks_like_a_model, said_of_file
from savebench.units import parse_size

Kind = Literal["round-trip", "restricted", "inference", "floor"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SERIALIZERS = "savebench.serializers"
WORKLOADS = "savebench.workloads"


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


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every row on offer, by name, in the order the providers list them."""

    serializers: Mapping[str, Entry[Serializer]]
    workloads: Mapping[str, Entry[Workload]]
    problems: tuple[str, ...] = ()
    """One line for each package or row that had to be left out."""

    def find_serializers(self, patterns: Iterable[str]) -> list[str]:
        """Return the names that any of the globs matches, in catalogue order.

        Raises
        ------
        UsageError
            When a pattern matches nothing; the message suggests the nearest names.
        """
        return match_names(patterns, list(self.serializers), "serializer")

    def find_workloads(self, patterns: Iterable[str]) -> list[str]:
        """Return the names that any of the globs matches, in catalogue order.

        Raises
        ------
        UsageError
            When a pattern matches nothing; the message suggests the nearest names.
        """
        return match_names(patterns, list(self.workloads), "workload")

    def why_unavailable(self, workload: str, serializer: str) -> str:
        """Return why the two cannot be used here and what mends it, or ``""``."""
        return self.serializers[serializer].unavailable() or self.workloads[workload].unavailable()


def match_names(patterns: Iterable[str], names: list[str], what: str) -> list[str]:
    """Return the names that any glob matches, in the order of `names`.

    Raises
    ------
    UsageError
        When a pattern matches nothing; the message suggests the nearest names.
    """
    wanted: set[str] = set()
    for pattern in patterns:
        found = {name for name in names if name == pattern or fnmatchcase(name, pattern)}
        if not found and looks_like_a_model(Path(pattern)):
            raise UsageError(said_of_file(pattern))
        if not found:
            near = difflib.get_close_matches(pattern.strip("*?"), names, n=3, cutoff=0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else f"there are {len(names)}."
            raise NothingMatches(
                f"no {what} is called or matches {pattern!r}: {hint} "
                f"See them all with: savebench list {what}s",
                pattern,
            )
        wanted |= found
    return [name for name in names if name in wanted]


def installed_version(distribution: str) -> str | None:
    """Return the installed version of a distribution, or None."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def load_catalogue(
    find: Callable[..., Iterable[importlib.metadata.EntryPoint]] = (
        importlib.metadata.entry_points
    ),
) -> Catalogue:
    """Return every row that installed packages offer, ours first; broken ones become problems."""
    problems: list[str] = []
    return Catalogue(
        serializers=_load_group(SERIALIZERS, Serializer, find, problems),
        workloads=_load_group(WORKLOADS, Workload, find, problems),
        problems=tuple(problems),
    )


def load_row(provider: str, name: str, row_type: type[Row]) -> Row:
    """Return one row of one provider, loading nothing else: how a worker finds its case.

    Raises
    ------
    CatalogueError
        When the provider cannot be imported or no longer offers the name.
    """
    for row in _rows_of(provider, row_type):
        if row.name == name:
            return row
    raise CatalogueError(f"{provider} offers no {row_type.__name__.lower()} called {name!r}")


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


def _rows_of(provider: str, row_type: type[Row]) -> list[Row]:
    module_name, _, attribute = provider.partition(":")
    try:
        offer: Any = importlib.import_module(module_name)
        for part in attribute.split("."):
            offer = getattr(offer, part)
        rows = list(offer())
    except (Exception, SystemExit) as error:
        raise CatalogueError(f"{provider} raised {type(error).__name__}: {error}") from error
    return [check_row(row, row_type) for row in rows]


def _load_group(
    group: str,
    row_type: type[Row],
    find: Callable[..., Iterable[importlib.metadata.EntryPoint]],
    problems: list[str],
) -> dict[str, Entry[Row]]:
    entries: dict[str, Entry[Row]] = {}
    points = sorted(
        find(group=group), key=lambda point: _distribution(point).split(" ")[0] != "savebench"
    )
    for point in points:
        distribution = _distribution(point)
        try:
            rows = _rows_of(point.value, row_type)
        except CatalogueError as error:
            problems.append(f"{distribution}: entry point {point.name!r} left out: {error}")
            continue
        for row in rows:
            if row.name in entries:
                problems.append(
                    f"{distribution}: {row_type.__name__.lower()} {row.name!r} left out: the name "
                    f"is taken by {entries[row.name].distribution}"
                )
            else:
                entries[row.name] = Entry(row, point.value, distribution)
    return entries


def _distribution(point: importlib.metadata.EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown package"
