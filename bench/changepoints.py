"""How often history sees a change, where there is none and where there is one.

``python -m bench.changepoints``: simulated series of one value a run. Prints markdown tables; ends
with 1 when more than 1 % of the series of plain noise, of any length, have a change point.
"""

import sys
from collections.abc import Callable

import numpy as np

from savebench.history.changepoints import SHORTEST, change_points

Logs = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Noise = Callable[[np.random.Generator, int], Logs]

LENGTHS = (10, 20, 30, 60, 200, 1000)
SERIES = 2000
PLANTED = 500
MOST_FALSE = 0.01
CV = 0.03


def normal(rng: np.random.Generator, count: int) -> Logs:
    """Return independent normal noise."""
    return CV * rng.standard_normal(count)


def heavy(rng: np.random.Generator, count: int) -> Logs:
    """Return Student's t with three degrees of freedom: outliers on both sides."""
    return CV * rng.standard_t(3, count)


def spiky(rng: np.random.Generator, count: int) -> Logs:
    """Return normal noise in which each twentieth run is 30 % slower."""
    return normal(rng, count) + np.where(rng.random(count) < 1 / 20, np.log(1.3), 0.0)


def correlated(rng: np.random.Generator, count: int) -> Logs:
    """Return an autoregressive process, correlation 0.3: bad days come in rows."""
    values = rng.standard_normal(count)
    for at in range(1, count):
        values[at] = 0.3 * values[at - 1] + (1 - 0.3**2) ** 0.5 * values[at]
    return CV * values


NOISES: dict[str, Noise] = {
    "normal": normal,
    "heavy tails": heavy,
    "spikes": spiky,
    "correlated": correlated,
}
PLAIN = ("normal",)


def false_alarms(noise: Noise, count: int, seed: int) -> float:
    """Return the share of series without a change in which one is seen."""
    rng = np.random.default_rng(seed)
    series = SERIES if count < max(LENGTHS) else SERIES // 2
    return (
        sum(bool(change_points(np.exp(noise(rng, count)).tolist())) for _ in range(series)) / series
    )


def found(step: float, side: int, seed: int) -> tuple[float, float]:
    """Return how often a step is found, and how often within two runs, `side` runs on each side."""
    rng = np.random.default_rng(seed)
    hits = near = 0
    for _ in range(PLANTED):
        logs = normal(rng, 2 * side)
        logs[side:] += np.log1p(step)
        at = [change.index for change in change_points(np.exp(logs).tolist())]
        hits += bool(at)
        near += any(abs(index - side) <= 2 for index in at)  # noqa: PLR2004 - as the table says
    return hits / PLANTED, near / PLANTED


def main() -> int:
    """Print both tables; return whether plain noise raised too many alarms."""
    print(f"False alarms: share of {SERIES} series (of {max(LENGTHS)} runs: half as many), 3 %.\n")
    print(f"| noise | {' | '.join(f'{count} runs' for count in LENGTHS)} |")
    print(f"|:--|{'--:|' * len(LENGTHS)}")
    worst = 0.0
    for name, noise in NOISES.items():
        shares = [false_alarms(noise, count, seed=count) for count in LENGTHS]
        worst = max(worst, *shares) if name in PLAIN else worst
        print(f"| {name} | {' | '.join(f'{share:.2%}' for share in shares)} |")
    print("\nA step in 3 % of normal noise: found (within two runs), of 500 series.\n")
    sides = (SHORTEST, 10, 30, 100)
    print(f"| step | {' | '.join(f'{side} runs a side' for side in sides)} |")
    print(f"|:--|{'--:|' * len(sides)}")
    for step in (0.03, 0.05, 0.1, 0.25, -0.1):
        cells = [found(step, side, seed=side) for side in sides]
        print(f"| {step:+.0%} | {' | '.join(f'{a:.0%} ({b:.0%})' for a, b in cells)} |")
    return int(worst > MOST_FALSE)


if __name__ == "__main__":
    sys.exit(main())
