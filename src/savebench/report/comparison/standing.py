"""How much a change weighs for a build, decided once for all formats."""

from collections.abc import Iterable
from typing import Literal, get_args

from savebench.comparing.comparison import Change, worst_first

Standing = Literal["failure", "open", "advice", "news", "fine"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""From what must be seen first to what need not be seen."""


def standing(change: Change) -> Standing:
    """Return how much a change weighs.

    A series that gates and regressed is a failure, as the exit code has it; one that is gone, or
    without a verdict, is open. The same without a gate is advice. What improved or is new is news.
    """
    if change.verdict == "passed":
        return "fine"
    if change.verdict in {"improved", "new"}:
        return "news"
    if not change.gates:
        return "advice"
    return "failure" if change.verdict == "regressed" else "open"


def by_standing(changes: Iterable[Change]) -> dict[Standing, list[Change]]:
    """Return the changes of each standing, the worst first within each."""
    groups: dict[Standing, list[Change]] = {each: [] for each in STANDINGS}
    for change in worst_first(changes):
        groups[standing(change)].append(change)
    return groups
