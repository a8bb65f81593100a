"""The reference from which dump trials receive their model."""

import io
import pickle
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from savebench.errors import Unsupported
from savebench.launch.messages import RowRef, Task
from savebench.trial.reference import LayoutPickler, describe_pickled, keep_model, receive_model


def _there_and_back(model: Any) -> Any:
    stream = io.BytesIO()
    LayoutPickler(stream, protocol=5).dump(model)
    return pickle.loads(stream.getvalue())


BASE = np.arange(120.0).reshape(10, 12)


@pytest.mark.parametrize(
    "view",
    [BASE[:, ::2], BASE[::3], BASE[::-1], BASE.T[1:5, ::2], np.asfortranarray(BASE)[2:5]],
    ids=["columns", "rows", "reversed", "transposed", "fortran"],
)
def test_a_strided_array_stays_strided(view: Any) -> None:
    """Same values, same strides; a plain pickle would make it contiguous."""
    back = _there_and_back({"x": view})["x"]
    assert np.array_equal(back, view)
    assert back.strides == view.strides


def test_two_views_keep_sharing_their_memory() -> None:
    """One base, stored once."""
    one, two = _there_and_back([BASE[:, ::2], BASE[:, 1::2]])
    one[0, 0] = -1
    assert one.base is not None
    assert two.base is not None
    assert np.array_equal(two, BASE[:, 1::2])


def test_sizes_are_those_of_a_plain_pickle() -> None:
    """Counted without keeping a copy, array buffers apart."""
    model = {"a": np.zeros(1000), "b": "text"}
    pickled = describe_pickled(model)
    assert pickled.buffers_bytes == (8000,)
    assert pickled.size_bytes == pytest.approx(len(pickle.dumps(model, protocol=5)), rel=0.02)


def test_the_fingerprint_tells_models_apart_by_their_lowest_bit() -> None:
    """And is the same for the same model."""
    model = {"a": np.ones(1000), "b": "text"}
    array = np.ones(1000)
    array[500] = np.nextafter(1.0, 2.0)
    other = {"a": array, "b": "text"}

    assert describe_pickled(model).digest == describe_pickled(dict(model)).digest
    assert describe_pickled(model).digest != describe_pickled(other).digest


PICKLES = "savebench.serializers.pickles:rows"
CLOUDPICKLE, DILL = RowRef(PICKLES, "cloudpickle"), RowRef(PICKLES, "dill")


def _received(folder: Path, reference: RowRef | None) -> Any:
    task = Task(kind="dump", model_folder=str(folder), scratch="", reference=reference)
    return receive_model(task)


def test_a_model_is_kept_as_a_pickle_where_pickle_carries_it(tmp_path: Path) -> None:
    """No other row is tried."""
    assert keep_model(tmp_path, {"a": 1}, [CLOUDPICKLE]) is None
    assert _received(tmp_path, None) == {"a": 1}


def test_a_model_is_kept_by_the_first_row_that_carries_it(tmp_path: Path) -> None:
    """Cloudpickle takes no lock, dill does."""
    lock = threading.Lock()
    assert keep_model(tmp_path, {"f": lambda: 7}, [CLOUDPICKLE, DILL]) == CLOUDPICKLE
    assert _received(tmp_path, CLOUDPICKLE)["f"]() == 7
    assert keep_model(tmp_path, {"lock": lock}, [CLOUDPICKLE, DILL]) == DILL
    assert type(_received(tmp_path, DILL)["lock"]) is type(lock)


def test_a_model_that_nothing_carries_is_refused(tmp_path: Path) -> None:
    """With the reason of pickle."""
    with pytest.raises(Unsupported, match="no row carries it: cannot pickle 'generator' object"):
        keep_model(tmp_path, (number for number in range(3)), [CLOUDPICKLE, DILL])
