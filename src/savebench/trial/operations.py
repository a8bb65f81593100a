"""The measured operations, one function a kind of trial.

Each prepares, passes the gate, does the one thing, and looks at the result afterwards. Times are
differences of ``perf_counter_ns``; a result outlives its timestamp, so that freeing is never timed.
"""

import gc
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from savebench.catalogue.rows import Serializer
from savebench.launch.messages import Answer, Task
from savebench.system import cache, files
from savebench.system.counter import Counter
from savebench.system.memory import Level
from savebench.trial.adopting import adopt
from savebench.trial.answering import method_of
from savebench.trial.building import build
from savebench.trial.faults import WroteNothing, step, telling_where
from savebench.trial.judging import judge_answers
from savebench.trial.lasting import load_hundred, preload, serving
from savebench.trial.one_worker import workers_as_pinned
from savebench.trial.placing import Watch
from savebench.trial.reference import PROBE, load_reference, receive_model
from savebench.trial.repeating import TOO_LONG, repeated
from savebench.trial.row import serializer_of
from savebench.trial.sharing import count_worker_bytes
from savebench.trial.state import STATE, arrays_of, state_of, touch

Gate = Callable[[], None]

_NS = 1e-9
_MOST_NAMES = 20
_MOST_DIGESTED_BYTES = 256 * 10**6
"""Reading a larger artifact again takes longer than the dump that is measured."""

IMPORTED = "imported"
"""A fact: modules that the timed operation itself imported; the first twenty."""
FUNCTIONS = "functions"
"""A fact of what was counted: metric -> function -> instructions of its own."""
DIGEST = "digest"
"""A fact of a dump: fingerprint of the artifact's names and bytes, taken after all timing."""


def dump(task: Task, gate: Gate) -> Answer:
    """Time one dump, then the same written through to the device."""
    serializer, model = serializer_of(task), _received(task)
    path, watch = Path(task.artifact), Watch.begin(Path(task.scratch))
    gate()
    with telling_where(model, serializer.dump, serializer.name):
        known = len(sys.modules)
        start = perf_counter_ns()
        serializer.dump(model, path)
        dumped = perf_counter_ns()
    late = _imported(known)
    if path.is_file() or path.is_dir():
        files.sync(path)
    synced = perf_counter_ns()
    watch.check(path)
    size_bytes = written_bytes(path)
    return Answer(
        metrics={
            "dump_s": (dumped - start) * _NS,
            "dump_sync_s": (synced - start) * _NS,
            "size_bytes": size_bytes,
        },
        facts={**fingerprint(path, size_bytes), **late},
    )


def load(task: Task, gate: Gate) -> Answer:
    """Time one load from the page cache, then the first answer of what was loaded."""
    if not cache.is_resident(Path(task.artifact)):
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
    serializer, model = serializer_of(task), _received(task)
    path, watch = Path(task.artifact), Watch.begin(Path(task.scratch))
    gate()
    with telling_where(model, serializer.dump, serializer.name):
        level = Level.begin()
        serializer.dump(model, path)
        peak_bytes = level.peak_bytes()
    watch.check(path)
    written_bytes(path)
    return Answer(metrics={"dump_peak_bytes": peak_bytes})


def load_memory(task: Task, gate: Gate) -> Answer:
    """Count the peak resident memory of one load, and what stays resident when it has returned.

    Garbage is collected before the level is read, so that what the imports left does not count
    against what the load leaves.
    """
    serializer = serializer_of(task)
    gc.collect()
    gate()
    level = Level.begin()
    loaded = serializer.load(Path(task.artifact))
    peak_bytes, held_bytes = level.peak_bytes(), level.held_bytes()
    del loaded
    return Answer(metrics={"load_peak_bytes": peak_bytes, "resident_bytes": held_bytes})


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
        with workers_as_pinned():
            return loaded, method_of(loaded, task.method)(probe) if task.answers else None

    return count_worker_bytes(task, gate, use)


def count_dump(task: Task, gate: Gate) -> Answer:
    """Count the instructions of one dump."""
    serializer, model = serializer_of(task), _received(task)
    watch = Watch.begin(Path(task.scratch))
    path, counter = Path(os.path.relpath(task.artifact)), Counter.begin()
    gate()
    with telling_where(model, serializer.dump, serializer.name):
        _, dumped = counter.count(lambda: serializer.dump(model, path))
    watch.check(Path(task.artifact))
    written_bytes(path)
    return Answer(
        metrics={"dump_instructions": dumped.instructions},
        facts={FUNCTIONS: {"dump_instructions": dict(dumped.functions)}},
    )


