"""Time the first load and dump in fresh processes, round by round, for the serializers that carry.

What a load was seen to import when the model was checked is imported before the clock starts.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from savebench.launch.launchers import choose
from savebench.launch.messages import RowRef
from savebench.measuring.ready import bench_at
from savebench.measuring.rounds import Rounds, SilentObserver
from savebench.measuring.setups import setup_of
from savebench.measuring.site import Site
from savebench.obstacles.explaining import Examination
from savebench.obstacles.raised import named
from savebench.obstacles.writing import to_nowhere
from savebench.persistence.asked import Asked
from savebench.persistence.carrying import (
    BASELINE,
    Carried,
    case_of,
    check_all,
    in_our_words,
    task_of,
)
from savebench.records.schema import Outcome, Record, Settings
from savebench.records.series import ByRound, values_by_case
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject
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


def time_operations(  # noqa: PLR0913, PLR0917 - the parts of one call of the fixture
    model: Any,
    asked: Asked,
    carried: Mapping[str, Carried],
    subject: Subject,
    site: Site,
    kinds: frozenset[str],
) -> Times:
    """Do rounds of loads, and of dumps where a fresh process can have the model."""
    good = {name: each for name, each in carried.items() if each.outcome == "ok"}
    if not kinds or not good:
        return Times()
    reference, no_dumps = None, ""
    if "dump" in kinds:
        reference, no_dumps = _send_reference(model, asked, carried, subject, site)
    imports = list(dict.fromkeys(name for each in good.values() for name in each.imports))
    known = BuiltModel(
        model_bytes=max(each.size_bytes or 0 for each in good.values()),
        reference=reference,
        imports=imports,
    )
    timed = dataclasses.replace(subject, facts=known)
    setups = {
        case_of(name): setup_of(
            timed,
            asked.serializers[name],
            asked.reference_of(asked.serializers[name].row.name).trust,
        )
        for name in good
    }
    way, _ = choose()
    settings = _settings(asked, kinds - {"dump"} if no_dumps else kinds, way)
    bench = bench_at(site, setups, settings, seed=0)
    with closing(bench.launcher):
        records: list[Record] = []
        Rounds(bench, records.append, SilentObserver(), time_left_s=None).run()
    return _collect(records, no_dumps, way)


def _send_reference(
    model: Any,
    asked: Asked,
    carried: Mapping[str, Carried],
    subject: Subject,
    site: Site,
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
        row = keep_model(subject.folder, model, carriers, with_pickle=pickles is not False)
    except Exception as error:  # noqa: BLE001 - a model may refuse in any way
        cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
        explanation = Examination(model).explain(cause, to_nowhere(write_model))
        told = explanation.cannot if explanation else f"raised {named(cause)}"
        return None, f"{why}pickle {told}"
    if row is not None or pickles:
        return row, ""
    task = task_of(_PICKLE, subject.folder / MODEL, (), asked, subject, site)
    answer = check_all({BASELINE: task}, asked.timeout_s, site)[BASELINE]
    return None, "" if answer.outcome == "ok" else f"{why}{answer.reason}"


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
