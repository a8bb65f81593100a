"""Time to the first answer against bandwidth: who is best where, and where that changes.

A candidate takes ``size / bandwidth + load`` (load and first answer). Two of them take the same at
``(size_a - size_b) / (load_b - load_a)``: below that bandwidth the smaller is ahead, above it the
one that loads faster.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.costs import Basis
from savebench.summary.advice.needs import human_rate

SLOWEST, FASTEST = 1e6, 1e10
"""Bytes per second: a bad mobile line, and memory."""


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
    """From the slowest bandwidth to the fastest."""
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
    here = min(lines, key=lambda line: (line.at(SLOWEST), line.load_s.median))
    best, changes = [here.name], []
    while found := _next(here, lines):
        change, here = found
        changes.append(change)
        best.append(here.name)
    return Crossovers(lines=lines, best=tuple(best), changes=tuple(changes))


def crossing(smaller: Line, faster: Line) -> float:
    """Return the bandwidth at which two take the same: sizes apart over loads apart."""
    return (faster.size_bytes - smaller.size_bytes) / (smaller.load_s.median - faster.load_s.median)


def _next(here: Line, lines: Sequence[Line]) -> tuple[Crossover, Line] | None:
    """Return where the next takes over from the one that is best here; None: nobody does."""
    found = [
        (at, line.load_s.median, line)
        for line in lines
        if line.load_s.median < here.load_s.median
        and line.size_bytes > here.size_bytes
        and SLOWEST < (at := crossing(here, line)) < FASTEST
    ]
    if not found:
        return None
    at, _, line = min(found, key=lambda each: each[:2])
    low, high = _ends(here, line)
    change = Crossover(bytes_per_s=at, low=low, high=high, below=here.name, above=line.name)
    return change, line


def _ends(here: Line, line: Line) -> tuple[float | None, float | None]:
    if not (here.load_s.has_interval and line.load_s.has_interval):
        return None, None
    apart = line.size_bytes - here.size_bytes
    least = here.load_s.least - line.load_s.most
    return apart / (here.load_s.most - line.load_s.least), apart / least if least > 0 else math.inf
