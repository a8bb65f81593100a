"""From records to candidates: what was measured of each row that was tried. Pure functions."""

from collections.abc import Mapping, Sequence
from typing import Any

from savebench.catalogue.rows import Entry, Serializer
from savebench.records.schema import Record
from savebench.records.series import values_by_case
from savebench.summary.advice.candidates import Candidate, Estimate

_EXACT = "exact"
"""A fact of a load: whether its answers were equal to the last bit."""


def candidates_of(
    entries: Mapping[str, Entry[Serializer]], records: Sequence[Record]
) -> list[Candidate]:
    """Return a candidate for each row, with what its records say so far."""
    values: dict[str, dict[str, list[float]]] = {}
    for (case, metric), by_round in values_by_case(records).items():
        values.setdefault(case.serializer, {})[metric] = list(by_round.values())
    mine: dict[str, list[Record]] = {}
    for record in records:
        mine.setdefault(record.case.serializer, []).append(record)
    return [
        _candidate(entry, values.get(name, {}), mine.get(name, []))
        for name, entry in entries.items()
    ]


def _candidate(
    entry: Entry[Serializer], values: Mapping[str, Sequence[float]], records: Sequence[Record]
) -> Candidate:
    row = entry.row
    trouble = next((each for each in reversed(records) if each.outcome != "ok"), None)
    found: dict[str, Any] = {}
    if trouble is not None:
        found = {"outcome": trouble.outcome, "reason": trouble.reason}
    facts = [each.facts[_EXACT] for each in records if _EXACT in each.facts]
    return Candidate(
        serializer=row.name,
        kind=row.kind,
        runs_code=row.runs_code,
        maps_file=row.maps_file,
        requires=row.requires,
        note=row.note,
        exact=all(facts) if facts else None,
        estimates={metric: Estimate.of(each) for metric, each in values.items()},
        **found,
    )