def count_load(task: Task, gate: Gate) -> Answer:
    """Count the instructions of one load, then of the first answer of what was loaded.

    What is loaded lies under the same short name always: the length of a path is no work.
    """
    serializer, path = serializer_of(task), _copied_here(Path(task.artifact))
    counter = Counter.begin()
    gate()
    loaded, load_ = counter.count(lambda: serializer.load(path))
    counts = {"load_instructions": load_}
    if task.answers and task.method != STATE:
        probe = load_reference(task, PROBE)
        with workers_as_pinned(), step(f"the first {task.method}()"):
            ask = method_of(loaded, task.method)
            _, counts["predict_instructions"] = counter.count(lambda: ask(probe))
    return Answer(
        metrics={name: each.instructions for name, each in counts.items()},
        facts={FUNCTIONS: {name: dict(each.functions) for name, each in counts.items()}},
    )


def steady(task: Task, gate: Gate) -> Answer:
    """Time dump and load repeated in this one process: what a hot loop tells.

    Each dump finds its path empty, as a row is promised; what the last one made is removed before,
    untimed. What a load gives back is freed within its time, as loops that publish figures do.
    """
    serializer, model, path = serializer_of(task), _received(task), Path(task.artifact)
    gate()
    dumps = repeated(partial(serializer.dump, model, path), partial(files.remove, path))
    if dumps is None:
        return Answer(facts={"no_value": TOO_LONG})
    written_bytes(path)
    del model
    loads = repeated(partial(serializer.load, path))
    if loads is None:
        return Answer(facts={"no_value": TOO_LONG})
    return Answer(
        metrics={"dump_steady_s": dumps.median_s, "load_steady_s": loads.median_s},
        facts={"dump_repeats": dumps.repeats, "load_repeats": loads.repeats},
    )


OPERATIONS: dict[str, Callable[[Task, Gate], Answer]] = {
    "build": lambda task, gate: (adopt if task.source else build)(task, gate),
    "dump": dump,
    "load": load,
    "load-cold": load_cold,
    "dump-memory": dump_memory,
    "load-memory": load_memory,
    "control": control,
    "workers": workers,
    "count-dump": count_dump,
    "count-load": count_load,
    "steady": steady,
    "load-hundred": load_hundred,
    "serving": serving,
    "preload": preload,
}


def _copied_here(artifact: Path) -> Path:
    """Return the path, relative to the working directory, of a copy that is made there."""
    here = Path("model")
    if artifact.is_dir():
        shutil.copytree(artifact, here)
    else:
        shutil.copyfile(artifact, here)
    return here


def fingerprint(path: Path, size_bytes: int) -> dict[str, Any]:
    """Return, as a fact, what tells two dumps of other bytes; nothing of a large artifact."""
    return {DIGEST: files.digest(path)} if size_bytes <= _MOST_DIGESTED_BYTES else {}


def _received(task: Task) -> Any:
    with step("receiving the model that is to be saved"):
        return receive_model(task)


def _load_and_answer(task: Task, gate: Gate, *, cold: bool) -> Answer:
    serializer, path = serializer_of(task), Path(task.artifact)
    gate()
    known = len(sys.modules)
    start = perf_counter_ns()
    loaded = serializer.load(path)
    load_ns = perf_counter_ns() - start
    facts = _imported(known)
    metric = "load_cold" if cold else "load"
    if not task.answers:
        return Answer(metrics={f"{metric}_s": load_ns * _NS}, facts=facts)
    if task.method == STATE:
        answers, predict_ns = _first_look(loaded)
    else:
        probe = load_reference(task, PROBE)
        with workers_as_pinned(), step(f"the first {task.method}()"):
            start = perf_counter_ns()
            answers = method_of(loaded, task.method)(probe)
            predict_ns = perf_counter_ns() - start
    times = {f"{metric}_s": load_ns * _NS, f"{metric}_predict_s": (load_ns + predict_ns) * _NS}
    if not cold and task.method != STATE:
        times["predict_s"] = predict_ns * _NS
    return _judged(task, serializer, loaded, answers, Answer(metrics=times, facts=facts))


def _first_look(loaded: Any) -> tuple[Any, int]:
    """Return the state of what cannot be asked, and the nanoseconds of reading its arrays once."""
    arrays = arrays_of(loaded)
    start = perf_counter_ns()
    touch(arrays)
    looked_ns = perf_counter_ns() - start
    return state_of(loaded), looked_ns


def _judged(
    task: Task, serializer: Serializer, loaded: Any, answers: Any, measured: Answer
) -> Answer:
    """Add to what was measured whether the answers are those of the model that was saved."""

    def ask() -> Any:
        with workers_as_pinned():
            return method_of(loaded, task.method)(load_reference(task, PROBE))

    with step("comparing the answers"):
        found = judge_answers(task, serializer.kind, answers, ask)
    return Answer(
        outcome=found.outcome,
        reason=found.reason,
        metrics=measured.metrics,
        facts={**measured.facts, **found.facts},
    )


def _imported(known: int) -> dict[str, Any]:
    """Return, as a fact, what was imported after the first `known` modules: it was timed."""
    late = [name for name in list(sys.modules)[known:] if not name.startswith("savebench.")]
    return {IMPORTED: late[:_MOST_NAMES]} if late else {}


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
