"""A model fitted on a data frame gets one input a column, and its export takes the data frame."""

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import LinearSVC

from savebench.errors import Unsupported
from tests.serializers.samples import ROWS

SIZE = np.random.default_rng(0).normal(size=90).astype(np.float32).astype(float)
ROOMS = np.arange(90) % 5
FRAME = pd.DataFrame(
    {
        "town": ["Bern", "Rome", "Oslo"] * 30,
        "size": SIZE,
        "rooms": ROOMS,
        "heat": pd.Series(["gas", "oil", "sun"] * 30, dtype=object).where(ROOMS != 3, np.nan),
        "age": np.where(ROOMS == 1, np.nan, SIZE[::-1]),
        "new": ROOMS > 2,
        "kind": pd.Categorical(["flat", "house"] * 45),
        "note": ["x"] * 90,
    }
)
PRICES = 3 * SIZE + ROOMS
CLASSES = np.array(["no", "some", "yes"])[np.digitize(PRICES, [1, 4])]
PROBE = FRAME.iloc[3:25].reset_index(drop=True)


def columns() -> ColumnTransformer:
    """Return what most make of such a frame."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    strings = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")
    )
    return ColumnTransformer(
        [
            ("numbers", numbers, ["age", "size"]),
            ("strings", strings, ["kind", "heat", "town"]),
            ("codes", OrdinalEncoder(), ["rooms", "new"]),
        ]
    )


def export(model: Any, folder: Path) -> Any:
    """Save a model and return what comes back."""
    ROWS["onnx"].dump(model, folder / "model.onnx")
    return ROWS["onnx"].load(folder / "model.onnx")


MODELS = {
    "columns alone": (columns(), PRICES),
    "regression": (make_pipeline(columns(), Ridge()), PRICES),
    "classes": (make_pipeline(columns(), LogisticRegression()), CLASSES),
    "scores": (make_pipeline(columns(), LinearSVC()), CLASSES),
    "forest": (make_pipeline(columns(), RandomForestClassifier(5, random_state=0)), CLASSES),
    "search": (GridSearchCV(make_pipeline(columns(), LinearSVC()), {}, cv=2), CLASSES),
    "vote": (
        VotingClassifier(
            [
                ("one", make_pipeline(columns(), LogisticRegression())),
                ("other", make_pipeline(columns(), LinearSVC())),
            ]
        ),
        CLASSES,
    ),
    "calibration": (
        make_pipeline(columns(), CalibratedClassifierCV(LinearSVC(), cv=2)),
        CLASSES,
    ),
    "union": (make_pipeline(FeatureUnion([("a", columns()), ("b", columns())]), Ridge()), PRICES),
    "nested": (
        make_pipeline(
            make_column_transformer((columns(), [*FRAME.columns[:-1]]), remainder="drop"), Ridge()
        ),
        PRICES,
    ),
    "selected": (
        make_pipeline(
            make_column_transformer(
                (OneHotEncoder(), make_column_selector(dtype_exclude=["number", "bool"])),
                (SimpleImputer(), make_column_selector(dtype_include="number")),
            ),
            Ridge(),
        ),
        PRICES,
    ),
    "targets": (
        make_pipeline(
            make_column_transformer(
                (TargetEncoder(), ["town", "kind"]), (StandardScaler(), ["size"])
            ),
            Ridge(),
        ),
        PRICES,
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_an_export_takes_the_frame_and_answers_as_the_model(name: str, tmp_path: Path) -> None:
    """Numbers, strings, whole numbers, truths and categories, some of them missing."""
    estimator, target = MODELS[name]
    model = estimator.fit(FRAME, target)

    exported = export(model, tmp_path)

    for method in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(exported, method):
            expected, actual = getattr(model, method)(PROBE), getattr(exported, method)(PROBE)
            dense = expected.toarray() if hasattr(expected, "toarray") else expected
            if dense.dtype == float:
                np.testing.assert_allclose(actual, dense, rtol=1e-3, atol=1e-4)
            else:
                assert actual.tolist() == dense.tolist()
    assert hasattr(exported, "transform" if name == "columns alone" else "predict")


def test_there_is_one_input_a_column_and_none_for_what_is_dropped(tmp_path: Path) -> None:
    """By the column's name, with the type of what it was fitted on."""
    export(make_pipeline(columns(), Ridge()).fit(FRAME, PRICES), tmp_path)

    inputs = onnxruntime.InferenceSession(str(tmp_path / "model.onnx")).get_inputs()

    assert {each.name: each.type for each in inputs} == {
        "town": "tensor(string)",
        "size": "tensor(float)",
        "rooms": "tensor(int64)",
        "heat": "tensor(string)",
        "age": "tensor(float)",
        "new": "tensor(int64)",
        "kind": "tensor(string)",
    }


