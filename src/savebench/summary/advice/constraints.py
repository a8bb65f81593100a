"""Who cannot be taken, whatever it costs, and which need rules it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from savebench.summary.advice.candidates import ANSWERS_ONLY, PROBLEMS, Candidate
from savebench.summary.advice.costs import Basis, memory_of, unmeasured
from savebench.summary.advice.needs import Needs
from savebench.summary.advice.reading import unreadable
from savebench.units import counted, human_bytes

Need = Literal[
    "carries", "estimator", "safe", "exact", "read-by", "max-size", "memory", "measured", "dropped"
]
OPTIONS: dict[str, str] = {
    "safe": "--safe",
    "exact": "--exact",
    "read-by": "--read-by",
    "max-size": "--max-size",
    "memory": "--memory",
}
"""The needs that a person stated, as the command line calls them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One need that a candidate does not meet."""

    need: Need
    reason: str
    excess: float = 0.0
    """By what share of the limit it is too large; 0: nothing to measure."""
    is_known: bool = True
    """False: it may meet the need, and was not measured."""


def violations_of(
    candidate: Candidate, needs: Needs, basis: Basis | None, versions: Mapping[str, str]
) -> tuple[Violation, ...]:
    """Return every need that a candidate does not meet; empty: it can be taken.

    An inference export keeps no estimator, and so never competes (`choosing` takes it only where
    `safe` leaves no other).
    """
    found = [*_of_the_row(candidate, needs, versions), *_of_the_limits(candidate, needs)]
    if all(each.need == "estimator" for each in found):  # else what was not measured is no matter
        found += _of_the_measuring(candidate, needs, basis)
    return tuple(found)


def able_of(
    tried: Sequence[Candidate], violations: Mapping[str, Sequence[Violation]], needs: Needs
) -> list[Candidate]:
    """Return who can be taken: rows that give back the model; exports only if `safe` leaves none.

    Whoever asks for no code on load wants the model back, if without code; answers alone are worth
    more than nothing where no such row carries it.
    """
    able = [each for each in tried if not violations[each.serializer]]
    if able or not needs.safe:
        return able
    return [
        each
        for each in tried
        if each.kind == ANSWERS_ONLY
        and {one.need for one in violations[each.serializer]} == {"estimator"}
    ]


def stated(violations: Sequence[Violation]) -> tuple[Violation, ...]:
    """Return those of needs that the person stated."""
    return tuple(each for each in violations if each.need in OPTIONS)


def _of_the_row(candidate: Candidate, needs: Needs, versions: Mapping[str, str]) -> list[Violation]:
    found = []
    if candidate.outcome in PROBLEMS:
        reason = candidate.reason or candidate.outcome
        found.append(Violation(need="carries", reason=f"{candidate.outcome}: {reason}"))
    if candidate.kind == ANSWERS_ONLY:
        found.append(
            Violation(need="estimator", reason="keeps no estimator: it answers, and no more")
        )
    if candidate.kind == "floor":
        found.append(Violation(need="estimator", reason="keeps bare arrays, no model"))
    if needs.safe and candidate.runs_code:
        found.append(Violation(need="safe", reason="loading it runs code that the file names"))
    if needs.exact and candidate.exact is not True:
        unknown = candidate.exact is None
        reason = "was not compared bit for bit" if unknown else "does not come back bit for bit"
        found.append(Violation(need="exact", reason=reason, is_known=not unknown))
    if reason := unreadable(candidate, needs.read_by, versions):
        found.append(Violation(need="read-by", reason=reason))
    return found


def _of_the_limits(candidate: Candidate, needs: Needs) -> list[Violation]:
    found = []
    size, limit = candidate.size_bytes, needs.max_size_bytes
    if limit is not None and size is None:
        found.append(Violation(need="max-size", reason="its size is not known", is_known=False))
    elif limit is not None and size is not None and size > limit:
        reason = f"its file of {human_bytes(size)} is over {human_bytes(limit)}"
        found.append(Violation(need="max-size", reason=reason, excess=size / limit - 1))
    if needs.memory_bytes is not None:
        found += _of_the_memory(candidate, needs, needs.memory_bytes)
    return found


def _of_the_memory(candidate: Candidate, needs: Needs, limit: int) -> list[Violation]:
    memory = memory_of(candidate, needs)
    if memory is None:
        reason = "its peak memory was not measured"
        return [Violation(need="memory", reason=reason, is_known=False)]
    if memory.most <= limit:
        return []
    who = "loading it takes"
    if needs.workers is not None:
        who = f"{counted(needs.workers, 'worker')} that load it take"
    reason = f"{who} {human_bytes(memory.most)} of memory, over {human_bytes(limit)}"
    return [Violation(need="memory", reason=reason, excess=memory.most / limit - 1)]


def _of_the_measuring(candidate: Candidate, needs: Needs, basis: Basis | None) -> list[Violation]:
    if candidate.dropped:
        return [Violation(need="dropped", reason=candidate.dropped)]
    if basis is None:
        return [Violation(need="measured", reason="no load was timed", is_known=False)]
    if missing := unmeasured(candidate, needs, basis):
        reason = f"{', '.join(missing)} not measured"
        return [Violation(need="measured", reason=reason, is_known=False)]
    return []
