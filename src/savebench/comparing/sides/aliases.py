"""Renamed series: what base calls OLD is what head calls NEW. And which series are meant."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from savebench.comparing.sides.side import Key, Side
from savebench.errors import NothingMatches, UsageError


def renamed(side: Side, aliases: Mapping[str, str]) -> Side:
    """Return a side whose series bear their new names.

    Parameters
    ----------
    side
        The base.
    aliases
        Old name -> new name: of a serializer, a workload (with or without its size), or a whole
        series.

    Raises
    ------
    UsageError
        When an old name names nothing, or two series would bear one name.
    """
    for old, new in aliases.items():
        names = names_of(side)
        mapping = {name: _renamed(name, old, new) for name in names}
        if all(name == after for name, after in mapping.items()):
            raise UsageError(
                f"--alias {old}={new}: no series of {side.party.label} is called {old!r}; "
                f"{_near(old, _parts(names))}"
            )
        if len(set(mapping.values())) < len(mapping):
            raise UsageError(
                f"--alias {old}={new}: {side.party.label} has both names already; "
                "an alias is for a name that head no longer has"
            )
        side = _with_names(side, mapping)
    return side


def chosen(base: Side, head: Side, patterns: Sequence[str]) -> tuple[Side, Side]:
    """Return both sides with only the series that any glob matches: by name, metric, or both.

    Raises
    ------
    UsageError
        When a glob matches nothing on either side.
    """
    if not patterns:
        return base, head
    keys = {*base.measurements, *head.measurements}
    names = {*names_of(base), *names_of(head)}
    for pattern in patterns:
        if not any(_matches(key, [pattern]) for key in keys):
            known = [*names, *(metric for _, metric in keys)]
            fault = f"--only {pattern!r} matches no series; {_near(pattern, known)}"
            raise NothingMatches(fault, pattern)
    wanted = {name for name in names if _matches((name, ""), patterns)}
    wanted |= {name for name, metric in keys if _matches((name, metric), patterns)}
    return _narrowed(base, patterns, wanted), _narrowed(head, patterns, wanted)


def names_of(side: Side) -> list[str]:
    """Return the names of a side's series, those without a value among them, in order."""
    return list(dict.fromkeys([*(name for name, _ in side.measurements), *side.troubles]))


def _renamed(name: str, old: str, new: str) -> str:
    """Return a series' name with the part that is called `old` called `new`."""
    if name == old:
        return new
    model, cross, serializer = name.partition(" x ")
    workload, at, size = model.partition("@")
    if not cross:
        return name
    if serializer == old:
        serializer = new
    if model == old:
        return f"{new} x {serializer}"
    return f"{new if workload == old else workload}{at}{size} x {serializer}"


def _parts(names: Iterable[str]) -> list[str]:
    """Return everything that an alias could name."""
    found: dict[str, None] = {}
    for name in names:
        model, _, serializer = name.partition(" x ")
        found |= dict.fromkeys([serializer or name, model.partition("@")[0], model, name])
    return list(found)


def _near(wanted: str, known: Iterable[str]) -> str:
    every = sorted(set(known))
    near = difflib.get_close_matches(wanted.strip("*?"), every, n=3, cutoff=0.4) or every[:3]
    return f"did you mean {' or '.join(near)}?" if near else "there is none at all"


def _with_names(side: Side, mapping: Mapping[str, str]) -> Side:
    return replace(
        side,
        measurements={
            (mapping[name], metric): value for (name, metric), value in side.measurements.items()
        },
        troubles={mapping[name]: trouble for name, trouble in side.troubles.items()},
        models={mapping.get(name, name): digest for name, digest in side.models.items()},
    )


def _matches(key: Key, patterns: Sequence[str]) -> bool:
    name, metric = key
    return any(
        text == pattern or fnmatchcase(text, pattern)
        for text in (name, metric, f"{name} {metric}")
        for pattern in patterns
    )


def _narrowed(side: Side, patterns: Sequence[str], names: set[str]) -> Side:
    return replace(
        side,
        measurements={
            key: value for key, value in side.measurements.items() if _matches(key, patterns)
        },
        troubles={name: trouble for name, trouble in side.troubles.items() if name in names},
    )
