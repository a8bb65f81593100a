"""The measured operations of a model's life after its load: a hundred answers, serving, workers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from savebench.launch.messages import Answer, Task
from savebench.system import files
from savebench.trial.answering import method_of
from savebench.trial.faults import step
from savebench.trial.one_worker import workers_as_pinned
from savebench.trial.preloading import count_preloaded_bytes
from savebench.trial.reference import PROBE, load_reference
from savebench.trial.row import serializer_of
from savebench.trial.serving import serve_while_loading
from savebench.trial.state import STATE

Gate = Callable[[], None]

_HUNDRED = 100
_HUNDRED_S = 20.0
SLOW = f"no hundredth answer: a hundred would take over {_HUNDRED_S:g} s"


def load_hundred(task: Task, gate: Gate) -> Answer:
    """Time one load and the first hundred answers, each to the same question."""
    reason = _cannot_answer(task)
    if reason:
        return Answer(facts={"no_value": reason})
    serializer, path, probe = serializer_of(task), Path(task.artifact), load_reference(task, PROBE)
    files.warm(path)
    gate()
    start = perf_counter()
    loaded = serializer.load(path)
    with workers_as_pinned(), step(f"a hundred times {task.method}()"):
        is_done = answers_a_hundred_times(partial(method_of(loaded, task.method), probe))
        spent_s = perf_counter() - start
    if not is_done:
        return Answer(facts={"no_value": SLOW})
    return Answer(metrics={"load_predict_100_s": spent_s})


def serving(task: Task, gate: Gate) -> Answer:
    """Load in a thread while another model, loaded by the same row, answers."""
    reason = _cannot_answer(task)
    if reason:
        return Answer(facts={"no_value": reason})
    serializer, path, probe = serializer_of(task), Path(task.artifact), load_reference(task, PROBE)
    files.warm(path)
    answer = partial(method_of(serializer.load(path), task.method), probe)
    gate()
    with workers_as_pinned():
        served = serve_while_loading(partial(serializer.load, path), answer)
    return Answer(
        metrics={"serving_stall_s": served.stall_s, "load_in_thread_s": served.load_s},
        facts={"usual_gap_s": served.usual_gap_s, "answers": served.answers},
    )


def preload(task: Task, gate: Gate) -> Answer:
    """Count what each worker adds that is forked after the load, once it has answered for long."""
    reason = _cannot_answer(task)
    if reason:
        return Answer(facts={"no_value": reason})
    serializer, probe = serializer_of(task), load_reference(task, PROBE)

    def answer(loaded: Any) -> Any:
        return method_of(loaded, task.method)(probe)

    with workers_as_pinned():
        return count_preloaded_bytes(
            task, gate, partial(serializer.load, Path(task.artifact)), answer
        )


def answers_a_hundred_times(
    answer: Callable[[], Any], clock: Callable[[], float] = perf_counter
) -> bool:
    """Have a model answer a hundred times; return whether it did, or would take too long.

    The second answer tells: the first may do what was put off until then.
    """
    answer()
    start = clock()
    answer()
    if (clock() - start) * _HUNDRED > _HUNDRED_S:
        return False
    for _ in range(_HUNDRED - 2):
        answer()
    return True


def _cannot_answer(task: Task) -> str:
    """Return why what is loaded answers nothing, or ``""``."""
    if task.answers and task.method != STATE:
        return ""
    return f"{task.kind} trials need a model that answers: floors load bare arrays"
