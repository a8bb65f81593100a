"""One series measured in step: what it is called, its pairs of values, and their ratio. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from savebench.comparing.rule import MEMORY_ALLOWANCE_BYTES
from savebench.records.metrics import MEMORY
from savebench.records.schema import Case

Series = tuple[Case, str]
"""A case and a metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The values of one series on both sides, by round."""

    base: Mapping[int, float]
    head: Mapping[int, float]

    @property
    def repeats_exactly(self) -> bool:
        """Whether each side had the same value in every round."""
        return len(set(self.base.values())) == 1 == len(set(self.head.values()))


def log_ratio(metric: str, base: float, head: float) -> float:
    """Return the log of head over base; of memory, only what differs by more than the allowance."""
    if metric in MEMORY:
        beyond = max(0.0, abs(head - base) - MEMORY_ALLOWANCE_BYTES)
        least = max(1.0, min(head, base))
        return math.copysign(math.log1p(beyond / least), head - base)
    return math.log(head / base)
