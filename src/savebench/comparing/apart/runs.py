"""Two runs of different moments: what changed, and what of that may fail a build. Pure functions.

Exact counts gate; times are advice. Another moment is another machine load, another page layout,
another clock speed; the control kernels tell the pace of fixed work at both moments, but not what
a cache or a neighbour does to one series alone. Whoever wants times to fail a build measures both
arms in step (`savebench ab`), or says that this history can be trusted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from savebench.catalogue.rows import installed_version
from savebench.comparing.apart.footing import Footing, footing_of
from savebench.comparing.apart.judging import (
    judge_exactly,
    judge_instructions,
    judge_memory,
    judge_statistically,
    not_compared,
    repeats,
)
from savebench.comparing.apart.pace import Pace, pace_between, pace_remark, touches_disk
from savebench.comparing.apart.troubles import fates_of, gone_and_new
from savebench.comparing.comparison import Change, Comparison, worst_first
from savebench.comparing.rule import DETECT, MARGIN, Terms
from savebench.comparing.sides.aliases import chosen, names_of, renamed
from savebench.comparing.sides.side import Key, Measurement, Side
from savebench.errors import UsageError
from savebench.records.metrics import INSTRUCTIONS, MEMORY


def compare_sides(  # noqa: PLR0913 - what a person may ask for
    base: Side,
    head: Side,
    *,
    margin: float = MARGIN,
    detect: float = DETECT,
    aliases: Mapping[str, str] | None = None,
    trust_history: bool = False,
    only: Sequence[str] = (),
) -> Comparison:
    """Return what changed from base to head, worst first.

    Parameters
    ----------
    base, head
        What was measured, at two moments.
    margin
        A ratio up to 1 + margin is no regression. Exact counts know no margin.
    detect
        The change that must be detectable for a time to pass; else it stays inconclusive.
    aliases
        Old name -> new name, for series of the base: see
        `savebench.comparing.sides.aliases.renamed`.
    trust_history
        Let times and memory gate too.
    only
        Globs: compare only series that one of them matches, by name, metric, or both.

    Raises
    ------
    UsageError
        When an alias or a glob matches nothing, or the sides share no series.
    """
    base, head = chosen(renamed(base, aliases or {}), head, only)
    if not set(names_of(base)) & set(names_of(head)):
        raise UsageError(
            f"{base.party.label} and {head.party.label} share no series, so nothing can be "
            "compared; name runs of the same suite, or say what was renamed with --alias OLD=NEW"
        )
    shared = base.measurements.keys() & head.measurements.keys()
    family = sum(base.measurements[key].unit == "s" for key in shared) if trust_history else 1
    sides = _sides(base, head, Terms(margin=margin, detect=detect, family=max(1, family)))
    fates = fates_of(base, head, sides.footing)
    figures = [
        _change(key, base.measurements[key], head.measurements[key], sides, trust=trust_history)
        for key in base.measurements
        if key in head.measurements
    ]
    return Comparison(
        savebench=installed_version("savebench") or "",
        kind="compare",
        base=base.party,
        head=head.party,
        changes=worst_first([*fates.changes, *figures, *gone_and_new(base, head, fates.settled)]),
        margin=margin,
        detect=detect,
        remarks=[
            *sides.footing.remarks,
            *_remarks_on_times(sides, figures, trust=trust_history),
            *fates.remarks,
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """Both sides, what they allow, and what was asked of them."""

    base: Side
    head: Side
    footing: Footing
    terms: Terms
    pace: Pace
    """Without the file write."""
    disk_pace: Pace


def _sides(base: Side, head: Side, terms: Terms) -> _Sides:
    return _Sides(
        base=base,
        head=head,
        footing=footing_of(base, head),
        terms=terms,
        pace=pace_between(base.kernels, head.kernels, to_disk=False),
        disk_pace=pace_between(base.kernels, head.kernels, to_disk=True),
    )


def _change(
    key: Key, before: Measurement, after: Measurement, sides: _Sides, *, trust: bool
) -> Change:
    footing, metric = sides.footing, key[1]
    if footing.no_figures:
        return not_compared(key, before, after, footing.no_figures)
    if before.unit == "s" or metric in MEMORY:
        if footing.no_times:
            return not_compared(key, before, after, footing.no_times)
        if metric in MEMORY:
            return judge_memory(key, before, after, sides.terms, gates=trust)
        note = "" if before.independent and after.independent else _OF_ONE_PROCESS
        pace = sides.disk_pace if touches_disk(metric) else sides.pace
        return judge_statistically(
            key, before, after, sides.terms, pace=pace, gates=trust, note=note
        )
    return _count_change(key, before, after, sides)


_OF_ONE_PROCESS = (
    "rounds of one process: they share its memory layout and caches, so the interval leaves out "
    "how processes differ"
)


def _count_change(key: Key, before: Measurement, after: Measurement, sides: _Sides) -> Change:
    """Return the change of a count; it gates where nothing but the code can have changed it.

    Bytes are exact; instructions repeat to far less than the margin, but not to the last.
    """
    advice = sides.footing.sizes_are_advice or _other_model(key[0], sides)
    if key[1] in INSTRUCTIONS:
        return judge_instructions(key, before, after, sides.terms, gates=not advice, note=advice)
    if repeats(before) and repeats(after):
        note = advice if before.values[0] != after.values[0] else ""
        return judge_exactly(key, before, after, gates=not advice, note=note)
    note = "does not repeat exactly, so compared by its interval"
    return judge_statistically(
        key,
        before,
        after,
        sides.terms,
        gates=not advice,
        note=f"{note}; {advice}" if advice else note,
    )


def _other_model(series: str, sides: _Sides) -> str:
    before, after = sides.base.models.get(series, ""), sides.head.models.get(series, "")
    known = bool(before and after)
    return "other model: its arrays differ in their bits" if known and before != after else ""


def _remarks_on_times(sides: _Sides, figures: Sequence[Change], *, trust: bool) -> Iterator[str]:
    compared = [each for each in figures if each.unit == "s" and each.ratio is not None]
    footing = sides.footing
    if not compared or footing.no_times or footing.no_figures or footing.is_one_run:
        return
    yield (
        "Times and memory gate, as --trust-history asks, though they are of different moments."
        if trust
        else "Times and memory are advice: they are of different moments, and never an exit 1."
    )
    yield pace_remark(sides.pace)
    if sides.disk_pace != sides.pace and any(touches_disk(each.metric) for each in compared):
        yield f"Dumps and cold loads: {pace_remark(sides.disk_pace)}"
