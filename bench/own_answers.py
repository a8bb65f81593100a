"""Is a serializer blamed? Every scikit-learn estimator that takes ``n_jobs``, with all cores.

``python -m bench.own_answers`` fits each with ``n_jobs=-1``, saves it by pickle and joblib as the
fixture does, loads it in fresh processes, and counts the verdicts. All of them carry every one of
these estimators, so any verdict but ``ok`` is wrong.
"""

import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import all_estimators

from savebench.catalogue.providers import load_catalogue
from savebench.errors import SavebenchError
from savebench.persistence.asked import METHODS, parse_asked
from savebench.persistence.carrying import carry, receive, site_of
from savebench.persistence.production import Production

SERIALIZERS = ("pickle", "joblib")
ROWS, FEATURES = 300, 6


def main() -> None:
    """Print a line an estimator, and the counts."""
    counts: Counter[str] = Counter()
    for name, model, data in fitted_models():
        for serializer, said in verdicts(model, data).items():
            counts[said.partition(":")[0]] += 1
            print(f"{name:32} {serializer:8} {said}", flush=True)
    total = sum(counts.values())
    print(", ".join(f"{number} of {total} {said}" for said, number in counts.most_common()))


def fitted_models() -> Iterator[tuple[str, Any, Any]]:
    """Yield each estimator's name, itself fitted with all cores, and the data that it answers."""
    random = np.random.default_rng(0)
    data = abs(random.normal(size=(ROWS, FEATURES)))  # counts of words are never negative
    numbers = data @ np.arange(FEATURES) + data[:, 0] ** 2
    for name, kind in all_estimators():
        if "n_jobs" not in signature(kind).parameters:
            continue
        model = next((each for each in _instances(kind) if _fits(name, each, data, numbers)), None)
        if model is None:
            print(f"{name:32} wants other data than these")
        elif not any(callable(getattr(model, method, None)) for method in METHODS):
            print(f"{name:32} answers nothing about new data")
        else:
            yield name, model, data


def _fits(name: str, model: Any, data: Any, numbers: Any) -> bool:
    """Fit a model with all cores; return whether it takes the data."""
    labels = (numbers > np.median(numbers)).astype(int)
    target = labels if is_classifier(model) else numbers
    if name.startswith("Multi") or name.endswith("Chain"):
        target = np.column_stack([target, target])
    try:
        known = model.get_params(deep=False)
        wanted = {"n_jobs": -1, "random_state": 0}
        model.set_params(**{key: value for key, value in wanted.items() if key in known})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(data, target)
    except Exception:  # noqa: BLE001 - each wants its own
        return False
    return True


def _instances(kind: type) -> Iterator[Any]:
    """Yield an estimator made with as little as it takes: alone, or around simple ones."""
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.preprocessing import StandardScaler

    simple = LogisticRegression() if "Classifier" in kind.__name__ else Ridge()
    named = [("a", simple), ("b", simple)]
    tries: list[tuple[Any, ...]] = [
        (),
        (simple,),
        (named,),
        (simple, {}),
        ([("a", StandardScaler(), [0, 1])],),
    ]
    for arguments in tries:
        with suppress(TypeError):
            yield kind(*arguments)


def verdicts(model: Any, data: Any) -> dict[str, str]:
    """Return what is said of a model, by serializer."""
    try:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            asked = parse_asked(
                model,
                load_catalogue(),
                serializers=SERIALIZERS,
                method=None,
                max_size=None,
                max_ratio=None,
                rounds=10,
                timeout="60s",
                production=Production(),
            )
            site = site_of(asked.production, Path(folder).resolve())
            subject, _ = receive(model, data, asked, site)
            carried, variation = carry(model, asked, subject, site)
    except SavebenchError as error:
        return dict.fromkeys(SERIALIZERS, f"refused: {error}")
    note = f" ({variation})" if str(variation) else ""
    return {
        name: f"{each.outcome}{': ' if each.reason else ''}{each.reason}{note}"
        for name, each in carried.items()
    }


if __name__ == "__main__":
    main()
