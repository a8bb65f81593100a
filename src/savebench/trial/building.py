"""Build a model, keep it as the reference with its probe and answers, and describe it."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Workload
from savebench.errors import Unsupported
from savebench.launch.messages import Answer, RowRef, Task
from savebench.system import files
from savebench.trial.answering import method_of
from savebench.trial.faults import step
from savebench.trial.one_worker import workers_as_pinned
from savebench.trial.reference import (
    ANSWERS,
    PROBE,
    carried,
    describe_pickled,
    keep_model,
    save_value,
    save_variation,
)
from savebench.trial.variation import Variation, between_calls, incomparable


def build(task: Task, gate: Callable[[], None]) -> Answer:
    """Build a model, keep it, have it answer its probe several times, and describe it.

    The model is saved as it was fitted, before it is asked: answering leaves traces in some models.
    """
    if task.workload is None:
        raise ValueError("a build needs a workload")
    workload = load_row(task.workload.provider, task.workload.name, Workload)
    gate()
    start = perf_counter()
    model = workload.build(task.target_bytes, task.seed)
    build_s = perf_counter() - start
    folder = Path(task.model_folder)
    facts = {"build_s": build_s, **keep(folder, model, task.carriers)}
    with step("making its probe"):
        probe = workload.probe(model, task.seed)
    with step("saving its probe"):
        save_value(folder, PROBE, probe)
    variation = ask_and_keep(folder, probe, workload.method, model)
    return Answer(facts={**facts, "variation": msgspec.to_builtins(variation)})


def keep(folder: Path, model: Any, carriers: tuple[RowRef, ...]) -> dict[str, Any]:
    """Keep a model if anything carries it, and return what is known of it."""
    try:
        reference = keep_model(folder, model, carriers)
    except Unsupported:  # each row will say for itself why it cannot carry the model
        return {"is_kept": False}
    if reference is not None:
        size_bytes = files.size_bytes(carried(folder))
        return {"reference": msgspec.to_builtins(reference), "model_bytes": size_bytes}
    pickled = describe_pickled(model)
    return {
        "model_bytes": pickled.size_bytes,
        "array_bytes": sum(pickled.buffers_bytes),
        "array_count": len(pickled.buffers_bytes),
        "digest": pickled.digest,
    }


def ask_and_keep(folder: Path, probe: Any, method: str, model: Any) -> Variation:
    """Have the model answer, keep the answers, and say how they vary between calls."""

    def ask() -> Any:
        with workers_as_pinned():
            return method_of(model, method)(probe)

    with step(f"its first {method}()"):
        answers = ask()
    with step("comparing its answers"):
        variation = incomparable(answers)
    if variation is None:
        with step("saving its answers"):
            save_value(folder, ANSWERS, answers)
        with step(f"its second {method}()"):
            variation = between_calls(ask, answers)
    save_variation(folder, variation)
    return variation
