"""Words that every report shares: names on one line, lists, counts, ratios with their ends."""

from collections.abc import Iterable, Sequence

from savebench.stats import CostLine
from savebench.units import aligned_ratio, human_seconds

MISSING = "-"

KIND_LABELS = {
    "round-trip": "round trip: the model comes back whole",
    "restricted": "restricted: loads only the types it knows",
    "inference": "inference: an export that answers, but no estimator comes back",
    "floor": "floor: bare bytes, load alone; no model comes back",
}
"""Kinds in the order of a report, and what each means to its reader."""

_LONGEST_PRINTED = 200
_MB = 1e6


def one_line(text: str) -> str:
    """Return `text` on one line, without control characters."""
    words = " ".join(text.split())
    return "".join(character if character.isprintable() else "?" for character in words)


def shortened(text: str) -> str:
    """Return the beginning of what a serializer printed, on one line."""
    line = one_line(text)
    return line if len(line) <= _LONGEST_PRINTED else f"{line[:_LONGEST_PRINTED]}..."


def listed(names: Sequence[str]) -> str:
    """Return ``"a"``, ``"a and b"`` or ``"a, b and c"``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def span(numbers: Iterable[int]) -> str:
    """Return how far counts reach: ``"5"`` or ``"3 to 8"``; empty for none."""
    found = sorted(set(numbers))
    if not found:
        return ""
    return str(found[0]) if len(found) == 1 else f"{found[0]} to {found[-1]}"


def with_ends(text: str, low: float, high: float) -> str:
    """Return a text with the ends of its ratio in brackets: ``"1.24x [1.20-1.31]"``."""
    return f"{text} [{aligned_ratio(low)[:-1]}-{aligned_ratio(high)[:-1]}]"


def line_text(line: CostLine) -> str:
    """Return a fitted line in words: ``"61.2 us + 512 us/MB"``."""
    return f"{human_seconds(line.fixed)} + {human_seconds(line.per_unit * _MB)}/MB"
