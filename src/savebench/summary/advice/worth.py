"""When a difference between two candidates is worth telling apart, and worth a choice."""

from savebench.summary.advice.candidates import Estimate

WORTH = 0.05
"""A difference of no more than this share is not worth another habit,"""
WORTH_S = 1e-4
"""nor one of no more than these seconds a use."""
ROUGHLY = 1.3
"""Two medians of too few rounds for intervals are told apart from this ratio on."""


def is_below(one: Estimate, other: Estimate) -> bool:
    """Return whether one lies below the other beyond both intervals.

    Where one has no interval, the medians must differ by `ROUGHLY`.
    """
    if one.has_interval and other.has_interval:
        return one.most < other.least
    return one.median * ROUGHLY < other.median


def is_told_apart(one: Estimate, other: Estimate) -> bool:
    """Return whether one lies beyond the other's interval, on either side."""
    return is_below(one, other) or is_below(other, one)


def is_worth(one: Estimate, other: Estimate, *, seconds: bool) -> bool:
    """Return whether one is less than the other by more than a habit is worth (medians)."""
    less = other.median - one.median
    return less > WORTH * one.median and not (seconds and less <= WORTH_S)
