"""The gate's studies as markdown tables."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from bench.gate_simulation import Cell
from bench.other_rules import RULES
from savebench.comparing.in_step.ab import TIMED


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one real comparison found."""

    label: str
    wall_s: float
    rounds: dict[str, int]
    verdicts: dict[str, str]
    """``case: metric`` -> verdict."""
    changes: dict[str, tuple[float, float, float]]
    """``case: metric`` -> ratio and its interval, where there is one."""
    detectable: dict[str, float]
    others: dict[str, list[str]]
    """Rule of another tool -> the time series that it fails, by the same trials."""


def clopper_pearson(events: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact two-sided interval of a share.

    Source: C. J. Clopper, E. S. Pearson, The Use of Confidence or Fiducial Limits Illustrated in
    the Case of the Binomial, Biometrika 26(4), 1934.
    """
    from scipy.stats import beta

    tail = (1 - confidence) / 2
    low = 0.0 if not events else float(beta.ppf(tail, events, trials - events + 1))
    high = 1.0 if events == trials else float(beta.ppf(1 - tail, events + 1, trials - events))
    return low, high


def regressed(outcome: Outcome) -> set[str]:
    """Return the series that were called regressed."""
    return {name for name, verdict in outcome.verdicts.items() if verdict == "regressed"}


def is_timed(name: str) -> bool:
    """Whether a series is one of times."""
    return name.rpartition(": ")[2] in TIMED


def tables(folder: Path, slowed: Sequence[str]) -> str:
    """Return the tables of the studies that a folder holds.

    Parameters
    ----------
    folder
        With ``simulate.json``, ``same.json``, ``self.json``, ``planted.json``, or some of them.
    slowed
        The serializers that `planted` slows down.
    """
    parts: list[str] = [_HEAD]
    if (path := folder / "simulate.json").exists():
        parts += _simulated(msgspec.json.decode(path.read_bytes(), type=list[Cell]))
    for name, title in (("same", _SAME), ("self", _SELF)):
        if (path := folder / f"{name}.json").exists():
            parts += _equal(title, _outcomes(path))
    if (path := folder / "planted.json").exists():
        parts += _planted(_outcomes(path), slowed)
    return "\n".join(parts) + "\n"


_HEAD = """# Does the gate cry wolf, and does it see?

`savebench ab` against machines that are made up, against builds that are the same, and against
builds that differ by what was planted; and the rules of other tools on the very same values. Made
by `python -m bench.gate simulate | same | self | planted`, each into a JSON file here; these
tables by `python -m bench.gate tables`. A real upgrade: [joblib 1.3.2 to 1.5.3](joblib.md). The
real comparisons ran on one shared machine with two cores and nothing else beside them.

A run has a *false alarm* when a series without a change is called regressed or improved.
Intervals of shares are Clopper and Pearson's, 95 %. Other tools' rules see values that were
measured in step, pair by pair, which is kinder to them than two moments are. asv's rule is its
factor of 1.1 with Mann-Whitney at p < 0.002; google/benchmark's is Mann-Whitney at p < 0.05.

In the simulation, a quarter of the variance is shared by all processes of an arm within a round
(one zygote's memory layout), every series of every build is off by up to 1 %, and one series has
the planted change. *Spikes*: 1 process in 20 takes up to twice as long. *Two speeds*: half of the
time everything takes 1.5 times as long, and the speed changes within 1 pair of 20.
"""

_SAME = "## Two environments with the same packages, installed separately"
_SELF = "## One environment against itself"


def _outcomes(path: Path) -> list[Outcome]:
    return msgspec.json.decode(path.read_bytes(), type=list[Outcome])


def _simulated(cells: list[Cell]) -> list[str]:
    parts: list[str] = []
    for series in dict.fromkeys(cell.series for cell in cells):
        chosen = [cell for cell in cells if cell.series == series]
        parts += [f"## Simulated: {series} series, {chosen[0].budget_s / 60:.0f} minutes", ""]
        parts += _grid(chosen)
        parts += _other_tools(chosen)
    return parts


def _grid(cells: list[Cell]) -> list[str]:
    effects = sorted({cell.effect for cell in cells if cell.effect})
    heads = [f"+{effect:.0%} found" for effect in effects]
    rows = [
        f"| machine | noise | false alarms [95 %] | {' | '.join(heads)} | minutes, no change |",
        f"|:--|--:|--:|{'--:|' * len(heads)}--:|",
    ]
    for machine in dict.fromkeys(cell.machine for cell in cells):
        row = {cell.effect: cell.tally for cell in cells if cell.machine == machine}
        alarms = sum(each.false_alarms for each in row.values())
        runs = sum(each.runs for each in row.values())
        _, high = clopper_pearson(alarms, runs)
        found = [
            f"{row[effect].found / row[effect].planted:.1%}" if effect in row else "not simulated"
            for effect in effects
        ]
        calm = row[0.0]
        rows.append(
            f"| {machine.name} | {machine.cv:.0%} | {alarms} of {runs} [to {high:.2%}] | "
            f"{' | '.join(found)} | {calm.spent_s / calm.runs / 60:.1f} |"
        )
    return [*rows, ""]


def _other_tools(cells: list[Cell]) -> list[str]:
    calm = [cell for cell in cells if cell.tally.others]
    if not calm:
        return []
    names = [f"{cell.machine.name}, {cell.machine.cv:.0%}" for cell in calm]
    rows = [
        "Runs without a change that fail by other tools' rules, on the very same values:",
        "",
        f"| rule | {' | '.join(names)} |",
        f"|:--|{'--:|' * len(names)}",
    ]
    for rule in RULES:
        shares = [f"{cell.tally.others[rule] / cell.tally.runs:.0%}" for cell in calm]
        rows.append(f"| {rule} | {' | '.join(shares)} |")
    ours = [f"{cell.tally.false_alarms / cell.tally.runs:.0%}" for cell in calm]
    return [*rows, f"| **savebench ab** | {' | '.join(ours)} |", ""]


def _equal(title: str, outcomes: list[Outcome]) -> list[str]:
    alarms = [each for each in outcomes if regressed(each)]
    _, high = clopper_pearson(len(alarms), len(outcomes))
    timed = {name for each in outcomes for name in each.verdicts if is_timed(name)}
    every = {name for each in outcomes for name in each.verdicts}
    walls_s = [each.wall_s for each in outcomes]
    rows = [
        title,
        "",
        (
            f"{len(outcomes)} comparisons of {len(every)} series each ({len(timed)} of them times),"
            f" {median(walls_s):.0f} s each ({min(walls_s):.0f} to {max(walls_s):.0f} s)."
        ),
        "",
        "| rule | comparisons failed [95 %] | series called, of all |",
        "|:--|--:|--:|",
        (
            f"| **savebench ab** | {len(alarms)} of {len(outcomes)} [to {high:.1%}] | "
            f"{sum(len(regressed(each)) for each in outcomes)} of {_count(outcomes)} |"
        ),
    ]
    for rule in RULES:
        failed = sum(bool(each.others[rule]) for each in outcomes)
        called = sum(len(each.others[rule]) for each in outcomes)
        rows.append(
            f"| {rule} | {failed} of {len(outcomes)} | {called} of {len(timed) * len(outcomes)} |"
        )
    rows += ["", f"Verdicts: {_verdicts(outcomes)}.", ""]
    rows += [f"False alarm, {each.label}: {_described(each, regressed(each))}" for each in alarms]
    return [*rows, ""] if alarms else rows


def _count(outcomes: Iterable[Outcome]) -> int:
    return sum(len(each.verdicts) for each in outcomes)


def _verdicts(outcomes: Sequence[Outcome]) -> str:
    found = [verdict for each in outcomes for verdict in each.verdicts.values()]
    shares = {verdict: found.count(verdict) / len(found) for verdict in dict.fromkeys(found)}
    ordered = sorted(shares.items(), key=lambda item: -item[1])
    return ", ".join(f"{verdict} {share:.1%}" for verdict, share in ordered)


def _described(outcome: Outcome, names: Iterable[str]) -> str:
    return "; ".join(
        f"{name} {ratio:.3f}x [{low:.3f}, {high:.3f}]"
        for name in sorted(names)
        for ratio, low, high in [outcome.changes.get(name, (0.0, 0.0, 0.0))]
    )


def _planted(outcomes: list[Outcome], slowed: Sequence[str]) -> list[str]:
    slower = [each for each in outcomes if "%" in each.label]
    rows = [
        "## Planted: a build whose operations take so much longer",
        "",
        (
            f"Slowed down: {', '.join(f'`{name}`' for name in slowed)}; a series is counted where "
            "its whole time is (dump, load), not where a part of it is (load and first call)."
        ),
        "",
        (
            "| planted | comparisons | series slowed, of times | found [95 %] | open | passed | "
            "false alarms | ratio read, median | minutes |"
        ),
        "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    rows += [
        _detection(label, [each for each in slower if each.label == label], slowed)
        for label in dict.fromkeys(each.label for each in slower)
    ]
    rows += ["", "The same trials by other tools' rules:", ""]
    rows += _others_detection(slower, slowed)
    rows += ["", "## Planted: a byte, a megabyte", ""]
    rows += [
        f"- {each.label}: {_described(each, regressed(each)) or 'nothing'}. Called regressed: "
        f"{', '.join(sorted(regressed(each))) or 'none'}; {each.wall_s:.0f} s."
        for each in outcomes
        if each not in slower
    ]
    return [*rows, ""]


def _is_slowed(name: str, slowed: Sequence[str]) -> bool:
    case, _, metric = name.rpartition(": ")
    return case.rpartition(" x ")[2] in slowed and metric in {"dump_s", "load_s"}


def _is_untouched(name: str, slowed: Sequence[str]) -> bool:
    return name.rpartition(": ")[0].rpartition(" x ")[2] not in slowed


def _detection(label: str, chosen: list[Outcome], slowed: Sequence[str]) -> str:
    verdicts = [
        verdict
        for each in chosen
        for name, verdict in each.verdicts.items()
        if _is_slowed(name, slowed)
    ]
    ratios = [
        each.changes[name][0]
        for each in chosen
        for name in each.verdicts
        if _is_slowed(name, slowed) and name in each.changes
    ]
    timed = len([name for name in chosen[0].verdicts if is_timed(name)])
    found = verdicts.count("regressed")
    low, high = clopper_pearson(found, len(verdicts))
    alarms = sum(_is_untouched(name, slowed) for each in chosen for name in regressed(each))
    share = f"{found} of {len(verdicts)} [{low:.0%}, {high:.0%}]"
    columns = (
        label.partition(" of ")[0],
        len(chosen),
        f"{len(verdicts) // len(chosen)} of {timed}",
        share,
        verdicts.count("inconclusive"),
        verdicts.count("passed"),
        alarms,
        f"{median(ratios):.3f}x",
        f"{median(each.wall_s for each in chosen) / 60:.1f}",
    )
    return f"| {' | '.join(map(str, columns))} |"


def _others_detection(slower: list[Outcome], slowed: Sequence[str]) -> list[str]:
    labels = list(dict.fromkeys(each.label for each in slower))
    heads = [label.partition(" of ")[0] for label in labels]
    rows = [
        f"| rule | {' | '.join(f'{head}: found' for head in heads)} | false alarms |",
        f"|:--|{'--:|' * len(heads)}--:|",
    ]
    for rule in RULES:
        shares = []
        for label in labels:
            chosen = [each for each in slower if each.label == label]
            found = sum(_is_slowed(name, slowed) for each in chosen for name in each.others[rule])
            of = sum(_is_slowed(name, slowed) for each in chosen for name in each.verdicts)
            shares.append(f"{found} of {of}")
        alarms = sum(_is_untouched(name, slowed) for each in slower for name in each.others[rule])
        rows.append(f"| {rule} | {' | '.join(shares)} | {alarms} |")
    return rows
