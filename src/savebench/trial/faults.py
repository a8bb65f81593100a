"""What a trial answers when the serializer raises: the outcome, and a reason in a line."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from savebench.descriptors import too_many_open_files
from savebench.errors import SavebenchError, Unsupported
from savebench.launch.messages import Answer, Task
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
    outcome = "crashed" if isinstance(error, SystemExit) else "failed"
    return Answer(outcome=outcome, reason=_describe(what or task.kind, error))  # type: ignore[arg-type] # one of two literals


def one_line(text: str) -> str:
    """Return the text in one line of at most 500 characters that UTF-8 can carry."""
    return " ".join(text.split())[:500].encode("utf-8", "replace").decode("utf-8")


def _describe(what: str, error: BaseException) -> str:
    """Return what was raised, by whom and where, in a line."""
    if isinstance(error, WroteNothing | WroteElsewhere | NotTheModel | SavebenchError):
        return one_line(str(error))
    text = _text_of(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{what} raised {type(error).__name__}{': ' if text else ''}{text} "
        f"({Path(where.filename).name}, line {where.lineno}, in {where.name})"
    )


def _out_of_memory(what: str, error: MemoryError) -> str:
    limit = memory_limit()
    over = "more than this machine has" if limit is None else f"over {limit}"
    return f"{what} ran out of memory, {over} ({one_line(str(error)) or 'MemoryError'})"


def _text_of(error: BaseException) -> str:
    try:
        return one_line(str(error))
    except Exception:  # noqa: BLE001 - an exception may not even be able to say what it is
        return ""
