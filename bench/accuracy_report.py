"""The accuracy study's figures as a table, in markdown and JSON."""

import math
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import msgspec

from savebench.records.schema import Environment
from savebench.stats import Interval, geometric_mean, median_interval, paired_ratio
from savebench.units import human_seconds

TRUTH = "spawn"
_FAST = "zygote"
_HOT = ("pytest-benchmark", "pyperf")
_LONG_S = 1e-3


class Cell(msgspec.Struct, frozen=True):
    """One operation of one case, as every harness read it."""

    case: str
    metric: str
    by_round: Mapping[str, Mapping[int, float]]
    """Launcher -> round -> seconds."""
    hot_s: Mapping[str, tuple[float, ...]]
    """Harness -> the seconds that it reports."""
    wall_s: Mapping[str, float]
    """Harness -> all wall time for the cell."""


class Study(msgspec.Struct, frozen=True):
    """All that was measured."""

    environment: Environment
    rounds: int
    cells: tuple[Cell, ...]
    sample_s: Mapping[str, float]
    """Launcher -> wall time a sample."""


def write_study(study: Study, folder: Path) -> None:
    """Write ``README.md`` and ``accuracy.json`` into a folder; make it where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accuracy.json").write_bytes(
        msgspec.json.format(msgspec.json.encode(study), indent=0) + b"\n"
    )
    (folder / "README.md").write_text("\n".join(_lines(study)) + "\n", encoding="utf-8")


def _lines(study: Study) -> list[str]:
    environment = study.environment
    versions = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
    introduction = (
        "Made by `python -m bench.accuracy`. The truth is `spawn`: the first operation in a "
        "brand-new interpreter. Its median and 95 % interval, beside the medians of the others "
        f"and their ratio to it. `zygote` was measured in step with spawn, n = {study.rounds} "
        "each, and its ratio is the median of the ratios paired by round, with its 95 % interval; "
        "pytest-benchmark and pyperf ran with their defaults, in the same hour, between rounds. "
        "Wall time is a cell's whole, in s: spawn / zygote / pytest-benchmark / pyperf."
    )
    machine = (
        f"{environment.python}, {environment.processor}, {environment.cores} cores, "
        f"{environment.platform}; {versions}."
    )
    return [
        "# Is a fast figure the right one?",
        "",
        introduction,
        "",
        machine,
        "",
        "| cell | spawn | zygote | ratio | pytest-benchmark | ratio | pyperf | ratio | wall, s |",
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
        *map(_row, study.cells),
        "",
        *_foot(study),
    ]


def _row(cell: Cell) -> str:
    truth = _reading(cell, TRUTH)
    fast = _ratio(cell)
    parts = [
        f"{cell.metric.removesuffix('_s')} {cell.case}",
        f"{_time(truth.median)} [{_time(truth.low)}, {_time(truth.high)}]",
        _time(_reading(cell, _FAST).median),
        f"{fast.median:.2f} [{fast.low:.2f}, {fast.high:.2f}]",
    ]
    for name in _HOT:
        if name in cell.hot_s:
            hot_s = median(cell.hot_s[name])
            parts += [_time(hot_s), f"{hot_s / truth.median:.2f}"]
        else:
            parts += ["", ""]
    names = (TRUTH, _FAST, *_HOT)
    parts.append(" / ".join(f"{cell.wall_s[name]:.1f}" for name in names if name in cell.wall_s))
    return "| " + " | ".join(part.replace("|", r"\|") for part in parts) + " |"


def _foot(study: Study) -> list[str]:
    ratios = {_FAST: [_ratio(cell).median for cell in study.cells]}
    for name in _HOT:
        ratios[name] = [
            median(cell.hot_s[name]) / _reading(cell, TRUTH).median
            for cell in study.cells
            if name in cell.hot_s
        ]
    ratios["spawn, odd rounds against even (the noise of the study, n halved)"] = [
        ratio for cell in study.cells if (ratio := _halves(cell))
    ]
    lines = [
        "| | geometric mean error factor | mean bias | worst cell | within 10 % |",
        "|:--|--:|--:|--:|--:|",
    ]
    for name, found in ratios.items():
        if found:
            errors = [math.exp(abs(math.log(ratio))) for ratio in found]
            within = sum(abs(ratio - 1) <= 0.1 for ratio in found)  # noqa: PLR2004 - 10 %
            lines.append(
                f"| {name} | {geometric_mean(errors):.3f} | {geometric_mean(found):.3f} "
                f"| {max(errors):.2f}x | {within} of {len(found)} |"
            )
    return [*lines, "", *_verdicts(study)]


def _verdicts(study: Study) -> list[str]:
    long = [cell for cell in study.cells if _reading(cell, TRUTH).median >= _LONG_S]
    short = [cell for cell in study.cells if cell not in long]
    lines = [
        f"- Cells of 1 ms or more ({len(long)}): zygote {_within(long, 0.05)}.",
        f"- Cells below 1 ms ({len(short)}): zygote {_within(short, 0.15)}.",
    ]
    if set(study.sample_s) >= {TRUTH, _FAST}:
        share = study.sample_s[TRUTH] / study.sample_s[_FAST]
        lines.append(
            f"- Wall time a sample, launcher's own included: spawn "
            f"{_time(study.sample_s[TRUTH])}, zygote {_time(study.sample_s[_FAST])}: "
            f"1/{share:.1f}."
        )
    return lines


def _within(cells: list[Cell], tolerance: float) -> str:
    near = [cell for cell in cells if abs(_ratio(cell).median - 1) <= tolerance]
    alike = [cell for cell in cells if _ratio(cell).covers(1.0)]
    either = [cell for cell in cells if cell in near or cell in alike]
    return (
        f"within {tolerance:.0%} of spawn on {len(near)}, indistinguishable from it (the interval "
        f"of the ratio covers 1) on {len(alike)}, one or the other on {len(either)}"
    )


def _reading(cell: Cell, launcher: str) -> Interval:
    return median_interval(list(cell.by_round[launcher].values()))


def _ratio(cell: Cell) -> Interval:
    return paired_ratio(cell.by_round[_FAST], cell.by_round[TRUTH])


def _halves(cell: Cell) -> float | None:
    odd, even = ([v for n, v in cell.by_round[TRUTH].items() if n % 2 == r] for r in (1, 0))
    return median(odd) / median(even) if odd and even else None


def _time(time_s: float) -> str:
    return human_seconds(time_s)
