"""Time the first load and dump in fresh processes, round by round, for the serializers that carry.

What a load was seen to import when the model was checked is imported before the clock starts.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from savebench.launch.launchers import Launcher, choose, make_launcher
from savebench.launch.messages import RowRef
from savebench.measuring.rounds import Rounds, SilentObserver
from savebench.measuring.trials import CaseSetup, Job
from savebench.obstacles.explaining import Examination
from savebench.obstacles.raised import named
from savebench.obstacles.writing import to_nowhere
from savebench.persistence.asked import Asked
from savebench.persistence.carrying import (
    BASELINE,
    Carried,
    Luggage,
    case_of,
    check_all,
    in_our_words,
    surroundings,
    task_of,
)
from savebench.records.schema import Case, Outcome, Record, Settings
from savebench.records.series import ByRound, values_by_case
from savebench.trial.reference import MODEL, keep_model, write_model

_PICKLE = RowRef("savebench.serializers.pickles:rows", BASELINE)


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
    reference, no_dumps = None, ""
    if "dump" in kinds:
        reference, no_dumps = _send_reference(model, asked, carried, luggage)
    imports = tuple(dict.fromkeys(name for each in good.values() for name in each.imports))
    setups = {
        case_of(name): _setup(asked, name, each, luggage, imports, reference)
        for name, each in good.items()
    }
    launcher = _launcher(setups, asked.production.path)
    settings = _settings(asked, kinds - {"dump"} if no_dumps else kinds, launcher.name)
    with closing(launcher):
        job = Job(setups, settings, seed=0, work=luggage.folder)
        records: list[Record] = []
        Rounds(job, launcher, records.append, SilentObserver(), time_left_s=None).run()
    return _collect(records, no_dumps, launcher.name)


def _send_reference(
    model: Any,
    asked: Asked,
    carried: Mapping[str, Carried],
    luggage: Luggage,
) -> tuple[RowRef | None, str]:
    """Write the reference from which dump trials have the model: the row that keeps it, or why not.

    A row that was seen to carry the model keeps it where pickle cannot.
    """
    why = "dumps were not timed: in a fresh process they start from a copy of the model, but "
    carriers = [
        RowRef(asked.serializers[name].provider, name)
        for name, each in carried.items()
        if each.outcome == "ok" and asked.serializers[name].row.kind != "inference"
    ]
    pickles = carried[BASELINE].outcome == "ok" if BASELINE in carried else None
    try:
        row = keep_model(luggage.reference, model, carriers, with_pickle=pickles is not False)
    except Exception as error:  # noqa: BLE001 - a model may refuse in any way
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        explanation = Examination(model).explain(cause, to_nowhere(write_model))
        told = explanation.cannot if explanation else f"raised {named(cause)}"
        return None, f"{why}pickle {told}"
    if row is not None or pickles:
        return row, ""
    task = task_of(_PICKLE, luggage.reference / MODEL, (), asked, luggage)
    answer = check_all({BASELINE: task}, asked.timeout_s, asked.production.path)[BASELINE]
    return None, "" if answer.outcome == "ok" else f"{why}{answer.reason}"


def _setup(  # noqa: PLR0913, PLR0917 - the parts of a case
    asked: Asked,
    name: str,
    carried: Carried,
    luggage: Luggage,
    imports: tuple[str, ...],
    reference: RowRef | None,
) -> CaseSetup:
    entry = asked.serializers[name]
    return CaseSetup(
        serializer=asked.reference_of(entry.row.name),
        modules=(entry.provider.partition(":")[0], *entry.row.modules),
        method=asked.method,
        answers=True,
        model_folder=luggage.reference,
        model_bytes=carried.size_bytes or 0,
        imports=imports,
        reference=reference,
    )


def _launcher(setups: Mapping[Case, CaseSetup], path: Sequence[str]) -> Launcher:
    """Return the launcher; its processes share what any of them is to have imported."""
    names = [name for setup in setups.values() for name in (*setup.imports, *setup.modules)]
    name, _ = choose()
    return make_launcher(name, surroundings(path), tuple(dict.fromkeys(names)))


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


def _collect(records: Sequence[Record], no_dumps: str, launch: str) -> Times:
    values: dict[str, dict[str, ByRound]] = {}
    for (case, metric), by_round in values_by_case(records).items():
        values.setdefault(case.serializer, {})[metric] = by_round
    troubles: dict[str, tuple[Outcome, str]] = {
        record.case.serializer: (
            record.outcome,
            f"in round {record.round}: {in_our_words(record.reason)}",
        )
        for record in records
        if record.outcome not in {"ok", "skipped"}
    }
    return Times(values, troubles, no_dumps, launch)
