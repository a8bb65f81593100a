"""Take a model that is there already as it is: load it, keep it as the reference, ask it."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from savebench.launch.messages import Answer, Source, Task
from savebench.trial.building import ask_and_keep, keep
from savebench.trial.faults import StepFailed, step
from savebench.trial.one_worker import workers_as_pinned
from savebench.trial.opening import open_model
from savebench.trial.probing import NoProbe, make_probe, method_for, read_probe
from savebench.trial.reference import PROBE, save_value
from savebench.trial.state import STATE

METHOD = "method"
"""A fact: what answers, or `savebench.trial.state.STATE`."""
PROBED = "probed"
"""A fact: where the input came from, or why there is none: a clause."""


def adopt(task: Task, gate: Callable[[], None]) -> Answer:
    """Load the model that the task's source names, keep it, have it answer, and describe it."""
    source = task.source
    if source is None:
        raise ValueError("to adopt a model takes a source")
    gate()
    start = perf_counter()
    with step("loading it"):
        model = open_model(source)
    load_s = perf_counter() - start
    folder = Path(task.model_folder)
    facts = {"build_s": load_s, **keep(folder, model, task.carriers)}
    method, probe, probed = _question(model, source)
    with step("saving its probe"):
        save_value(folder, PROBE, probe)
    variation = ask_and_keep(folder, probe, method, model)
    return Answer(
        facts={
            **facts,
            "variation": msgspec.to_builtins(variation),
            METHOD: method,
            PROBED: probed,
        }
    )


def _question(model: Any, source: Source) -> tuple[str, Any, str]:
    """Return what answers, to what, and where that comes from.

    Where nothing tells what to ask, the saved state is compared.
    """
    if source.probe:
        with step("reading its probe"):
            try:
                method = method_for(model, source.method)
            except NoProbe as error:
                raise ValueError(f"{error}; leave the probe out") from None
            return method, read_probe(Path(source.probe), model), f"from {source.probe}"
    try:
        method = method_for(model, source.method)
        probe = make_probe(model)
    except NoProbe as error:
        return STATE, None, str(error)
    try:
        with workers_as_pinned():
            getattr(model, method)(probe)
    except PermissionError as error:  # that is no answer to a made-up input
        raise StepFailed(f"asked for its {method}(), it") from error
    except Exception as error:  # noqa: BLE001 - made-up input may be refused in any way
        if type(error).__name__ == "NotFittedError":
            raise ValueError(f"the model is not fitted: {error}") from None
        said = f"{type(error).__name__}: {error}".splitlines()[0][:150]
        return STATE, None, f"{method}() refused a made-up input ({said})"
    return method, probe, "made up from what the model says of its columns"
