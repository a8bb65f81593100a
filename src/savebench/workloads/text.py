"""Strings inside models: vocabularies, categories, tables of mixed columns."""

from collections.abc import Iterator
from typing import Any

from savebench.catalogue.rows import Workload
from savebench.workloads._recipes import PROBE_ROWS, count_for, data_rng, probe_rng, words

WORDS_PER_DOCUMENT = 200
NUMBERS = ("age", "income", "visits", "distance")
CATEGORIES = ("city", "plan")


def rows() -> tuple[Workload, ...]:
    """Return the text family."""
    return (
        Workload(
            name="tfidf",
            build=_build_tfidf,
            probe=_probe_tfidf,
            method="transform",
            sizes=("10KB", "100KB", "1MB", "16MB", "128MB"),
            modules=("sklearn.feature_extraction.text",),
            stresses="a dictionary of words: Python strings, not arrays",
        ),
        Workload(
            name="one-hot",
            build=_build_one_hot,
            probe=_probe_one_hot,
            method="transform",
            sizes=("10KB", "100KB", "1MB", "16MB"),
            modules=("sklearn.preprocessing",),
            stresses="arrays of Python strings, which no buffer can carry",
        ),
        Workload(
            name="pipeline",
            build=_build_pipeline,
            probe=_probe_pipeline,
            sizes=("100KB", "1MB", "16MB"),
            modules=(
                "sklearn.pipeline",
                "sklearn.compose",
                "sklearn.preprocessing",
                "sklearn.ensemble",
                "pandas",
            ),
            requires=("pandas",),
            stresses="a pipeline over a data frame: many nested estimators",
        ),
    )


def _build_tfidf(target_bytes: int, seed: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    def fit(count: int) -> Any:
        fitted = TfidfVectorizer().fit(_documents(count, seed))
        # An address, id(stop_words), and no part of a model: scikit-learn does without it, and with
        # it no two processes would save the same bytes.
        vars(fitted).pop("_stop_words_id", None)
        return fitted

    return fit(count_for(target_bytes, fit, pilot=1000))


def _documents(count: int, seed: int) -> Iterator[str]:
    """Yield documents that use `count` words, each at least once and a few of them often."""
    rng = data_rng(seed)
    vocabulary = words(count, rng)
    half = WORDS_PER_DOCUMENT // 2
    for start in range(0, count, half):
        frequent = (rng.zipf(1.3, size=half) - 1) % count
        chosen = vocabulary[start : start + half] + [vocabulary[rank] for rank in frequent]
        yield " ".join(chosen)


def _probe_tfidf(model: Any, seed: int) -> list[str]:
    rng = probe_rng(seed)
    vocabulary = list(model.vocabulary_)
    picks = rng.integers(len(vocabulary), size=(PROBE_ROWS, WORDS_PER_DOCUMENT))
    return [" ".join(vocabulary[pick] for pick in document) for document in picks]


def _build_one_hot(target_bytes: int, seed: int) -> Any:
    import numpy as np
    from sklearn.preprocessing import OneHotEncoder

    def fit(count: int) -> Any:
        rng = data_rng(seed)
        columns = [words(count, rng) for _ in range(4)]
        return OneHotEncoder(handle_unknown="ignore").fit(np.array(columns, dtype=object).T)

    return fit(count_for(target_bytes, fit, pilot=100))


def _probe_one_hot(model: Any, seed: int) -> Any:
    import numpy as np

    rng = probe_rng(seed)
    columns = [rng.choice(known, size=PROBE_ROWS) for known in model.categories_]
    return np.array(columns, dtype=object).T


def _build_pipeline(target_bytes: int, seed: int) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table, answers = _customers(max(100, target_bytes // 10_000), seed)

    def fit(trees: int) -> Any:
        columns = ColumnTransformer(
            [
                ("numbers", StandardScaler(), list(NUMBERS)),
                ("categories", OneHotEncoder(handle_unknown="ignore"), list(CATEGORIES)),
            ],
            sparse_threshold=0,
        )
        forest = RandomForestRegressor(trees, max_features=0.3, random_state=seed)
        return Pipeline([("columns", columns), ("forest", forest)]).fit(table, answers)

    return fit(count_for(target_bytes, fit, pilot=4))


def _customers(count: int, seed: int) -> tuple[Any, Any]:
    """Return a table of customers, numbers and categories, and what each spent."""
    import pandas as pd

    rng = data_rng(seed)
    city, plan = (words(known, rng) for known in (20, 4))
    table = pd.DataFrame(
        {name: rng.lognormal(size=count) for name in NUMBERS}
        | {"city": rng.choice(city, size=count), "plan": rng.choice(plan, size=count)}
    )
    return table, table["income"] + table["age"] * (table["plan"] == plan[0]) + rng.random(count)


def _probe_pipeline(model: Any, seed: int) -> Any:
    import pandas as pd

    rng = probe_rng(seed)
    encoder = model.named_steps["columns"].named_transformers_["categories"]
    known = zip(CATEGORIES, encoder.categories_, strict=True)
    return pd.DataFrame(
        {name: rng.lognormal(size=PROBE_ROWS) for name in NUMBERS}
        | {name: rng.choice(values, size=PROBE_ROWS) for name, values in known}
    )
