"""Look at the machine before it matters: findings, noise, and what a run could tell apart."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Protocol

import msgspec

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.selection import Selection, select
from savebench.catalogue.suites import Suite
from savebench.errors import SavebenchError, UsageError
from savebench.machine.findings import Finding, Probes, look_around
from savebench.machine.kernels import Controls, run_controls
from savebench.machine.noise import noise_of
from savebench.measuring.run import report_s
from savebench.measuring.site import here
from savebench.records.schema import Noise
from savebench.stats import detectable_change
from savebench.units import parse_size

_AT_ONCE = 2
"""A run prepares so many trials side by side."""
_COST_TRIALS = 4
_OWN_HASH_SEED = 1


class TrialCost(msgspec.Struct, frozen=True, kw_only=True):
    """What a trial of a suite costs here beside its operation.

    Taken from control trials in processes that import what the suite's import.
    """

    launch: str
    trial_s: float
    round_s: float
    """Once a round: a new zygote with its imports."""


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of a suite within a budget could tell apart."""

    suite: str
    budget_s: float
    cases: int
    cost: TrialCost
    rounds: int
    """Processes that each case gets for its load, and as many for its dump."""
    detectable: dict[str, float]
    """Kernel -> smallest relative change of such work that would be found; empty without rounds."""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What the doctor says."""

    storage: str
    findings: list[Finding]
    noise: Noise | None
    forecast: Forecast | None
    troubles: list[str]
    """Why noise or forecast is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The run that is being thought of."""

    suite: Suite
    budget_s: float
    selection: Selection

    @property
    def cases(self) -> int:
        """Cases that can be measured here."""
        return len(self.selection.cases) - len(self.selection.unavailable)

    @property
    def artifact_bytes(self) -> int:
        """What the models of all cases add up to."""
        return sum(
            parse_size(case.size)
            for case in self.selection.cases
            if case not in self.selection.unavailable
        )

    @property
    def modules(self) -> tuple[str, ...]:
        """What the workloads' trials import."""
        rows = [entry.row for entry in self.selection.workloads.values() if not entry.missing()]
        return tuple(dict.fromkeys(["numpy", *(name for row in rows for name in row.modules)]))


class Measures(Protocol):
    """How the doctor measures; a test puts its own here."""

    def controls(self, folder: Path, seconds: float) -> Controls:
        """Run control trials for some seconds."""

    def trial_cost(self, folder: Path, modules: tuple[str, ...], launch: str) -> TrialCost:
        """Return what a trial costs that imports these modules."""


class FreshProcesses:
    """Measures with processes, one at a time."""

    def controls(self, folder: Path, seconds: float) -> Controls:
        """Run control trials in spawned processes."""
        return run_controls(here(folder).launcher(), folder, seconds=seconds)

    def trial_cost(self, folder: Path, modules: tuple[str, ...], launch: str) -> TrialCost:
        """Return what a trial costs that imports these modules.

        Raises
        ------
        SavebenchError
            When the trials failed.
        """
        with closing(here(folder).launcher(launch, modules)) as launcher:
            launcher.begin_round(_OWN_HASH_SEED)
            started_s = monotonic()
            launcher.make_ready(modules)
            ready_s = monotonic()
            found = run_controls(launcher, folder, seconds=0, fewest=_COST_TRIALS, modules=modules)
        if found.trouble:
            raise SavebenchError(found.trouble)
        side_by_side = min(_AT_ONCE, os.cpu_count() or 1)
        return TrialCost(
            launch=launch,
            trial_s=found.trial_s(side_by_side),
            round_s=ready_s - started_s,
        )


def plan_of(suite: Suite, budget_s: float | None) -> Plan:
    """Return the run of a suite, within its own budget where none is given."""
    selection = select(load_catalogue(), suite, (), ())
    return Plan(suite=suite, budget_s=budget_s or suite.budget_s, selection=selection)


def examine(
    storage: Path,
    plan: Plan,
    seconds: float,
    probes: Probes | None = None,
    measures: Measures | None = None,
) -> Diagnosis:
    """Look at the machine, time control kernels for some seconds, forecast what a run could find.

    Parameters
    ----------
    storage
        An existing folder where artifacts would lie.
    plan
        The run that is thought of.
    seconds
        How long control trials run, one at a time.
    probes, measures
        How to look and to measure; as they are on a real machine where left out.

    Raises
    ------
    UsageError
        When `storage` is no folder, or nothing can be written there.
    """
    probes, measures = probes or Probes(), measures or FreshProcesses()
    check_storage(storage)
    findings = look_around(storage, probes, plan.artifact_bytes)
    found = measures.controls(storage, seconds)
    noise = noise_of(found.times)
    troubles = []
    if noise is None:
        troubles.append(f"the noise could not be measured: {found.trouble or 'too few trials'}")
    forecast = None
    try:
        cost = measures.trial_cost(storage, plan.modules, probes.launch()[0])
        forecast = forecast_of(plan, cost, noise)
    except SavebenchError as error:
        troubles.append(f"the cost of a trial could not be measured: {error}")
    return Diagnosis(
        storage=str(storage.resolve()),
        findings=findings,
        noise=noise,
        forecast=forecast,
        troubles=troubles,
    )


def check_storage(storage: Path) -> None:
    """Make sure that files can be written in the storage folder.

    Raises
    ------
    UsageError
        When they cannot.
    """
    if not storage.exists():
        raise UsageError(f"{storage}: no such folder; make it, or name another with --storage")
    if not storage.is_dir():
        raise UsageError(f"{storage}: not a folder; name one with --storage")
    try:
        with tempfile.TemporaryFile(dir=storage):
            return
    except OSError as error:
        raise UsageError(
            f"{storage}: cannot write there ({error.strerror}); name another with --storage"
        ) from error


def forecast_of(plan: Plan, cost: TrialCost, noise: Noise | None) -> Forecast:
    """Return how many rounds fit into the budget, and what they could tell apart."""
    rounds = rounds_within(plan.budget_s, plan.cases, plan.suite.kinds, cost)
    kernels = noise.kernels if noise and rounds else {}
    return Forecast(
        suite=plan.suite.name,
        budget_s=plan.budget_s,
        cases=plan.cases,
        cost=cost,
        rounds=rounds,
        detectable={
            name: detectable_change(kernel.spread, rounds) for name, kernel in kernels.items()
        },
    )


def rounds_within(
    budget_s: float, cases: int, kinds: Mapping[str, int | None], cost: TrialCost
) -> int:
    """Return how many whole rounds fit into a budget, 0 where not even one does.

    A round has one trial of each case and of each kind that takes part in it; what the report takes
    is set aside. Left out are the building of models (they are kept from one run to the next) and
    the operations themselves: in the `quick` suite these are milliseconds, and slow serializers
    leave fewer rounds.
    """
    left_s = budget_s - report_s(budget_s, cases)
    rounds = 0
    while True:
        trials = cases * sum(limit is None or rounds < limit for limit in kinds.values())
        left_s -= trials * cost.trial_s + cost.round_s
        if not trials or left_s < 0:
            return rounds
        rounds += 1


def middle_change(forecast: Forecast) -> float | None:
    """Return the median over kernels of the change that would be found; None without rounds."""
    return median(forecast.detectable.values()) if forecast.detectable else None
