"""Small real models, each with a call that exercises it, and every row of the catalogue."""

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from savebench.catalogue.rows import Serializer, installed_version
from savebench.serializers import compressed, floors, joblibs, onnx, pickles, skops

ROWS: dict[str, Serializer] = {
    row.name: row
    for row in chain.from_iterable(
        module.rows() for module in (pickles, joblibs, compressed, skops, onnx, floors)
    )
}


def available() -> list[Serializer]:
    """Return the rows whose distributions are installed."""
    return [row for row in ROWS.values() if all(map(installed_version, row.requires))]


@dataclass(frozen=True)
class Sample:
    """A fitted model and a call on it."""

    model: Any
    method: str
    probe: Any

    def answer(self, model: Any = None) -> Any:
        """Return what the model, or another in its place, answers, as a dense array."""
        answer = getattr(model or self.model, self.method)(self.probe)
        return answer.toarray() if hasattr(answer, "toarray") else np.asarray(answer)


@cache
def samples() -> dict[str, Sample]:
    """Return the models by name."""
    rng = np.random.default_rng(0)
    table = rng.normal(size=(60, 4))
    target, classes = table @ [1.0, 2.0, 3.0, 4.0], table[:, 0] > 0
    areas, prices = [[2600.0], [3000.0], [3200.0], [3600.0], [4000.0]], [550, 565, 610, 680, 725]
    linear = LinearRegression().fit(areas, np.multiply(prices, 1000.0))
    tree = KNeighborsRegressor(algorithm="kd_tree").fit(table, target)
    forest = RandomForestClassifier(5, random_state=0).fit(table, classes)
    return {
        "linear": Sample(linear, "predict", [[5000.0]]),
        "kd-tree": Sample(tree, "predict", table[:5] + 0.01),
        "forest": Sample(forest, "predict_proba", table[:5]),
        "tfidf": _tfidf(),
        "pipeline": _pipeline(table, target),
        "one-hot": _one_hot(),
        "strided": _strided(table),
        "fortran": _fortran(table),
        "zero-size": _zero_size(table),
    }


def _tfidf() -> Sample:
    texts = ["save the model", "load the model", "the nave and the façade"]
    return Sample(TfidfVectorizer().fit(texts), "transform", texts)


def _pipeline(table: Any, target: Any) -> Sample:
    frame = pd.DataFrame({"size": table[:, 0], "town": ["Bern", "Rome", "Oslo"] * 20})
    columns = ColumnTransformer(
        [("n", StandardScaler(), ["size"]), ("c", OneHotEncoder(), ["town"])]
    )
    model = make_pipeline(columns, LinearRegression()).fit(frame, target)
    return Sample(model, "predict", frame.head())


def _one_hot() -> Sample:
    towns = np.array([["Bern"], ["Rome"], ["Oslo"]], dtype=object)
    return Sample(OneHotEncoder().fit(towns), "transform", towns)


def _strided(table: Any) -> Sample:
    scaler = StandardScaler().fit(table)
    scaler.mean_ = np.repeat(scaler.mean_, 2)[::2]
    scaler.scale_ = np.repeat(scaler.scale_, 3)[::3]
    return Sample(scaler, "transform", table[:5])


def _fortran(table: Any) -> Sample:
    model = PCA(3, random_state=0).fit(table)
    model.components_ = np.asfortranarray(model.components_)
    return Sample(model, "transform", table[:5])


def _zero_size(table: Any) -> Sample:
    scaler = StandardScaler().fit(table)
    scaler.spare_ = np.empty((0, 3))
    return Sample(scaler, "transform", table[:5])
