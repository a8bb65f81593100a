"""Why a model could not be saved, in a line: what, where, and what to do about it."""

import pickle
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from savebench.obstacles.explaining import Examination, explain
from savebench.obstacles.explanation import Explanation
from savebench.obstacles.writing import to_nowhere, write_pickle
from tests.obstacles.models import (
    Endless,
    Refuses,
    Wrapper,
    closure,
    local_class,
    numbers,
)

WRAPPER = "Wrapper of tests.obstacles.models"
LAMBDA: Any = eval(compile("lambda: 1", "made.py", "eval"), {"__name__": __name__})  # noqa: S307
LOCK_ERROR = "(TypeError: cannot pickle '_thread.lock' object)"
INSTALLED = "a module that is installed where the model is loaded"


def _explain(
    model: Any, write: Callable[[Any], object] = write_pickle, row: str = ""
) -> Explanation:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - each kind raises another
        write(model)
    return explain(model, caught.value, write, row=row, seconds=30)


def _lock() -> Any:
    return threading.Lock()


SAID: tuple[tuple[Callable[[], Any], str], ...] = (
    (
        lambda: make_pipeline(StandardScaler(), Wrapper(cache_={"a": [_lock()]})),
        (
            f"cannot store steps[-1][1].cache_['a'][0]: a lock {LOCK_ERROR}; "
            f"write __getstate__ on {WRAPPER} that leaves out cache_, "
            "and __setstate__ that makes it anew"
        ),
    ),
    (
        lambda: Wrapper(rows=numbers()),
        (
            "cannot store rows: a generator (TypeError: cannot pickle 'generator' object); "
            f"write __getstate__ on {WRAPPER} that leaves out rows, "
            "or keep a list of what it yields in its place"
        ),
    ),
    (
        lambda: Wrapper(rows=numbers(), lock=_lock(), np=np, view={}.keys(), more=_lock()),
        (
            "cannot store rows: a generator, lock: a lock, np: a module (numpy) and 2 more "
            "(TypeError: cannot pickle 'generator' object); "
            f"write __getstate__ on {WRAPPER} that leaves out rows, lock, np and 2 more, "
            "and __setstate__ that makes them anew"
        ),
    ),
    (
        lambda: Wrapper(many=[Wrapper(lock=_lock()) for _ in range(1500)]),
        (
            f"cannot store many[0].lock: a lock, many[1].lock: a lock, many[2].lock: a lock "
            f"and 998 or more {LOCK_ERROR}; "
            f"write __getstate__ on {WRAPPER} that leaves out lock, "
            "and __setstate__ that makes it anew"
        ),
    ),
    (
        lambda: GridSearchCV(Wrapper(), {}, cv=numbers()),
        (
            "cannot store cv: a generator (TypeError: cannot pickle 'generator' object); "
            "take cv out of the model before saving, or keep a list of what it yields in its place"
        ),
    ),
    (
        lambda: [LAMBDA],
        (
            "cannot store [0]: the lambda in line 1 of made.py; write the lambda in line 1 of "
            f"made.py as a function at the top level of {INSTALLED}"
        ),
    ),
    (
        lambda: Wrapper(inner=local_class()()),
        (
            "cannot store inner: an object of the local class Local that "
            "tests.obstacles.models.local_class made; move the local class Local that "
            f"tests.obstacles.models.local_class made to the top level of {INSTALLED}"
        ),
    ),
    (
        _lock,
        f"cannot store the model itself: a lock {LOCK_ERROR}",
    ),
)


@pytest.mark.parametrize(("make", "said"), SAID)
def test_a_line_says_what_cannot_be_stored_and_what_to_do(
    make: Callable[[], Any], said: str
) -> None:
    """The path from the model down, the original error, and where to write what."""
    assert str(_explain(make())) == said


def test_an_object_that_raises_is_to_be_mended_itself() -> None:
    """Its own words and line are told once."""
    found = _explain(Wrapper(inner=Refuses()))

    assert found.what.startswith("inner: its __getstate__ raises ValueError: not fitted (models.py")
    assert found.cannot == f"cannot store {found.what}"
    assert found.mends == ["mend __getstate__ of Refuses of tests.obstacles.models"]


def test_an_endless_getattr_is_told_apart_from_a_deep_model() -> None:
    """Both raise RecursionError."""
    found = _explain(Wrapper(inner=Endless()))

    assert found.chain is None
    assert found.what.startswith("inner: its __reduce_ex__ raises RecursionError")


