"""Where a series of values changed its level, and by how much. Pure functions of numbers.

Source: S. Kovács, P. Bühlmann, H. Li, A. Munk, Seeded binary segmentation, Biometrika 110(1), 2023,
with greedy selection. Unlike plain binary segmentation it finds a regression that was mended after
ten runs of a thousand. The level of noise comes from differences of neighbours, which a step hardly
touches; single outliers are drawn in first (F. R. Hampel, JASA 69, 1974).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    Indices = np.ndarray[tuple[int, ...], np.dtype[np.intp]]

SHORTEST = 5
"""Values that a level needs on either side of a change: fewer may be chance, or a bad day."""

_LEAST_NOISE = 0.005
"""Nothing is called steadier than 0.5 % from run to run: memory's pages and clocks are not."""
_NORMAL_MAD = 1.4826
_OUTLYING = 2.0
_AROUND = 3
_CORRELATED_FROM = 30
_FAR_LAG = 5
_MOST_CORRELATION = 0.7

_LENGTHS = (10, 20, 30, 60, 100, 200, 500, 1000)
_THRESHOLDS = (4.7, 5.0, 4.6, 4.6, 4.7, 4.8, 5.0, 5.2)
"""By number of values: what the statistic of noise alone exceeds in about two series of 1,000.

Found by simulation; ``python -m bench.changepoints`` states the false alarms that are left, under
other noise too. Short series need more, because their noise is known less well.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """One change of level."""

    index: int
    """Of the first value after the change."""
    before: float
    """Median of the level before."""
    after: float
    """Median of the level after."""

    @property
    def ratio(self) -> float:
        """After over before."""
        return self.after / self.before


def change_points(values: Sequence[float], *, exact: bool = False) -> list[ChangePoint]:
    """Return where the level of a series changed, first to last.

    Parameters
    ----------
    values
        Above zero and finite, one a run, in the order of time.
    exact
        Whether a value repeats exactly unless what is measured changed (a size): then every step is
        a change, of any size and between any two values.

    Returns
    -------
    list of ChangePoint
        Empty where `values` has fewer than twice `SHORTEST` values, and is not exact.
    """
    if exact:
        steps = [index for index in range(1, len(values)) if values[index] != values[index - 1]]
        return _described(values, steps)
    if len(values) < 2 * SHORTEST:
        return []
    import numpy as np

    logs = np.log(np.asarray(values, dtype=np.float64))
    noise = noise_level(logs)
    scaled = _without_outliers(logs, noise) / noise
    threshold = float(np.interp(np.log(len(logs)), np.log(_LENGTHS), _THRESHOLDS))
    return _described(values, _confirmed(scaled, _candidates(scaled, threshold), threshold))


def noise_level(logs: "Array") -> float:
    """Return the standard deviation of a series about its level, as if its values were independent.

    Where neighbours are alike (a machine that is slow for days), independent values would need
    a larger deviation to stray as far: that one is returned. Correlation is taken to die out as in
    an autoregressive process of order one, and is looked for from 30 values on.
    """
    near = max(_difference_noise(logs, 1), _LEAST_NOISE)
    if len(logs) < _CORRELATED_FROM:
        return near
    far = max(_difference_noise(logs, _FAR_LAG), near)
    correlation = min(1 - (near / far) ** 2, _MOST_CORRELATION)
    return float(far * ((1 + correlation) / (1 - correlation)) ** 0.5)


def _difference_noise(logs: "Array", lag: int) -> float:
    import numpy as np

    differences = np.abs(logs[lag:] - logs[:-lag])
    most = _OUTLYING * _NORMAL_MAD * np.median(differences)
    return float(np.sqrt(np.mean(np.minimum(differences, most) ** 2) / 2))


def _without_outliers(logs: "Array", noise: float) -> "Array":
    """Draw values in that lie far from the median of the seven around them."""
    import numpy as np

    padded = np.pad(logs, _AROUND, mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1)
    around = np.median(windows, axis=1)
    return np.clip(logs, around - _OUTLYING * noise, around + _OUTLYING * noise)


def _candidates(scaled: "Array", threshold: float) -> list[int]:
    """Return the strongest split of all, then the strongest of intervals without it, and so on."""
    found = [
        (-statistic, start, split, length)
        for length, starts in _intervals(len(scaled))
        for statistic, start, split in _splits(scaled, length, starts)
        if statistic > threshold
    ]
    chosen: list[int] = []
    for _, start, split, length in sorted(found):
        if not any(start < other < start + length for other in chosen):
            chosen.append(split)
    return sorted(chosen)


def _intervals(count: int) -> Iterator[tuple[int, "Indices"]]:
    """Yield lengths, shortest first, and where intervals of each start: half a length apart."""
    import numpy as np

    length = float(2 * SHORTEST)
    lengths = []
    while length < count:
        lengths.append(round(length))
        length *= 2**0.5
    for each in [*lengths, count]:
        steps = int(np.ceil((count - each) / (each / 2)))
        yield each, np.unique(np.linspace(0, count - each, steps + 1).round().astype(np.intp))


def _splits(scaled: "Array", length: int, starts: "Indices") -> Iterator[tuple[float, int, int]]:
    """Yield the best split of each interval: its statistic, the interval's start, where it is."""
    import numpy as np

    sums = np.concatenate(([0.0], np.cumsum(scaled)))
    lefts = np.arange(SHORTEST, length - SHORTEST + 1)
    first, last = sums[starts][:, None], sums[starts + length][:, None]
    middle = sums[starts[:, None] + lefts]
    weights = np.sqrt(lefts * (length - lefts) / length)
    gaps = np.abs((middle - first) / lefts - (last - middle) / (length - lefts)) * weights
    best = gaps.argmax(axis=1)
    for row, column in enumerate(best):
        yield float(gaps[row, column]), int(starts[row]), int(starts[row] + lefts[column])


def _confirmed(scaled: "Array", splits: list[int], threshold: float) -> list[int]:
    """Move each split to where it parts its neighbours' stretch best; drop the weak, one by one."""
    import numpy as np

    while splits:
        strengths = []
        for number in range(len(splits)):
            before = splits[number - 1] if number else 0
            after = splits[number + 1] if number + 1 < len(splits) else len(scaled)
            strength, split = 0.0, splits[number]
            if after - before >= 2 * SHORTEST:
                stretch = scaled[before:after]
                start = np.zeros(1, dtype=np.intp)
                strength, _, inside = next(_splits(stretch, len(stretch), start))
                split = before + inside
            splits[number] = split
            strengths.append(strength)
        weakest = int(np.argmin(strengths))
        if strengths[weakest] > threshold:
            break
        del splits[weakest]
    return splits


def _described(values: Sequence[float], splits: Sequence[int]) -> list[ChangePoint]:
    from statistics import median

    edges = [0, *splits, len(values)]
    levels = [median(values[edges[at] : edges[at + 1]]) for at in range(len(edges) - 1)]
    return [
        ChangePoint(index=split, before=levels[at], after=levels[at + 1])
        for at, split in enumerate(splits)
    ]
