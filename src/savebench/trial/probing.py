"""What a person's own model is asked: the method that answers, and an input for it.

The input comes from a file, or is made from what a fitted model says of its own: how many columns
it was fitted on, their names and types, its categories, its vocabulary. The values are made up; the
answers to them are compared all the same.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

METHODS = ("predict", "transform", "kneighbors", "score_samples", "decision_function")
"""What answers, the first that a model has."""
_BOOSTERS_OWN = "inplace_predict"
"""Of XGBoost's Booster, whose predict takes no array, only a DMatrix of XGBoost's own, which
nothing carries to another process."""
_ROWS = 20
_WORDS = ("model", "saved", "loaded", "again", "answers")
_SEED = 0


class NoProbe(Exception):  # noqa: N818 - it is an answer, not a fault
    """Nothing tells what the model could be asked."""


def method_for(model: Any, asked: str) -> str:
    """Return the method that answers.

    Raises
    ------
    NoProbe
        When the model has none that is known.
    ValueError
        When it lacks the one that was asked for.
    """
    if asked:
        if not callable(getattr(model, asked, None)):
            raise ValueError(f"a {type(model).__name__} has no {asked}()")
        return asked
    for name in (_BOOSTERS_OWN, *METHODS):
        if callable(getattr(model, name, None)):
            return name
    raise NoProbe(f"a {type(model).__name__} has none of {', '.join(METHODS)}")


def read_probe(path: Path, model: Any) -> Any:
    """Return the input that a file holds: ``.npy``, ``.csv`` or ``.parquet``.

    Of a table the columns are taken that the model was fitted on, where it names them; an array
    where it does not.

    Raises
    ------
    ValueError
        When the file is of another kind, or lacks a column.
    """
    import numpy as np
    import pandas as pd

    kind = path.suffix.lower()
    if kind == ".npy":
        return np.load(path, allow_pickle=False)
    if kind not in {".csv", ".parquet", ".pq"}:
        raise ValueError(f"{path}: a probe is a .npy, .csv or .parquet file")
    try:
        table = pd.read_csv(path) if kind == ".csv" else pd.read_parquet(path)
    except ImportError:
        raise ValueError(f"{path}: reading it needs pyarrow: pip install pyarrow") from None
    names = _columns(model)
    if names is None:
        wanted = getattr(model, "n_features_in_", table.shape[1])
        return table.iloc[:, :wanted].to_numpy()
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise ValueError(f"{path} lacks the columns {missing[:3]} that the model was fitted on")
    return table[list(names)]


def make_probe(model: Any) -> Any:
    """Return a made-up input of the form that the model was fitted on.

    Raises
    ------
    NoProbe
        When the model does not tell.
    """
    import numpy as np

    first = _first_step(model)
    if callable(getattr(first, "build_analyzer", None)):
        return _texts(getattr(first, "vocabulary_", None))
    if hasattr(first, "vocabulary_") and hasattr(first, "feature_names_"):  # DictVectorizer
        return [dict.fromkeys(list(first.feature_names_)[:3], 1.0)] * _ROWS
    if hasattr(first, "classes_") and not hasattr(first, "n_features_in_"):  # LabelEncoder
        return np.resize(first.classes_, _ROWS)
    known = _values_by_column(first)
    names = _columns(model)
    count = getattr(model, "n_features_in_", getattr(first, "n_features_in_", _own_count(first)))
    if names is None and not isinstance(count, int | np.integer):
        raise NoProbe(f"a {type(model).__name__} does not say on how many columns it was fitted")
    random = np.random.default_rng(_SEED)
    if names is None and not known:
        return random.uniform(0, 1, (_ROWS, int(count))).astype(_dtype(first))
    wanted = list(range(int(count))) if names is None else names
    import pandas as pd

    table = pd.DataFrame({name: known.get(name, random.uniform(0, 1, _ROWS)) for name in wanted})
    return table.to_numpy() if names is None else table


def _first_step(model: Any) -> Any:
    """Return what sees the input first: of a search its best, of a pipeline its first step."""
    while True:
        if hasattr(model, "best_estimator_"):
            model = model.best_estimator_
        elif hasattr(model, "steps") and isinstance(model.steps, list) and model.steps:
            model = next((s for _, s in model.steps if s not in (None, "passthrough")), None)
        elif hasattr(model, "calibrated_classifiers_") and model.calibrated_classifiers_:
            model = model.calibrated_classifiers_[0].estimator
        else:
            return model


def _columns(model: Any) -> Sequence[Any] | None:
    for each in (model, _first_step(model)):
        names = getattr(each, "feature_names_in_", None)
        if names is not None:
            return list(names)
    return None


def _own_count(first: Any) -> Any:
    """Return how many columns a Booster of XGBoost's or LightGBM's says it was trained on.

    Its class is asked: an object's state may hold anything.
    """
    for name in ("num_features", "num_feature"):
        if callable(count := getattr(type(first), name, None)):
            return count(first)
    return None


def _texts(vocabulary: Any) -> list[str]:
    words = [str(word) for word in list(vocabulary)[: 5 * _ROWS]] if vocabulary else list(_WORDS)
    return [" ".join(words[start % len(words) :][:5]) for start in range(0, 5 * _ROWS, 5)]


def _values_by_column(first: Any) -> Mapping[Any, Any]:
    """Return known values of columns that hold categories or text, by name or number."""
    import numpy as np

    found: dict[Any, Any] = {}
    for columns, step in _parts(first):
        names = [columns] if isinstance(columns, str | int) else list(columns)
        for inner in _steps(step):
            if callable(getattr(inner, "build_analyzer", None)):
                found[names[0]] = _texts(getattr(inner, "vocabulary_", None))
            for name, known in zip(names, getattr(inner, "categories_", ()), strict=False):
                found.setdefault(name, np.resize(known, _ROWS))  # the first that sees it
    return found


def _steps(step: Any) -> list[Any]:
    """Return a step, or those of a pipeline."""
    steps = getattr(step, "steps", None)
    return [inner for _, inner in steps] if isinstance(steps, list) else [step]


def _parts(first: Any) -> list[tuple[Any, Any]]:
    """Return the columns and the step that sees them, of a table's transformers or an encoder."""
    parts = getattr(first, "transformers_", None)
    if parts is not None:
        return [(columns, step) for _, step, columns in parts if not isinstance(step, str)]
    if hasattr(first, "categories_"):
        named = getattr(first, "feature_names_in_", None)
        return [(list(range(len(first.categories_)) if named is None else named), first)]
    return []


def _dtype(first: Any) -> Any:
    """Return the type of the numbers that it was fitted on, as far as it keeps any."""
    import numpy as np

    for name in ("_fit_X", "support_vectors_", "cluster_centers_", "components_", "coef_"):
        kept = getattr(first, name, None)
        if getattr(kept, "dtype", None) == np.float32:
            return np.float32
    return np.float64
