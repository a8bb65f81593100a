"""Cases that fail, new and missing series: what became of each, said and never passed over."""

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from savebench.comparing.apart.footing import Footing
from savebench.comparing.comparison import Change, Verdict
from savebench.comparing.sides.aliases import names_of
from savebench.comparing.sides.side import Key, Side
from savebench.records.schema import UNEXPECTED

OUTCOME = "outcome"
"""The metric of a change that tells how a case ended, not how much it took."""

_OF_THE_MACHINE = frozenset({"timeout", "out-of-memory"})
"""Outcomes that another machine, or a busier moment of this one, may be to blame for."""


@dataclass(frozen=True, slots=True)
class Fates:
    """What became of the cases, and which of them have no figures to compare."""

    changes: tuple[Change, ...]
    settled: frozenset[str]
    """Series whose missing metrics need no further word."""
    remarks: tuple[str, ...]


def fates_of(base: Side, head: Side, footing: Footing) -> Fates:
    """Return what changed in how cases end, and how many fail on both sides as they did."""
    changes: list[Change] = []
    settled: set[str] = set()
    alike: dict[str, int] = {}
    before_names, after_names = set(names_of(base)), set(names_of(head))
    for name in names_of(head):
        before, after = base.troubles.get(name, ""), head.troubles.get(name, "")
        if name not in before_names or not (before or after):
            continue
        step = _badness(after) - _badness(before)
        if step and not before.startswith("skipped"):
            changes.append(_fate(name, before, after, step, footing))
        if _badness(after) or _badness(before):
            settled.add(name)
        if not step and _badness(after):
            outcome = after.partition(":")[0]
            alike[outcome] = alike.get(outcome, 0) + 1
    return Fates(
        changes=tuple(changes),
        settled=frozenset(settled & after_names),
        remarks=tuple(
            f"{count} case{'' if count == 1 else 's'} {'is' if count == 1 else 'are'} {outcome} "
            "in head, and no better in base: nothing to compare."
            for outcome, count in sorted(alike.items())
        ),
    )


def gone_and_new(base: Side, head: Side, settled: frozenset[str]) -> Iterator[Change]:
    """Yield a change for each series that only one side has."""
    for key in _only_in(base, head):
        if key[0] not in settled:
            yield _lone(key, base, "missing", _why("not in head", head.troubles.get(key[0])))
    for key in _only_in(head, base):
        if key[0] not in settled:
            trouble = (head if key[1] == OUTCOME else base).troubles.get(key[0])
            yield _lone(key, head, "new", _why("not in base", trouble))


def _why(where: str, trouble: str | None) -> str:
    return f"{where}; {trouble}" if trouble else where


def _only_in(one: Side, other: Side) -> Iterator[Key]:
    yield from (key for key in one.measurements if key not in other.measurements)
    measured = {name for name, _ in one.measurements}
    others = set(names_of(other))
    yield from ((name, OUTCOME) for name in one.troubles if name not in measured | others)


def _lone(key: Key, side: Side, verdict: Verdict, note: str) -> Change:
    measurement = side.measurements.get(key)
    values = measurement.values if measurement else ()
    middle = median(values) if values else None
    gone = verdict == "missing"
    return Change(
        series=key[0],
        metric=key[1],
        unit=measurement.unit if measurement else "",
        verdict=verdict,
        gates=False,
        base=middle if gone else None,
        head=None if gone else middle,
        base_n=len(values) if gone else 0,
        head_n=0 if gone else len(values),
        note=" ".join(note.split()),
    )


def _badness(trouble: str) -> int:
    """Return 0 for a case that is well or was not tried, 1 refused, 2 failed, 3 a wrong answer."""
    outcome = trouble.partition(":")[0]
    if outcome == "mismatch":
        return 3
    if outcome in UNEXPECTED:
        return 2
    return 1 if outcome == "unsupported" else 0


def _fate(name: str, before: str, after: str, step: int, footing: Footing) -> Change:
    outcome = after.partition(":")[0]
    blameless = step > 0 and outcome in _OF_THE_MACHINE
    other = "other machine" if footing.other_machine else "other moment"
    verdict: Verdict = "regressed" if step > 0 else "improved"
    note = f"{after or 'ok'} (base: {before.partition(':')[0] or 'ok'})"
    return Change(
        series=name,
        metric=OUTCOME,
        unit="",
        verdict=verdict,
        gates=not blameless,
        note=" ".join(note.split()) + (f"; the {other} may be the cause" if blameless else ""),
    )
