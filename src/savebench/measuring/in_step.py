"""Draw rounds in step: the order of what is measured on two benches, and which of them begins.

Which goes first is shuffled, and balanced: of two pairs of a trial in a row, each goes first once.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from savebench.measuring.plan import UNTIMED
from savebench.records.schema import Case, TrialKind

Kind = tuple[Case, TrialKind]


@dataclass(slots=True)
class Turns:
    """The draws of all rounds, by their seed."""

    seed: int
    _order: random.Random = field(default_factory=random.Random)
    _first: dict[Kind, bool] = field(default_factory=dict)

    def begin_round(self, number: int, trials: Iterable[Kind]) -> list[Kind]:
        """Return a round's trials in its order: those that are not timed come last."""
        self._order = random.Random(f"{self.seed}/{number}")  # noqa: S311 - an order, no secret
        shuffled = sorted(trials)
        self._order.shuffle(shuffled)
        return sorted(shuffled, key=lambda each: each[1] in UNTIMED)

    def second_begins(self, trial: Kind) -> bool:
        """Return who begins a pair: drawn for one, the other for the next."""
        if trial in self._first:
            return not self._first.pop(trial)
        self._first[trial] = self._order.random() < 0.5  # noqa: PLR2004 - a coin
        return self._first[trial]
