"""Is a fast figure the right one? ``python -m bench.accuracy [FOLDER]``.

The truth is the first operation in a brand-new interpreter after its imports (``spawn``). Beside
it, on the same cells and interleaved in the same hour: the ``zygote`` launcher, in step with spawn,
and what pytest-benchmark and pyperf say by their defaults, a cell of each after every round. Writes
``README.md`` and ``accuracy.json`` into ``results/accuracy/`` or the folder named, anew after every
round. Needs the extra ``study``.
"""

import argparse
from pathlib import Path

from bench.accuracy_report import Cell, Study, write_study
from bench.cells import Arm, arm_of, choose, finish, make_artifacts, measure_round_in_step
from bench.hot_loops import HotCase, HotReading, read_pyperf, read_pytest_benchmark
from savebench.launch.launchers import available, make_launcher
from savebench.launch.surroundings import Surroundings
from savebench.measuring.site import here
from savebench.records.schema import Case, TrialKind

WORKLOADS = ("home-prices", "random-forest@100KB", "knn-brute@16MB", "tfidf@100KB")
SERIALIZERS = ("pickle", "joblib", "joblib+lz4")
KINDS: tuple[TrialKind, ...] = ("dump", "load")
ROUNDS = 30
_HARNESSES = {"pytest-benchmark": read_pytest_benchmark, "pyperf": read_pyperf}


def main() -> None:
    """Measure, and write what is known after every round."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("results/accuracy"))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    selection = choose(WORKLOADS, SERIALIZERS)
    modules = selection.modules
    launchers = {name: make_launcher(name, Surroundings(), modules) for name in available()[::-1]}
    arms = [arm_of(name, launcher, selection) for name, launcher in launchers.items()]
    hot: dict[tuple[Case, str], dict[str, HotReading]] = {}
    try:
        for arm in arms:
            make_artifacts(arm)
            arm.wall_s = 0.0
        cells = [(case, kind) for case in selection.cases for kind in KINDS]
        for number in range(1, given.rounds + 1):
            measure_round_in_step(arms, KINDS, number)
            for case, kind in cells[number - 1 :: given.rounds]:
                hot[case, kind] = _hot_readings(arms[0], case, kind)
            environment = here(Path.cwd()).environment(("pytest-benchmark", "pyperf", "lz4"))
            study = Study(environment, number, tuple(_cells(arms, hot)), _costs(arms))
            write_study(study, given.folder)
            print(f"round {number} of {given.rounds}", flush=True)
    finally:
        for arm in arms:
            finish(arm)
        for launcher in launchers.values():
            launcher.close()


def _hot_readings(arm: Arm, case: Case, kind: TrialKind) -> dict[str, HotReading]:
    setup = arm.bench.job.setups[case]
    hot_case = HotCase(
        kind, case.serializer, str(setup.subject.folder), str(arm.bench.artifact_of(case))
    )
    return {name: read(hot_case) for name, read in _HARNESSES.items()}


def _cells(arms: list[Arm], hot: dict[tuple[Case, str], dict[str, HotReading]]) -> list[Cell]:
    values = {arm.name: arm.values() for arm in arms}
    walls = {arm.name: _walls(arm) for arm in arms}
    return [
        Cell(
            case=str(case),
            metric=f"{kind}_s",
            by_round={name: found[str(case), f"{kind}_s"] for name, found in values.items()},
            hot_s={name: reading.values_s for name, reading in hot.get((case, kind), {}).items()},
            wall_s={
                **{name: wall[case, kind] for name, wall in walls.items()},
                **{name: reading.wall_s for name, reading in hot.get((case, kind), {}).items()},
            },
        )
        for case in arms[0].bench.job.setups
        for kind in KINDS
    ]


def _walls(arm: Arm) -> dict[tuple[Case, str], float]:
    found: dict[tuple[Case, str], float] = {}
    for record in arm.records:
        key = record.case, str(record.trial)
        found[key] = found.get(key, 0.0) + record.wall_s
    return found


def _costs(arms: list[Arm]) -> dict[str, float]:
    """Return the wall time in s that a sample takes, by launcher, its interpreters included."""
    return {arm.name: arm.wall_s / len(arm.records) for arm in arms}


if __name__ == "__main__":
    main()
