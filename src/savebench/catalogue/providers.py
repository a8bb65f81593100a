"""Who provides rows: every installed package that offers some through entry points, ours first.

A package whose rows are broken costs those rows, with a warning that names it, and nothing else.
"""

import difflib
import importlib
import importlib.metadata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from savebench.catalogue.rows import Entry, Row, Serializer, Workload, check_row
from savebench.errors import CatalogueError, NothingMatches, UsageError
from savebench.own_model import looks_like_a_model, said_of_file

SERIALIZERS = "savebench.serializers"
WORKLOADS = "savebench.workloads"


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
