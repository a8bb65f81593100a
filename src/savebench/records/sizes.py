"""Models whose size is far off the name that it goes by. Pure functions."""

from collections.abc import Mapping

from savebench.errors import UsageError
from savebench.records.schema import WorkloadInfo
from savebench.units import human_bytes, parse_size

_TOLERANCE = 0.25
"""A size is kept to within this share of its name."""
_MANY = 10
_LEAST_BYTES = 1000
"""Smaller differences are no matter: such a model costs what any model costs, whatever its size.
So it is with `home-prices`, which is named 1KB and has 400 bytes, and with nothing else of ours."""


def far_off(workloads: Mapping[str, WorkloadInfo]) -> dict[str, tuple[int, int]]:
    """Return the sized workloads that are far off their names: (bytes asked, bytes made)."""
    found = {}
    for model, info in workloads.items():
        asked, made = asked_bytes(model), info.model_bytes
        if not asked or made is None:
            continue
        if abs(made - asked) > max(_TOLERANCE * asked, _LEAST_BYTES):
            found[model] = (asked, made)
    return found


def asked_bytes(model: str) -> int | None:
    """Return the bytes in a sized name; None where a file's name says none."""
    try:
        return parse_size(model.rpartition("@")[2])
    except UsageError:
        return None


def size_notes(workloads: Mapping[str, WorkloadInfo]) -> list[str]:
    """Return a line for each model that is far off its name: which, what was asked, what it is."""
    return [
        f"{_said(model, asked, made)}: what is said of {model.rpartition('@')[2]} holds for "
        f"{human_bytes(made)}"
        for model, (asked, made) in far_off(workloads).items()
    ]


def sizes_sentence(workloads: Mapping[str, WorkloadInfo]) -> str:
    """Return what a report says at its head, one sentence for all; empty where all are near."""
    notes = size_notes(workloads)
    if len(notes) <= 1:
        return "".join(f"{note}." for note in notes)
    said = [_said(model, *sizes) for model, sizes in far_off(workloads).items()]
    return f"{'; '.join(said)}: what is said of a size holds for the size that was made."


def _said(model: str, asked: int, made: int) -> str:
    of = "of" if made < asked else "times"
    share = made / asked
    told = f"{share:,.0f}" if share >= _MANY else f"{share:.2g}"
    return f"{model} is {human_bytes(made)}, {told} {of} its name"
