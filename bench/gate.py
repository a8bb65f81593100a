"""Does the gate cry wolf, and does it see? ``python -m bench.gate STUDY --out results/gate``.

Studies: ``simulate`` (made-up machines, half an hour), ``same`` (two environments that were
installed separately and hold the same), ``self`` (one environment with itself), ``planted`` (a
build that is slower by 5, 10, 25 %, one byte or 1 MB larger); ``--times`` says how often. Each
writes ``STUDY.json``; ``tables`` makes tables of them. Let nothing else run beside the last three.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

import msgspec

from bench.gate_real import Comparer, build, install_planted, separate_environments
from bench.gate_report import Outcome, regressed, tables
from bench.gate_simulation import Cell, Machine, tally

MACHINES = (
    *(Machine(name="steady", cv=cv) for cv in (0.02, 0.05, 0.07, 0.10, 0.20)),
    Machine(name="spikes", cv=0.07, spikes=0.05),
    Machine(name="drift of 20 %", cv=0.07, drift=0.20),
    Machine(name="two speeds, 1.5x", cv=0.05, two_speeds=0.5),
)
_OFFSET = 0.01
"""Every series of every build is off by up to so much: two builds of one source differ."""
_SEED = 20261124
SLOWED_WAYS = ("slowed-pickle", "slowed-joblib", "slowed-joblib+zlib3", "slowed-joblib+lz4")
SLOWED_MODELS = ("knn-brute@1MB", "random-forest@100KB", "tfidf@100KB")
SLOWED = ("slowed-joblib+zlib3", "slowed-joblib+lz4")
"""Of the rows above: of 36 time series 18 belong to them, and 12 of those are slower by just so
much; a load and first call is, by less."""


def simulate(asked: argparse.Namespace) -> list[Cell]:
    """Simulate the grid; of many series, only what most tells."""
    cells: list[Cell] = []
    for series, budget_s, runs, effects in (
        (24, 300.0, 500, (0.0, 0.05, 0.10, 0.25)),
        (500, 6000.0, 400, (0.0, 0.10)),
    ):
        for machine in MACHINES:
            for effect in effects:
                if series == (asked.series or series):
                    cells.append(_cell(machine, series, budget_s, runs, effect))
                    _keep(asked.out / "simulate.json", cells)
    return cells


def _cell(machine: Machine, series: int, budget_s: float, runs: int, effect: float) -> Cell:
    started_s = monotonic()
    found = tally(
        machine,
        series=series,
        effect=effect,
        runs=runs,
        seed=(_SEED, series, MACHINES.index(machine), round(100 * effect)),
        budget_s=budget_s,
        offset=_OFFSET,
        others=not effect,
    )
    _say(
        f"{series} series, {machine.name} {machine.cv:.0%}, {effect:+.0%}: "
        f"{found.false_alarms} false alarms, {found.found} of {found.planted} found, "
        f"{monotonic() - started_s:.0f} s"
    )
    return Cell(
        machine=machine,
        series=series,
        budget_s=budget_s,
        effect=effect,
        offset=_OFFSET,
        tally=found,
    )


def same(asked: argparse.Namespace) -> list[Outcome]:
    """Compare two environments that hold the same, installed separately."""
    with tempfile.TemporaryDirectory(prefix="savebench-gate-") as folder:
        environments = Path(asked.environments or folder)
        base, head = separate_environments(environments, asked.requirement)
        return _repeat(asked, Path(folder), (base, head), "same")


def itself(asked: argparse.Namespace) -> list[Outcome]:
    """Compare this environment with itself."""
    with tempfile.TemporaryDirectory(prefix="savebench-gate-") as folder:
        ours = Path(sys.executable)
        return _repeat(asked, Path(folder), (ours, ours), "self")


def _repeat(
    asked: argparse.Namespace,
    folder: Path,
    sides: tuple[Path, Path],
    label: str,
) -> list[Outcome]:
    comparer = Comparer(folder)
    found: list[Outcome] = []
    for number in range(1, asked.times + 1):
        one = comparer.compare(f"{label} {number}", *sides, budget_s=asked.budget_s, seed=number)
        found.append(one)
        _say(f"{one.label}: {one.wall_s:.0f} s, regressed: {sorted(regressed(one)) or 'none'}")
        _keep(asked.out / f"{label}.json", found)
    return found


def planted(asked: argparse.Namespace) -> list[Outcome]:
    """Compare this build with builds that differ by what is planted."""
    install_planted()
    found: list[Outcome] = []
    with tempfile.TemporaryDirectory(prefix="savebench-gate-") as name:
        folder = Path(name)
        comparer = Comparer(folder)
        base = build(folder, "base", {})
        for number in range(asked.times):
            for slower in (0.10, 0.05, 0.25) if number == 0 else (0.10,):
                head = build(folder, f"slower-{slower}", {"slower": slower, "rows": SLOWED})
                found.append(
                    comparer.compare(
                        f"{slower:+.0%} of {', '.join(SLOWED)}",
                        base,
                        head,
                        models=SLOWED_MODELS,
                        ways=SLOWED_WAYS,
                        budget_s=asked.budget_s,
                        seed=number,
                    )
                )
                _say(f"{found[-1].label}: {found[-1].wall_s:.0f} s, {len(regressed(found[-1]))}")
                _keep(asked.out / "planted.json", found)
        for label, differs in (
            ("+1 byte", {"more_bytes": 1}),
            ("+1 MB of peak memory", {"dump_peak_bytes": 10**6}),
        ):
            head = build(folder, "differs", differs)
            found.append(
                comparer.compare(
                    label,
                    base,
                    head,
                    models=["planted-tiny@100KB"],
                    ways=["planted-build", "planted-good"],
                    budget_s=60.0,
                    seed=0,
                )
            )
            _say(f"{label}: {sorted(regressed(found[-1]))}")
            _keep(asked.out / "planted.json", found)
    return found


STUDIES: dict[str, Callable[[argparse.Namespace], Sequence[msgspec.Struct]]] = {
    "simulate": simulate,
    "same": same,
    "self": itself,
    "planted": planted,
}


def main() -> int:
    """Run a study, or make the tables of all."""
    parser = argparse.ArgumentParser(prog="python -m bench.gate", description=__doc__)
    parser.add_argument("study", choices=[*STUDIES, "tables"])
    parser.add_argument("--out", type=Path, default=Path("results/gate"))
    parser.add_argument("--times", type=int, default=60, help="comparisons")
    parser.add_argument("--series", type=int, help="of `simulate`: 24 or 500 alone")
    parser.add_argument("--budget-s", type=float, default=300.0, help="of each comparison")
    parser.add_argument("--requirement", default="joblib", help="of `same`: what both install")
    parser.add_argument("--environments", help="of `same`: keep what is installed in this folder")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    if asked.study == "tables":
        (asked.out / "README.md").write_text(tables(asked.out, SLOWED), encoding="utf-8")
        return 0
    _keep(asked.out / f"{asked.study}.json", STUDIES[asked.study](asked))
    return 0


def _keep(path: Path, found: Sequence[msgspec.Struct]) -> None:
    lines = b",\n".join(msgspec.json.encode(each) for each in found)
    path.write_bytes(b"[\n" + lines + b"\n]\n")


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
