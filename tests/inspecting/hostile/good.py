"""Good files: models that a person would keep, in the formats that are met.

``python -m tests.inspecting.hostile.good FOLDER`` writes them, in a process of its own: dill, once
imported, changes what joblib writes.
"""

import pickle
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cloudpickle
import joblib
import lightgbm
import numpy as np
import zstandard
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestRegressor,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.svm import SVC

SEED = 12
ROWS = np.random.default_rng(SEED).normal(size=(60, 4))
KINDS = (ROWS[:, 0] > 0).astype(int)
VALUES = ROWS @ np.array([1.0, -2.0, 0.5, 3.0])
TEXTS = [f"the word {i % 7} and the other {i % 5}" for i in range(60)]


def models() -> dict[str, Any]:
    """Return fitted models of many kinds, small."""
    x, y = ROWS, KINDS
    words = make_pipeline(TfidfVectorizer(), LogisticRegression())
    columns = ColumnTransformer(
        [
            ("number", StandardScaler(), [0, 1]),
            ("kind", OneHotEncoder(handle_unknown="ignore"), [2]),
        ]
    )
    grid = GridSearchCV(SVC(), {"C": [0.1, 1.0]}, cv=2)
    return {
        "linear": LinearRegression().fit(x, VALUES),
        "forest": RandomForestRegressor(3, random_state=SEED).fit(x, VALUES),
        "isolation": IsolationForest(n_estimators=3, random_state=SEED).fit(x),
        "boosting": GradientBoostingClassifier(n_estimators=3, random_state=SEED).fit(x, y),
        "histograms": HistGradientBoostingClassifier(max_iter=3, random_state=SEED).fit(x, y),
        "neighbors": KNeighborsClassifier(algorithm="kd_tree").fit(x, y),
        "network": MLPClassifier((4,), max_iter=3, random_state=SEED).fit(x, y),
        "words": words.fit(TEXTS, y),
        "columns": make_pipeline(columns, SVC(probability=False)).fit(x.round(), y),
        "grid": grid.fit(x, y),
        "function": make_pipeline(FunctionTransformer(np.log1p), LinearRegression()).fit(
            np.abs(x), VALUES
        ),
        "lightgbm": lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1).fit(x, y),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to save, and what must be said of a file that it wrote."""

    dump: Callable[[Any, Path], None]
    container: str
    compression: str = "none"
    protocol: int | None = None


def _pickled(protocol: int) -> Callable[[Any, Path], None]:
    return lambda model, path: void(path.write_bytes(pickle.dumps(model, protocol)))


def void(_: object) -> None:
    """Forget an answer."""


def _joblib(**settings: Any) -> Callable[[Any, Path], None]:
    return lambda model, path: void(joblib.dump(model, path, **settings))


def _zstd(model: Any, path: Path) -> None:
    path.write_bytes(zstandard.compress(pickle.dumps(model, 5)))


def _dilled(model: Any, path: Path) -> None:
    import dill

    path.write_bytes(dill.dumps(model))


WAYS: dict[str, Way] = {
    **{
        f"pickle-p{protocol}": Way(dump=_pickled(protocol), container="pickle", protocol=protocol)
        for protocol in range(6)
    },
    "cloudpickle": Way(
        dump=lambda model, path: void(path.write_bytes(cloudpickle.dumps(model))),
        container="pickle",
        protocol=5,
    ),
    "pickle+zstd": Way(dump=_zstd, container="pickle", compression="zstd", protocol=5),
    "joblib": Way(dump=_joblib(), container="joblib", protocol=4),
    "joblib-p2": Way(dump=_joblib(protocol=2), container="joblib", protocol=2),
    "joblib-p5": Way(dump=_joblib(protocol=5), container="joblib", protocol=5),
    **{
        f"joblib+{how}": Way(
            dump=_joblib(compress=(how, 3)), container="joblib", compression=how, protocol=4
        )
        for how in ("zlib", "gzip", "bz2", "xz", "lzma")
    },
    "joblib+lz4": Way(
        dump=_joblib(compress="lz4"), container="joblib", compression="lz4", protocol=4
    ),
    "dill": Way(
        dump=_dilled,
        container="pickle",
        protocol=4,
    ),
}


def files(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Write every model in every way, dill's last; yield its name, the way's, and the file."""
    fitted = models()
    for way, how in WAYS.items():
        for name, model in fitted.items():
            path = folder / f"{name}.{way}"
            how.dump(model, path)
            yield name, way, path


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for _each in files(Path(sys.argv[1])):
        pass
