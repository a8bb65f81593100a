"""What was measured of one way to save one model, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from savebench.stats import median_interval

CandidateKind = Literal["round-trip", "restricted", "inference", "floor"]
GIVES_BACK: frozenset[str] = frozenset({"round-trip", "restricted"})
"""Kinds whose load gives back the model: these compete."""
ANSWERS_ONLY = "inference"
"""An export keeps no estimator: it is listed apart, and taken only where `safe` leaves no other."""

PROBLEMS: frozenset[str] = frozenset(
    {"mismatch", "unsupported", "failed", "crashed", "timeout", "out-of-memory", "skipped"}
)
"""Outcomes of a row that cannot be taken."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A median over processes and its 95 % interval; seconds or bytes."""

    median: float
    low: float | None = None
    """None: fewer values than an interval takes (`stats.FEWEST_FOR_INTERVAL`)."""
    high: float | None = None
    n: int = 1

    @classmethod
    def of(cls, values: Sequence[float]) -> "Estimate":
        """Return the estimate of values, one a process (`stats.median_interval`).

        Raises
        ------
        ValueError
            When there are no values, or one is not finite.
        """
        found = median_interval(values)
        if found.is_range:
            return cls(found.median, None, None, found.n)
        return cls(found.median, found.low, found.high, found.n)

    @classmethod
    def exactly(cls, value: float, n: int = 1) -> "Estimate":
        """Return what is counted, and does not vary."""
        return cls(value, value, value, n)

    @property
    def has_interval(self) -> bool:
        """Whether both ends of an interval are known."""
        return self.low is not None and self.high is not None

    @property
    def least(self) -> float:
        """The low end; the median where there is no interval."""
        return self.median if self.low is None else self.low

    @property
    def most(self) -> float:
        """The high end; the median where there is no interval."""
        return self.median if self.high is None else self.high

    def plus(self, other: "Estimate") -> "Estimate":
        """Return the sum; low with low and high with high, which is wider than need be."""
        return Estimate(
            self.median + other.median,
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
            min(self.n, other.n),
        )

    def times(self, other: "Estimate") -> "Estimate":
        """Return the product of two that are not negative, its ends as those of `plus`."""
        return Estimate(
            self.median * other.median,
            None if self.low is None or other.low is None else self.low * other.low,
            None if self.high is None or other.high is None else self.high * other.high,
            min(self.n, other.n),
        )

    def scaled(self, factor: float) -> "Estimate":
        """Return so many times as much; the factor is not negative."""
        return Estimate(
            self.median * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
            self.n,
        )

    def shifted(self, by: float) -> "Estimate":
        """Return it with what is known exactly added."""
        return Estimate(
            self.median + by,
            None if self.low is None else self.low + by,
            None if self.high is None else self.high + by,
            self.n,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row of the catalogue, tried on the model at hand."""

    serializer: str
    kind: CandidateKind = "round-trip"
    runs_code: bool = True
    maps_file: bool = False
    requires: tuple[str, ...] = ()
    """Distributions that must be installed where it is saved and where it is loaded."""
    note: str = ""
    exact: bool | None = None
    """The answers (or the saved state) come back bit for bit; None: not known yet."""
    estimates: Mapping[str, Estimate] = field(default_factory=dict)
    """By the names of the metrics: ``"load_predict_s"``, ``"size_bytes"``."""
    outcome: str = "ok"
    """As of a record; anything but ok carries a reason."""
    reason: str = ""
    dropped: str = ""
    """Why it was measured no further; empty: it was not dropped."""

    @property
    def size_bytes(self) -> float | None:
        """Bytes of the artifact, which are exact."""
        size = self.estimates.get("size_bytes")
        return None if size is None else size.median

    @property
    def gives_back(self) -> bool:
        """Whether loading it gives back the model."""
        return self.kind in GIVES_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What else is known of the measuring and of the model."""

    source: str
    """The file, or the type of the object, as the report names it."""
    model_bytes: int
    """Of the model, pickled uncompressed."""
    compares: Literal["answers", "saved state"] = "answers"
    """What of the loaded model was held against the original."""
    trusted: bool | None = True
    """Every name in the file is on the reviewed list; None: no file was loaded."""
    measured_s: float = 0.0
    """How long was measured."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of what writes the file: distribution, or ``python`` -> version."""
    cautions: tuple[str, ...] = ()
    """What must be known first, a sentence each."""