def test_only_what_the_serializer_itself_refuses_is_named() -> None:
    """Cloudpickle stores the lambda and the module, and stumbles over the lock."""
    model = Wrapper(function=LAMBDA, np=np, lock=_lock())

    assert (
        _explain(model).what
        == "function: the lambda in line 1 of made.py, np: a module (numpy) and lock: a lock"
    )
    assert _explain(model, cloudpickle.dumps).what == "lock: a lock"


def test_what_a_stored_function_holds_is_named_for_who_stores_it() -> None:
    """The closure for pickle, the lock in it for cloudpickle."""
    model = Wrapper(get=closure(_lock()))

    assert _explain(model).what.startswith("get: the closure get")
    assert _explain(model, cloudpickle.dumps).what == ("get.__closure__[0].cell_contents: a lock")


def test_nothing_is_named_where_something_else_went_wrong() -> None:
    """A lock is there, but it is not what this serializer complains of."""

    def write(value: Any) -> None:
        raise ValueError("no room" if isinstance(value, Wrapper) else "never")

    found = _explain(Wrapper(lock=_lock()), write)

    assert not found
    assert str(found) == "ValueError: no room"


def test_a_serializer_that_wraps_the_error_is_seen_through() -> None:
    """What it was raised from tells."""

    def write(value: Any) -> None:
        try:
            pickle.dumps(value)
        except TypeError as error:
            raise RuntimeError(f"cannot save this {type(value).__name__}") from error

    assert _explain(Wrapper(lock=_lock()), write).what == "lock: a lock"


def test_what_comes_first_is_what_was_raised() -> None:
    """Pickle stumbles over the generator; the lock lies nearer."""
    found = _explain({"far": [[numbers()]], "near": _lock()})

    assert found.what == "['far'][0][0]: a generator and ['near']: a lock"


def test_the_rows_that_carry_all_of_it_are_named() -> None:
    """Those known to carry each kind, and that write the whole model; never the one at fault."""
    pytest.importorskip("dill")
    with closing(sqlite3.connect(":memory:")) as database:
        assert _explain(Wrapper(a=LAMBDA), row="pickle").carriers == ("cloudpickle", "dill")
        assert _explain(Wrapper(a=_lock()), row="pickle").carriers == ("dill",)
        assert _explain(Wrapper(a=_lock(), b=LAMBDA)).carriers == ("dill",)
        assert _explain(Wrapper(a=_lock()), cloudpickle.dumps, row="cloudpickle").carriers == (
            "dill",
        )
        assert _explain(Wrapper(a=database, b=LAMBDA)).carriers == ()
        assert _explain(Wrapper(a=numbers())).carriers == ()
        assert _explain(Wrapper(a=LAMBDA), row="dill").carriers == ("cloudpickle",)


def test_asking_leaves_joblib_as_it_was() -> None:
    """Importing dill teaches picklers in Python to store lambdas; that is taken back."""
    program = """
import io, sys
from savebench.obstacles.writing import writes
assert "dill" not in sys.modules
assert writes("dill", lambda: 1, float("inf"))
import joblib
try:
    joblib.dump(lambda: 1, io.BytesIO())
except Exception as error:
    print(type(error).__name__)
"""
    pytest.importorskip("dill")

    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    assert done.stdout == b"PicklingError\n"


@pytest.mark.parametrize("error", [MemoryError(), OSError("disk full"), KeyError("x")])
def test_an_error_of_another_kind_explains_nothing(error: Exception) -> None:
    """And raises nothing."""
    assert not explain([_lock()], error)


def test_a_model_that_breaks_the_examination_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was raised first is what counts."""
    monkeypatch.setattr("savebench.obstacles.explaining.find_obstacles", lambda *_, **__: 1 / 0)

    assert str(Examination([1]).explain(TypeError("first"), write_pickle)) == "TypeError: first"


def test_what_is_tried_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Parts are written into folders that are deleted."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def dump(value: Any, path: Path) -> None:
        path.mkdir()
        (path / "part").write_bytes(pickle.dumps(value))

    found = _explain(Wrapper(lock=_lock()), to_nowhere(dump))

    assert found.what == "lock: a lock"
    assert list(tmp_path.iterdir()) == []
