"""What the gate would say of machines and changes that are known, because they are made up.

A made-up measurement is ``log time = moment + round + own noise + build's offset + planted
change``. The *moment* (drift, the speed that a shared processor runs at) is met by both processes
of a pair, up to what changes between the two; the *round* is what all processes of one zygote
share, so that no repeat within the round averages it out, and all series of an arm have it
together; the *own noise* is each process's. What is simulated is
`savebench.comparing.in_step.stages` itself, with a clock that counts rounds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np

from bench.other_rules import RULES
from savebench.comparing.in_step.stages import Evidence, Stage, run_stages
from savebench.comparing.rule import DEFAULT, Rule

BEGIN_S = 1.3
"""What a round takes before its first pair: two arms' zygotes import."""
PAIR_S = 0.09
"""What a pair of trials takes."""
SERIES_A_TRIAL = 1.5
"""A load has two series (load, load and first call), a dump one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A kind of noise."""

    name: str
    cv: float
    """Of one process's time, beside what the other fields add."""
    shared: float = 0.25
    """The part of that variance which all processes of an arm share within a round."""
    spikes: float = 0.0
    """Share of processes that take up to twice as long."""
    drift: float = 0.0
    """Relative change of the machine's speed from the first to the last round."""
    two_speeds: float = 0.0
    """A second speed, so much slower, for half of the time; changes within 1 pair of 20."""


@dataclass(slots=True)
class Simulation:
    """One comparison of two builds on a machine."""

    machine: Machine
    series: int
    effects: Mapping[int, float]
    """Series -> planted change, 0.1 for 10 % slower."""
    offset: float
    """Each series of each build is off by up to so much, for reasons of layout."""
    budget_s: float
    random: np.random.Generator
    spent_s: float = 0.0
    longest_s: float = 0.0
    rounds: int = 0
    values: dict[int, tuple[list[float], list[float]]] = field(default_factory=dict)
    """Base's and head's screening times of each series, for other tools' rules."""
    _shift: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        """Build both builds."""
        self._shift = self.random.uniform(-self.offset, self.offset, self.series)
        for each, effect in self.effects.items():
            self._shift[each] += math.log1p(effect)
        self.values = {each: ([], []) for each in range(self.series)}

    def run(self, rule: Rule = DEFAULT) -> Evidence[int]:
        """Return what the gate finds."""
        return run_stages(list(range(self.series)), self.measure, rule, self.has_time)

    def has_time(self, stage: Stage) -> bool:
        """Whether another round fits, as `ab` asks it."""
        share = 0.5 if stage == "screen" else 1.0
        return self.spent_s + self.longest_s < share * self.budget_s

    def measure(self, stage: Stage, names: Sequence[int]) -> Mapping[int, float]:
        """Return a round's log-ratios."""
        trials = max(1, round(len(names) / SERIES_A_TRIAL))
        repeats = 1 if stage == "screen" else max(1, min(4, 12 // trials))
        took_s = BEGIN_S + repeats * trials * PAIR_S
        self.spent_s += took_s
        self.longest_s = took_s
        self.rounds += 1
        spread = math.sqrt(self.machine.shared) * self._sigma
        base_round, head_round = self.random.standard_normal(2) * spread
        logs = np.zeros(len(names))
        for _ in range(repeats):
            base, head = self._pairs(len(names))
            base += base_round
            head += head_round + self._shift[np.asarray(names)]
            logs += (head - base) / repeats
            if stage == "screen":
                for position, name in enumerate(names):
                    self.values[name][0].append(math.exp(base[position]))
                    self.values[name][1].append(math.exp(head[position]))
        return dict(zip(names, logs.tolist(), strict=True))

    @property
    def _sigma(self) -> float:
        return math.sqrt(math.log1p(self.machine.cv**2))

    def _pairs(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the log times of so many pairs."""
        machine, random = self.machine, self.random
        both = random.standard_normal((2, count)) * math.sqrt(1 - machine.shared) * self._sigma
        spiked = random.random((2, count)) < machine.spikes
        both += spiked * np.log1p(random.random((2, count)))
        moment = math.log1p(machine.drift) * self.spent_s / self.budget_s
        slow = random.random(count) < 0.5  # noqa: PLR2004 - half of the time
        other = np.where(random.random(count) < 0.05, ~slow, slow)  # noqa: PLR2004 - see Machine
        both += moment + np.log1p(machine.two_speeds) * np.stack([slow, other])
        return both[0], both[1]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What many simulations of one kind found."""

    runs: int = 0
    false_alarms: int = 0
    """Runs in which a series without a change was called regressed or improved."""
    found: int = 0
    """Planted changes that were called."""
    planted: int = 0
    rounds: int = 0
    spent_s: float = 0.0
    others: dict[str, int] = field(default_factory=dict)
    """Rule of another tool -> runs in which it failed a series without a change."""


def tally(  # noqa: PLR0913 - the cell of a grid
    machine: Machine,
    *,
    series: int,
    effect: float,
    runs: int,
    seed: Sequence[int],
    budget_s: float,
    offset: float = 0.01,
    others: bool = False,
) -> Tally:
    """Simulate one cell of the grid."""
    found = Tally(others=dict.fromkeys(RULES, 0) if others else {})
    effects = {0: effect} if effect else {}
    for number in range(runs):
        simulation = Simulation(
            machine=machine,
            series=series,
            effects=effects,
            offset=offset,
            budget_s=budget_s,
            random=np.random.default_rng([*seed, number]),
        )
        calls = simulation.run().calls
        regressed = {name for name, call in calls.items() if call == "regressed"}
        found.runs += 1
        called = {name for name, call in calls.items() if call != "same"}
        found.false_alarms += bool(called - effects.keys())
        found.found += len(regressed & effects.keys())
        found.planted += len(effects)
        found.rounds += simulation.rounds
        found.spent_s += simulation.spent_s
        for name in found.others:
            rule = RULES[name]
            found.others[name] += any(
                rule(*values) for each, values in simulation.values.items() if each not in effects
            )
    return found


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the simulated grid."""

    machine: Machine
    series: int
    budget_s: float
    effect: float
    """Planted in one of the series."""
    offset: float
    tally: Tally