def test_columns_are_found_by_name_in_a_frame_and_by_place_in_an_array(tmp_path: Path) -> None:
    """A frame may have them in another order, more of them, and lack what the model drops."""
    model = make_pipeline(columns(), Ridge()).fit(FRAME, PRICES)
    exported = export(model, tmp_path)
    expected = exported.predict(PROBE)

    turned = PROBE[[*reversed(PROBE.columns)]].drop(columns="note").assign(more=1)

    assert exported.predict(turned).tolist() == expected.tolist()
    assert exported.predict(PROBE.to_numpy(dtype=object)).tolist() == expected.tolist()
    with pytest.raises(ValueError, match="columns are missing: town, age"):
        exported.predict(PROBE.drop(columns=["town", "age"]))


def test_names_that_skl2onnx_changes_are_still_found(tmp_path: Path) -> None:
    """It has outputs of its own by some names, and takes no spaces."""
    names = ["label", "probabilities", "with space", "variable"]
    frame = pd.DataFrame(np.outer(SIZE, [1, 2, 3, 4]) + ROOMS[:, None], columns=names)
    parts = ColumnTransformer(
        [("a", StandardScaler(), names[:2]), ("b", StandardScaler(), names[2:])]
    )
    model = make_pipeline(parts, LogisticRegression()).fit(frame, CLASSES)

    exported = export(model, tmp_path)

    assert exported.predict(frame.head()).tolist() == model.predict(frame.head()).tolist()


def test_an_array_of_mixed_columns_is_taken_by_place(tmp_path: Path) -> None:
    """As many make of a frame before they fit: all objects, columns by number."""
    array = FRAME[["size", "town", "rooms"]].to_numpy(dtype=object)
    parts = make_column_transformer((StandardScaler(), [0, 2]), (OneHotEncoder(), [1]))
    model = make_pipeline(parts, Ridge()).fit(array, PRICES)

    exported = export(model, tmp_path)

    np.testing.assert_allclose(exported.predict(array), model.predict(array), rtol=1e-4, atol=1e-4)


def test_columns_in_another_order_stay_in_that_order(tmp_path: Path) -> None:
    """skl2onnx takes all the columns of one input for those columns in their own order."""
    table = np.column_stack([SIZE, ROOMS, SIZE**2])
    model = ColumnTransformer([("scale", StandardScaler(), [2, 0, 1])]).fit(table)

    exported = export(model, tmp_path)

    np.testing.assert_allclose(
        exported.transform(table[:5]), model.transform(table[:5]), rtol=1e-4, atol=1e-5
    )


def test_a_frame_of_numbers_goes_into_one_matrix(tmp_path: Path) -> None:
    """Found by name all the same."""
    frame = FRAME[["size", "rooms"]]
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, CLASSES)

    exported = export(model, tmp_path)

    (only,) = onnxruntime.InferenceSession(str(tmp_path / "model.onnx")).get_inputs()
    assert (only.name, only.shape[1]) == ("X", 2)
    assert exported.predict(frame[["rooms", "size"]]).tolist() == model.predict(frame).tolist()


