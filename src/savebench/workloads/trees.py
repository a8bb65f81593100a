"""Ensembles of trees: many small and middling arrays of structured nodes."""

from typing import Any

from savebench.catalogue.rows import Workload
from savebench.workloads._recipes import count_for, data_rng, normal_rows

FEATURES = 16
FOREST = ("sklearn.ensemble", "sklearn.tree")


def rows() -> tuple[Workload, ...]:
    """Return the tree family."""
    return (
        Workload(
            name="random-forest",
            build=_build_random_forest,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB", "128MB", "1GB"),
            modules=FOREST,
            stresses="a hundred trees of structured nodes, which compress well",
        ),
        Workload(
            name="extra-trees",
            build=_build_extra_trees,
            probe=normal_rows,
            method="predict_proba",
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=FOREST,
            stresses="a forest of classifiers: class shares in every node",
        ),
        Workload(
            name="isolation-forest",
            build=_build_isolation_forest,
            probe=normal_rows,
            method="score_samples",
            sizes=("100KB", "1MB", "16MB", "128MB"),
            modules=FOREST,
            stresses="shallow random trees with small arrays beside each",
        ),
        Workload(
            name="gradient-boosting",
            build=_build_gradient_boosting,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB"),
            modules=FOREST,
            stresses="many small trees: objects cost more than bytes",
        ),
        Workload(
            name="hist-gradient-boosting",
            build=_build_hist_gradient_boosting,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB"),
            modules=("sklearn.ensemble",),
            stresses="hundreds of record arrays, some of compiled types",
        ),
    )


def _build_random_forest(target_bytes: int, seed: int) -> Any:
    from sklearn.ensemble import RandomForestRegressor

    samples, answers = _table(_forest_samples(target_bytes, least=50), seed)

    def fit(trees: int) -> Any:
        model = RandomForestRegressor(trees, max_features=0.3, random_state=seed)
        return model.fit(samples, answers)

    return fit(count_for(target_bytes, fit, pilot=4))


def _build_extra_trees(target_bytes: int, seed: int) -> Any:
    from sklearn.ensemble import ExtraTreesClassifier

    samples, answers = _table(_forest_samples(target_bytes, least=50), seed)
    classes = answers.astype(int)

    def fit(trees: int) -> Any:
        return ExtraTreesClassifier(trees, random_state=seed).fit(samples, classes)

    return fit(count_for(target_bytes, fit, pilot=4))


def _build_isolation_forest(target_bytes: int, seed: int) -> Any:
    from sklearn.ensemble import IsolationForest

    per_tree = _forest_samples(target_bytes, least=256)
    samples, _ = _table(2 * per_tree, seed)

    def fit(trees: int) -> Any:
        model = IsolationForest(n_estimators=trees, max_samples=per_tree, random_state=seed)
        return model.fit(samples)

    # Random splits end early or late by chance: these trees differ more in size than others.
    return fit(count_for(target_bytes, fit, pilot=16))


def _build_gradient_boosting(target_bytes: int, seed: int) -> Any:
    from sklearn.ensemble import GradientBoostingRegressor

    samples, answers = _table(200, seed)

    def fit(trees: int) -> Any:
        model = GradientBoostingRegressor(
            n_estimators=trees, learning_rate=0.005, max_features=0.25, random_state=seed
        )
        return model.fit(samples, answers)

    return fit(count_for(target_bytes, fit, pilot=50))


def _build_hist_gradient_boosting(target_bytes: int, seed: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingRegressor

    samples, answers = _table(2000, seed)

    def fit(trees: int) -> Any:
        model = HistGradientBoostingRegressor(
            max_iter=trees,
            learning_rate=0.02,
            max_leaf_nodes=127,
            min_samples_leaf=2,
            early_stopping=False,
            random_state=seed,
        )
        return model.fit(samples[:, :4], answers)

    return fit(count_for(target_bytes, fit, pilot=4))


def _forest_samples(target_bytes: int, least: int) -> int:
    """Return the samples that make a full-grown tree about a hundredth of the model."""
    return max(least, target_bytes // 10_000)


def _table(samples: int, seed: int) -> tuple[Any, Any]:
    """Return random features, and answers between 0 and 4 that depend on them and on chance."""
    import numpy as np

    rng = data_rng(seed)
    features = rng.standard_normal((samples, FEATURES))
    answers = 2 + features[:, :4].sum(axis=1) / 2 + rng.standard_normal(samples) / 2
    return features, np.clip(answers, 0, 4)
