"""Load a model in a process that has seen nothing of it, and compare its answers. Nothing is timed.

What a load imports is reported, so that a trial that times it can import that beforehand.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from savebench.errors import Unsupported
from savebench.launch.messages import Answer, Task
from savebench.trial.absence import MAIN, missed_modules
from savebench.trial.faults import answer_to
from savebench.trial.fidelity import compare
from savebench.trial.operations import method_of, serializer_of
from savebench.trial.reference import ANSWERS, PROBE, load_reference

MISSED = "missed"
"""A fact: modules for want of which the model may not have loaded, and what was found instead."""
DIFFERENCE = "difference"
"""A fact: where the answers of an inference export differ, which may; absent when they do not."""
IMPORTS = "imports"
"""A fact: the modules that the load imported, in that order."""


def check(task: Task, gate: Callable[[], None]) -> Answer:
    """Load, answer, and compare with the answers of the process that saved the model."""
    serializer = serializer_of(task)
    gate()
    before = frozenset(sys.modules)
    try:
        loaded = serializer.load(Path(task.artifact))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a serializer may raise anything
        return _failure(task, error, "load")
    imports = _imported_since(before)
    probe, expected = load_reference(task, PROBE), load_reference(task, ANSWERS)
    try:
        answers = method_of(loaded, task.method)(probe)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - and so may a model
        return _failure(task, error, task.method)
    agreement = compare(expected, answers)
    if agreement.exact:
        return Answer(facts={IMPORTS: imports})
    if serializer.kind == "inference":
        return Answer(facts={IMPORTS: imports, DIFFERENCE: agreement.difference})
    return Answer(
        outcome="mismatch",
        reason=f"the loaded model answers differently: {agreement.difference}",
        facts={IMPORTS: imports},
    )


def _failure(task: Task, error: BaseException, what: str) -> Answer:
    answer = answer_to(task, error, what)
    missed = {} if isinstance(error, Unsupported) else missed_modules(error)
    facts: dict[str, Any] = {MISSED: missed} if missed else {}
    return Answer(outcome=answer.outcome, reason=answer.reason, facts=facts)


def _imported_since(before: frozenset[str]) -> list[str]:
    """Return what was imported since, without what a name alone cannot import again."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name not in before
        and name != MAIN
        and getattr(getattr(module, "__spec__", None), "name", None) == name
    ]
