"""Ranks: serializers of a kind by their medians, those that cannot be told apart as equals."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from savebench.catalogue.rows import KINDS
from savebench.records.schema import Case, Header
from savebench.records.series import ByRound, Values
from savebench.stats import is_slower, median_interval

BASELINE = "pickle"
"""The serializer that every ratio is relative to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A serializer's place among those of its kind."""

    serializer: str
    rank: int | None
    """None where too few rounds leave no interval to tell by."""
    tied: bool
    """Another serializer shares the rank: the two cannot be told apart."""


def rank(by_serializer: Mapping[str, ByRound]) -> list[Place]:
    """Return serializers in the order of their medians, ties marked.

    A row shares the rank of the row above unless it is slower than the *first* row of that rank:
    the interval of their paired ratio lies above 1 (`stats.is_slower`). Ranks count rows, so two
    firsts are followed by a third. A row without an interval, of its own or against that first row,
    takes no rank and shares none; it counts all the same, so that nobody is first behind it.
    """
    intervals = {
        name: median_interval(list(rounds.values())) for name, rounds in by_serializer.items()
    }
    order = sorted(intervals, key=lambda name: intervals[name].median)
    ranks: dict[str, int | None] = {}
    first = ""
    for position, name in enumerate(order, start=1):
        slower = not first or is_slower(by_serializer[name], by_serializer[first])
        if intervals[name].is_range or slower is None:
            ranks[name] = None
            continue
        first = name if slower else first
        ranks[name] = position if slower else ranks[first]
    taken = list(ranks.values())
    return [
        Place(serializer=name, rank=place, tied=place is not None and taken.count(place) > 1)
        for name, place in ranks.items()
    ]


def rank_metric(kind: str) -> str:
    """Return the metric that ranks a kind.

    Load and first call together, so that a lazy or mapped load is charged for what it puts off; a
    floor restores arrays and no model, so there is nothing to call.
    """
    return "load_s" if kind == "floor" else "load_predict_s"


def baseline_first(kinds: Mapping[str, str]) -> list[str]:
    """Return serializers by kind, in the order of the catalogue's, and the baseline before all."""
    return sorted(kinds, key=lambda name: (name != BASELINE, KINDS.index(kinds[name])))


def kind_of(header: Header, serializer: str) -> str:
    """Return a serializer's kind."""
    return header.serializers[serializer].kind


def places_of(header: Header, values: Values, failed: Collection[Case]) -> dict[Case, Place]:
    """Return each ranked case's place; `failed` take none."""
    groups: dict[tuple[str, str], dict[str, Case]] = {}
    for case in header.cases:
        kind = kind_of(header, case.serializer)
        if case not in failed and values.get((case, rank_metric(kind))):
            groups.setdefault((case.model, kind), {})[case.serializer] = case
    places: dict[Case, Place] = {}
    for (_, kind), cases in groups.items():
        contenders = {name: values[case, rank_metric(kind)] for name, case in cases.items()}
        places |= {cases[place.serializer]: place for place in rank(contenders)}
    return places
