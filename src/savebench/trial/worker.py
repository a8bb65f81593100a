"""One trial from the inside: read the task, prepare, wait for the word, do it, answer.

``python -m savebench.trial.worker`` is what the ``spawn`` launcher starts; a zygote's children run
`conduct` too, so that both launchers measure with the same lines.
"""

import contextlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from savebench.launch.messages import OUTPUT, Answer, Task
from savebench.obstacles.raised import one_line
from savebench.trial.absence import hide
from savebench.trial.channel import Channel
from savebench.trial.faults import answer_to
from savebench.trial.isolation import isolate

_PRINTED_CHARS = 200
_POOLS = "_threadpool_controller"


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
        hide(task.absent)
        for module in task.modules:
            importlib.import_module(module)
        for module in task.imports:
            with contextlib.suppress(Exception, SystemExit):
                importlib.import_module(module)
        forget_thread_pools()
        from savebench.trial.check import check
        from savebench.trial.operations import OPERATIONS
        from savebench.trial.sampling import sample

        untimed = {"check": check, "sample": sample}
        operation = untimed.get(task.kind) or OPERATIONS[task.kind]
        if not task.is_confined:
            return operation(task, gate)
        return _confined(operation, task, gate)
    except BaseException as error:  # noqa: BLE001 - a serializer may raise anything
        return answer_to(task, error)


def _confined(
    operation: Callable[[Task, Callable[[], None]], Answer], task: Task, gate: Callable[[], None]
) -> Answer:
    """Do what a person's file may do; this process can do no more from now on."""
    from savebench.trial.confining import CONFINED, confine

    how = confine(task)
    answer = operation(task, gate)
    facts = {**answer.facts, CONFINED: how} if how else answer.facts
    return msgspec.structs.replace(answer, facts=facts)


def forget_thread_pools() -> None:
    """Have the first answer look for thread pools, as in a process that has imported no more.

    scikit-learn looks once a process and keeps what it found; importing skops where pytest is
    installed has it look, and that row's first answer would seem quicker than all others'.
    """
    module = sys.modules.get("sklearn.utils.parallel")
    if getattr(module, _POOLS, None) is not None:
        setattr(module, _POOLS, None)


def _with_output(answer: Answer, output: Path) -> Answer:
    """Add what the serializer printed, if anything, as a fact."""
    with contextlib.suppress(ValueError, OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    with contextlib.suppress(OSError):
        printed = output.read_text(encoding="utf-8", errors="replace").strip()
        if printed:
            facts = {**answer.facts, "printed": one_line(printed)[:_PRINTED_CHARS]}
            return Answer(
                outcome=answer.outcome, reason=answer.reason, metrics=answer.metrics, facts=facts
            )
    return answer


if __name__ == "__main__":
    main()
