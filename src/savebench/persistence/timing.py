"""Time the first load and dump in fresh processes, round by round, for the serializers that carry.

What a load was seen to import when the model was checked is imported before the clock starts.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from savebench.catalogue import Entry, Serializer
from savebench.launch.messages import RowRef
from savebench.launch.spawn import SpawnLauncher
from savebench.launch.zygote import ZygoteLauncher
from savebench.measuring import CaseSetup, Job, Measuring
from savebench.persistence.asked import Asked
from savebench.persistence.carrying import (
    Carried,
    Luggage,
    case_of,
    check_all,
    in_our_words,
    task_of,
)
from savebench.plan import round_order
from savebench.records import Case, Outcome, Record, Settings, Trial
from savebench.runner import PAIRED_BELOW_BYTES
from savebench.trial.pages import can_populate
from savebench.trial.reference import MODEL, save_model

BASELINE = "pickle"
_PICKLE = RowRef("savebench.serializers.pickles:rows", BASELINE)

ByRound = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Times:
    """What was timed: one value a metric and round, one round a fresh process of each."""

    values: Mapping[str, Mapping[str, ByRound]] = field(default_factory=dict)
    """Serializer -> metric -> round -> seconds."""
    troubles: Mapping[str, tuple[Outcome, str]] = field(default_factory=dict)
    """Serializers that failed in some round, and how."""
    no_dumps: str = ""
    """Why dumps were not timed, or ``""``."""
    launch: str = ""

    def of(self, serializer: str, metric: str) -> ByRound:
        """Return a metric's values by round; none where it was not timed."""
        return self.values.get(serializer, {}).get(metric, {})


def time_operations(
    model: Any,
    asked: Asked,
    carried: Mapping[str, Carried],
    luggage: Luggage,
    kinds: frozenset[str],
) -> Times:
    """Do rounds of loads, and of dumps where a fresh process can have the model."""
    good = {name: each for name, each in carried.items() if each.outcome == "ok"}
    if not kinds or not good:
        return Times()
    no_dumps = ""
    if "dump" in kinds:
        no_dumps = _send_reference(model, asked, carried, luggage)
    imports = tuple(dict.fromkeys(name for each in good.values() for name in each.imports))
    setups, launcher = _launcher(
        {
            case_of(name): _setup(asked.serializers[name], asked, each, luggage)
            for name, each in good.items()
        },
        imports,
    )
    settings = _settings(asked, kinds - {"dump"} if no_dumps else kinds, launcher.name)
    with launcher:
        job = Job(setups, settings, seed=0, work=luggage.folder)
        records = list(_run_rounds(Measuring(job, launcher), asked.rounds))
    return _collect(records, no_dumps, launcher.name)


def _run_rounds(measuring: Measuring, rounds: int) -> Iterator[Record]:
    """Do one trial of every kind and case a round, in shuffled order; a case that fails leaves."""
    job = measuring.job
    playing = dict.fromkeys(job.setups)
    try:
        for number in range(1, rounds + 1):
            measuring.begin_round(number, is_last=number == rounds)
            queue = round_order(playing, job.settings.kinds, number, job.seed)
            while queue := [trial for trial in queue if trial.case in playing]:
                batch, queue = _next_batch(queue, job)
                for record in measuring.measure(batch, lambda: job.settings.timeout_s):
                    yield record
                    if record.outcome != "ok":
                        playing.pop(record.case, None)
    finally:
        measuring.reap()


def _next_batch(queue: list[Trial], job: Job) -> tuple[list[Trial], list[Trial]]:
    """Return two trials to prepare side by side, or a large model's alone, and what is left."""
    pair = queue[:2]
    if any(job.setups[trial.case].model_bytes >= PAIRED_BELOW_BYTES for trial in pair):
        pair = queue[:1]
    return pair, queue[len(pair) :]


def _send_reference(
    model: Any,
    asked: Asked,
    carried: Mapping[str, Carried],
    luggage: Luggage,
) -> str:
    """Write the reference pickle from which dump trials have the model; return why not, or ""."""
    why = "dumps were not timed: in a fresh process they start from a pickle of the model, but "
    try:
        save_model(luggage.reference, model)
    except Exception as error:  # noqa: BLE001 - a model may refuse in any way
        return f"{why}it cannot be pickled ({error})"
    if BASELINE not in carried:
        task = task_of(_PICKLE, luggage.reference / MODEL, (), asked, luggage)
        answer = check_all({BASELINE: task}, asked.timeout_s)[BASELINE]
        return "" if answer.outcome == "ok" else f"{why}{answer.reason}"
    return "" if carried[BASELINE].outcome == "ok" else f"{why}{carried[BASELINE].reason}"


def _setup(entry: Entry[Serializer], asked: Asked, carried: Carried, luggage: Luggage) -> CaseSetup:
    return CaseSetup(
        serializer=asked.reference_of(entry.row.name),
        modules=(entry.provider.partition(":")[0], *entry.row.modules),
        method=asked.method,
        answers=True,
        model_folder=luggage.reference,
        model_bytes=carried.size_bytes or 0,
    )


def _launcher(
    setups: Mapping[Case, CaseSetup], imports: tuple[str, ...]
) -> tuple[Mapping[Case, CaseSetup], ZygoteLauncher | SpawnLauncher]:
    """Return the launcher, and the setups with all that a process it starts is to import.

    A zygote imports for all that it forks; a spawned interpreter is told its imports with its task.
    """
    if not can_populate():
        whole = {
            case: replace(setup, modules=(*imports, *setup.modules))
            for case, setup in setups.items()
        }
        return whole, SpawnLauncher()
    own = tuple(module for setup in setups.values() for module in setup.modules)
    return setups, ZygoteLauncher(tuple(dict.fromkeys((*imports, *own))))


def _settings(asked: Asked, kinds: frozenset[str], launch: str) -> Settings:
    return Settings(
        suite="persistence",
        budget_s=None,
        precision=0.05,
        min_rounds=asked.rounds,
        max_rounds=asked.rounds,
        kinds=dict.fromkeys(sorted(kinds)),
        timeout_s=asked.timeout_s,
        memory_limit_bytes=None,
        launch=launch,
        threads=1,
        storage=None,
    )


def _collect(records: Iterable[Record], no_dumps: str, launch: str) -> Times:
    values: dict[str, dict[str, dict[int, float]]] = {}
    troubles: dict[str, tuple[Outcome, str]] = {}
    for record in records:
        name = record.case.serializer
        if record.outcome == "ok":
            for metric, value in record.metrics.items():
                values.setdefault(name, {}).setdefault(metric, {})[record.round] = value
        elif record.outcome != "skipped":
            troubles[name] = (
                record.outcome,
                f"in round {record.round}: {in_our_words(record.reason)}",
            )
    return Times(values, troubles, no_dumps, launch)
