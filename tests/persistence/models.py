"""Models that live where another process can import them."""

import xml
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import random
from typing import Any

from sklearn.base import BaseEstimator
from threadpoolctl import threadpool_info


class Doubler:
    """Answers with twice the input, or with what a function makes of it."""

    def __init__(self, function: Callable[[Any], Any] | None = None) -> None:
        """Keep the function."""
        self.function = function

    def predict(self, x: Any) -> Any:
        """Return the answer."""
        return x * 2 if self.function is None else self.function(x)


class Holder(BaseEstimator):  # type: ignore[misc] # scikit-learn has no types
    """An estimator that holds whatever it is given, and answers with twice the input."""

    def __init__(self, **held: Any) -> None:
        """Hold it."""
        self.__dict__.update(held)

    def fit(self, x: Any, y: Any = None) -> "Holder":
        """Learn nothing."""
        del x, y
        return self

    def predict(self, x: Any) -> Any:
        """Return the answer."""
        return x * 2

    def __sklearn_is_fitted__(self) -> bool:
        """Return that there is nothing to learn."""
        return True


class Unfitted(Holder):
    """Refuses to be saved."""

    def __getstate__(self) -> dict[str, Any]:
        """Refuse."""
        raise RuntimeError("fit it first")


class Shuffled:
    """Answers with where its words stand in a set, which depends on the hash seed."""

    def __init__(self, words: Iterable[str]) -> None:
        """Keep the words."""
        self.words = set(words)

    def predict(self, x: Any) -> Any:
        """Return a number for each word, in alphabetical order."""
        del x
        return [list(self.words).index(word) for word in sorted(self.words)]


class Borrower:
    """Needs a submodule that it does not import."""

    def predict(self, x: Any) -> Any:
        """Return the input, if something else has imported ``xml.dom.minidom``."""
        return x if xml.dom.minidom else None  # type: ignore[attr-defined] # that is its fault


class Mutable:
    """Loses what it learnt when it is saved."""

    def __init__(self) -> None:
        """Have learnt something."""
        self.learnt = 3.0

    def __getstate__(self) -> dict[str, float]:
        """Forget."""
        self.learnt = 0.0
        return {"learnt": self.learnt}

    def transform(self, x: Any) -> Any:
        """Return the input times what was learnt."""
        return x * self.learnt


class Anew(Doubler):
    """Makes what decides its answers anew whenever it is loaded."""

    def __init__(self) -> None:
        """Make it for the first time."""
        super().__init__()
        self.factor = random()  # noqa: S311 - no secret

    def __reduce__(self) -> tuple[type, tuple[()]]:
        """Save nothing but the class."""
        return type(self), ()

    def predict(self, x: Any) -> Any:
        """Return the input times the factor."""
        return x * self.factor


class Forgetful(Doubler):
    """Loses what it learnt on its way to another process, and nothing else."""

    factor = 3

    def __getstate__(self) -> dict[str, Any]:
        """Save another factor."""
        return {**vars(self), "factor": 2}

    def predict(self, x: Any) -> Any:
        """Return the input times the factor."""
        return x * self.factor


def draw(x: Any) -> Any:
    """Return the input and noise."""
    return x + random()  # noqa: S311 - no secret


def jitter(x: Any) -> Any:
    """Return the input, off in its last digits."""
    return x * (1 + random() * 1e-14)  # noqa: S311 - no secret


class Opaque:
    """An answer that equals nothing but itself."""

    def __init__(self, x: Any) -> None:
        """Keep the input."""
        self.x = x


@dataclass
class WithArray:
    """An answer whose own way to compare does not work with arrays."""

    x: Any


def threads(x: Any) -> list[int]:
    """Return how many threads each library for linear algebra uses."""
    return sorted({library["num_threads"] for library in threadpool_info() if len(x)})
