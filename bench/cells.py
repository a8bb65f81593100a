"""Rounds of chosen cases on several launchers in step, outside any run: what studies need."""

import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.selection import Selection, select
from savebench.catalogue.suites import SUITES
from savebench.launch.launchers import Launcher
from savebench.measuring.bench import Bench, Job
from savebench.measuring.folders import remove_work
from savebench.measuring.ready import build_subjects
from savebench.measuring.setups import setups_of
from savebench.measuring.site import here
from savebench.records.schema import Record, Settings, Trial, TrialKind
from savebench.records.series import ByRound, values_by_case
from savebench.subjects.subject import Subject

TIMEOUT_S = 120.0


@dataclass(slots=True)
class Arm:
    """One way to make fresh processes, and what it measured."""

    name: str
    bench: Bench
    records: list[Record] = field(default_factory=list)
    wall_s: float = 0.0
    """All time spent on its trials, what the launcher needs for itself included."""

    def begin_round(self, number: int) -> None:
        """Measure under another hash seed from now on."""
        started_s = monotonic()
        self.bench.begin_round(number)
        self.wall_s += monotonic() - started_s

    def measure(self, batch: list[Trial]) -> None:
        """Measure some trials, prepared side by side.

        Raises
        ------
        RuntimeError
            When a trial went wrong: a study has no place for that.
        """
        started_s = monotonic()
        new = list(self.bench.measure(batch, lambda: TIMEOUT_S))
        self.wall_s += monotonic() - started_s
        for record in new:
            if record.outcome != "ok":
                raise RuntimeError(f"{record.case}: {record.outcome}: {record.reason}")
        self.records += [record for record in new if record.round]

    def values(self) -> dict[tuple[str, str], ByRound]:
        """Return the values by case and metric, and by round."""
        found = values_by_case(self.records)
        return {(str(case), metric): by_round for (case, metric), by_round in found.items()}


def make_artifacts(arm: Arm) -> None:
    """Dump every case once, so that loads find an artifact."""
    arm.begin_round(0)
    for case in arm.bench.job.setups:
        arm.measure([Trial(case, "dump", 0)])


def measure_round_in_step(arms: Sequence[Arm], kinds: Sequence[TrialKind], number: int) -> None:
    """Measure each case and kind once on every arm, the same batch one arm after the other.

    Two speeds of a shared machine, and all that lasts for seconds, then meet every arm alike.
    """
    order = random.Random(number)  # noqa: S311 - an order, not a secret
    cases = list(arms[0].bench.job.setups)
    for arm in order.sample(arms, len(arms)):
        arm.begin_round(number)
    trials = [
        Trial(case, kind, number) for kind in kinds for case in order.sample(cases, len(cases))
    ]
    for first in range(0, len(trials), 2):
        for arm in order.sample(arms, len(arms)):
            arm.measure(trials[first : first + 2])


def choose(workloads: Iterable[str], serializers: Iterable[str]) -> Selection:
    """Return the selection of these workloads and serializers."""
    return select(load_catalogue(), SUITES["quick"], tuple(workloads), tuple(serializers))


def build(selection: Selection, seed: int = 0) -> dict[str, Subject]:
    """Return the built models of a selection, from the cache where they are there."""
    return build_subjects(here(Path.cwd()), selection, seed)


def arm_of(name: str, launcher: Launcher, selection: Selection, seed: int = 0) -> Arm:
    """Return an arm that measures a selection, with a working folder of its own."""
    settings = Settings(
        suite="study",
        budget_s=None,
        precision=0.05,
        min_rounds=1,
        max_rounds=None,
        kinds={},
        timeout_s=TIMEOUT_S,
        memory_limit_bytes=None,
        launch=launcher.name,
        threads=1,
        storage=None,
    )
    folder = Path(tempfile.mkdtemp(prefix="savebench-study-"))
    job = Job(setups_of(selection, build(selection, seed)), settings, seed, folder)
    return Arm(name, Bench(job, launcher))


def finish(arm: Arm) -> None:
    """See the last processes off, and delete the artifacts."""
    arm.bench.reap()
    remove_work(arm.bench.job.work)
