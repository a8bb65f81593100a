"""Does stopping early mislead, and does time go where it counts? ``python -m bench.scheduler``.

Simulated, with the plan's own rules: the coverage of 95 % intervals when a case stops as soon as it
is precise enough, and the worst interval that a given time buys, against other rules. Then real:
24 operations to +-5 % on this machine, and where the wall time went. Writes ``README.md`` and
``scheduler.json`` into ``results/scheduler/`` or the folder named.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

import numpy as np

import savebench
from savebench.measuring.bench import Spent
from savebench.measuring.plan import STOP_CONFIDENCE, TARGETS, Progress, worth_most
from savebench.measuring.run import Silent
from savebench.records.schema import Case, Settings, Trial
from savebench.stats import median_interval

PRECISION = 0.05
CONFIDENCE = 0.95
MOST = 100
FIRST = 5
REPLICATES = 4000
SEED = 1
Draw = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def _normal(cv: float) -> Draw:
    return lambda rng, shape: 1 + cv * rng.standard_normal(shape)


def _skewed(cv: float) -> Draw:
    return lambda rng, shape: 1 + cv * rng.exponential(size=shape)


def _spiky(cv: float) -> Draw:
    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        base = np.exp(cv * rng.standard_normal(shape))
        spikes = rng.random(shape) < 0.1  # noqa: PLR2004 - a tenth
        return np.where(spikes, base * (1.5 + 2 * rng.random(shape)), base)

    return draw


def _two_speeds(cv: float) -> Draw:
    def draw(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        base = np.exp(cv * rng.standard_normal(shape))
        return np.where(rng.random(shape) < 0.3, 1.4 * base, base)  # noqa: PLR2004 - as named

    return draw


NOISES: dict[str, Callable[[float], Draw]] = {
    "normal": _normal,
    "skewed": _skewed,
    "spiky": _spiky,
    "two speeds": _two_speeds,
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How stopping early fared under one noise."""

    noise: str
    cv: float
    covered: float
    """Share of the 95 % intervals, at the moment of stopping, that hold the true median."""
    bias: float
    """Median of the medians, against the true median, minus 1."""
    samples: float
    """Mean number of samples at the moment of stopping."""


def coverage(noise: str, cv: float) -> Coverage:
    """Look after every sample from the minimum on; stop when the interval is narrow enough."""
    rng = np.random.default_rng(SEED)
    draw = NOISES[noise](cv)
    truth = float(np.median(draw(rng, (4_000_000,))))
    values = draw(rng, (REPLICATES, MOST))
    stopped = np.zeros(REPLICATES, bool)
    held, medians, samples = (np.zeros(REPLICATES) for _ in range(3))
    for n in range(FIRST, MOST + 1):
        ordered = np.sort(values[:, :n], axis=1)
        middle = np.median(ordered, axis=1)
        narrow = _width(ordered, STOP_CONFIDENCE) <= PRECISION * middle
        now = ~stopped & (narrow if n < MOST else True)
        low, high = _ends(ordered, CONFIDENCE)
        held[now] = ((low <= truth) & (truth <= high))[now]
        medians[now], samples[now] = middle[now], n
        stopped |= now
    bias = float(np.median(medians)) / truth - 1
    return Coverage(noise, cv, float(held.mean()), bias, float(samples.mean()))


