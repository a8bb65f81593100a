"""A trial whose dump fails says which part of the model it was, and where."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from savebench.errors import Unsupported
from savebench.launch.messages import Answer, RowRef, Task
from savebench.records.schema import CARRIERS
from savebench.trial.faults import CannotStore, answer_to, telling_where
from savebench.trial.operations import OPERATIONS
from savebench.trial.reference import save_model
from tests.planted.planted_rows import Reopened

PICKLES = "savebench.serializers.pickles:rows"
TASK = Task(kind="dump", model_folder="", scratch="")


def _no_gate() -> None:
    """Do not wait."""


def _answer(kind: Any, folder: Path, serializer: str) -> Answer:
    task = Task(
        kind=kind,
        serializer=RowRef(PICKLES, serializer),
        model_folder=str(folder),
        artifact=str(folder / "made"),
        scratch=str(folder),
    )
    try:
        return OPERATIONS[kind](task, _no_gate)
    except Exception as error:  # noqa: BLE001 - as the worker does
        return answer_to(task, error)


@pytest.mark.parametrize("kind", ["dump", "dump-memory"])
def test_a_dump_that_fails_tells_the_path_and_what_to_do(kind: str, tmp_path: Path) -> None:
    """Timed or not; what saves the model is told apart, for whoever knows what else ran."""
    pytest.importorskip("dill")
    save_model(tmp_path, Reopened())

    answer = _answer(kind, tmp_path, "pickle")

    assert answer.outcome == "failed"
    assert answer.reason.startswith("cannot store function: the lambda in line ")
    assert " and steps[-1][1]['lock']: a lock; write the lambda in line " in answer.reason
    assert answer.reason.endswith(
        "; write __getstate__ on Reopened of tests.planted.planted_rows that leaves out steps, "
        "and __setstate__ that makes it anew"
    )
    assert answer.facts == {CARRIERS: ["dill"]}


def test_each_serializer_tells_what_it_refuses_itself(tmp_path: Path) -> None:
    """Cloudpickle stores the lambda."""
    save_model(tmp_path, Reopened())

    answer = _answer("dump", tmp_path, "cloudpickle")

    assert answer.reason.startswith(
        "cannot store steps[-1][1]['lock']: a lock (TypeError: cannot pickle '_thread.lock' object)"
    )


def _raising(error: Exception) -> Callable[[Any, Path], None]:
    def dump(model: Any, path: Path) -> None:
        del model, path
        raise error

    return dump


@pytest.mark.parametrize(
    "error", [MemoryError(), Unsupported("not this one"), ValueError("no room")]
)
def test_what_is_not_the_models_fault_stays_as_it_is(error: Exception, tmp_path: Path) -> None:
    """Raised anew, untouched."""
    dump = _raising(error)
    with pytest.raises(type(error)) as caught, telling_where([1], dump, "pickle"):
        dump([1], tmp_path)

    assert caught.value is error


def test_where_no_other_row_may_do_none_is_named() -> None:
    """While the reference is saved, for one."""
    model = [lambda: 1]
    with (
        pytest.raises(CannotStore, match=r"cannot store \[0\]: the lambda in line") as caught,
        telling_where(model, _pickle),
    ):
        _pickle(model, Path("/dev/null"))

    assert caught.value.carriers == ()


def _pickle(model: Any, path: Path) -> None:
    path.write_bytes(pickle.dumps(model))


def test_a_line_of_savebenchs_own_is_not_told() -> None:
    """It says nothing of the serializer; what does is the serializer's own line, or the model's."""
    from savebench.units import parse_size

    def dump(model: Any) -> None:
        raise ValueError(f"no {model}")

    with pytest.raises(Exception, match="much") as ours:
        parse_size("much").bit_length()
    with pytest.raises(ValueError, match="no model") as theirs:
        dump("model")

    assert "line" not in answer_to(TASK, ours.value).reason
    assert answer_to(TASK, theirs.value).reason.startswith(
        "dump raised ValueError: no model (test_faults.py, line "
    )
