"""How two answers agree: what a comparison says, and what several come to."""

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an answer compares with another, such as the one stored when the model was built."""

    exact: bool
    difference: str = ""
    """Where and how they first differ, for a person; empty when exact."""
    max_abs_difference: float | None = None
    """Largest absolute difference, where numbers of one shape differ."""
    by_rounding: bool = True
    """Whether nothing differs but floating-point numbers, in their last digits."""
    same_form: bool = True
    """Whether types, dtypes, shapes and labels are the same, whatever the values."""


EXACT = Agreement(exact=True)


def combine(agreements: Iterable[Agreement]) -> Agreement:
    """Return what several comparisons come to: the first difference, the largest numbers."""
    exact, difference, same_form = True, "", True
    largest: float | None = None
    by_rounding = True
    for each in agreements:
        if not each.exact:
            exact, difference = False, difference or each.difference
            same_form = same_form and each.same_form
            by_rounding = by_rounding and each.by_rounding
        if each.max_abs_difference is not None:
            largest = max(largest or 0.0, each.max_abs_difference)
    return Agreement(exact, difference, largest, by_rounding, same_form)


def within(part: str, found: Agreement) -> Agreement:
    """Return what was found in a part of an answer, with the part named."""
    return found if found.exact else replace(found, difference=f"{part}: {found.difference}")


def other_values(difference: str) -> Agreement:
    """Return that values differ which are no numbers."""
    return Agreement(exact=False, difference=difference, by_rounding=False)


def other_form(difference: str) -> Agreement:
    """Return that types, shapes or labels differ."""
    return Agreement(exact=False, difference=difference, by_rounding=False, same_form=False)
