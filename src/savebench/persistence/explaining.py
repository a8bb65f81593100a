"""Say who carries the model and who does not, why, and what to do about it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from savebench.obstacles.mends import listed, sentences
from savebench.obstacles.search import Obstacle
from savebench.persistence.asked import Asked
from savebench.persistence.carrying import Carried
from savebench.persistence.diagnosis import Diagnosis
from savebench.persistence.limits import LimitResult
from savebench.persistence.others import Way
from savebench.persistence.result import Persistence
from savebench.trial.absence import MAIN

_UNIMPORTED = re.compile(r"module '[\w.]+' has no attribute")


def reason_of(name: str, carried: Carried, diagnosis: Diagnosis) -> str:
    """Return why a serializer does not carry the model, in terms of the model."""
    explanation = diagnosis.dumps.get(name)
    if explanation:
        return explanation.cannot
    if carried.stage == "load" and carried.absent:
        return _by_reference(carried, diagnosis.loads.get(name, ()), diagnosis.whences)
    if carried.outcome == "failed" and _UNIMPORTED.search(carried.reason):
        return (
            f"{carried.reason}; in the test run something else had imported it: "
            "import it where it is used"
        )
    return carried.reason


def _by_reference(
    carried: Carried, obstacles: Sequence[Obstacle], whences: Mapping[str, str]
) -> str:
    absent, whence = carried.absent, carried.whence
    found = [each.home.module for each in obstacles if each.home is not None]
    if found:  # a load misses the package at the top first
        absent, whence = found[0], whences.get(found[0], whence)
    where = "another process has another" if absent == MAIN else "only this test run can import"
    why = f": {whence}" if whence else ""
    if obstacles:
        stored = listed(_with_path(each) for each in obstacles)
        return f"stores {stored} by reference, and {where} {absent}{why}"
    return f"refers to {absent}, and {where} that{why}"


def _with_path(obstacle: Obstacle) -> str:
    name = obstacle.home.name if obstacle.home is not None else obstacle.what
    return f"{name} ({obstacle.path})" if obstacle.path else name


def failures(asked: Asked, carried: Mapping[str, Carried]) -> list[str]:
    """Return the serializers that fail the test.

    One that only a glob matched may say that it does not support the model, unless all do.
    """
    bad = {name: each for name, each in carried.items() if each.outcome != "ok"}
    if len(bad) == len(carried):
        return list(bad)
    return [
        name for name, each in bad.items() if name in asked.by_name or each.outcome != "unsupported"
    ]


def message_of(
    result: Persistence,
    failed: Sequence[str],
    broken: Sequence[LimitResult],
    diagnosis: Diagnosis,
) -> str:
    """Return what a failing test says."""
    lines: list[str] = []
    if failed:
        verb = "does" if len(failed) == 1 else "do"
        lines.append(
            f"{len(failed)} of {len(result.lines)} serializers {verb} not carry this "
            f"{result.model} to another process."
        )
    lines.extend(_broken(broken))
    lines.extend(["", *(f"  {line}" for line in result.table()), ""])
    if failed:
        lines.extend(_advice(result, diagnosis))
    lines.extend(result.notes)
    return "\n".join(lines).rstrip()


def _broken(verdicts: Sequence[LimitResult]) -> Iterator[str]:
    """Yield the limits that are exceeded, and apart from them those that nothing can check."""
    exceeded = [each for each in verdicts if not each.unchecked]
    unchecked = [each for each in verdicts if each.unchecked]
    if exceeded:
        yield f"{len(exceeded)} limit{'s are' if len(exceeded) > 1 else ' is'} exceeded:"
        yield from (f"  {verdict}" for verdict in exceeded)
        yield "Choose another serializer, change what the model stores, or set another limit."
    if unchecked:
        yield f"{len(unchecked)} limit{'s' if len(unchecked) > 1 else ''} cannot be checked:"
        yield from (f"  {verdict}" for verdict in unchecked)


def _advice(result: Persistence, diagnosis: Diagnosis) -> list[str]:
    """Return what to do; a row is named only where it was seen to carry the model."""
    missing = [each for every in diagnosis.loads.values() for each in every]
    lines = []
    if missing:
        names = (each.home.name for each in missing if each.home is not None)
        lines.append(f"Other processes cannot import {listed(names)}.")
    explained = diagnosis.dumps.values()
    obstacles = [each for explanation in explained for each in explanation.obstacles]
    moved = [each for each in missing if not (each.home and each.home.module in diagnosis.findable)]
    mends = [f"to have it find {name}, {how}" for name, how in diagnosis.findable.items()]
    mends += sentences(each.mend for each in (*obstacles, *moved))
    mends += [mend for each in explained if each.chain is not None for mend in each.mends]
    lines += [f"{mend[0].upper()}{mend[1:]}." for mend in dict.fromkeys(mends)]
    good = [line.serializer for line in result.lines if line.outcome == "ok"]
    if good:
        lines.append(f"Of those asked for, {listed(good)} {_carry(good)} this model as it is.")
    return [*lines, *_ways(diagnosis.ways)]


def _ways(ways: Sequence[Way]) -> Iterator[str]:
    """Yield what else was tried and carries the model."""
    plain = [way.row for way in ways if not way.registered]
    if plain:
        yield f"Not asked for: {listed(plain)} {_carry(plain)} this model as it is (tried)."
    for way in ways:
        if way.registered:
            calls = listed(f"{way.row}.register_pickle_by_value({name})" for name in way.registered)
            yield f"After {calls}, {way.row} carries this model as it is (tried)."


def _carry(names: Sequence[str]) -> str:
    return "carries" if len(names) == 1 else "carry"
