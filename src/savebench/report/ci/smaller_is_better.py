"""What github-action-benchmark reads under ``tool: customSmallerIsBetter``.

An array of name, unit, value, and optionally range and extra, both free text
(https://github.com/benchmark-action/github-action-benchmark). The unit of a series never changes:
a chart goes through all commits.
"""

from collections.abc import Iterable

import msgspec

from savebench.report.ci.readings import Reading
from savebench.report.comparison.wording import amount
from savebench.report.words import one_line


class Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One value, under the consumer's own names."""

    name: str
    unit: str
    value: float
    range: str | None = None
    extra: str | None = None


def render_smaller_is_better(readings: Iterable[Reading]) -> str:
    """Return values as a JSON array, one a line group."""
    entries = [_entry(reading) for reading in readings]
    return msgspec.json.format(msgspec.json.encode(entries), indent=2).decode() + "\n"


def _entry(reading: Reading) -> Entry:
    return Entry(
        name=one_line(f"{reading.series}: {reading.metric}"),
        unit=reading.unit,
        value=reading.value,
        range=_range(reading),
        extra="\n".join(_extra(reading)),
    )


def _range(reading: Reading) -> str | None:
    """Return the wider side of the interval: the consumer shows one number."""
    if reading.low is None or reading.high is None:
        return None
    return f"\N{PLUS-MINUS SIGN} {max(reading.value - reading.low, reading.high - reading.value):g}"


def _extra(reading: Reading) -> list[str]:
    lines = [f"n = {reading.n}"]
    if reading.low is not None and reading.high is not None and reading.low < reading.high:
        low = amount(reading.low, reading.unit, exact=False)
        high = amount(reading.high, reading.unit, exact=False)
        lines.append(f"interval: {low} to {high}")
    if reading.verdict:
        lines.append(f"against base: {reading.verdict}")
    return lines
