"""What a person's own model is asked."""

import warnings
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.utils import all_estimators

from savebench.trial.probing import NoProbe, make_probe, method_for, read_probe

_RANDOM = np.random.default_rng(0)
_X = np.abs(_RANDOM.normal(size=(60, 4)))
_Y = (_X[:, 0] > _X[:, 1]).astype(int)
_TABLE = pd.DataFrame(
    {
        "a": _RANDOM.normal(size=60),
        "c": _RANDOM.choice(["x", "y"], 60),
        "t": _RANDOM.choice(["red green", "blue sky"], 60),
    }
)


def test_what_scikit_learn_fits_takes_the_input_that_is_made_for_it() -> None:
    """Or it is said that there is none, never that the model is at fault."""
    asked, refused = 0, []
    for name, kind in all_estimators():
        if name.endswith("CV"):  # fitted many times, and asked like the estimator within
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                model = kind().fit(_X, _Y)
            except Exception:  # noqa: BLE001, S112 - it wants other data
                continue
            try:
                getattr(model, method_for(model, ""))(make_probe(model))
                asked += 1
            except NoProbe:
                continue
            except Exception as error:  # noqa: BLE001 - which is what is looked for
                refused.append(f"{name}: {error}")
    assert refused == []
    assert asked > 110


@pytest.mark.parametrize(
    "model",
    [
        make_pipeline(
            ColumnTransformer(
                [
                    ("n", make_pipeline(SimpleImputer(), StandardScaler()), ["a"]),
                    ("c", make_pipeline(OrdinalEncoder(), OneHotEncoder()), ["c"]),
                    ("t", TfidfVectorizer(), "t"),
                ]
            ),
            LogisticRegression(),
        ),
        GridSearchCV(
            make_pipeline(make_column_transformer((OneHotEncoder(), ["c"])), LogisticRegression()),
            {"logisticregression__C": [1, 2]},
        ),
    ],
)
def test_a_table_is_made_of_what_its_columns_held(model: Any) -> None:
    """Categories that are known, words of a vocabulary, numbers."""
    fitted = model.fit(_TABLE, _Y)
    probe = make_probe(fitted)
    assert set(probe["c"]) == {"x", "y"}
    assert len(fitted.predict(probe)) == len(probe)


@pytest.mark.parametrize(
    ("model", "data", "method"),
    [
        (make_pipeline(TfidfVectorizer(), LogisticRegression()), _TABLE["t"], "predict"),
        (make_pipeline(HashingVectorizer(), LogisticRegression()), _TABLE["t"], "predict"),
        (OrdinalEncoder(), _TABLE[["c"]].to_numpy(), "transform"),
        (LabelEncoder(), _TABLE["c"], "transform"),
    ],
)
def test_texts_and_categories_are_made_where_there_are_no_columns(
    model: Any, data: Any, method: str
) -> None:
    """Of what was seen in fitting."""
    fitted = model.fit(data, _Y) if hasattr(model, "steps") else model.fit(data)
    assert method_for(fitted, "") == method
    assert len(getattr(fitted, method)(make_probe(fitted))) == 20


def test_a_table_that_lacks_a_column_is_refused_by_name(tmp_path: Path) -> None:
    """The first few are named."""
    model = LogisticRegression().fit(_TABLE[["a"]], _Y)
    (tmp_path / "X.csv").write_text("b\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lacks the columns \['a'\] that the model was fitted on"):
        read_probe(tmp_path / "X.csv", model)


def test_a_booster_of_lightgbms_own_is_asked_with_as_many_columns_as_it_says() -> None:
    """It has no attribute of scikit-learn's."""
    rows = np.random.default_rng(0).normal(size=(60, 4))
    booster = lightgbm.train({"verbose": -1}, lightgbm.Dataset(rows, rows[:, 0]), 2)

    question = make_probe(booster)

    assert (method_for(booster, ""), question.shape) == ("predict", (20, 4))
    assert len(booster.predict(question)) == 20


def test_a_booster_of_xgboosts_own_is_asked_by_the_method_that_takes_arrays() -> None:
    """Its predict takes a DMatrix, which cannot be saved beside the model."""
    xgboost = pytest.importorskip("xgboost")
    rows = np.random.default_rng(0).normal(size=(60, 3))
    booster = xgboost.train({}, xgboost.DMatrix(rows, rows[:, 0], feature_names=["a", "b", "c"]), 2)

    question = make_probe(booster)

    assert (method_for(booster, ""), question.shape) == ("inplace_predict", (20, 3))
    assert len(booster.inplace_predict(question)) == 20
