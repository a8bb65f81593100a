"""Say who carries the model and who does not, why, and what to do about it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from savebench.persistence.asked import Asked
from savebench.persistence.carrying import Carried
from savebench.persistence.homeless import Homeless
from savebench.persistence.limits import Verdict
from savebench.persistence.result import Persistence
from savebench.trial.absence import MAIN

_UNIMPORTED = re.compile(r"module '[\w.]+' has no attribute")
_MADE = frozenset({"lambda", "local", "closure"})


def reason_of(carried: Carried, homeless: Sequence[Homeless]) -> str:
    """Return why a serializer does not carry the model, in terms of the model."""
    if carried.stage == "load" and carried.absent:
        return _by_reference(carried, homeless)
    unstored = [each for each in homeless if each.cause != "path"]
    if carried.stage == "dump" and carried.outcome == "failed" and unstored:
        what = f"cannot store {_list(each.name for each in unstored)}"
        told = any(mark in carried.reason for mark in ("<lambda>", "<locals>"))
        return what if told else f"{what}; {carried.reason}"
    if carried.outcome == "failed" and _UNIMPORTED.search(carried.reason):
        return (
            f"{carried.reason}; in the test run something else had imported it: "
            "import it where it is used"
        )
    return carried.reason


def _by_reference(carried: Carried, homeless: Sequence[Homeless]) -> str:
    absent, whence = carried.absent, carried.whence
    found = [
        each
        for each in homeless
        if f"{each.module}.".startswith(f"{absent}.") and each.cause not in _MADE
    ]
    if found:  # a load misses the package at the top first
        absent, whence = found[0].module, found[0].whence
    where = "another process has another" if absent == MAIN else "only this test run can import"
    why = f": {whence}" if whence else ""
    if found:
        names = _list(each.name for each in found)
        return f"stores {names} by reference, and {where} {absent}{why}"
    return f"refers to {absent}, and {where} that{why}"


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
    broken: Sequence[Verdict],
    homeless: Sequence[Homeless],
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
        lines.extend(_advice(result, homeless))
    lines.extend(result.notes)
    return "\n".join(lines).rstrip()


def _broken(verdicts: Sequence[Verdict]) -> Iterator[str]:
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


def _advice(result: Persistence, homeless: Sequence[Homeless]) -> list[str]:
    lines = []
    if homeless:
        lines.append(f"Other processes cannot import {_list(each.name for each in homeless)}.")
    lines.extend(dict.fromkeys(_mend(each) for each in homeless))
    good = [line.serializer for line in result.lines if line.outcome == "ok"]
    if good:
        lines.append(f"Of those asked for, {_list(good)} {_carry(good)} this model as it is.")
    return lines


def _carry(names: Sequence[str]) -> str:
    return "carries" if len(names) == 1 else "carry"


def _mend(homeless: Homeless) -> str:
    if homeless.cause in _MADE:
        return (
            f"Write {homeless.name} as a function or class with a name, at the top level of a "
            "module that is installed where the model is loaded; or save it with cloudpickle."
        )
    if homeless.cause == "main":
        return (
            f"Move {homeless.name} into a module that is installed where the model is loaded; "
            "or save it with cloudpickle or dill, which carry what lives in __main__."
        )
    if homeless.cause == "path":
        what = f"To have it find {homeless.module}, {homeless.mend}"
    else:
        what = f"Move {homeless.name} into a module that is installed where the model is loaded"
    return (
        f"{what}; or call cloudpickle.register_pickle_by_value({homeless.module}) and save it "
        "with cloudpickle."
    )


def _list(names: Iterable[str]) -> str:
    """Return names as a sentence lists them, the first few of many."""
    every = list(dict.fromkeys(names))
    shown = every[:3] + ([f"{len(every) - 3} more"] if len(every) > 3 else [])  # noqa: PLR2004 - a few
    return " and ".join(filter(None, [", ".join(shown[:-1]), *shown[-1:]]))
