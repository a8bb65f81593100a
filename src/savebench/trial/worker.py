"""One trial from the inside: read the task, prepare, wait for the word, do it, answer.

``python -m savebench.trial.worker`` is what the ``spawn`` launcher starts; a zygote's children run
`conduct` too, so that both launchers measure with the same lines.
"""

import contextlib
import importlib
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

from savebench.errors import SavebenchError, Unsupported
from savebench.launch.messages import OUTPUT, Answer, Task
from savebench.records import Outcome
from savebench.trial.channel import Channel
from savebench.trial.isolation import isolate

_PRINTED_CHARS = 200


def main() -> None:
    """Conduct one trial over stdin and stdout, then leave without tidying up gigabytes."""
    channel = Channel.from_standard_streams()
    task = channel.receive_task()
    isolate(task)
    conduct(task, channel)
    os._exit(0)


def conduct(task: Task, channel: Channel) -> None:
    """Do one task from first to last; whatever happens, answer."""
    answer = _attempt(task, channel.wait_for_go)
    channel.send(_with_output(answer, Path(task.scratch) / OUTPUT))
    channel.wait_for_end()


def perform(task: Task) -> None:
    """Do one task at once, without a gate and without an answer: a rehearsal."""
    _attempt(task, lambda: None)


def _attempt(task: Task, gate: Callable[[], None]) -> Answer:
    try:
        for module in task.modules:
            importlib.import_module(module)
        from savebench.trial.operations import OPERATIONS

        return OPERATIONS[task.kind](task, gate)
    except Unsupported as reason:
        return Answer(outcome="unsupported", reason=_one_line(str(reason)))
    except MemoryError as error:
        return Answer(outcome="out-of-memory", reason=_out_of_memory(task, error))
    except BaseException as error:  # noqa: BLE001 - a serializer may raise anything
        return Answer(outcome=_outcome_of(error), reason=_describe(task, error))


def _outcome_of(error: BaseException) -> Outcome:
    return "crashed" if isinstance(error, SystemExit) else "failed"


def _describe(task: Task, error: BaseException) -> str:
    """Return what was raised, by whom and where, in a line."""
    from savebench.trial.operations import NotTheModel, WroteNothing

    if isinstance(error, WroteNothing | NotTheModel | SavebenchError):
        return _one_line(str(error))
    text = _text_of(error)
    where = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"{task.kind} raised {type(error).__name__}{': ' if text else ''}{text} "
        f"({Path(where.filename).name}, line {where.lineno}, in {where.name})"
    )


def _out_of_memory(task: Task, error: MemoryError) -> str:
    limit = (
        f"over the limit of {task.memory_limit_bytes / 1e6:.0f} MB; raise it with --memory-limit"
        if task.memory_limit_bytes is not None
        else "more than this machine has"
    )
    return f"{task.kind} ran out of memory, {limit} ({_one_line(str(error)) or 'MemoryError'})"


def _with_output(answer: Answer, output: Path) -> Answer:
    """Add what the serializer printed, if anything, as a fact."""
    with contextlib.suppress(ValueError, OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    with contextlib.suppress(OSError):
        printed = output.read_text(encoding="utf-8", errors="replace").strip()
        if printed:
            facts = {**answer.facts, "printed": _one_line(printed)[:_PRINTED_CHARS]}
            return Answer(
                outcome=answer.outcome, reason=answer.reason, metrics=answer.metrics, facts=facts
            )
    return answer


def _text_of(error: BaseException) -> str:
    try:
        return _one_line(str(error))
    except Exception:  # noqa: BLE001 - an exception may not even be able to say what it is
        return ""


def _one_line(text: str) -> str:
    """Return the text in one line of at most 500 characters that UTF-8 can carry."""
    return " ".join(text.split())[:500].encode("utf-8", "replace").decode("utf-8")


if __name__ == "__main__":
    main()
