"""What a failing test says of the model: where it cannot be saved, and what would work instead."""

import io
import logging
import re
import threading
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import Birch
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from savebench.persistence.fixture import PersistenceFixture
from savebench.persistence.result import PersistenceError
from tests.persistence.models import Doubler, Forgetful, Holder, Unfitted

X = np.arange(20.0).reshape(10, 2)
Y = X.sum(axis=1)
LOCK_ERROR = "(TypeError: cannot pickle '_thread.lock' object)"
HOLDER = "Holder of tests.persistence.models"
INSTALLED = "a module that is installed where the model is loaded"


class Homemade(Holder):
    """An estimator that lives in a test module."""


def _message(check: PersistenceFixture, model: Any, *serializers: str) -> str:
    with pytest.raises(PersistenceError) as caught:
        check(model, X, serializers=serializers)
    return str(caught.value)


def _reason(message: str, serializer: str) -> str:
    """Return what the table says of a serializer."""
    row = rf"^  {re.escape(serializer)} +\S+ +(?:[\d.]+ \S?B +)?(.*)$"
    found = re.search(row, message, re.MULTILINE)
    assert found
    return found[1]


def _advice(message: str) -> list[str]:
    """Return the lines below the table."""
    parts = message.split("\n\n")
    return parts[2].splitlines() if len(parts) > 2 else []


def test_a_lock_is_told_by_its_path_and_by_who_carries_it(check: PersistenceFixture) -> None:
    """Not asked for, but tried: saved here, loaded in a fresh process, asked there."""
    pytest.importorskip("dill")
    model = make_pipeline(StandardScaler(), Holder(cache_={"a": [threading.Lock()]})).fit(X, Y)
    message = _message(check, model, "pickle", "joblib")
    cannot = f"cannot store steps[-1][1].cache_['a'][0]: a lock {LOCK_ERROR}"

    assert [_reason(message, name) for name in ("pickle", "joblib")] == [cannot, cannot]
    assert _advice(message) == [
        (
            f"Write __getstate__ on {HOLDER} that leaves out cache_, "
            "and __setstate__ that makes it anew."
        ),
        "Not asked for: dill carries this model as it is (tried).",
    ]


