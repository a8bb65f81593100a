"""Every estimator of scikit-learn, fitted on small data."""

import warnings
from typing import Any

import numpy as np


def every_fitted() -> dict[str, Any]:
    """Return fitted estimators by name; those that small data cannot fit are left out."""
    from sklearn.utils import all_estimators

    fitted: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, kind in all_estimators():
            model = _fitted(name, kind)
            if model is not None:
                fitted[name] = model
    return fitted


def _fitted(name: str, kind: Any) -> Any:
    """Return one estimator fitted on the first data that it takes."""
    for data in _data():
        model = _new(name, kind)
        try:
            model.fit(*data)
        except Exception:  # noqa: BLE001, S112 - the next kind of data is tried
            continue
        return model
    return None


def _new(name: str, kind: Any) -> Any:
    """Return an estimator with what it needs to be made."""
    from sklearn.decomposition import PCA
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.preprocessing import StandardScaler

    inner = {
        "estimators": [("a", LogisticRegression()), ("b", LogisticRegression(C=2))],
        "estimator": LogisticRegression(),
        "base_estimator": LogisticRegression(),
        "param_grid": {"C": [0.5, 1]},
        "param_distributions": {"C": [0.5, 1]},
        "steps": [("scale", StandardScaler()), ("fit", LogisticRegression())],
        "transformer_list": [("pca", PCA(2)), ("scale", StandardScaler())],
        "transformers": [("scale", StandardScaler(), [0, 1])],
        "dictionary": np.eye(4)[:3],
    }
    if name.endswith("Regressor") or name == "RegressorChain":
        inner |= {"estimator": Ridge(), "estimators": [("a", Ridge()), ("b", Ridge(2))]}
    import inspect

    wanted = inspect.signature(kind.__init__).parameters
    required = [each for each, at in wanted.items() if at.default is at.empty and each in inner]
    return kind(**{each: inner[each] for each in required})


def _data() -> list[tuple[Any, ...]]:
    """Return data of several kinds: classes, numbers, counts, texts, records, two tables."""
    random = np.random.default_rng(0)
    x = random.random((60, 4))
    y = (x[:, 0] > 0.5).astype(int)
    texts = ["red apple", "green pear", "red cherry", "blue plum"] * 15
    return [
        (x, y),
        (x, x[:, 0]),
        (x[:, 0], y),
        (x, np.c_[y, 1 - y]),
        (x, np.c_[x[:, 0], x[:, 1]]),
        (x,),
        (texts, y),
        (texts,),
        ([{"a": 1, "b": "x"}, {"a": 2}],),
        (y,),
    ]
