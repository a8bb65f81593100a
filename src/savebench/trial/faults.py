"""What a trial answers when the serializer raises: the outcome, and a reason in a line."""

from savebench.errors import SavebenchError, Unsupported
from savebench.launch.messages import Answer, Task
from savebench.obstacles.raised import named, one_line, place_of


class WroteNothing(Exception):  # noqa: N818 - names the fault
    """A dump returned, but there is nothing, or nothing but emptiness, under the path."""


class NotTheModel(Exception):  # noqa: N818 - names the fault
    """What was loaded cannot answer."""


def answer_to(task: Task, error: BaseException, what: str = "") -> Answer:
    """Return the answer of a task whose operation raised; `what` raised, if not the task itself."""
    if isinstance(error, Unsupported):
        return Answer(outcome="unsupported", reason=one_line(str(error)))
    if isinstance(error, MemoryError):
        return Answer(outcome="out-of-memory", reason=_out_of_memory(task, error))
    outcome = "crashed" if isinstance(error, SystemExit) else "failed"
    return Answer(outcome=outcome, reason=_describe(what or task.kind, error))  # type: ignore[arg-type] # one of two literals


def _describe(what: str, error: BaseException) -> str:
    """Return what was raised, by whom and where, in a line."""
    if isinstance(error, WroteNothing | NotTheModel | SavebenchError):
        return one_line(str(error))
    place = place_of(error)
    return f"{what} raised {named(error)}{f' ({place})' if place else ''}"


def _out_of_memory(task: Task, error: MemoryError) -> str:
    limit = (
        f"over the limit of {task.memory_limit_bytes / 1e6:.0f} MB; raise it with --memory-limit"
        if task.memory_limit_bytes is not None
        else "more than this machine has"
    )
    return f"{task.kind} ran out of memory, {limit} ({one_line(str(error)) or 'MemoryError'})"
