"""The two stages of the gate, driven round by round: screen every series, confirm the suspects.

What measures is a callable, so that `bench.gate` simulates by thousands just what `savebench ab`
does with processes. The number of rounds of a series follows from its spread and from the time
left, never from its estimate; only `gate.is_futile` looks at that, and it can but lose findings.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol

from savebench.comparing.in_step.gate import (
    FEWEST,
    Call,
    Name,
    confirm_rounds,
    confirmed_changes,
    is_futile,
    screen_rounds,
    spread_of,
    suspects,
)
from savebench.comparing.rule import Rule

Stage = Literal["screen", "confirm"]
LOOK_EVERY = 8
"""Rounds between two looks at whether a suspect is worth confirming any longer."""


class Measure(Protocol[Name]):
    """Measures one round."""

    def __call__(self, stage: Stage, names: Sequence[Name]) -> Mapping[Name, float]:
        """Return the log-ratio, head over base, of each series that could be measured."""


@dataclass(slots=True)
class Evidence(Generic[Name]):
    """What the stages measured and what it proves."""

    screened: dict[Name, list[float]]
    suspects: dict[Name, Call] = field(default_factory=dict)
    confirmed: dict[Name, list[float]] = field(default_factory=dict)
    let_go: set[Name] = field(default_factory=set)
    """Suspects whose fresh rounds spoke for no change before they were full."""
    calls: dict[Name, Call] = field(default_factory=dict)
    """What is proven of each suspect."""
    rounds: dict[str, int] = field(default_factory=lambda: {"screen": 0, "confirm": 0})


def run_stages(
    names: Sequence[Name],
    measure: Measure[Name],
    rule: Rule,
    has_time: Callable[[Stage], bool],
    most: Callable[[Name], int] | None = None,
) -> Evidence[Name]:
    """Screen every series and confirm the suspects.

    Parameters
    ----------
    names
        The series.
    measure
        Measures a round of some of them. A series that it leaves out has no further rounds.
    rule
        Margin, change to be found, alpha, power.
    has_time
        Whether another round of a stage may begin. Every series gets `gate.FEWEST` rounds of
        screening all the same.
    most
        The rounds that a series may have in screening, where its cost bounds them; None: any.
    """
    evidence = Evidence(screened={name: [] for name in names})
    _screen(evidence, measure, rule, has_time, most)
    measured = {name: logs for name, logs in evidence.screened.items() if len(logs) >= FEWEST}
    evidence.suspects = suspects(measured, rule)
    _confirm(evidence, measure, rule, has_time)
    kept = {name: logs for name, logs in evidence.confirmed.items() if logs}
    proven = confirmed_changes(kept, evidence.suspects, len(evidence.suspects), rule)
    evidence.calls = {
        name: "same" if name in evidence.let_go else call for name, call in proven.items()
    }
    return evidence


def _screen(
    evidence: Evidence[Name],
    measure: Measure[Name],
    rule: Rule,
    has_time: Callable[[Stage], bool],
    most: Callable[[Name], int] | None,
) -> None:
    gone: set[Name] = set()

    def wanted(name: Name) -> bool:
        logs = evidence.screened[name]
        if name in gone:
            return False
        if len(logs) < FEWEST:
            return True
        if most is not None and len(logs) >= most(name):
            return False
        return len(logs) < screen_rounds(spread_of(logs), rule)

    while names := [name for name in evidence.screened if wanted(name)]:
        if evidence.rounds["screen"] >= FEWEST and not has_time("screen"):
            return
        found = measure("screen", names)
        evidence.rounds["screen"] += 1
        gone.update(name for name in names if name not in found)
        for name in names:
            if name in found:
                evidence.screened[name].append(found[name])


def _confirm(
    evidence: Evidence[Name],
    measure: Measure[Name],
    rule: Rule,
    has_time: Callable[[Stage], bool],
) -> None:
    family = len(evidence.suspects)
    planned = {
        name: confirm_rounds(spread_of(evidence.screened[name]), family, rule)
        for name in evidence.suspects
    }
    evidence.confirmed = {name: [] for name in evidence.suspects}
    gone: set[Name] = set()

    def wanted(name: Name) -> bool:
        left = planned[name] - len(evidence.confirmed[name])
        return left > 0 and name not in evidence.let_go and name not in gone

    while names := [name for name in planned if wanted(name)]:
        if not has_time("confirm"):
            return
        found = measure("confirm", names)
        evidence.rounds["confirm"] += 1
        gone.update(name for name in names if name not in found)
        for name in names:
            if name not in found:
                continue
            logs = evidence.confirmed[name]
            logs.append(found[name])
            if not len(logs) % LOOK_EVERY and is_futile(logs, evidence.suspects[name], rule):
                evidence.let_go.add(name)
