"""What makes two counts of the same work differ? ``python -m bench.counts [SETTING ...]``.

Three models saved with pickle and joblib are counted in an interpreter as `savebench run --count`
has it, then in others that differ in one setting each, or in nothing: the first column says by how
much the counts move, in per cent. Prints a markdown table; about a minute a setting.
"""

import sys
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.cells import Arm, arm_of, choose, finish, make_artifacts
from savebench.launch.counting import CountingLauncher, why_no_counting
from savebench.launch.launchers import SPAWN, make_launcher
from savebench.launch.surroundings import Surroundings
from savebench.measuring.bench import Bench
from savebench.measuring.plan import COUNTED
from savebench.measuring.setups import shared_modules
from savebench.records.metrics import INSTRUCTIONS
from savebench.records.schema import Trial

MODELS = ("home-prices", "random-forest@100KB", "knn-brute@100KB")
SERIALIZERS = ("pickle", "joblib")
_UNSETTLED = "import savebench.system.counter as counter\ncounter._settle = lambda: None\n"
_AS_IT_IS = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that is otherwise than `savebench run --count` has it."""

    also: Mapping[str, str] = field(default_factory=dict)
    hash_seed: int = 0
    random_addresses: bool = False
    start_up: str = ""
    """Python that the interpreter runs before all else."""


SETTINGS: Mapping[str, Setting] = {
    _AS_IT_IS: Setting(),
    "the collector is left as the imports left it": Setting(start_up=_UNSETTLED),
    "another hash seed": Setting(hash_seed=12345),
    "random addresses": Setting(random_addresses=True),
    "as many arenas as malloc wants": Setting(also={"MALLOC_ARENA_MAX": ""}),
    "a kilobyte more of environment": Setting(also={"SAVEBENCH_STUDY": "x" * 1013}),
    "glibc without AVX2": Setting(also={"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-AVX2"}),
    "NumPy without AVX2": Setting(also={"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3"}),
    "OpenBLAS for Nehalem": Setting(also={"OPENBLAS_CORETYPE": "Nehalem"}),
}


def main(asked: list[str]) -> int:
    """Count under each setting, print the table, and return the exit code."""
    if lacking := why_no_counting():
        print(lacking, file=sys.stderr)
        return 2
    selection = choose(MODELS, SERIALIZERS)
    dumps = arm_of("dumps", make_launcher(SPAWN, Surroundings()), selection)
    modules = shared_modules(dumps.bench.job.setups.values())
    make_artifacts(dumps)
    known = _counted(dumps, modules, SETTINGS[_AS_IT_IS])
    print("| what differs | dump | load | predict |\n|:--|--:|--:|--:|")
    for name in asked or SETTINGS:
        found = _counted(dumps, modules, SETTINGS[name])
        moved = (_moved(known, found, metric) for metric in sorted(INSTRUCTIONS))
        print(f"| {name} | {' | '.join(moved)} |", flush=True)
    finish(dumps)
    return 0


def _counted(
    dumps: Arm, modules: tuple[str, ...], setting: Setting
) -> Mapping[tuple[str, str], float]:
    """Return the counts by case and metric, of one interpreter under one setting."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "sitecustomize.py").write_text(setting.start_up, encoding="utf-8")
        own = Surroundings()
        launcher = CountingLauncher(
            replace(own, path=(folder, *own.path)) if setting.start_up else own,
            modules,
            hash_seed=setting.hash_seed,
            also=setting.also,
            random_addresses=setting.random_addresses,
        )
        arm = Arm("counted", Bench(dumps.bench.job, launcher))
        with closing(launcher):
            arm.begin_round(1)
            for case in dumps.bench.job.setups:
                for kind in COUNTED:
                    arm.measure([Trial(case, kind, 1)])
            arm.bench.reap()
    return {key: by_round[1] for key, by_round in arm.values().items()}


def _moved(
    known: Mapping[tuple[str, str], float], found: Mapping[tuple[str, str], float], metric: str
) -> str:
    """Return between which per cent a metric's counts moved, over all cases."""
    changes = [100 * (found[key] / known[key] - 1) for key in known if key[1] == metric]
    return f"{min(changes):+.3f} to {max(changes):+.3f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
