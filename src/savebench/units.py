"""Sizes and durations as people write and read them.

Sizes are decimal: 1 KB is 1000 bytes, 16 MB is 16,000,000 (as disks and networks count).
"""

import math
import re
from numbers import Integral, Real
from typing import TypeGuard

from savebench.errors import UsageError

_SIZE_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_DURATION_S = {"ms": 1e-3, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
_NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]+)\s*")
_PLAIN_NUMBER = re.compile(rf"\s*{_NUMBER}\s*")
_DURATION_PART = re.compile(rf"\s*({_NUMBER})\s*(ms|min|m|s|h)")
_LARGEST_BYTES = 10**18
_LONGEST_S = 366 * 86400.0
"""Nobody waits longer, and no operating system's timers count much further."""
_DURATION_EXAMPLE = "write it like 30s, 2min or 1h30min; a bare number is seconds"
_SIZE_EXAMPLE = "write it like 16MB, 128KB or 1GB"
_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
_ALL_PERCENT = 100
_PERCENT_EXAMPLE = "write it like 5%; from Python, 0.05 is the same"
_MILLIONS_FROM = 99_999.5
_WHOLE_PERCENT_FROM = 99.95
_WHOLE_SECONDS_FROM = 10.0
"""A duration from here on is said without its fraction."""


def parse_size(text: str) -> int:
    """Return the bytes that ``text`` names: ``"16MB"`` -> 16_000_000.

    Raises
    ------
    UsageError
        When ``text`` is not a positive number followed by B, KB, MB, GB or TB.
    """
    if _PLAIN_NUMBER.fullmatch(text):  # bytes to one person, megabytes to the next
        raise UsageError(
            f"{text!r} is not a size without a unit (B, KB, MB, GB or TB); {_SIZE_EXAMPLE}"
        )
    found = _QUANTITY.fullmatch(text)
    factor = _SIZE_BYTES.get(found[2].upper(), 0) if found else 0
    size_bytes = float(found[1]) * factor if found else 0.0
    if not 0 < size_bytes <= _LARGEST_BYTES:
        fault = "is larger than any memory or disk" if size_bytes else "is not a size"
        raise UsageError(f"{text!r} {fault}; {_SIZE_EXAMPLE}")
    return round(size_bytes)


def seconds_of(asked: object, name: str = "") -> float:
    """Return a duration in seconds, however it was given: ``"2min"``, ``"5"``, 5 or 0.5.

    Parameters
    ----------
    asked
        Text, of numbers followed by ms, s, min (or m) or h (``"1h30min"`` -> 5400.0), or of a
        number alone; or a number of seconds.
    name
        Of the option or argument, for the message.

    Raises
    ------
    UsageError
        When it is no duration, or it comes to nothing or to more than a year.
    """
    time_s = _seconds(asked)
    if time_s is not None and 0 < time_s <= _LONGEST_S:
        return time_s
    fault = "is longer than a year" if time_s and time_s > 0 else "is not a duration"
    raise UsageError(f"{name} {asked!r} {fault}; {_DURATION_EXAMPLE}".lstrip())


def _seconds(asked: object) -> float | None:
    """Return what a text or a number comes to, None where it is no number of seconds."""
    if _is_number(asked):
        return _float(asked)
    if not isinstance(asked, str):
        return None
    if _PLAIN_NUMBER.fullmatch(asked):
        return float(asked)
    parts, rest = _DURATION_PART.findall(asked), _DURATION_PART.sub("", asked)
    if not parts or rest.strip():
        return None
    return sum(float(number) * _DURATION_S[unit] for number, unit in parts)


def _is_number(asked: object) -> TypeGuard[Real]:
    """Whether it is a number, and neither true nor false."""
    return isinstance(asked, Real) and not isinstance(asked, bool)


def _float(number: Real) -> float:
    try:
        return float(number)
    except OverflowError:  # an integer may have any number of digits
        return math.inf


def fraction_of(asked: object, name: str = "") -> float:
    """Return a share, however it was given: ``"5%"`` or 0.05.

    Parameters
    ----------
    asked
        Text, a number above 0 and up to 100 followed by ``%``; or a number from 0 to 1.
    name
        Of the option or argument, for the message.

    Raises
    ------
    UsageError
        When it is no share.
    """
    if isinstance(asked, str):
        found = _PERCENT.fullmatch(asked)
        if found and 0 < float(found[1]) <= _ALL_PERCENT:
            return float(found[1]) / _ALL_PERCENT
    elif _is_number(asked) and 0 <= (share := _float(asked)) <= 1:
        return share
    raise UsageError(f"{name} {asked!r} is not a percentage; {_PERCENT_EXAMPLE}".lstrip())