def _ends(ordered: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the intervals of sorted rows, by the ranks of `median_interval`."""
    n = ordered.shape[1]
    ranks = median_interval(range(n), confidence)
    return ordered[:, int(ranks.low)], ordered[:, int(ranks.high)]


def _width(ordered: np.ndarray, confidence: float) -> np.ndarray:
    if median_interval(range(ordered.shape[1]), confidence).is_range:
        return np.full(len(ordered), np.inf)
    low, high = _ends(ordered, confidence)
    return np.asarray((high - low) / 2)


Rule = Callable[
    [list[Trial], dict[Case, Progress], Settings, Callable[[Trial], float]], list[Trial]
]
BEGIN_S = 0.8
"""What a round costs before its first trial, in the simulation."""


def _equal(trials: list[Trial], known: object, settings: object, cost_s: object) -> list[Trial]:
    del known, settings, cost_s
    return trials


def _until_precise(
    trials: list[Trial], known: dict[Case, Progress], settings: Settings, cost_s: object
) -> list[Trial]:
    del cost_s
    return [each for each in trials if not known[each.case].is_precise(settings.precision)]


def _widest(
    trials: list[Trial],
    known: dict[Case, Progress],
    settings: Settings,
    cost_s: Callable[[Trial], float],
) -> list[Trial]:
    return worth_most(trials, known, settings, cost_s, BEGIN_S)


def _per_second(
    trials: list[Trial],
    known: dict[Case, Progress],
    settings: Settings,
    cost_s: Callable[[Trial], float],
) -> list[Trial]:
    """Take the widest per second of cost, down to half of the most."""
    if any(known[each.case].rounds < settings.min_rounds for each in trials):
        return trials
    gains = {
        each: width / cost_s(each)
        for each in trials
        if (width := known[each.case].width(each.kind, settings.precision)) > 1
    }
    return [each for each in gains if gains[each] >= max(gains.values()) / 2]


RULES: dict[str, Rule] = {
    "equal rounds": _equal,
    "equal rounds, precise cases leave": _until_precise,
    "width per second of cost": _per_second,
    "savebench: the widest first": _widest,
}


def race(rule: Rule, total_s: float, seed: int) -> tuple[float, float]:
    """Return the worst interval (half-width / median), and the share of operations within 5 %.

    Twelve cases, dump and load: noise of 2 to 20 %, costs of 30 ms to 0.6 s a trial, log-uniform.
    """
    chance = random.Random(seed)  # noqa: S311 - a simulation
    cases = [Case("w", "1KB", str(number)) for number in range(12)]
    keys = [(case, kind) for case in cases for kind in TARGETS]
    noise = {key: 0.02 * 10 ** chance.random() for key in keys}
    cost = {key: 0.03 * 20 ** chance.random() for key in keys}
    known = {case: Progress() for case in cases}
    settings = _settings()
    spent_s, number = 0.0, 0
    while spent_s < total_s:
        number += 1
        spent_s += BEGIN_S
        trials = [Trial(case, kind, number) for case, kind in keys]  # type: ignore[arg-type] # its keys are kinds
        chosen = rule(trials, known, settings, lambda each: cost[each.case, each.kind])
        if not chosen:
            break
        for each in chosen:
            spent_s += cost[each.case, each.kind]
            if spent_s > total_s:
                break
            progress = known[each.case]
            progress.counts[each.kind] = progress.counts.get(each.kind, 0) + 1
            value = chance.lognormvariate(0.0, noise[each.case, each.kind])
            for name in TARGETS[each.kind][:1]:
                progress.values.setdefault(name, []).append(value)
    widths = [_relative(known[case].values[TARGETS[kind][0]]) for case, kind in keys]
    return max(widths), sum(width <= PRECISION for width in widths) / len(widths)


def _relative(values: list[float]) -> float:
    found = median_interval(values, CONFIDENCE)
    return (found.high - found.low) / 2 / found.median


def _settings() -> Settings:
    return Settings(
        suite="study",
        budget_s=None,
        precision=PRECISION,
        min_rounds=FIRST,
        max_rounds=None,
        kinds=dict.fromkeys(TARGETS),
        timeout_s=1.0,
        memory_limit_bytes=None,
        launch="none",
        threads=1,
        storage=None,
    )


@dataclass(slots=True)
class _Watcher(Silent):
    spent: Spent = field(default_factory=Spent)

    def measured(self, spent: Spent) -> None:
        self.spent = spent


def real(budget_s: float) -> dict[str, Any]:
    """Measure 24 operations in a budget; return how narrow they got and where the time went."""
    watcher = _Watcher()
    with tempfile.TemporaryDirectory() as folder:
        started_s = monotonic()
        results = savebench.run(
            workloads=["home-prices", "random-forest@100KB", "knn-brute@4MB", "tfidf@100KB"],
            serializers=["pickle", "joblib", "joblib+lz4"],
            budget=budget_s,
            out=Path(folder) / "run",
            watcher=watcher,
        )
        wall_s = monotonic() - started_s
    rows = results.to_frame()
    rows = rows[rows["metric"].isin(["dump_s", "load_s"])]
    widths = ((rows["high"] - rows["low"]) / 2 / rows["median"]).tolist()
    spent = watcher.spent
    inside_s = spent.preparing_s + spent.operating_s
    return {
        "budget_s": budget_s,
        "wall_s": wall_s,
        "operations": len(widths),
        "within": sum(width <= PRECISION for width in widths),
        "median_width": median(widths),
        "worst_width": max(widths),
        "n": [int(rows["n"].min()), int(rows["n"].max())],
        "spent_s": {
            "in children, preparing and populating": spent.preparing_s,
            "in children, from the gate to the answer": spent.operating_s,
            "interpreters that import, for zygotes": spent.making_ready_s,
            "models, header, control trials, report, the rest": wall_s
            - inside_s
            - spent.making_ready_s,
        },
        "inside": inside_s / wall_s,
    }


def main() -> None:
    """Simulate, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("results/scheduler"))
    parser.add_argument("--replicates", type=int, default=30, help="of the race")
    parser.add_argument("--budget", type=float, default=90.0, help="of the real run, in s")
    given = parser.parse_args()
    found = real(given.budget)
    covered = [coverage(noise, cv) for noise in NOISES for cv in (0.02, 0.05, 0.1, 0.2)]
    races = {
        (name, total_s): [race(rule, total_s, seed) for seed in range(given.replicates)]
        for total_s in (60.0, 120.0, 240.0)
        for name, rule in RULES.items()
    }
    text = "\n".join([*_coverage_lines(covered), *_race_lines(races), *_real_lines(found)])
    given.folder.mkdir(parents=True, exist_ok=True)
    (given.folder / "README.md").write_text(text + "\n", encoding="utf-8")
    raw = {
        "coverage": [
            {name: getattr(each, name) for name in Coverage.__slots__} for each in covered
        ],
        "races": [
            {"rule": name, "total_s": total_s, "worst_and_within": results}
            for (name, total_s), results in races.items()
        ],
        "real": found,
    }
    (given.folder / "scheduler.json").write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    print(text)


