"""What became of each case: its worst outcome and why, and how faithful it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace

from savebench.records.schema import CARRIERS, Case, Header, Record, Run
from savebench.summary.ranks import kind_of

SEVERITY = (
    "ok",
    "skipped",
    "unsupported",
    "timeout",
    "out-of-memory",
    "failed",
    "crashed",
    "mismatch",
)
"""Outcomes from best to worst; a wrong answer that looks right is the worst."""

RANKED_OUTCOMES = frozenset({"ok", "skipped"})
"""Outcomes that leave a case in the ranking: a skipped trial says nothing against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """What became of one case; None where the data say nothing."""

    workload: str
    size: str
    serializer: str
    kind: str
    outcome: str
    reason: str
    rounds: int
    """Rounds in which at least one trial went well."""
    exact: bool | None
    """Every load answered bit for bit as the model did."""
    repeatable: bool | None
    """Every dump wrote the same bytes; None with fewer than two dumps."""
    max_abs_difference: float | None
    printed: str
    """What the serializer printed, if anything."""


def outcomes_of(run: Run) -> list[OutcomeRow]:
    """Return one row per case of the header, in its order.

    A case that has no record was never reached, and counts as skipped.
    """
    worst = _worst_records(run)
    by_case: dict[Case, list[Record]] = {case: [] for case in run.header.cases}
    for record in run.records:
        by_case.get(record.case, []).append(record)
    return [
        _outcome_row(run.header, case, records, worst.get(case))
        for case, records in by_case.items()
    ]


def worst_outcomes(run: Run) -> dict[Case, tuple[str, str]]:
    """Return each case's worst outcome and its reason; a case never reached counts as skipped."""
    worst = _worst_records(run)
    return {
        case: (worst[case].outcome, worst[case].reason)
        if case in worst
        else ("skipped", "the run ended before its turn")
        for case in run.header.cases
    }


def failed_cases(run: Run) -> set[Case]:
    """Return the cases whose worst outcome leaves them out of the ranking."""
    return {case for case, worst in _worst_records(run).items() if _is_failed(worst)}


def _is_failed(record: Record | None) -> bool:
    return record is not None and record.outcome not in RANKED_OUTCOMES


def _worst_records(run: Run) -> dict[Case, Record]:
    """Return each case's worst record; a model that could not be built condemns all its cases."""
    worst: dict[Case, Record] = {}
    broken_models: dict[str, Record] = {}
    measured = {each.case for each in run.records if each.trial == "load" and each.outcome == "ok"}
    for record in run.records:
        if record.outcome == "skipped" and record.case in measured:
            continue  # it had its turn when the run was resumed
        if record.trial == "build" and record.outcome != "ok":
            broken_models.setdefault(record.case.model, record)
        known = worst.get(record.case)
        if known is None or _severity(record) > _severity(known):
            worst[record.case] = record
    for case in run.header.cases:
        if case not in worst and case.model in broken_models:
            worst[case] = broken_models[case.model]
    return {case: _with_carriers(record, worst) for case, record in worst.items()}


def _with_carriers(record: Record, worst: Mapping[Case, Record]) -> Record:
    """Return a record whose reason names serializers that save the model, unless they failed."""
    names = [
        name
        for name in record.facts.get(CARRIERS, ())
        if not _is_failed(worst.get(replace(record.case, serializer=name)))
    ]
    if not names:
        return record
    return replace(record, reason=f"{record.reason}; or save it with {' or '.join(names)}")


def _severity(record: Record) -> int:
    return SEVERITY.index(record.outcome)


def _outcome_row(
    header: Header, case: Case, records: list[Record], worst: Record | None
) -> OutcomeRow:
    good = [record for record in records if record.outcome == "ok" and record.trial != "build"]
    exact = _facts(records, "exact")
    digests = _facts([record for record in good if record.trial == "dump"], "digest")
    differences = _facts(records, "max_abs_difference")
    return OutcomeRow(
        workload=case.workload,
        size=case.size,
        serializer=case.serializer,
        kind=kind_of(header, case.serializer),
        outcome=worst.outcome if worst else "skipped",
        reason=worst.reason if worst else "the run ended before its turn",
        rounds=len({record.round for record in good}),
        exact=all(exact) if exact else None,
        repeatable=len(set(digests)) == 1 if len(digests) > 1 else None,
        max_abs_difference=max(differences, default=None),
        printed="\n".join(dict.fromkeys(map(str, filter(None, _facts(records, "printed"))))),
    )


def _facts(records: Iterable[Record], name: str) -> list[Any]:
    found = (record.facts.get(name) for record in records)
    return [fact for fact in found if fact is not None]
