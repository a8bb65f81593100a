"""What each serializer gave back: equal answers, equal bytes, and what it does on load."""

from collections.abc import Iterable
from dataclasses import dataclass

from savebench.records.schema import Header
from savebench.report.words import MISSING
from savebench.summary import OutcomeRow, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fidelity:
    """One serializer over all its models, in words."""

    serializer: str
    kind: str
    exact: str
    """``"9 of 9"`` models whose answers were bit-equal."""
    difference: str
    """The largest difference of an answer that was not."""
    repeatable: str
    """``"9 of 9"`` models whose dumps wrote the same bytes."""
    runs_code: str
    maps_file: str


def fidelities(header: Header, outcomes: Iterable[OutcomeRow]) -> list[Fidelity]:
    """Return one row per serializer, in the order of the header's cases."""
    by_serializer: dict[str, list[OutcomeRow]] = {}
    for row in outcomes:
        by_serializer.setdefault(row.serializer, []).append(row)
    return [_fidelity(header, name, rows) for name, rows in by_serializer.items()]


def _fidelity(header: Header, name: str, rows: list[OutcomeRow]) -> Fidelity:
    differences = [row.max_abs_difference for row in rows if row.max_abs_difference]
    return Fidelity(
        serializer=name,
        kind=kind_of(header, name),
        exact=_share(row.exact for row in rows),
        difference=f"{max(differences):.2g}" if differences else MISSING,
        repeatable=_share(row.repeatable for row in rows),
        runs_code="yes" if header.serializers[name].runs_code else "no",
        maps_file="yes" if header.serializers[name].maps_file else "no",
    )


def _share(answers: Iterable[bool | None]) -> str:
    known = [answer for answer in answers if answer is not None]
    return f"{sum(known)} of {len(known)}" if known else MISSING
