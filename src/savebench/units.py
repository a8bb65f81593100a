"""Sizes and durations as people write and read them.

Sizes are decimal: 1 KB is 1000 bytes, 16 MB is 16,000,000 (as disks and networks count).
"""

import math
import re

from savebench.errors import UsageError

_SIZE_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_DURATION_S = {"ms": 1e-3, "s": 1.0, "min": 60.0, "m": 60.0, "h": 3600.0}
_QUANTITY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|min|m|s|h)")


def parse_size(text: str) -> int:
    """Return the bytes that ``text`` names: ``"16MB"`` -> 16_000_000.

    Raises
    ------
    UsageError
        When ``text`` is not a positive number followed by B, KB, MB, GB or TB.
    """
    found = _QUANTITY.fullmatch(text)
    unit = found and found[2].upper()
    if not found or unit not in _SIZE_BYTES or float(found[1]) <= 0:
        raise UsageError(f"{text!r} is not a size; write it like 16MB, 128KB or 1GB")
    return round(float(found[1]) * _SIZE_BYTES[unit])


def parse_duration(text: str) -> float:
    """Return the seconds that ``text`` names: ``"2min"`` -> 120.0, ``"1h30min"`` -> 5400.0.

    Raises
    ------
    UsageError
        When ``text`` is not made of positive numbers followed by ms, s, min (or m) or h.
    """
    compact = text.replace(" ", "")
    parts = _DURATION.findall(compact)
    total_s = sum(float(number) * _DURATION_S[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != compact or total_s <= 0:
        raise UsageError(f"{text!r} is not a duration; write it like 30s, 2min or 1h30min")
    return total_s


def parse_percent(text: str) -> float:
    """Return the fraction that ``text`` names: ``"5%"`` -> 0.05.

    Raises
    ------
    UsageError
        When ``text`` is not a number between 0 and 100 followed by ``%``.
    """
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%\s*", text)
    if not found or not 0 < float(found[1]) <= 100:  # noqa: PLR2004 - a hundred per cent
        raise UsageError(f"{text!r} is not a percentage; write it like 5%")
    return float(found[1]) / 100


def human_bytes(size_bytes: float) -> str:
    """Return ``size_bytes`` with three significant digits and a unit: ``"16.3 MB"``."""
    return _scaled(size_bytes, ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1.0, "B")))


def human_seconds(time_s: float) -> str:
    """Return ``time_s`` with three significant digits and a unit: ``"12.4 ms"``."""
    return _scaled(time_s, ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")))


def human_duration(time_s: float) -> str:
    """Return a length of time as people say it: ``"45 s"``, ``"2 min 05 s"``, ``"1 h 30 min"``."""
    whole_s = max(0, round(time_s))
    minutes, seconds = divmod(whole_s, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def human_ratio(ratio: float) -> str:
    """Return a ratio with three significant digits at most: ``"0.82x"``, ``"12x"``."""
    return f"{_significant(ratio)}x"


def _scaled(value: float, scales: tuple[tuple[float, str], ...]) -> str:
    if value == 0:
        return f"0 {scales[-1][1]}" if scales[-1][1] == "B" else "0 s"
    sign = "-" if value < 0 else ""
    size = abs(value)
    for factor, unit in scales:
        if size >= factor * 0.9995 or factor == scales[-1][0]:
            return f"{sign}{_significant(size / factor)} {unit}"
    raise AssertionError("the last scale always fits")


def _significant(value: float, digits: int = 3) -> str:
    if value == 0 or not math.isfinite(value):
        return str(value)
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value) * (1 + 0.5 * 10**-digits))))
    text = f"{value:.{min(decimals, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
