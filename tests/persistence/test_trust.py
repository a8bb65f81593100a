"""A test may have skops load more types than savebench has reviewed, in every process."""

import threading
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from savebench.errors import UsageError
from savebench.persistence.fixture import PersistenceFixture
from savebench.persistence.result import PersistenceError
from tests.persistence.models import Doubler

X = np.arange(5.0)
NAME = "tests.persistence.models.Doubler"


@pytest.mark.parametrize("trust", [[NAME], [Doubler]], ids=["name", "type"])
def test_a_type_that_the_test_trusts_is_loaded(check: PersistenceFixture, trust: Any) -> None:
    """By its name or by itself; the fresh process is told."""
    result = check(Doubler(), X, serializers=["skops", "pickle"], trust=trust)

    assert {line.serializer: line.outcome for line in result.lines} == {
        "skops": "ok",
        "pickle": "ok",
    }


def test_a_type_that_nobody_trusts_is_named_with_what_to_do(check: PersistenceFixture) -> None:
    """The option of the fixture, and the row for the command line."""
    with pytest.raises(PersistenceError) as caught:
        check(Doubler(), X, serializers=["skops"])

    assert (
        f"skops refuses types that nobody has reviewed: {NAME}. Where you trust it, measure all "
        "the same: in a test by trust=[...], on the command line by a row of your own, which "
        "savebench.serializers.skops.skops(trust=[...], name='skops+mine') makes"
    ) in str(caught.value)


def test_a_lock_is_no_reason_to_trust_anything(check: PersistenceFixture) -> None:
    """What skops calls a type would be a door for any file."""
    model = Doubler()
    model.lock = threading.Lock()  # type: ignore[attr-defined] # as models with caches have

    with pytest.raises(PersistenceError) as caught:
        check(model, X, serializers=["skops"], trust=[NAME])

    assert "skops refuses _thread.lock: no type of a model" in str(caught.value)
    assert "trust=[" not in str(caught.value)


def test_the_processes_that_are_timed_trust_the_same(check: PersistenceFixture) -> None:
    """Loads and dumps start in processes of their own."""
    result = check(
        Doubler(),
        X,
        serializers=["skops", "pickle"],
        trust=[NAME],
        max_ratio={"load_s": ("pickle", 1e9)},
        rounds=6,
    )

    assert result["skops"].outcome == "ok"
    assert result["skops"].times_s["load_s"].n == 6


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"serializers": ["pickle", "joblib"], "trust": [NAME]},
            "is for skops, and pickle, joblib load whatever a file names",
        ),
        ({"serializers": ["skops"], "trust": NAME}, "write the full names of types"),
        ({"serializers": ["skops"], "trust": ["_thread.lock"]}, "names _thread.lock: no type of"),
    ],
)
def test_trust_that_makes_no_sense_is_refused(
    check: PersistenceFixture, asked: dict[str, Any], message: str
) -> None:
    """Before any process starts."""
    with pytest.raises(UsageError, match=message):
        check(Doubler(), X, **asked)


def test_a_frame_of_mixed_columns_goes_through_an_export(check: PersistenceFixture) -> None:
    """The fresh process hands the export the frame as it is."""
    frame = pd.DataFrame({"town": ["Bern", "Rome", "Oslo"] * 4, "size": np.arange(12.0)})
    columns = make_column_transformer((OneHotEncoder(), ["town"]), (StandardScaler(), ["size"]))
    model = make_pipeline(columns, Ridge()).fit(frame, np.arange(12.0) ** 2)

    result = check(model, frame, serializers=["onnx", "pickle"])

    assert {line.outcome for line in result.lines} == {"ok"}