def test_who_was_asked_and_carries_it_is_named_and_nobody_else_is_tried(
    check: PersistenceFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is enough."""
    pytest.importorskip("dill")
    monkeypatch.setattr("savebench.persistence.diagnosis.ways_that_carry", lambda *_: 1 / 0)
    message = _message(check, Holder(lock=threading.Lock()), "pickle", "dill")

    assert _advice(message)[1:] == ["Of those asked for, dill carries this model as it is."]


def test_each_serializer_is_told_what_it_refuses_and_the_class_all_of_it(
    check: PersistenceFixture,
) -> None:
    """Cloudpickle stores modules, dill locks; nobody generators."""
    pytest.importorskip("dill")
    model = Holder(np=np, lock=threading.Lock(), rows=(each for each in "abc"))
    message = _message(check, model, "pickle", "cloudpickle", "dill")

    assert _reason(message, "pickle").startswith(
        "cannot store np: a module (numpy), lock: a lock and rows: a generator (TypeError: "
    )
    assert _reason(message, "cloudpickle").startswith(
        "cannot store lock: a lock and rows: a generator (TypeError: "
    )
    assert _reason(message, "dill") == (
        "cannot store rows: a generator (TypeError: cannot pickle 'generator' object)"
    )
    assert _advice(message) == [
        (
            f"Write __getstate__ on {HOLDER} that leaves out np, lock and rows, "
            "and __setstate__ that makes them anew."
        ),
    ]


def test_a_generator_of_splits_in_a_search_is_found(check: PersistenceFixture) -> None:
    """The class is scikit-learn's: a list does."""
    splits = KFold(2).split(X, Y)
    model = GridSearchCV(LinearRegression(), {"fit_intercept": [True]}, cv=splits).fit(X, Y)

    assert _advice(_message(check, model, "pickle")) == [
        "Take cv out of the model before saving, or keep a list of what it yields in its place."
    ]


def test_a_lambda_in_a_pipeline_is_told_by_its_path_and_line(check: PersistenceFixture) -> None:
    """Dill would refer to the test module: only cloudpickle carries it."""
    model = make_pipeline(FunctionTransformer(lambda x: x * 2), LinearRegression()).fit(X, Y)
    message = _message(check, model, "pickle")

    name = re.escape("the lambda in line ") + r"\d+ of test_diagnosis\.py"
    assert re.fullmatch(rf"cannot store steps\[0\]\[1\]\.func: {name}", _reason(message, "pickle"))
    write, others = _advice(message)
    assert re.fullmatch(rf"Write {name} as a function at the top level of {INSTALLED}\.", write)
    assert others == "Not asked for: cloudpickle carries this model as it is (tried)."


def test_a_class_of_the_test_module_is_told_by_its_path(check: PersistenceFixture) -> None:
    """By whoever stores its name, and what would have to be said to cloudpickle."""
    model = make_pipeline(StandardScaler(), Homemade()).fit(X, Y)
    message = _message(check, model, "pickle", "cloudpickle")
    module = "tests.persistence.test_diagnosis"

    assert _reason(message, "cloudpickle") == (
        f"stores class Homemade of {module} (steps[-1][1]) by reference, "
        f"and only this test run can import {module}: it is a test module, {__file__}"
    )
    assert _advice(message) == [
        f"Other processes cannot import class Homemade of {module}.",
        f"Move class Homemade of {module} into {INSTALLED}.",
        (
            f"After cloudpickle.register_pickle_by_value({module}), cloudpickle carries this model "
            "as it is (tried)."
        ),
    ]


def test_a_way_that_does_not_work_is_not_named(check: PersistenceFixture) -> None:
    """The class could be stored by value, but holds what nobody stores."""
    model = make_pipeline(StandardScaler(), Homemade(rows=(each for each in "abc"))).fit(X, Y)
    message = _message(check, model, "pickle")

    assert _reason(message, "pickle").startswith("cannot store steps[-1][1].rows: a generator")
    assert "cloudpickle" not in message
    assert "dill" not in message


def test_a_logging_handler_is_found_and_a_logger_is_no_obstacle(check: PersistenceFixture) -> None:
    """Pickle stores a logger's name."""
    handler = logging.StreamHandler(io.StringIO())
    message = _message(check, Holder(log=logging.getLogger("x"), handlers=[handler]), "pickle")

    assert _reason(message, "pickle").startswith("cannot store handlers[0]: a logging handler (")


def test_a_getstate_that_raises_is_told_with_its_line(check: PersistenceFixture) -> None:
    """The model's own file, not savebench's."""
    message = _message(check, Holder(inner=Unfitted()), "joblib")

    assert re.fullmatch(
        r"cannot store inner: its __getstate__ raises RuntimeError: fit it first "
        r"\(models\.py, line \d+, in __getstate__\)",
        _reason(message, "joblib"),
    )
    assert _advice(message) == ["Mend __getstate__ of Unfitted of tests.persistence.models."]


def test_a_chain_of_leaves_is_told_with_its_depth(check: PersistenceFixture) -> None:
    """scikit-learn's Birch, which joblib gives up first: pickle carries it."""
    points = np.random.default_rng(0).random((350, 2))
    model = Birch(threshold=1e-6, branching_factor=3, n_clusters=None).fit(points)
    with pytest.raises(PersistenceError) as caught:
        check(model, points[:5], serializers="joblib")
    message = str(caught.value)

    assert re.match(
        r"cannot store dummy_leaf_\.next_leaf_\.next_leaf_\.\.\. \(\d+ deep\) \(RecursionError: ",
        _reason(message, "joblib"),
    )
    assert _advice(message)[1].startswith("Not asked for: pickle")


def test_a_mismatch_is_no_reason_to_look_for_lambdas(check: PersistenceFixture) -> None:
    """Cloudpickle did carry it: to save it with cloudpickle is what was done."""
    model = Forgetful()
    model.unused = lambda: 1  # type: ignore[attr-defined] # people do
    message = _message(check, model, "pickle", "cloudpickle")

    assert _reason(message, "pickle").startswith("cannot store unused: the lambda in line ")
    assert _reason(message, "cloudpickle").startswith("the loaded model answers differently")
    assert [line for line in _advice(message) if "pickle" in line] == []


def test_dumps_of_what_pickle_cannot_store_start_from_a_copy_by_a_row_that_can(
    check: PersistenceFixture,
) -> None:
    """Cloudpickle carries the lambda, to the processes that dump it, too."""
    limit = {"dump_s": ("cloudpickle", 99.0)}
    model = Doubler(lambda x: x * 3)
    result = check(model, X, serializers="cloudpickle", max_ratio=limit, rounds=6)

    assert result.notes == ()
    assert result["cloudpickle"].times_s["dump_s"].n == 6
