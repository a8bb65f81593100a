"""From suites and globs to cases: which serializers on which sized workloads."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import product

from savebench.catalogue.providers import Catalogue, match_names
from savebench.catalogue.rows import Entry, Serializer, Workload
from savebench.catalogue.suites import Suite
from savebench.errors import UsageError
from savebench.records.schema import Case, Header
from savebench.units import parse_size


@dataclass(frozen=True, slots=True)
class Selection:
    """What to measure, and what to leave out with the reason."""

    serializers: dict[str, Entry[Serializer]]
    workloads: dict[str, Entry[Workload]]
    cases: tuple[Case, ...]
    unavailable: dict[Case, str]
    """Cases whose rows are not installed here, and the command that mends it."""

    @property
    def modules(self) -> tuple[str, ...]:
        """What the processes of its workloads import."""
        rows = [entry.row for entry in self.workloads.values()]
        return tuple(dict.fromkeys(["numpy", *(name for row in rows for name in row.modules)]))

    def narrowed(self, cases: Container[Case]) -> "Selection":
        """Return the selection of some of its cases, with the rows that they need."""
        kept = tuple(case for case in self.cases if case in cases)
        serializers = {case.serializer for case in kept}
        workloads = {case.workload for case in kept}
        return Selection(
            serializers={
                name: row for name, row in self.serializers.items() if name in serializers
            },
            workloads={name: row for name, row in self.workloads.items() if name in workloads},
            cases=kept,
            unavailable={case: why for case, why in self.unavailable.items() if case in cases},
        )


def select(
    catalogue: Catalogue, suite: Suite, workloads: Sequence[str], serializers: Sequence[str]
) -> Selection:
    """Return the cases that the globs name; where there are none, the suite's own.

    Raises
    ------
    UsageError
        When a glob matches nothing, or a row named in full is not installed.
    """
    serializer_names = catalogue.find_serializers(serializers or suite.serializers)
    models = _models(catalogue, suite, workloads)
    rows: dict[str, Entry[Serializer] | Entry[Workload]] = {
        **catalogue.serializers,
        **catalogue.workloads,
    }
    for name in (*serializers, *(pattern.partition("@")[0] for pattern in workloads)):
        if name in rows and rows[name].unavailable():
            raise UsageError(f"{name} {rows[name].unavailable()}")
    at_size = {
        size: frozenset(catalogue.find_serializers(globs))
        for size, globs in ({} if serializers else suite.serializers_at).items()
    }
    cases = [
        Case(workload, size, serializer)
        for (workload, size), serializer in product(models, serializer_names)
        if serializer in at_size.get(size, serializer_names)
    ]
    unavailable = {
        case: reason
        for case in cases
        if (reason := catalogue.why_unavailable(case.workload, case.serializer))
    }
    return Selection(
        serializers={name: catalogue.serializers[name] for name in serializer_names},
        workloads={name: catalogue.workloads[name] for name, _ in models},
        cases=tuple(cases),
        unavailable=unavailable,
    )


def selection_of(header: Header, catalogue: Catalogue) -> Selection:
    """Return the selection that a run's header names."""
    serializers = catalogue.find_serializers({case.serializer for case in header.cases})
    workloads = catalogue.find_workloads({case.workload for case in header.cases})
    return Selection(
        serializers={name: catalogue.serializers[name] for name in serializers},
        workloads={name: catalogue.workloads[name] for name in workloads},
        cases=tuple(header.cases),
        unavailable={
            case: reason
            for case in header.cases
            if (reason := catalogue.why_unavailable(case.workload, case.serializer))
        },
    )


def _models(catalogue: Catalogue, suite: Suite, patterns: Sequence[str]) -> list[tuple[str, str]]:
    """Return pairs of workload and size, in catalogue order, sizes ascending."""
    every = {
        f"{name}@{size}": (name, size)
        for name, entry in catalogue.workloads.items()
        for size in entry.row.sizes
    }
    wanted: set[tuple[str, str]] = set()
    for pattern in patterns or suite.models:
        if "@" not in pattern:
            names = catalogue.find_workloads([pattern])
            wanted |= {
                (name, size)
                for name in names
                for size in _sizes_within(catalogue.workloads[name].row, suite.largest)
            }
        elif extra := _unlisted_size(catalogue, pattern):
            wanted.add(extra)
        else:
            wanted |= {every[name] for name in match_names([pattern], list(every), "workload")}
    order = {name: position for position, name in enumerate(catalogue.workloads)}
    return sorted(wanted, key=lambda model: (order[model[0]], parse_size(model[1])))


def _sizes_within(row: Workload, largest: str) -> list[str]:
    """Return the row's sizes up to the largest, or its smallest when all are larger."""
    return [size for size in row.sizes if parse_size(size) <= parse_size(largest)] or [row.sizes[0]]


def _unlisted_size(catalogue: Catalogue, pattern: str) -> tuple[str, str] | None:
    """Return a workload at a size that it does not list, where it comes in several sizes."""
    name, _, size = pattern.partition("@")
    entry = catalogue.workloads.get(name)
    if entry is None or size in entry.row.sizes or len(entry.row.sizes) == 1 or "*" in size:
        return None
    parse_size(size)
    return name, size
