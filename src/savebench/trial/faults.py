"""What a trial answers when the serializer raises: the outcome, and a reason in a line."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from savebench.descriptors import too_many_open_files
from savebench.errors import SavebenchError, Unsupported
from savebench.launch.messages import Answer, Task
from savebench.obstacles.raised import named, one_line, place_of
from savebench.records.schema import CARRIERS
from savebench.trial.confining import RULE, Refused
from savebench.trial.isolation import memory_limit


class WroteNothing(Exception):  # noqa: N818 - names the fault
    """A dump returned, but there is nothing, or nothing but emptiness, under the path."""


class WroteElsewhere(Exception):  # noqa: N818 - names the fault
    """A dump left something outside the path it was given."""


class NotTheModel(Exception):  # noqa: N818 - names the fault
    """What was loaded cannot answer."""


STEP = "step"
"""A fact: the step of a trial that raised, where it was not the operation itself."""


class StepFailed(Exception):  # noqa: N818 - names the fault
    """One step of a trial raised: what it was for is known, what it raised is the cause."""

    def __init__(self, what: str) -> None:
        """Carry the step's name: ``its first predict()``."""
        super().__init__(what)
        self.what = what


@contextmanager
def step(what: str) -> Iterator[None]:
    """Name what is being done, for the reason if it raises.

    Raises
    ------
    StepFailed
        From what was raised.
    """
    try:
        yield
    except Unsupported:
        raise
    except (Exception, SystemExit) as error:
        raise StepFailed(what) from error


class CannotStore(Exception):  # noqa: N818 - names the fault
    """A part of the model stands in the way of saving it; the message says which and where."""

    def __init__(self, message: str, carriers: Sequence[str]) -> None:
        """Take the message, and the serializers that save the model as it is."""
        super().__init__(message)
        self.carriers = carriers


@contextmanager
def telling_where(
    model: Any, dump: Callable[[Any, Path], None], row: str | None = None
) -> Iterator[None]:
    """Say which part of the model stands in the way, where saving it raises and that is known.

    Parameters
    ----------
    model
        What is saved.
    dump
        What saves it: parts of the model are tried with it, and nothing is left of what it makes.
    row
        The serializer's name, where another may do; else none is advised.

    Raises
    ------
    CannotStore
        In place of what was raised.
    """
    try:
        yield
    except (MemoryError, Unsupported, SavebenchError, Refused):
        raise
    except Exception as error:
        from savebench.obstacles.explaining import Examination, explain
        from savebench.obstacles.writing import to_nowhere

        write = to_nowhere(dump)
        explanation = (
            Examination(model).explain(error, write)
            if row is None
            else explain(model, error, write, row=row)
        )
        if explanation:
            raise CannotStore(str(explanation), explanation.carriers) from error
        raise


def answer_to(task: Task, error: BaseException, what: str = "") -> Answer:
    """Return the answer of a task whose operation raised; `what` raised, if not the task itself."""
    if isinstance(error, StepFailed) and error.__cause__ is not None:
        found = answer_to(task, error.__cause__, error.what)
        return Answer(outcome=found.outcome, reason=found.reason, facts={STEP: error.what})
    if isinstance(error, Unsupported):
        return Answer(outcome="unsupported", reason=one_line(str(error)))
    if isinstance(error, MemoryError):
        return Answer(outcome="out-of-memory", reason=_out_of_memory(what or task.kind, error))
    if open_files := too_many_open_files(error, "each array that is mapped keeps one open"):
        return Answer(outcome="failed", reason=f"{what or task.kind} {open_files}")
    if isinstance(error, Refused):
        return Answer(outcome="failed", reason=one_line(f"{what or task.kind} {error}"))
    carriers = error.carriers if isinstance(error, CannotStore) else ()
    rule = f"; {RULE}" if task.is_confined and isinstance(error, PermissionError) else ""
    return Answer(
        outcome="crashed" if isinstance(error, SystemExit) else "failed",
        reason=f"{_describe(what or task.kind, error)}{rule}",
        facts={CARRIERS: list(carriers)} if carriers else {},
    )


_OWN_WORDS = (WroteNothing, WroteElsewhere, NotTheModel, CannotStore)
"""Faults whose message says all."""


def _describe(what: str, error: BaseException) -> str:
    """Return what was raised, by whom and where, in a line."""
    if isinstance(
        error, WroteNothing | WroteElsewhere | NotTheModel | CannotStore | SavebenchError
    ):
        return one_line(str(error))
    place = place_of(error)
    return f"{what} raised {named(error)}{f' ({place})' if place else ''}"


def _out_of_memory(what: str, error: MemoryError) -> str:
    limit = memory_limit()
    over = "more than this machine has" if limit is None else f"over {limit}"
    return f"{what} ran out of memory, {over} ({one_line(str(error)) or 'MemoryError'})"