def bytes_of(asked: object, name: str = "") -> int:
    """Return a size in bytes, however it was given: ``"16MB"`` or 16_000_000.

    A number may be anything: whether so many bytes make sense, the caller knows.

    Parameters
    ----------
    asked
        Text as `parse_size` takes it, or a whole number of bytes.
    name
        Of the option or argument, for the message.

    Raises
    ------
    UsageError
        When it is no size.
    """
    if isinstance(asked, str):
        try:
            return parse_size(asked)
        except UsageError as error:
            raise UsageError(f"{name} {error}".lstrip()) from None
    if _is_number(asked) and (size := _float(asked)).is_integer():
        return int(asked) if isinstance(asked, Integral) else int(size)
    raise UsageError(f"{name} {asked!r} is not a size; {_SIZE_EXAMPLE}".lstrip())


def human_bytes(size_bytes: float) -> str:
    """Return ``size_bytes`` with three significant digits and a unit: ``"16.3 MB"``."""
    return _scaled(size_bytes, ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1.0, "B")))


def human_seconds(time_s: float) -> str:
    """Return ``time_s`` with three significant digits and a unit: ``"12.4 ms"``."""
    return _scaled(time_s, ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")))


def human_count(count: float) -> str:
    """Return a count with three significant digits and how many it counts in: ``"36.4 M"``."""
    return _scaled(count, ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K"), (1.0, ""))).rstrip()


def human_value(value: float, unit: str, *, exact: bool = False) -> str:
    """Return seconds, bytes or instructions with their unit.

    What counts exactly is said to the last: ``"16,300,001 B"``, ``"36,384,083"`` instructions.
    """
    if unit == "s":
        return human_seconds(value)
    if unit == "instructions":
        return f"{value:,.0f}" if exact else human_count(value)
    return f"{value:,.0f} B" if exact else human_bytes(value)


def human_duration(time_s: float) -> str:
    """Return a length of time as people say it: ``"45 s"``, ``"2 min 05 s"``, ``"1 h 30 min"``.

    Below ten seconds with three significant digits: ``"1.5 s"``, ``"100 ms"``.
    """
    if time_s < _WHOLE_SECONDS_FROM:
        return human_seconds(max(0.0, time_s))
    minutes, seconds = divmod(round(time_s), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def human_ratio(ratio: float) -> str:
    """Return a ratio with three significant digits at most: ``"0.82x"``, ``"12x"``."""
    return f"{_significant(ratio)}x"


def aligned_ratio(ratio: float) -> str:
    """Return a ratio whose digits line up in a column: ``"0.82x"``, ``"1.10x"``, ``"12.0x"``.

    To the hundredth from 0.1 to 10: the intervals are no narrower.
    """
    if ratio >= _MILLIONS_FROM:
        return f"{ratio / 1e6:.2f}Mx"
    for least, decimals in ((99.95, 0), (9.995, 1), (0.0995, 2)):
        if ratio >= least:
            return f"{ratio:.{decimals}f}x"
    return human_ratio(float(f"{ratio:.2g}"))


def human_change(ratio: float) -> str:
    """Return a ratio as a signed change: ``"+13.7 %"``, ``"+131 %"``; never ``"-0.0 %"``."""
    percent = 100 * (ratio - 1)
    decimals = 1 if abs(percent) < _WHOLE_PERCENT_FROM else 0
    return f"{round(percent, decimals) + 0.0:+.{decimals}f} %"


def counted(count: int, noun: str) -> str:
    """Return ``"1 model"`` or ``"3 models"``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _scaled(value: float, scales: tuple[tuple[float, str], ...]) -> str:
    if value == 0:
        return "0 s" if scales[-1][1] == "ns" else f"0 {scales[-1][1]}"
    sign = "-" if value < 0 else ""
    size = abs(value)
    for factor, unit in scales:
        if size >= factor * 0.9995 or factor == scales[-1][0]:
            return f"{sign}{_significant(size / factor)} {unit}"
    raise AssertionError("the last scale always fits")


def _significant(value: float, digits: int = 3) -> str:
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value) * (1 + 0.5 * 10**-digits))))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
