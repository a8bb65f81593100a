"""A change's figures as words, the same in every format that a person reads."""

from collections.abc import Iterable
from typing import Literal

from savebench.comparing.comparison import Change, Comparison, counted, is_uncounted
from savebench.comparing.rule import MEMORY_ALLOWANCE
from savebench.machine.noise import percent
from savebench.records.metrics import Unit
from savebench.report.comparison.standing import standing
from savebench.report.words import MISSING, one_line, with_ends
from savebench.units import aligned_ratio, human_change, human_value

_LONGEST_NAME = 200
_LONGEST_NOTE = 500
_SHOWN_PERCENT = 0.05
"""A change of a count below this many per cent would read +0.0 %."""
_RATIO_FROM = 3.0
"""A change from here on reads better as a ratio."""
_FINDS_NOTHING = 9.0


def uncounted_text(change: Change) -> str:
    """Return what is said of memory that differs by less than is counted: never a zero."""
    return "same" if change.base == change.head else f"not counted below {MEMORY_ALLOWANCE}"


def amount(value: float | None, unit: Unit | Literal[""], *, exact: bool = False) -> str:
    """Return a value with its unit; an exact count to the last byte: ``"16,300,001 B"``."""
    return MISSING if value is None or not unit else human_value(value, unit, exact=exact)


def change_text(change: Change) -> str:
    """Return a change with its interval: ``"+13.7 % [+10.2, +17.4]"``, ``"12.0x [11.0-14.0]"``.

    Of a count: ``"same"``, ``"+1 B"``, ``"+100,000 B (+10.0 %)"``. Of memory that differs by less
    than is counted: ``"not counted below 256 KB"``.
    """
    if change.exact and change.base is not None and change.head is not None:
        return _count_text(change, change.head - change.base)
    if is_uncounted(change):
        return uncounted_text(change)
    if change.ratio is None:
        return MISSING
    ends = None if change.low is None or change.high is None else (change.low, change.high)
    if max(change.ratio, change.high or 0.0) >= _RATIO_FROM:
        text = aligned_ratio(change.ratio)
        return with_ends(text, *ends) if ends else text
    text = human_change(change.ratio)
    if ends is None:
        return text
    low, high = (human_change(each).removesuffix(" %") for each in ends)
    return f"{text} [{low}, {high}]"


def _count_text(change: Change, difference: float) -> str:
    if not difference:
        return "same"
    text = f"{difference:+,.0f} B"
    small = change.ratio is None or abs(change.ratio - 1) * 100 < _SHOWN_PERCENT
    return text if small else f"{text} ({human_change(change.ratio or 1.0)})"


def detectable_text(change: Change) -> str:
    """Return the smallest change that would have been found: ``"5.0 %"``; of a count: ``"any"``."""
    if change.exact and change.unit:
        return "any"
    if is_uncounted(change):
        return MEMORY_ALLOWANCE
    if change.detectable is None:
        return MISSING
    return ">10x" if change.detectable >= _FINDS_NOTHING else percent(change.detectable)


def verdict_text(change: Change) -> str:
    """Return the verdict, and that it is advice where it does not gate."""
    advice = not change.gates and change.verdict != "new"
    return f"{change.verdict} (advice)" if advice else change.verdict


def name_text(text: str) -> str:
    """Return a name on one line, cut where it is longer than anyone reads."""
    return _cut(text, _LONGEST_NAME)


def note_text(text: str) -> str:
    """Return a note or a remark on one line, cut where it is longer than anyone reads."""
    return _cut(text, _LONGEST_NOTE)


def figures(change: Change) -> str:
    """Return a change's figures in a sentence, for where there is no table; else only its note."""
    if change.base is None and change.head is None:
        return note_text(change.note) or "no figures"
    base = amount(change.base, change.unit, exact=change.exact)
    head = amount(change.head, change.unit, exact=change.exact)
    parts = [f"{base} -> {head}"]
    if change.ratio is not None or change.exact:
        has_interval = change.low is not None and not is_uncounted(change)
        interval = " (95 % interval)" if has_interval else ""
        parts.append(f"{change_text(change)}{interval}")
    if change.detectable is not None and not change.exact:
        parts.append(f"detectable: {detectable_text(change)}")
    if change.base_n or change.head_n:
        parts.append(f"n = {change.base_n} and {change.head_n}")
    if change.note:
        parts.append(note_text(change.note))
    return "; ".join(parts)


def tally(changes: Iterable[Change]) -> str:
    """Return how many have each verdict, the worst first: ``"1 regressed, 23 passed"``.

    What is advice is counted apart: ``"24 passed; advice: 2 regressed"``.
    """
    rows = list(changes)
    advice = [change for change in rows if standing(change) == "advice"]
    rest = [change for change in rows if standing(change) != "advice"]
    parts = [_counts(rest)] if rest else []
    if advice:
        parts.append(f"advice: {_counts(advice)}")
    return "; ".join(parts) or "no series"


def sides_text(comparison: Comparison) -> str:
    """Return what was compared with what: ``"base joblib==1.4.2, head joblib==1.5.3"``."""
    base, head = comparison.base.label, comparison.head.label
    return f"base {name_text(base)}, head {name_text(head)}"


def _counts(changes: Iterable[Change]) -> str:
    counts = counted(changes)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)


def _cut(text: str, longest: int) -> str:
    line = one_line(text)
    return line if len(line) <= longest else f"{line[: longest - 3]}..."
