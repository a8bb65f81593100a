"""Bencher Metric Format: benchmark -> measure -> value and its limits.

https://bencher.dev/docs/reference/bencher-metric-format. A benchmark's name holds up to 1024 bytes,
a measure's slug 64 lower-case letters, digits and single dashes; Bencher makes the measures that it
does not know. It keeps values and judges by itself: a verdict has no place in the format.
"""

import hashlib
import re
from collections.abc import Iterable

import msgspec

from savebench.report.ci.readings import Reading
from savebench.report.words import one_line

LONGEST_NAME_BYTES = 1024
LONGEST_SLUG = 64


def render_bmf(readings: Iterable[Reading]) -> str:
    """Return values as BMF: ``{"knn-brute@1MB x pickle": {"load-s": {"value": 0.0012}}}``."""
    benchmarks: dict[str, dict[str, dict[str, float]]] = {}
    for reading in readings:
        metric = {"value": reading.value}
        if reading.low is not None and reading.high is not None:
            metric |= {"lower_value": reading.low, "upper_value": reading.high}
        benchmarks.setdefault(_name(reading.series), {})[_slug(reading.metric)] = metric
    return msgspec.json.format(msgspec.json.encode(benchmarks), indent=2).decode() + "\n"


def _name(series: str) -> str:
    """Return a name that Bencher takes; two that are cut stay two."""
    name = one_line(series) or "unnamed"
    data = name.encode()
    if len(data) <= LONGEST_NAME_BYTES:
        return name
    tag = f"...{hashlib.sha256(data).hexdigest()[:8]}"
    return data[: LONGEST_NAME_BYTES - len(tag)].decode(errors="ignore") + tag


def _slug(metric: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", metric.lower()).strip("-")
    return words[:LONGEST_SLUG].rstrip("-") or "value"
