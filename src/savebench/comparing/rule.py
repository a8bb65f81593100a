"""What counts as a change: the margin, how sure one must be, what memory may differ by.

Nothing but values, so that the command line shows them without loading what computes with them.
"""

import math
from dataclasses import dataclass

from savebench.errors import UsageError

MARGIN = 0.03
"""A ratio up to 1 + margin is no change, where nobody asks for another."""
DETECT = 0.10
"""A change that must be found, where nobody asks for another."""
MEMORY_ALLOWANCE_BYTES = 256 * 1024
"""A difference of peaks up to this is none: allocators move by pages and arenas for no reason."""
MEMORY_ALLOWANCE = f"{MEMORY_ALLOWANCE_BYTES // 1024} KB"
"""The same as people say it: of pages, so it is 256 times 1024 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What counts as a change of what was measured in step, and how sure one must be."""

    margin: float = MARGIN
    """A ratio up to 1 + margin (down to 1 / (1 + margin)) is no change."""
    detect: float = DETECT
    """A change that must be found, else the verdict is inconclusive."""
    alpha: float = 0.01
    """Probability that a family without a change has one called, in either direction."""
    power: float = 0.95
    """Probability with which a change of `detect` must be found, both stages together."""

    @property
    def log_margin(self) -> float:
        """The margin on the log scale."""
        return math.log1p(self.margin)

    @property
    def log_detect(self) -> float:
        """The change to be found, on the log scale."""
        return math.log1p(self.detect)


DEFAULT = Rule()


def rule_of(margin: float, detect: float) -> Rule:
    """Return a rule with another margin and change to be found, both fractions.

    Raises
    ------
    UsageError
        When the change to be found is not larger than the margin.
    """
    if not 0 <= margin < detect:
        raise UsageError(
            f"a change to be found of {detect:.4g} must be larger than the margin, {margin:.4g}: "
            f"--margin {MARGIN:.0%} --detect {DETECT:.0%}"
        )
    return Rule(margin=margin, detect=detect)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was asked of a comparison of two moments."""

    margin: float
    """A ratio up to 1 + margin is no regression."""
    detect: float
    """The change that must be detectable for a series to pass."""
    family: int = 1
    """How many series may fail a build by their times: a verdict that gates is so much surer."""
