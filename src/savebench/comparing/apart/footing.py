"""What two sides allow to be compared, and what a reader must be told first. Pure functions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from savebench.comparing.comparison import Party
from savebench.comparing.sides.side import Measurement, Side

_OUR_OWN = "savebench"
"""Its version is said, but stands in no gate's way: a project gates its own changes."""

_COMMIT = "commit"
"""Of a pytest-benchmark file: what is under test, as our own version is."""

_MOST_VERSIONS = 8
"""So many are named in a remark."""

_SETTINGS = {"launch": "launcher", "threads": "threads", "seed": "seed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """What two sides have in common; each reason is empty where nothing stands in the way."""

    no_figures: str = ""
    """Why no figure can be compared at all."""
    no_times: str = ""
    """Why times and memory cannot be compared."""
    sizes_are_advice: str = ""
    """Why a difference of exact counts may be another cause's."""
    other_machine: bool = False
    is_one_run: bool = False
    """Whether both sides are the same run, read twice."""
    remarks: tuple[str, ...] = ()


def footing_of(base: Side, head: Side) -> Footing:
    """Return what the machines, settings and versions of two sides allow."""
    machine = _differences(base.party.machine, head.party.machine)
    settings = _differences(base.party.settings, head.party.settings)
    versions = _version_differences(base.party, head.party)
    no_times = "other machine" if machine else ""
    if not no_times and settings.keys() & {"launch", "threads"}:
        no_times = "other settings: " + _listed(settings)
    other_seed = "seed" in settings
    is_one_run = are_one_run(base, head)
    return Footing(
        no_figures="other seed: other models" if other_seed else "",
        no_times=no_times,
        sizes_are_advice=_why_advice(base.party, head.party, versions),
        other_machine=bool(machine),
        is_one_run=is_one_run,
        remarks=(
            *_identity_remarks(base, head, is_one_run=is_one_run),
            *_machine_remarks(machine),
            *_settings_remarks(settings),
            *_version_remarks(versions),
            *(f"base: {remark}" for remark in base.remarks),
            *(f"head: {remark}" for remark in head.remarks),
        ),
    )


def are_one_run(base: Side, head: Side) -> bool:
    """Whether both sides are one run: by another path, a copy, or an earlier state of it.

    It started at one moment on one machine, and whatever both hold is equal to the last bit.
    """
    if not base.party.started or replace(base.party, label=head.party.label) != head.party:
        return False
    both = [
        pair
        for key in base.measurements.keys() & head.measurements.keys()
        for pair in _of_the_same_rounds(base.measurements[key], head.measurements[key])
    ]
    if not both and (base.measurements or head.measurements):
        return False
    return all(before == after for before, after in both)


def _of_the_same_rounds(before: Measurement, after: Measurement) -> list[tuple[float, float]]:
    values = dict(zip(before.rounds, before.values, strict=False))
    pairs = zip(after.rounds, after.values, strict=False)
    return [(values[number], value) for number, value in pairs if number in values]


def python_minor(text: str) -> str:
    """Return ``"3.11"`` of ``"CPython 3.11.7"``; the text itself where it names no version."""
    found = re.search(r"\d+\.\d+", text)
    return found[0] if found else text


def _differences(base: Mapping[str, str], head: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what differs: name -> (base, head); what only one side tells is no difference."""
    return {
        name: (base[name], head[name]) for name in base if name in head and base[name] != head[name]
    }


def _version_differences(base: Party, head: Party) -> dict[str, tuple[str, str]]:
    """Return the versions that differ, Python's first; what one side lacks is ``none``."""
    names = sorted({*base.versions, *head.versions})
    before = {name: base.versions.get(name, "none") for name in names}
    after = {name: head.versions.get(name, "none") for name in names}
    python = {"Python": (base.python, head.python)} if base.python != head.python else {}
    return {**python, **_differences(before, after)}


def _why_advice(base: Party, head: Party, versions: Mapping[str, tuple[str, str]]) -> str:
    if python_minor(base.python) != python_minor(head.python):
        return "other Python"
    others = [
        name
        for name, (before, after) in versions.items()
        if name not in {"Python", _OUR_OWN, _COMMIT} and "none" not in {before, after}
    ]
    return f"other versions: {', '.join(others)}" if others else ""


def _listed(differences: Mapping[str, tuple[str, str]]) -> str:
    return ", ".join(
        f"{_SETTINGS.get(name, name)} {before} -> {after}"
        for name, (before, after) in differences.items()
    )


def _identity_remarks(base: Side, head: Side, *, is_one_run: bool) -> list[str]:
    if not is_one_run:
        return []
    held = (
        "nothing can have changed"
        if base.measurements == head.measurements
        else "one holds more of it than the other, and nothing else can have changed"
    )
    return [f"Both are one run, started {base.party.started}: {held}. Name two runs to compare."]


def _machine_remarks(machine: Mapping[str, tuple[str, str]]) -> list[str]:
    if not machine:
        return []
    return [f"Another machine: {_listed(machine)}. Times and memory are not compared."]


def _settings_remarks(settings: Mapping[str, tuple[str, str]]) -> list[str]:
    if not settings:
        return []
    lost = (
        "The models differ: only what loads and what fails is compared."
        if "seed" in settings
        else "Times and memory are not compared."
        if settings.keys() & {"launch", "threads"}
        else "They are compared all the same."
    )
    return [f"Other settings: {_listed(settings)}. {lost}"]


def _version_remarks(versions: Mapping[str, tuple[str, str]]) -> list[str]:
    if not versions:
        return []
    names = list(versions)
    shown = {name: versions[name] for name in names[:_MOST_VERSIONS]}
    more = len(names) - len(shown)
    return [f"Other versions: {_listed(shown)}{f' and {more} more' if more else ''}."]