def test_whole_numbers_that_float32_cannot_hold_are_told_apart(tmp_path: Path) -> None:
    """Categories that are integers have an input of integers."""
    codes = pd.DataFrame({"code": 2**25 + ROOMS, "town": FRAME["town"]})
    model = OneHotEncoder().fit(codes)

    assert export(model, tmp_path).transform(codes).tolist() == (
        model.transform(codes).toarray().tolist()
    )


REFUSED = [
    (
        make_column_transformer((TfidfVectorizer(), "town"), (StandardScaler(), ["size"])),
        "this TfidfVectorizer takes text, and ONNX splits text by other rules",
    ),
    (
        make_column_transformer((OneHotEncoder(), ["rooms"]), (OrdinalEncoder(), ["day"])),
        "'day' holds datetime64, and ONNX takes numbers or strings",
    ),
    (
        make_column_transformer((OneHotEncoder(), ["mix"])),
        "'mix' holds float, str, and ONNX takes numbers or strings",
    ),
    (
        make_column_transformer((FunctionTransformer(np.log1p), ["rooms"])),
        "not supported unless the transform function is None",
    ),
    (
        make_column_transformer((OrdinalEncoder(), ["heat"])),
        "OrdinalEncoder: encodes what is missing as a category of its own",
    ),
]


@pytest.mark.parametrize(("estimator", "why"), REFUSED, ids=[why[:20] for _, why in REFUSED])
def test_columns_that_onnx_cannot_take_are_unsupported(
    estimator: Any, why: str, tmp_path: Path
) -> None:
    """In plain words, with the column's name where there is one."""
    days = pd.date_range("2026-01-01", periods=2).take(ROOMS % 2)
    mix = pd.Series([1.5, "a"] * 45, dtype=object).map(lambda value: value)
    frame = FRAME.assign(day=days)
    if "mix" in str(estimator.transformers):
        estimator = _fitted_on_both(estimator, frame.assign(mix=mix))
    else:
        estimator.fit(frame)

    with pytest.raises(Unsupported, match=why):
        export(estimator, tmp_path)


def _fitted_on_both(estimator: Any, frame: pd.DataFrame) -> Any:
    """Fit to strings, then let the encoder know a number: scikit-learn itself sorts no mixture."""
    estimator.fit(frame.assign(mix=frame["mix"].astype(str)))
    (encoder, *_) = (each for _, each, _ in estimator.transformers_)
    encoder.categories_[0] = np.array([1.5, "a"], dtype=object)
    return estimator


def test_a_column_of_other_values_than_the_model_was_fitted_on_is_unsupported(
    tmp_path: Path,
) -> None:
    """The reason names the column."""
    exported = export(make_pipeline(columns(), Ridge()).fit(FRAME, PRICES), tmp_path)

    with pytest.raises(Unsupported, match="takes size as numbers, and cannot be given this"):
        exported.predict(PROBE.assign(size="large"))
    with pytest.raises(Unsupported, match="takes rooms as integers, and cannot be given this"):
        exported.predict(PROBE.assign(rooms=2.5))


def test_a_string_that_reads_as_missing_is_unsupported(tmp_path: Path) -> None:
    """What is missing is fed as ``nan``, so the imputer would fill the string as well."""
    exported = export(make_pipeline(columns(), Ridge()).fit(FRAME, PRICES), tmp_path)

    with pytest.raises(Unsupported, match="the string 'nan' in heat for a missing value"):
        exported.predict(PROBE.assign(heat="nan"))


def test_a_tree_is_not_asked_about_missing_values(tmp_path: Path) -> None:
    """skl2onnx forgets which way the tree sends them; after an imputer there are none."""
    numbers = FRAME[["size", "age"]]
    forest = RandomForestClassifier(5, random_state=0)
    imputed = make_pipeline(SimpleImputer(), forest).fit(numbers, CLASSES)

    assert export(imputed, tmp_path).predict(numbers).tolist() == imputed.predict(numbers).tolist()
    with pytest.raises(Unsupported, match="takes no missing values"):
        export(forest.fit(numbers, CLASSES), tmp_path).predict(numbers)
