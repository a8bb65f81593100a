"""Time to the first answer against bandwidth: who is best where, and where that changes.

A candidate takes ``size / bandwidth + load`` (load and first answer). Two of them take the same at
``(size_a - size_b) / (load_b - load_a)``: below that bandwidth the smaller is ahead, above it the
one that loads faster. Rows that are ahead by less than is worth another habit are not named.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.costs import Basis
from savebench.summary.advice.needs import human_rate
from savebench.summary.advice.worth import WORTH, WORTH_S

SLOWEST, FASTEST = 1e6, 1e10
"""Bytes per second: a bad mobile line, and memory."""
_STEPS = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one candidate takes at any bandwidth."""

    name: str
    size_bytes: float
    load_s: Estimate

    def at(self, bytes_per_s: float) -> float:
        """Return the seconds to the first answer (median)."""
        return self.size_bytes / bytes_per_s + self.load_s.median


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossover:
    """Where the best changes."""

    bytes_per_s: float
    low: float | None
    """With the ends of both loads, taken against each other; None: too few rounds."""
    high: float | None
    """Infinite: at the ends of their intervals one is never slower than the other."""
    below: str
    """Who is ahead at less bandwidth."""
    above: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossovers:
    """Who is best from `SLOWEST` to `FASTEST`, and the lines of all."""

    lines: tuple[Line, ...]
    best: tuple[str, ...]
    """From the slowest bandwidth to the fastest: nobody is better by more than is worth a habit."""
    changes: tuple[Crossover, ...]

    def best_at(self, bytes_per_s: float) -> str:
        """Return who takes the least at a bandwidth."""
        return min(self.lines, key=lambda line: line.at(bytes_per_s)).name

    def sentence(self) -> str:
        """Return ``"below 240 MB/s take joblib+zstd3, above it pickle"``; empty for nobody."""
        if not self.best:
            return ""
        if not self.changes:
            return (
                f"{self.best[0]} takes the least at every bandwidth from {human_rate(SLOWEST)} to "
                f"{human_rate(FASTEST)}"
            )
        first, last = self.changes[0], self.changes[-1]
        parts = [f"below {human_rate(first.bytes_per_s)} take {first.below}"]
        parts += [
            f"up to {human_rate(there.bytes_per_s)} {here.above}"
            for here, there in zip(self.changes, self.changes[1:], strict=False)
        ]
        above = "above it" if first is last else "above that"
        return f"{', '.join(parts)}, {above} {last.above}"


def crossovers_of(candidates: Sequence[Candidate], basis: Basis | None) -> Crossovers:
    """Return who is best at which bandwidth, of candidates whose size and load are known."""
    lines = tuple(
        Line(name=each.serializer, size_bytes=size, load_s=each.estimates[basis.load])
        for each in candidates
        if basis and (size := each.size_bytes) is not None and basis.load in each.estimates
    )
    if not lines:
        return Crossovers(lines=(), best=(), changes=())
    best = _thinned(_envelope(lines), lines)
    changes = tuple(_change(here, there) for here, there in pairwise(best))
    return Crossovers(lines=lines, best=tuple(line.name for line in best), changes=changes)


def crossing(smaller: Line, faster: Line) -> float:
    """Return the bandwidth at which two take the same: sizes apart over loads apart."""
    return (faster.size_bytes - smaller.size_bytes) / (smaller.load_s.median - faster.load_s.median)


def _envelope(lines: Sequence[Line]) -> list[Line]:
    """Return who takes the least, from the slowest bandwidth to the fastest."""
    here: Line | None = min(lines, key=lambda line: (line.at(SLOWEST), line.load_s.median))
    best = []
    while here is not None:
        best.append(here)
        here = _next(here, lines)
    return best


def _next(here: Line, lines: Sequence[Line]) -> Line | None:
    """Return who takes over from the one that is best here, at the least bandwidth; or None."""
    found = [
        (at, line.load_s.median, line)
        for line in lines
        if line.load_s.median < here.load_s.median
        and line.size_bytes > here.size_bytes
        and SLOWEST < (at := crossing(here, line)) < FASTEST
    ]
    return min(found, key=lambda each: each[:2])[2] if found else None


def _thinned(best: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """Return the best without those that nobody would miss: the least missed goes first.

    Without them no bandwidth takes more than is worth a habit (`worth`) beyond the best of all.
    """
    kept = list(best)
    while len(kept) > 1:
        without = [[*kept[:at], *kept[at + 1 :]] for at in range(len(kept))]
        losses = [_loss(left, lines) for left in without]
        if min(losses) > 0:
            break
        # Of those that would not be missed, the one that helps least.
        gains = [_ratio(left, lines) for left in without]
        kept = min(
            (
                (gain, left)
                for gain, loss, left in zip(gains, losses, without, strict=True)
                if loss <= 0
            ),
            key=lambda each: each[0],
        )[1]
    return kept


def _loss(kept: Sequence[Line], lines: Sequence[Line]) -> float:
    """Return at how many bandwidths more is taken than the best of all, by what is worth it."""
    return sum(
        _least(kept, rate) - _least(lines, rate) > max(WORTH * _least(lines, rate), WORTH_S)
        for rate in _rates(kept)
    )


def _ratio(kept: Sequence[Line], lines: Sequence[Line]) -> float:
    return max(_least(kept, rate) / _least(lines, rate) for rate in _rates(kept))


def _least(lines: Sequence[Line], rate: float) -> float:
    return min(line.at(rate) for line in lines)


def _rates(kept: Sequence[Line]) -> list[float]:
    """Return where a loss may be greatest: a grid, and where those that are kept cross."""
    grid = [SLOWEST * (FASTEST / SLOWEST) ** (step / _STEPS) for step in range(_STEPS + 1)]
    return grid + [
        at for here, there in pairwise(kept) if SLOWEST < (at := crossing(here, there)) < FASTEST
    ]


def _change(here: Line, there: Line) -> Crossover:
    low, high = _ends(here, there)
    return Crossover(
        bytes_per_s=crossing(here, there), low=low, high=high, below=here.name, above=there.name
    )


def _ends(here: Line, line: Line) -> tuple[float | None, float | None]:
    if not (here.load_s.has_interval and line.load_s.has_interval):
        return None, None
    apart = line.size_bytes - here.size_bytes
    least = here.load_s.least - line.load_s.most
    return apart / (here.load_s.most - line.load_s.least), apart / least if least > 0 else math.inf
