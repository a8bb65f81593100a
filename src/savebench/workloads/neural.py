"""Neural networks: layers of weights, and the state of the optimizer that fitted them."""

import warnings
from math import sqrt
from typing import Any

from savebench.catalogue.rows import Workload
from savebench.workloads._recipes import count_for, data_rng, normal_rows

FEATURES = 64


def rows() -> tuple[Workload, ...]:
    """Return the neural family."""
    return (
        Workload(
            name="mlp",
            build=_build_mlp,
            probe=normal_rows,
            sizes=("100KB", "1MB", "16MB", "128MB", "1GB"),
            modules=("sklearn.neural_network",),
            stresses="weights, and optimizer state that predict never reads",
        ),
    )


def _build_mlp(target_bytes: int, seed: int) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    rng = data_rng(seed)
    samples = rng.standard_normal((200, FEATURES))
    answers = samples[:, 0] + rng.standard_normal(200)

    def fit(weights: int) -> Any:
        layers = (_hidden_units(weights),) * 2
        model = MLPRegressor(
            hidden_layer_sizes=layers, solver="adam", max_iter=2, random_state=seed
        )
        with warnings.catch_warnings():
            # Two passes fill the optimizer's state; more would only cost time.
            warnings.simplefilter("ignore", ConvergenceWarning)
            return model.fit(samples, answers)

    # How many copies of its weights a network keeps depends on the release of scikit-learn.
    return fit(count_for(target_bytes, fit, pilot=5000))


def _hidden_units(weights: int) -> int:
    """Return the h for which two hidden layers of h units have about `weights` weights.

    They are h * h + (FEATURES + 3) * h: the features, two biases and the output for each unit.
    """
    linear = FEATURES + 3
    return max(1, round((sqrt(linear**2 + 4 * weights) - linear) / 2))
