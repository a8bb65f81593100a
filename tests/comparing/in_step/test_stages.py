"""Screen and confirm, driven by made-up measurements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from savebench.comparing.in_step.gate import FEWEST, FEWEST_CONFIRMING
from savebench.comparing.in_step.stages import Stage, run_stages
from savebench.comparing.rule import DEFAULT


@dataclass
class Measurer:
    """Measures what it is told to, with normal noise, and remembers what it was asked."""

    means: Mapping[str, float]
    noise: float = 0.02
    fails_after: int = 10**9
    rounds: list[tuple[Stage, tuple[str, ...]]] = field(default_factory=list)
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __call__(self, stage: Stage, names: Sequence[str]) -> Mapping[str, float]:
        """Return a round, without ``broken`` once it fails."""
        self.rounds.append((stage, tuple(names)))
        failed = len(self.rounds) > self.fails_after
        return {
            name: self.means[name] + self.noise * self.random.standard_normal()
            for name in names
            if not (failed and name == "broken")
        }

    def asked(self, stage: Stage, name: str) -> int:
        """Return in how many rounds of a stage a series took part."""
        return sum(name in names for each, names in self.rounds if each == stage)


def always(stage: Stage) -> bool:
    """Have time without end."""
    del stage
    return True


def never(stage: Stage) -> bool:
    """Have no time."""
    del stage
    return False


class Countdown:
    """Has time for so many rounds."""

    def __init__(self, rounds: int) -> None:
        """Begin to count."""
        self.left = rounds

    def __call__(self, stage: Stage) -> bool:
        """Count a round."""
        del stage
        self.left -= 1
        return self.left >= 0


def test_only_suspects_are_confirmed() -> None:
    """By rounds that screening has not seen."""
    measure = Measurer({"same": 0.0, "slower": 0.2, "faster": -0.2})
    found = run_stages(list(measure.means), measure, DEFAULT, always)
    assert found.calls == {"slower": "regressed", "faster": "improved"}
    assert measure.asked("screen", "same") == FEWEST
    assert measure.asked("confirm", "same") == 0
    assert len(found.confirmed["slower"]) == FEWEST_CONFIRMING
    assert found.rounds == {"screen": FEWEST, "confirm": FEWEST_CONFIRMING}


def test_a_noisy_series_is_screened_longer() -> None:
    """The quiet one leaves meanwhile."""

    @dataclass
    class Mixed(Measurer):
        def __call__(self, stage: Stage, names: Sequence[str]) -> Mapping[str, float]:
            found = super().__call__(stage, names)
            return {name: value * (20 if name == "noisy" else 1) for name, value in found.items()}

    measure = Mixed({"noisy": 0.0, "quiet": 0.0}, noise=0.01)
    run_stages(list(measure.means), measure, DEFAULT, always)
    assert measure.asked("screen", "noisy") > FEWEST == measure.asked("screen", "quiet")


def test_every_series_has_its_fewest_rounds_even_when_time_is_up() -> None:
    """And no suspect is called without a single fresh round."""
    measure = Measurer({"slower": 0.2})
    found = run_stages(["slower"], measure, DEFAULT, never)
    assert len(found.screened["slower"]) == FEWEST
    assert found.suspects == {"slower": "regressed"}
    assert found.calls == {}


def test_a_series_that_fails_leaves_and_the_others_go_on() -> None:
    """It is neither asked for again nor judged."""
    measure = Measurer({"broken": 0.2, "fine": 0.0}, fails_after=3)
    found = run_stages(["broken", "fine"], measure, DEFAULT, always)
    assert measure.asked("screen", "broken") == 4
    assert len(found.screened["fine"]) == FEWEST
    assert not found.suspects


def test_a_chance_suspect_is_let_go_early() -> None:
    """What looked slower in screening and is not needs no full confirmation."""

    @dataclass
    class Fickle(Measurer):
        def __call__(self, stage: Stage, names: Sequence[str]) -> Mapping[str, float]:
            found = super().__call__(stage, names)
            return {name: value + 0.1 * (stage == "screen") for name, value in found.items()}

    measure = Fickle({"chance": 0.0}, noise=0.05)
    found = run_stages(["chance"], measure, DEFAULT, always)
    assert found.let_go == {"chance"}
    assert found.calls == {"chance": "same"}
    assert measure.asked("confirm", "chance") == 8


def test_a_bound_on_a_series_rounds_is_kept() -> None:
    """However noisy it is."""
    measure = Measurer({"peak": 0.0}, noise=0.3)
    run_stages(["peak"], measure, DEFAULT, always, dict.fromkeys(["peak"], FEWEST).__getitem__)
    assert measure.asked("screen", "peak") == FEWEST


def test_equal_builds_are_hardly_ever_called_different() -> None:
    """200 families of 24 series at 7 % noise: not one false alarm is expected, two are allowed."""
    random = np.random.default_rng(11)
    alarms = 0
    for number in range(200):
        names = [str(each) for each in range(24)]
        offsets = dict(zip(names, random.uniform(-0.01, 0.01, 24), strict=True))
        measure = Measurer(offsets, 0.1, random=np.random.default_rng(number))
        found = run_stages(names, measure, DEFAULT, Countdown(120))
        alarms += "regressed" in found.calls.values()
    assert alarms <= 2
