"""The statistics of a benchmark as pytest-benchmark computes them: to the last bit, for its tables.

Savebench's own figures are those of `savebench.stats`; these only fill another tool's columns.
"""

import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from savebench.pytest_benchmark.layout import Statistics

_FENCE = 1.5


def statistics_of(times_s: Sequence[float]) -> Statistics:
    """Return pytest-benchmark's numbers of times in s, and the times.

    Source: ``pytest_benchmark.stats.Stats`` 5.3.1. Quartiles: medians of the halves for an even
    count, method 3 of https://en.wikipedia.org/wiki/Quartile#Computing_methods for an odd one.
    Outliers: beyond one standard deviation of the mean; beyond 1.5 interquartile ranges of the
    quartiles (Tukey).

    Raises
    ------
    statistics.StatisticsError
        When there are no times.
    """
    ordered, count, total = sorted(times_s), len(times_s), sum(times_s)
    mean = statistics.mean(times_s)
    stddev = statistics.stdev(times_s) if count > 1 else 0.0
    q1, q3 = _quartiles(ordered)
    iqr = q3 - q1
    low, high = q1 - _FENCE * iqr, q3 + _FENCE * iqr
    stddev_outliers = _outside(times_s, mean - stddev, mean + stddev)
    iqr_outliers = _outside(times_s, low, high)
    return Statistics(
        min=ordered[0],
        max=ordered[-1],
        mean=mean,
        stddev=stddev,
        rounds=count,
        median=statistics.median(times_s),
        iqr=iqr,
        q1=q1,
        q3=q3,
        iqr_outliers=iqr_outliers,
        stddev_outliers=stddev_outliers,
        outliers=f"{stddev_outliers};{iqr_outliers}",
        ld15iqr=ordered[bisect_left(ordered, low)],
        hd15iqr=ordered[bisect_right(ordered, high) - 1],
        ops=count / total if total else 0.0,
        total=total,
        data=list(times_s),
        iterations=1,
    )


def _quartiles(ordered: Sequence[float]) -> tuple[float, float]:
    count = len(ordered)
    if count == 1:
        return ordered[0], ordered[0]
    if count % 2 == 0:
        half = count // 2
        return statistics.median(ordered[:half]), statistics.median(ordered[half:])
    quarter, rest = divmod(count, 4)
    if rest == 1:
        return (
            0.25 * ordered[quarter - 1] + 0.75 * ordered[quarter],
            0.75 * ordered[3 * quarter] + 0.25 * ordered[3 * quarter + 1],
        )
    return (
        0.75 * ordered[quarter] + 0.25 * ordered[quarter + 1],
        0.25 * ordered[3 * quarter + 1] + 0.75 * ordered[3 * quarter + 2],
    )


def _outside(times_s: Sequence[float], low: float, high: float) -> int:
    return sum(not low <= time_s <= high for time_s in times_s)
