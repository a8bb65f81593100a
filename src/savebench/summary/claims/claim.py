"""What a claim is: a sentence as people say it, who says it, and the lines that decide it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from savebench.summary.claims.finding import Finding
from savebench.summary.claims.ground import Ground, kind_of_model, workload_of
from savebench.summary.kinds import Kind
from savebench.summary.peaks import LEAST_MODEL_BYTES

_LARGE_BYTES = 10_000_000
"""Large from here: of a smaller model fixed buffers, and what a worker needs for itself, outweigh
what is asked about."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a sentence is said."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """Which models a claim is about."""

    words: str
    """``"large arrays"``."""
    is_meant: Callable[[str], bool]
    """Whether a sized name's workload is one of them."""
    examples: tuple[str, ...]
    """Sized names to measure where a run has none."""
    least_bytes: int = 0

    def of(self, ground: Ground) -> list[str]:
        """Return those of a run, in its order."""
        return [
            model
            for model in ground.models
            if self.is_meant(model) and ground.model_bytes(model) >= self.least_bytes
        ]

    def large(self) -> "Models":
        """Return those of them that show a memory: of smaller ones a page is too large a share."""
        if self.least_bytes > LEAST_MODEL_BYTES:
            return self
        return Models(
            words=f"{self.words} of 1 MB and more",
            is_meant=self.is_meant,
            examples=self.examples,
            least_bytes=LEAST_MODEL_BYTES,
        )


class Question(Protocol):
    """What decides a line."""

    def decide(self, ground: Ground, models: Models) -> Finding:
        """Return what a run says, over the models that the line is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One part of a claim: dump, load and memory may differ."""

    aspect: str
    models: Models
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What people say, and how it is decided."""

    name: str
    """Of a few words, for a script: ``"joblib-large-arrays"``."""
    sentence: str
    sources: tuple[Source, ...]
    lines: tuple[Line, ...]
    note: str = ""
    """What a reader must know of how it is decided."""


def _of_kind(*kinds: Kind) -> Callable[[str], bool]:
    return lambda model: kind_of_model(model) in kinds


def _of(*workloads: str) -> Callable[[str], bool]:
    return lambda model: workload_of(model) in workloads


EVERY = Models(
    words="models",
    is_meant=lambda _: True,
    examples=("knn-brute@1MB", "random-forest@1MB", "tfidf@100KB"),
)
LARGE = Models(
    words="models of 10 MB and more",
    is_meant=lambda _: True,
    examples=("knn-brute@16MB", "random-forest@16MB"),
    least_bytes=_LARGE_BYTES,
)
LARGE_ARRAYS = Models(
    words="models of arrays of 10 MB and more",
    is_meant=_of_kind("arrays"),
    examples=("arrays@16MB", "knn-brute@16MB", "ridge-wide@16MB"),
    least_bytes=_LARGE_BYTES,
)
SMALL_OBJECTS = Models(
    words="models of text and objects",
    is_meant=_of_kind("text and objects"),
    examples=("tfidf@100KB", "one-hot@100KB", "pipeline@100KB"),
)
TREES = Models(
    words="forests and other trees",
    is_meant=_of_kind("trees"),
    examples=("random-forest@1MB", "extra-trees@1MB", "gradient-boosting@1MB"),
)
LARGE_TREES = Models(
    words="forests and other trees of 10 MB and more",
    is_meant=_of_kind("trees"),
    examples=("random-forest@16MB",),
    least_bytes=_LARGE_BYTES,
)
LARGE_KNN = Models(
    words="k-NN models of 10 MB and more",
    is_meant=_of("knn-brute", "knn-brute-rounded", "knn-kdtree"),
    examples=("knn-brute@16MB", "knn-kdtree@16MB"),
    least_bytes=_LARGE_BYTES,
)
