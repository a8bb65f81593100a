"""The measured operations, one function a kind of trial.

Each prepares, passes the gate, does the one thing, and looks at the result afterwards. Times are
differences of ``perf_counter_ns``; a result outlives its timestamp, so that freeing is never timed.
"""

import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, perf_counter_ns
from typing import Any

from savebench.catalogue import Serializer, Workload, load_row
from savebench.errors import Unsupported
from savebench.launch.messages import Answer, Task
from savebench.trial import cache, files
from savebench.trial.faults import NotTheModel, WroteNothing
from savebench.trial.fidelity import compare
from savebench.trial.memory import peak_above_level
from savebench.trial.reference import (
    ANSWERS,
    MODEL,
    PROBE,
    describe_pickled,
    load_reference,
    save_model,
    save_question,
)
from savebench.trial.workers import count_worker_bytes

Gate = Callable[[], None]

_NS = 1e-9


def build(task: Task, gate: Gate) -> Answer:
    """Build a model, keep it as the reference with its probe and answers, and describe it."""
    if task.workload is None:
        raise ValueError("a build needs a workload")
    workload = load_row(task.workload.provider, task.workload.name, Workload)
    gate()
    start = perf_counter()
    model = workload.build(task.target_bytes, task.seed)
    build_s = perf_counter() - start
    folder = Path(task.model_folder)
    save_model(folder, model)  # as it was fitted: answering leaves traces in some models
    pickled = describe_pickled(model)
    probe = workload.probe(model, task.seed)
    save_question(folder, probe, getattr(model, workload.method)(probe))
    return Answer(
        facts={
            "model_bytes": pickled.size_bytes,
            "array_bytes": sum(pickled.buffers_bytes),
            "array_count": len(pickled.buffers_bytes),
            "digest": pickled.digest,
            "build_s": build_s,
        }
    )


def dump(task: Task, gate: Gate) -> Answer:
    """Time one dump, then the same written through to the device."""
    serializer, model = serializer_of(task), load_reference(task, MODEL)
    path = Path(task.artifact)
    gate()
    start = perf_counter_ns()
    serializer.dump(model, path)
    dumped = perf_counter_ns()
    if path.exists():
        files.sync(path)
    synced = perf_counter_ns()
    return Answer(
        metrics={
            "dump_s": (dumped - start) * _NS,
            "dump_sync_s": (synced - start) * _NS,
            "size_bytes": written_bytes(path),
        },
        facts={"digest": files.digest(path)},
    )


def load(task: Task, gate: Gate) -> Answer:
    """Time one load from the page cache, then the first answer of what was loaded."""
    files.warm(Path(task.artifact))
    return _load_and_answer(task, gate, cold=False)


def load_cold(task: Task, gate: Gate) -> Answer:
    """Time one load from the device, then the first answer of what was loaded."""
    reason = cache.evict(Path(task.artifact))
    if reason:
        return Answer(facts={"no_value": f"not measured cold: {reason}"})
    return _load_and_answer(task, gate, cold=True)


def dump_memory(task: Task, gate: Gate) -> Answer:
    """Count the peak resident memory of one dump."""
    serializer, model = serializer_of(task), load_reference(task, MODEL)
    path = Path(task.artifact)
    gate()
    _, peak_bytes = peak_above_level(lambda: serializer.dump(model, path))
    written_bytes(path)
    return Answer(metrics={"dump_peak_bytes": peak_bytes})


def load_memory(task: Task, gate: Gate) -> Answer:
    """Count the peak resident memory of one load."""
    serializer = serializer_of(task)
    gate()
    loaded, peak_bytes = peak_above_level(lambda: serializer.load(Path(task.artifact)))
    del loaded
    return Answer(metrics={"load_peak_bytes": peak_bytes})


def control(task: Task, gate: Gate) -> Answer:
    """Time the control kernels; nothing under test is imported."""
    from savebench.trial.kernels import time_kernels

    gate()
    return Answer(facts={"kernels": time_kernels(Path(task.scratch))})


def workers(task: Task, gate: Gate) -> Answer:
    """Count what each of several processes adds that load the model and have it answer."""
    serializer = serializer_of(task)
    probe = load_reference(task, PROBE) if task.answers else None

    def use() -> Any:
        loaded = serializer.load(Path(task.artifact))
        return loaded, method_of(loaded, task.method)(probe) if task.answers else None

    return count_worker_bytes(task, gate, use)


OPERATIONS: dict[str, Callable[[Task, Gate], Answer]] = {
    "build": build,
    "dump": dump,
    "load": load,
    "load-cold": load_cold,
    "dump-memory": dump_memory,
    "load-memory": load_memory,
    "control": control,
    "workers": workers,
}


def _load_and_answer(task: Task, gate: Gate, *, cold: bool) -> Answer:
    serializer, path = serializer_of(task), Path(task.artifact)
    gate()
    start = perf_counter_ns()
    loaded = serializer.load(path)
    load_ns = perf_counter_ns() - start
    metric = "load_cold" if cold else "load"
    if not task.answers:
        return Answer(metrics={f"{metric}_s": load_ns * _NS})
    probe = load_reference(task, PROBE)
    start = perf_counter_ns()
    answers = method_of(loaded, task.method)(probe)
    predict_ns = perf_counter_ns() - start
    times = {f"{metric}_s": load_ns * _NS, f"{metric}_predict_s": (load_ns + predict_ns) * _NS}
    if not cold:
        times["predict_s"] = predict_ns * _NS
    return _judge(load_reference(task, ANSWERS), answers, times, serializer)


def method_of(loaded: Any, name: str) -> Callable[[Any], Any]:
    """Return the method with which a loaded model answers.

    Raises
    ------
    NotTheModel
        When it has none of that name.
    """
    try:
        method: Callable[[Any], Any] = getattr(loaded, name)
    except Unsupported:
        raise
    except AttributeError:
        raise NotTheModel(f"load returned a {type(loaded).__name__} without {name}()") from None
    return method


def _judge(expected: Any, answers: Any, times: dict[str, float], serializer: Serializer) -> Answer:
    agreement = compare(expected, answers)
    facts: dict[str, Any] = {"exact": agreement.exact}
    if agreement.max_abs_difference is not None:
        facts["max_abs_difference"] = agreement.max_abs_difference
    if agreement.exact or serializer.kind == "inference":
        return Answer(metrics=times, facts=facts)
    return Answer(
        outcome="mismatch",
        reason=f"the loaded model answers differently: {agreement.difference}",
        metrics=times,
        facts=facts,
    )


def serializer_of(task: Task) -> Serializer:
    """Return the row that the task names."""
    if task.serializer is None:
        raise ValueError(f"a {task.kind} trial needs a serializer")
    row = load_row(task.serializer.provider, task.serializer.name, Serializer)
    if not task.serializer.trust:
        return row
    from savebench.serializers.skops import trusting

    return trusting(row, task.serializer.trust)


def written_bytes(path: Path) -> int:
    """Return the size of what a dump wrote.

    Raises
    ------
    WroteNothing
        When nothing, or nothing but emptiness, is there.
    """
    if not os.path.lexists(path):
        raise WroteNothing("dump returned but wrote nothing at the path it was given")
    size = files.size_bytes(path)
    if not size:
        raise WroteNothing("dump returned but wrote no bytes at the path it was given")
    return size
