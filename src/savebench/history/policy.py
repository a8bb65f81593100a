"""Which runs to keep: a policy, and what it says of the times at which runs started."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from savebench.errors import UsageError

_PERIODS: dict[str, Callable[[datetime], object]] = {
    "hourly": lambda moment: (moment.date(), moment.hour),
    "daily": lambda moment: moment.date(),
    "weekly": lambda moment: moment.isocalendar()[:2],
    "monthly": lambda moment: (moment.year, moment.month),
    "yearly": lambda moment: moment.year,
}
"""A word of a policy, and which moments are of one period."""
_EACH_RUN = frozenset({"last", "all"})
_DAYS = {"d": 1, "w": 7, "m": 31, "y": 366}
_RULE = re.compile(r"\s*(\w+)\s*:\s*(\d{1,6})\s*([dwmy]?)\s*")
_EXAMPLE = "write it like 'last:50,daily:30,weekly:52' or 'all:30d,daily:1y,monthly:5y'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One term of a policy: ``daily:30`` or ``daily:1y``."""

    text: str
    period: str
    count: int | None
    """How many periods, the latest first; None where a span bounds them."""
    span: timedelta | None
    """How far back from the newest run."""


def parse_policy(text: str) -> tuple[Rule, ...]:
    """Return the rules that a policy lists.

    A rule is a period (``last``, ``all``, ``hourly``, ``daily``, ``weekly``, ``monthly``,
    ``yearly``), a colon, and how many of the latest periods that have runs, or how far back from
    the newest run: ``30d``, ``8w``, ``6m``, ``5y``. Of each period the newest run is kept.

    Raises
    ------
    UsageError
        When a rule is none, or would keep nothing.
    """
    return tuple(_rule(part) for part in text.split(","))


def _rule(text: str) -> Rule:
    found = _RULE.fullmatch(text)
    if not found or found[1] not in {*_PERIODS, *_EACH_RUN} or int(found[2]) == 0:
        raise UsageError(f"{text.strip()!r} is not a rule of what to keep; {_EXAMPLE}")
    amount = int(found[2])
    days = min(amount * _DAYS[found[3]], 10**6) if found[3] else None
    return Rule(
        text=text.strip(),
        period=found[1],
        count=None if found[3] else amount,
        span=None if days is None else timedelta(days=days),
    )


def kept(moments: Sequence[datetime], rules: Sequence[Rule]) -> dict[int, str]:
    """Return which runs the rules keep: position -> the rule that does, the first of them.

    Parameters
    ----------
    moments
        When each run started, in any order; days and weeks are those of UTC.
    rules
        A run that any of them keeps is kept. The newest always is.
    """
    newest_first = sorted(range(len(moments)), key=lambda at: moments[at], reverse=True)
    reasons: dict[int, str] = {}
    for rule in rules:
        seen: set[object] = set()
        for at in newest_first:
            moment = moments[at].astimezone(UTC)
            if rule.span is not None and moments[newest_first[0]] - moments[at] > rule.span:
                break
            period = at if rule.period in _EACH_RUN else _PERIODS[rule.period](moment)
            if period in seen:
                continue
            if rule.count is not None and len(seen) >= rule.count:
                break
            seen.add(period)
            reasons.setdefault(at, rule.text)
    return reasons
