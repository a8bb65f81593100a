"""Foretell which cases would take more than their share of the budget, and leave those out.

A codec of 3 MB/s takes 22 minutes for 4 GB, and who measures for an hour wants to know more than
that. Each serializer is tried on a few megabytes of each workload (`savebench.trial.sampling`); its
rate there, times the size of the model, is what one dump and one load are expected to take.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from savebench.launch.errands import conduct_now
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer, Task
from savebench.measuring.setups import CaseSetup
from savebench.records.schema import Case, Record
from savebench.trial.sampling import SAMPLE_BYTES
from savebench.units import human_bytes, human_duration

_FROM_BYTES = 64 * 10**6
"""Smaller models are tried at once: no codec takes long enough for them to be worth a guess."""
_BASELINE = "pickle"
"""Is measured in any case: without it there is nothing to set the others against."""
_TIMEOUT_S = 60.0
_MOST_OF_BUDGET = 0.05
"""What trying samples may take; of a case that has no turn then, nothing is foretold."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast a serializer was on a sample, in bytes of the model a second."""

    dump: float
    load: float

    def expected_s(self, size_bytes: int) -> float:
        """Return what one dump and one load of so many bytes may take."""
        return size_bytes / self.dump + size_bytes / self.load


def too_slow(
    setups: Mapping[Case, CaseSetup],
    launcher: Launcher,
    work: Path,
    budget_s: float,
    clock: Callable[[], float] = monotonic,
) -> dict[Case, str]:
    """Return the cases of which a dump and a load would take more than their share, and why.

    Parameters
    ----------
    launcher
        Starts the processes that try serializers on samples, one at a time.
    work
        The folder in which samples are written: on the disk under measurement.
    budget_s
        What all cases share.
    """
    share_s = budget_s / max(1, len(setups))
    large = {
        case: setup
        for case, setup in setups.items()
        if _size_bytes(setup) >= _FROM_BYTES and case.serializer != _BASELINE
    }
    end_s = clock() + _MOST_OF_BUDGET * budget_s
    rates: dict[tuple[str, str], Rates | None] = {}
    found: dict[Case, str] = {}
    for case, setup in large.items():
        key = case.workload, case.serializer
        if key not in rates and clock() < end_s:
            rates[key] = _rates(setup, launcher, work)
        told = rates.get(key)
        if told is not None and told.expected_s(_size_bytes(setup)) > share_s:
            found[case] = _reason(told, _size_bytes(setup), share_s)
    return found


def left_out(records: Iterable[Record]) -> set[Case]:
    """Return the cases that an earlier sitting did not even try, for whichever reason.

    Who came too late for the budget has another chance.
    """
    return {
        record.case
        for record in records
        if record.outcome == "skipped" and record.trial == "dump" and not record.round
    }


def _size_bytes(setup: CaseSetup) -> int:
    return setup.subject.size_bytes


def _rates(setup: CaseSetup, launcher: Launcher, work: Path) -> Rates | None:
    """Return how fast a serializer is on a sample; None where that cannot be found out."""
    with TemporaryDirectory(dir=work) as scratch:
        task = Task(
            kind="sample",
            serializer=setup.serializer,
            modules=setup.modules,
            model_folder=str(setup.subject.folder),
            scratch=scratch,
            memory="as-forked",
        )
        return rates_of(conduct_now({"sample": task}, launcher, _TIMEOUT_S)["sample"])


def rates_of(answer: Answer) -> Rates | None:
    """Return the rates that a sample gave; None where there is none."""
    dump_s, load_s = (answer.metrics.get(name, 0.0) for name in ("dump_s", "load_s"))
    size_bytes = answer.facts.get(SAMPLE_BYTES, 0)
    if answer.outcome != "ok" or not (dump_s > 0 and load_s > 0 and size_bytes):
        return None
    return Rates(size_bytes / dump_s, size_bytes / load_s)


def _reason(rates: Rates, size_bytes: int, share_s: float) -> str:
    return (
        f"not tried: at {human_bytes(rates.dump)}/s to dump and {human_bytes(rates.load)}/s to "
        f"load, as a sample suggests, once would take about "
        f"{human_duration(rates.expected_s(size_bytes))} for {human_bytes(size_bytes)}, more than "
        f"its share of the budget, {human_duration(share_s)}; give it more with --budget"
    )
