"""What a test asks: with which serializers, by which method, within which limits. All checked."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from savebench.catalogue.providers import Catalogue
from savebench.catalogue.rows import Entry, Serializer
from savebench.errors import UsageError
from savebench.launch.messages import RowRef
from savebench.persistence.production import Production
from savebench.records.metrics import METRICS
from savebench.serializers.skops import Trust, names_of, takes_trust
from savebench.trial.probing import METHODS as PROBED_METHODS
from savebench.units import parse_size, seconds_of

METHODS = (*PROBED_METHODS, "__call__")
SIZE = "size_bytes"
TIMED_BY: Mapping[str, str] = {
    name: metric.trial
    for name, metric in METRICS.items()
    if metric.unit == "s" and metric.trial in {"dump", "load"}
}
"""Metrics of time that can be limited, and the kind of trial that measures each."""
_FEWEST_ROUNDS = 6
"""Fewer processes have no 95 % interval (`savebench.stats.median_interval`)."""

Sizes = str | int | Mapping[str, str | int]
Ratios = Mapping[str, tuple[str, float]]


@dataclass(frozen=True, slots=True)
class RatioLimit:
    """A metric may be at most so many times the baseline serializer's."""

    metric: str
    baseline: str
    ratio: float


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of the fixture, checked."""

    serializers: Mapping[str, Entry[Serializer]]
    by_name: frozenset[str]
    """Named in full: one of these that cannot carry the model fails the test."""
    method: str
    max_size_bytes: Mapping[str, int]
    ratios: tuple[RatioLimit, ...]
    rounds: int
    timeout_s: float
    production: Production
    trust: tuple[str, ...] = ()
    """Full names of types that skops may load."""

    def reference_of(self, serializer: str) -> RowRef:
        """Return where a fresh process finds a row, and what it is told to trust."""
        entry = self.serializers[serializer]
        return RowRef(entry.provider, serializer, self.trust if takes_trust(entry.row) else ())

    @property
    def limited_kinds(self) -> frozenset[str]:
        """The kinds of trial that limits on time need."""
        return frozenset(
            TIMED_BY[limit.metric] for limit in self.ratios if limit.metric in TIMED_BY
        )


def parse_asked(  # noqa: PLR0913 - each is an argument of the fixture
    model: Any,
    catalogue: Catalogue,
    *,
    serializers: str | Sequence[str],
    method: str | None,
    max_size: Sizes | None,
    max_ratio: Ratios | None,
    rounds: int,
    timeout: str | float,
    production: Production,
    trust: Trust = (),
) -> Asked:
    """Return what is asked.

    Raises
    ------
    UsageError
        When something asked for does not exist, is not installed or makes no sense.
    """
    if isinstance(rounds, bool) or not isinstance(rounds, int) or rounds < _FEWEST_ROUNDS:
        raise UsageError(
            f"rounds={rounds!r}: ask for {_FEWEST_ROUNDS} or more; "
            "fewer processes have no 95 % interval"
        )
    ratios = _ratios({} if max_ratio is None else max_ratio)
    wanted = [*_patterns(serializers), *(limit.baseline for limit in ratios)]
    found = _find(catalogue, wanted)
    for limit in ratios:
        if limit.baseline not in found:  # a pattern, or `_find` would have refused it
            raise UsageError(
                f"max_ratio[{limit.metric!r}] names {limit.baseline!r}; name one serializer there, "
                "no pattern"
            )
    return Asked(
        serializers=found,
        by_name=frozenset(wanted) & frozenset(found),
        method=_method(model, method),
        max_size_bytes=_max_sizes(max_size, found),
        ratios=ratios,
        rounds=rounds,
        timeout_s=seconds_of(timeout, "timeout"),
        production=production,
        trust=_trusted(trust, found),
    )


def _patterns(serializers: object) -> list[str]:
    if isinstance(serializers, str):
        return [serializers]
    found = list(serializers) if isinstance(serializers, Iterable) else [serializers]
    patterns = [each for each in found if isinstance(each, str)]
    if len(patterns) < len(found):
        raise UsageError(f"serializers={serializers!r}: write names, like ['pickle', 'joblib']")
    if not patterns:
        raise UsageError("serializers is empty; name one at least, like serializers=['pickle']")
    return patterns


def _find(catalogue: Catalogue, patterns: Sequence[str]) -> dict[str, Entry[Serializer]]:
    """Return the rows that can keep a model, and that are installed or named in full."""
    for name in patterns:
        entry = catalogue.serializers.get(name)
        if entry and entry.unavailable():
            raise UsageError(f"{name} {entry.unavailable()}")
        if entry and entry.row.kind == "floor":
            raise UsageError(f"{name} is a floor: it keeps arrays and no model; leave it out")
    names = list(
        dict.fromkeys(
            name for pattern in patterns for name in catalogue.find_serializers([pattern])
        )
    )
    entries = {name: catalogue.serializers[name] for name in names}
    usable = {
        name: entry
        for name, entry in entries.items()
        if not entry.unavailable() and entry.row.kind != "floor"
    }
    if not usable:
        raise UsageError(f"none of {', '.join(names)} is installed and keeps a model")
    return usable


def _trusted(trust: Trust, serializers: Mapping[str, Entry[Serializer]]) -> tuple[str, ...]:
    names = names_of(trust)
    if names and not any(takes_trust(entry.row) for entry in serializers.values()):
        raise UsageError(
            f"trust={list(names)} is for skops, and {', '.join(serializers)} load whatever a file "
            "names; leave trust out, or add 'skops' to serializers"
        )
    return names


def _method(model: Any, method: str | None) -> str:
    if method is not None:
        if not isinstance(method, str):
            raise UsageError(f"method={method!r}: write a name, like 'predict'")
        if not callable(getattr(model, method, None)):
            raise UsageError(f"method={method!r}: this {type(model).__name__} has no {method}()")
        return method
    for name in METHODS:
        if callable(getattr(model, name, None)):
            return name
    raise UsageError(
        f"this {type(model).__name__} has none of {', '.join(METHODS[:-1])}; "
        "name the method that answers: persistence(model, X, method='...')"
    )


def _max_sizes(asked: Sizes | None, serializers: Iterable[str]) -> dict[str, int]:
    if asked is None:
        return {}
    if not isinstance(asked, Mapping):
        return dict.fromkeys(serializers, _size(asked))
    for name in asked:
        if name not in serializers:
            raise UsageError(
                f"max_size limits {name!r}, which is not among the serializers asked for: "
                f"{', '.join(serializers)}"
            )
    return {name: _size(size) for name, size in asked.items()}


def _size(asked: str | int) -> int:
    if isinstance(asked, str):
        try:
            return parse_size(asked)
        except UsageError as error:
            raise UsageError(f"max_size: {error}") from None
    if isinstance(asked, bool) or not isinstance(asked, int) or asked <= 0:
        raise UsageError(f"max_size={asked!r} is not a size; write it like '2MB', or as bytes")
    return asked


def _ratios(asked: Ratios) -> tuple[RatioLimit, ...]:
    if not isinstance(asked, Mapping):
        raise UsageError(f"max_ratio={asked!r}: write it like {{'load_s': ('pickle', 1.5)}}")
    return tuple(_ratio(metric, limit) for metric, limit in asked.items())


def _ratio(metric: object, limit: object) -> RatioLimit:
    known = [SIZE, *TIMED_BY]
    if metric not in known:
        raise UsageError(f"max_ratio knows no metric {metric!r}; it knows {', '.join(known)}")
    match limit:
        case (str(baseline), (int() | float()) as ratio) if (
            not isinstance(ratio, bool) and math.isfinite(ratio) and ratio > 0
        ):
            return RatioLimit(str(metric), baseline, float(ratio))
    raise UsageError(
        f"max_ratio[{metric!r}]={limit!r}: write a serializer and how many times its value is "
        "allowed, like ('pickle', 1.5)"
    )
