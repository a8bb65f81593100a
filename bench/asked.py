"""What ``pytest bench`` is asked for: options to cases and settings."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.selection import Selection, select
from savebench.measuring.settings import Request, settings_of, suite_named
from savebench.records.schema import Case, Settings

DEFAULT_SUITE = "smoke"
_BUDGET_S = 110.0
"""For a suite whose own budget is less: pytest's part included, all is over in two minutes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The cases on offer, and how to measure them."""

    selection: Selection
    settings: Settings
    notes: tuple[str, ...]
    """What a person should know before: rows left out, another launcher than asked."""

    @property
    def ids(self) -> list[tuple[str, str]]:
        """Pairs of sized workload and serializer: strings, as pytest-benchmark keeps them."""
        return [(case.model, case.serializer) for case in self.selection.cases]

    def narrowed(self, cases: Container[Case]) -> "Asked":
        """Return the same with some of the cases only."""
        return Asked(self.selection.narrowed(cases), self.settings, self.notes)


def case_named(workload: str, serializer: str) -> Case:
    """Return the case of a sized workload (``knn-brute@1MB``) and a serializer."""
    name, _, size = workload.rpartition("@")
    return Case(name, size, serializer)


def add_options(add: Callable[..., Any]) -> None:
    """Add the suite's options to a group of pytest's."""
    add(
        "--savebench-suite",
        metavar="NAME",
        help=f"Cases to offer: smoke, quick, standard, large or full (default: {DEFAULT_SUITE}).",
    )
    add(
        "--savebench-workload",
        action="append",
        metavar="GLOB",
        help="Workloads in the suite's stead: 'knn-*', knn-brute@16MB. Repeat for more.",
    )
    add(
        "--savebench-serializer",
        action="append",
        metavar="GLOB",
        help="Serializers in the suite's stead: pickle, 'joblib*'. Repeat for more.",
    )
    add(
        "--savebench-budget",
        metavar="TIME",
        help="Wall time of measuring with --benchmark-only: 90s, 2min, 1h "
        f"(default: the suite's own, {_BUDGET_S:.0f}s at least).",
    )
    add(
        "--savebench-launch",
        metavar="HOW",
        help="How fresh processes come to be: zygote (the default on Linux) or spawn.",
    )


def asked_for(
    suite_name: str | None,
    workloads: Sequence[str],
    serializers: Sequence[str],
    budget: str | None,
    launch: str | None,
) -> Asked:
    """Return what the options name.

    Raises
    ------
    savebench.errors.UsageError
        When one of them names nothing that exists.
    """
    suite = suite_named(DEFAULT_SUITE if suite_name is None else suite_name)
    catalogue = load_catalogue()
    notes = list(catalogue.problems)
    request = Request(budget=budget or max(suite.budget_s, _BUDGET_S), launch=launch)
    # All of the suite's trial kinds, those too that no benchmark shows: what else a round holds may
    # tell on its dumps, and these figures are to be those of `savebench run`.
    settings = settings_of(request, suite, notes.append)
    selection = select(catalogue, suite, workloads, serializers)
    return Asked(selection, settings, tuple(notes))
