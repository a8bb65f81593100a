"""What a comparison says: one `Change` a series, and the exit code they add up to.

Everything that compares (`savebench.comparing.apart.runs`, `savebench.comparing.in_step.ab`) ends
in a `Comparison`, and everything that shows one (`savebench.report`) starts from it.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from savebench.comparing.rule import MEMORY_ALLOWANCE_BYTES
from savebench.records.metrics import MEMORY, Unit

SCHEMA = 1

_NOTHING = 0.0005
"""A ratio so near to 1 reads +0.0 %."""

Verdict = Literal["passed", "regressed", "improved", "inconclusive", "missing", "new"]
VERDICTS: tuple[Verdict, ...] = (
    "regressed",
    "missing",
    "inconclusive",
    "improved",
    "new",
    "passed",
)
"""From what wants a person's eye first to what does not."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One series, base against head. Less is better in every one of them."""

    series: str
    """The case: ``knn-brute@16MB x joblib+zlib3``; of a pytest-benchmark file: the full name."""
    metric: str
    """``load_s``; of a pytest-benchmark file: ``time_s``; ``outcome`` where a case went wrong."""
    unit: Unit | Literal[""]
    """Empty for an outcome, which has no figures."""
    verdict: Verdict
    gates: bool
    """Whether the verdict counts: a regression that does not gate is advice, never an exit 1."""
    exact: bool = False
    """Compared as exact counts, without interval or margin."""
    base: float | None = None
    """Median of the base, in the unit; None where it has none (and head likewise)."""
    head: float | None = None
    base_n: int = 0
    head_n: int = 0
    ratio: float | None = None
    """Head over base; for times of different moments, normalised by the control kernels."""
    low: float | None = None
    """Lower end of the ratio's 95 % interval; None where there is none."""
    high: float | None = None
    detectable: float | None = None
    """Smallest change that would have been found with probability 0.95, as a fraction: 0.08."""
    note: str = ""
    """Why the verdict is what it is, where the figures do not say; one line."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A function whose own instructions differ between two sides."""

    series: str
    metric: str
    function: str
    """Symbol and file: ``memcpy (libc.so.6)``."""
    base: float
    """Instructions; 0 for less than a thousandth of the series'."""
    head: float


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a comparison."""

    label: str
    """As the person named it: a run's folder, a requirement, an interpreter."""
    started: str = ""
    python: str = ""
    versions: dict[str, str] = {}
    machine: dict[str, str] = {}
    """What the times depend on: processor, cores, platform, file system."""
    settings: dict[str, str] = {}
    """How it was measured: launcher, threads, seed."""


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """All series of a base and a head, with what must be said before them."""

    schema: int = SCHEMA
    savebench: str
    """The version that compared."""
    kind: Literal["ab", "compare"]
    """Measured in step on one machine, or read from files of different moments."""
    base: Party
    head: Party
    changes: list[Change]
    margin: float
    """A ratio up to 1 + margin is no regression."""
    detect: float
    """The change that must be detectable for a series to pass: 0.1."""
    remarks: list[str] = []
    """What a reader must know first: other machine, other versions, what is not compared."""
    rounds: dict[str, int] = {}
    """Rounds by stage (``screen``, ``confirm``), for `ab`."""
    spent_s: float | None = None
    """Wall time of the measuring, for `ab`."""
    moved: list[Moved] = []
    """Where the worst regression by counts comes from, for `ab`: the most first."""


def counted(changes: Iterable[Change]) -> dict[Verdict, int]:
    """Return how many changes have each verdict, in the order of `VERDICTS`."""
    found: list[Verdict] = [change.verdict for change in changes]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def worst_first(changes: Iterable[Change]) -> list[Change]:
    """Return changes with what wants attention first: gating, by verdict, by size of the ratio."""
    return sorted(
        changes,
        key=lambda each: (
            VERDICTS.index(each.verdict),
            not each.gates,
            -(each.ratio or 0.0) if each.verdict != "improved" else (each.ratio or 0.0),
        ),
    )


def has_regressed(comparison: Comparison) -> bool:
    """Whether a series that gates has regressed."""
    return any(each.verdict == "regressed" and each.gates for each in comparison.changes)


def is_open(change: Change) -> bool:
    """Whether a change is no pass: no verdict could be had, it is gone, or a count may not gate."""
    cannot_gate = change.exact and not change.gates and change.verdict in {"regressed", "improved"}
    return cannot_gate or change.verdict in {"inconclusive", "missing"}


def is_uncounted(change: Change) -> bool:
    """Whether two sides' memory differs by less than is counted, or not at all.

    Measured in step, the ratio is of what lies beyond the allowance in each round, so it is 1 then;
    of two runs it is the ratio of the figures, and says nothing that the verdict knows of.
    """
    if change.metric not in MEMORY or change.base is None or change.head is None:
        return False
    if change.ratio is None or change.verdict in {"regressed", "improved"}:
        return False
    of_figures = change.low is None
    within = abs(change.head - change.base) <= MEMORY_ALLOWANCE_BYTES
    return within and (of_figures or abs(change.ratio - 1) < _NOTHING)


def is_inconclusive(comparison: Comparison) -> bool:
    """Whether anything stays open."""
    return any(is_open(each) for each in comparison.changes)


def exit_code(comparison: Comparison, *, strict: bool = False) -> int:
    """Return 1 where a series that gates has regressed, 3 where `strict` and something is open."""
    if has_regressed(comparison):
        return 1
    return 3 if strict and is_inconclusive(comparison) else 0
