"""Load a model in a process that has seen nothing of it, and compare its answers. Nothing is timed.

What the load and the first answer import is reported, so that a trial that times them can import
that beforehand.
"""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from savebench.errors import Unsupported
from savebench.launch.messages import Answer, Task
from savebench.trial.absence import MAIN, missed_modules
from savebench.trial.agreement import Agreement
from savebench.trial.answering import method_of
from savebench.trial.faults import answer_to
from savebench.trial.judging import judge_answers
from savebench.trial.one_worker import workers_as_pinned
from savebench.trial.reference import PROBE, load_reference, save_value
from savebench.trial.row import serializer_of

MISSED = "missed"
"""A fact: modules for want of which the model may not have loaded, and what was found instead."""
DIFFERENCE = "difference"
"""A fact: where the answers of an inference export differ, which may; absent when they do not."""
IMPORTS = "imports"
"""A fact: the modules that the load and the first answer imported, in that order."""
LOADED = "loaded"
"""A fact: whether something was loaded, whatever it then answered."""
CLASS = "class"
"""A fact: the class of what was loaded, with its module."""
AGREEMENT = "agreement"
"""A fact: how the answers compare with those expected (`Agreement`)."""


def check(task: Task, gate: Callable[[], None]) -> Answer:
    """Load, answer, and compare with the answers of the process that saved the model."""
    serializer = serializer_of(task)
    for module in serializer.modules:  # the row's own, not what the model needs
        importlib.import_module(module)
    gate()
    before = frozenset(sys.modules)
    try:
        loaded = serializer.load(Path(task.artifact))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a serializer may raise anything
        return _failure(task, error, "load")
    probe = load_reference(task, PROBE)

    def ask() -> Any:
        with workers_as_pinned():
            return method_of(loaded, task.method)(probe)

    try:
        answers = ask()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - and so may a model
        return _failure(task, error, task.method, loaded=True)
    imports = _imported_since(before)
    try:
        found = _judged(task, ask, answers, imports)
        return msgspec.structs.replace(found, facts={**found.facts, CLASS: _class_of(loaded)})
    except (Exception, SystemExit) as error:  # noqa: BLE001 - and so may answers
        return _failure(task, error, "comparing the answers", loaded=True)


def _judged(task: Task, ask: Callable[[], Any], answers: Any, imports: list[str]) -> Answer:
    if task.keep:
        save_value(Path(task.model_folder), task.keep, answers)
    kind = serializer_of(task).kind
    found = judge_answers(task, kind, answers, ask)
    facts: dict[str, Any] = {**found.facts, IMPORTS: imports, LOADED: True}
    if found.agreement is not None:
        facts[AGREEMENT] = msgspec.to_builtins(found.agreement)
        if kind == "inference" and not found.agreement.exact:
            facts[DIFFERENCE] = found.agreement.difference
    return Answer(outcome=found.outcome, reason=found.reason, facts=facts)


def _class_of(loaded: Any) -> str:
    return f"{type(loaded).__module__}.{type(loaded).__qualname__}"


def agreement_of(answer: Answer) -> Agreement | None:
    """Return how the answers of a check compare, or None when it did not come to that."""
    facts = answer.facts.get(AGREEMENT)
    return None if facts is None else msgspec.convert(facts, Agreement)


def _failure(task: Task, error: BaseException, what: str, *, loaded: bool = False) -> Answer:
    answer = answer_to(task, error, what)
    missed = {} if isinstance(error, Unsupported) else missed_modules(error)
    facts: dict[str, Any] = {LOADED: loaded, **({MISSED: missed} if missed else {})}
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
