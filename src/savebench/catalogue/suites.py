"""Suites: which rows at which sizes, for how long. A suite is the default; -w and -s override."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What to measure when nobody says otherwise."""

    name: str
    serializers: tuple[str, ...]
    """Globs over the catalogue; a row that is not installed is left out, and said."""
    models: tuple[str, ...]
    """Globs over sized workloads: ``knn-*@1MB``."""
    largest: str
    """A workload that is named without a size is measured in all its sizes up to this one."""
    budget_s: float
    """Wall time of the whole command, model building and report included."""
    min_rounds: int
    timeout_s: float
    """Of one trial."""
    kinds: dict[str, int | None] = field(default_factory=dict)
    """Trial kinds, and in how many rounds each takes part (None: in all)."""
    serializers_at: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By size: globs over the catalogue, instead of `serializers`, where that would take hours."""
    least_rounds: Mapping[str, int] = field(default_factory=dict)
    """By size: rounds that a slow case has though its share of the budget is spent; else none."""


_SMOKE_SERIALIZERS = (
    "pickle",
    "joblib",
    "joblib-mmap",
    "joblib+zlib3",
    "joblib+lz4",
)
_QUICK_SERIALIZERS = (
    *_SMOKE_SERIALIZERS,
    "pickle-p4",
    "pickle-oob",
    "pickle-oob-mmap",
    "cloudpickle",
    "joblib+gzip3",
    "joblib+xz3",
    "joblib+zstd3",
    "pickle+zstd3",
    "skops",
    "raw-copy",
)
_LARGE = (
    "arrays",
    "arrays-low-entropy",
    "knn-brute",
    "knn-kdtree",
    "lasso-sparse",
    "mlp",
    "random-forest",
    "ridge-wide",
)
_SMALL = (
    "extra-trees",
    "gaussian-process",
    "gradient-boosting",
    "hist-gradient-boosting",
    "isolation-forest",
    "knn-brute",
    "logistic-sparse",
    "many-arrays",
    "one-hot",
    "pipeline",
    "random-forest",
    "svc",
    "tfidf",
)
_WARM: dict[str, int | None] = {"dump": None, "load": None, "dump-memory": 1, "load-memory": 1}

_PLAIN_SERIALIZERS = (
    "pickle",
    "pickle-p4",
    "pickle-oob",
    "pickle-oob-mmap",
    "joblib",
    "joblib-mmap",
    "raw-copy",
    "read-file",
)
ON_REQUEST: dict[str, tuple[str, int]] = {
    "steady": ("steady", 6),
    "hundredth": ("load-hundred", 6),
    "serving": ("serving", 6),
    "preload": ("preload", 1),
}
"""Option of ``savebench run`` -> the kind of trial that it adds, and in how many rounds.

Six have an interval. A suite that has the kind anyway has it in its own rounds.
"""

SUITES: dict[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite(
            name="smoke",
            serializers=_SMOKE_SERIALIZERS,
            models=("home-prices", "knn-brute@1MB", "tfidf@100KB", "arrays@10KB", "arrays@1MB"),
            largest="1MB",
            budget_s=20,
            min_rounds=3,
            timeout_s=20,
            kinds={**_WARM, "load-cold": 1, "workers": 1},
        ),
        Suite(
            name="quick",
            serializers=_QUICK_SERIALIZERS,
            models=(
                "home-prices",
                "lasso-sparse@1MB",
                "knn-brute@100KB",
                "knn-brute@4MB",
                "knn-kdtree@100KB",
                "mlp@100KB",
                "random-forest@1MB",
                "tfidf@100KB",
                "pipeline@100KB",
            ),
            largest="16MB",
            budget_s=140,
            min_rounds=6,  # fewer have no 95 % interval, and rank nothing
            timeout_s=30,
            kinds=_WARM,
        ),
        Suite(
            name="standard",
            serializers=("*",),
            models=(
                "home-prices",
                *(f"{name}@1MB" for name in _LARGE),
                *(f"{name}@100KB" for name in _SMALL),
                "knn-brute@16MB",
            ),
            largest="128MB",
            budget_s=20 * 60,
            min_rounds=6,
            timeout_s=120,
            kinds={**_WARM, "load-cold": 2, "workers": 1},
        ),
        Suite(
            name="large",
            serializers=(
                *_PLAIN_SERIALIZERS,
                "joblib+lz4",
                "joblib+zlib1",
                "joblib+zstd[13]",
                "pickle+blosc2",
                "pickle+lz4",
                "pickle+zstd3",
                "pickle+zstd3-mt",
            ),
            # Sixteen rows at every size would take two hours: of 1 GB the codecs are those that
            # differ most, of 4 GB there is one.
            serializers_at={
                "1GB": (
                    *_PLAIN_SERIALIZERS,
                    "joblib+lz4",
                    "joblib+zlib1",
                    "pickle+blosc2",
                    "pickle+zstd3",
                ),
                "4GB": (*_PLAIN_SERIALIZERS, "joblib+lz4"),
            },
            models=(
                "arrays@128MB",
                "arrays-low-entropy@128MB",
                "gaussian-process@128MB",
                "knn-brute@128MB",
                "mlp@128MB",
                "random-forest@128MB",
                "ridge-wide@128MB",
                "tfidf@128MB",
                "arrays-low-entropy@1GB",
                "knn-brute@1GB",
                "random-forest@1GB",
                "knn-brute@4GB",
            ),
            largest="4GB",
            budget_s=3600,
            min_rounds=6,
            least_rounds={"128MB": 6, "1GB": 6, "4GB": 3},
            timeout_s=600,
            kinds={**_WARM, "load-cold": 2, "workers": 1},
        ),
        Suite(
            name="full",
            serializers=("*",),
            models=("*",),
            largest="4GB",
            budget_s=6 * 3600,
            min_rounds=6,
            timeout_s=3600,
            kinds={**_WARM, "load-cold": 10, "dump-memory": 3, "load-memory": 3, "workers": 3},
        ),
    )
}