def _coverage_lines(covered: list[Coverage]) -> list[str]:
    return [
        "# Samples where they count",
        "",
        "Made by `python -m bench.scheduler`.",
        "",
        "## Stopping early does not mislead (simulated)",
        "",
        (
            f"A case stops as soon as its {STOP_CONFIDENCE:.1%} interval is within 5 % of its "
            f"median, looked at after every sample from {FIRST} to {MOST}; {REPLICATES} "
            "replicates each. Share of the 95 % intervals that hold the true median, and bias of "
            "the medians:"
        ),
        "",
        "| noise | CV or scale | covered | bias | mean n |",
        "|:--|--:|--:|--:|--:|",
        *(
            f"| {each.noise} | {each.cv:.0%} | {each.covered:.1%} | {each.bias:+.2%} "
            f"| {each.samples:.1f} |"
            for each in covered
        ),
        "",
        f"Least coverage: {min(each.covered for each in covered):.1%}.",
        "",
    ]


def _race_lines(races: dict[tuple[str, float], list[tuple[float, float]]]) -> list[str]:
    lines = [
        "## The worst interval that a given time buys (simulated)",
        "",
        (
            "12 cases, dump and load: noise 2 to 20 %, trials of 30 ms to 0.6 s, "
            f"{BEGIN_S} s to begin a round. Medians over {len(next(iter(races.values())))} "
            "replicates of the worst 95 % interval (half-width / median) and of the share within "
            "5 %."
        ),
        "",
        "| rule | time | worst interval | within 5 % |",
        "|:--|--:|--:|--:|",
    ]
    for (name, total_s), results in races.items():
        worst = median(each[0] for each in results)
        within = median(each[1] for each in results)
        lines.append(f"| {name} | {total_s:.0f} s | {worst:.1%} | {within:.0%} |")
    return [*lines, ""]


def _real_lines(found: dict[str, Any]) -> list[str]:
    return [
        "## Real",
        "",
        (
            f"{found['operations']} operations, budget {found['budget_s']:.0f} s (took "
            f"{found['wall_s']:.0f} s): {found['within']} within 5 %, median "
            f"{found['median_width']:.1%}, worst {found['worst_width']:.1%}; "
            f"n = {found['n'][0]} to {found['n'][1]}. {found['inside']:.0%} of the wall time "
            "was spent inside children."
        ),
        "",
        "| where the time went | s |",
        "|:--|--:|",
        *(f"| {what} | {time_s:.1f} |" for what, time_s in found["spent_s"].items()),
    ]


if __name__ == "__main__":
    main()
