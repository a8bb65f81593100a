"""One side of a comparison as its series: what runs and foreign files are turned into first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from savebench.comparing.comparison import Party
from savebench.machine.noise import kernel_times
from savebench.records.metrics import METRICS, Unit
from savebench.records.schema import Header, Run
from savebench.records.series import values_by_case
from savebench.summary import worst_outcomes

Key = tuple[str, str]
"""A series' name and metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """The values of one series, in the order of their rounds."""

    unit: Unit
    values: tuple[float, ...]
    """One a process; or one a round of a single process, where not `independent`."""
    rounds: tuple[int, ...]
    """The round of each value."""
    independent: bool = True
    """Whether each value comes from a process of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What was measured at one moment, on one machine."""

    party: Party
    source: Literal["savebench", "pytest-benchmark"]
    measurements: Mapping[Key, Measurement]
    troubles: Mapping[str, str] = field(default_factory=dict)
    """Series name -> why it has no value, or not all: ``failed: ValueError ...``."""
    models: Mapping[str, str] = field(default_factory=dict)
    """Series name -> fingerprint of the model that was saved; absent where not known."""
    kernels: tuple[Mapping[str, float], ...] = ()
    """Control kernels, one mapping a process: kernel -> seconds."""
    remarks: tuple[str, ...] = ()
    """What a reader must know of this side first: ``rounds of one process``."""


def side_of_run(run: Run, label: str) -> Side:
    """Return a run as one side of a comparison.

    Parameters
    ----------
    run
        As read from its folder.
    label
        How the person named it.
    """
    header = run.header
    measurements = {
        (str(case), metric): Measurement(
            unit=METRICS[metric].unit,
            values=tuple(by_round[number] for number in sorted(by_round)),
            rounds=tuple(sorted(by_round)),
        )
        for (case, metric), by_round in values_by_case(run.records).items()
        if metric in METRICS
    }
    return Side(
        party=party_of(header, label),
        source="savebench",
        measurements=measurements,
        troubles={
            str(case): f"{outcome}: {reason}"
            for case, (outcome, reason) in worst_outcomes(run).items()
            if outcome != "ok"
        },
        models={
            str(case): digest
            for case in header.cases
            if case.model in header.workloads
            and (digest := header.workloads[case.model].model_digest)
        },
        kernels=_kernels(run),
    )


def _kernels(run: Run) -> tuple[Mapping[str, float], ...]:
    """Return the control kernels of each round, else the medians that the header keeps."""
    found = [times for record in run.records if (times := kernel_times(record.facts))]
    if found:
        return tuple(found)
    noise = run.header.noise
    return ({name: each.median_s for name, each in noise.kernels.items()},) if noise else ()


def party_of(header: Header, label: str) -> Party:
    """Return who a run's header says was measured; `label` is how the person named it."""
    environment, settings = header.environment, header.settings
    return Party(
        label=label,
        started=header.started,
        python=environment.python,
        versions=dict(environment.versions),
        machine={
            "platform": environment.platform,
            "processor": environment.processor,
            "cores": str(environment.cores),
            "filesystem": environment.filesystem,
        },
        settings={
            "launch": settings.launch,
            "threads": str(settings.threads),
            "seed": str(header.seed),
        },
    )
