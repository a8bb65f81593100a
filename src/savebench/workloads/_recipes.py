"""What the recipes share: random numbers, words, and models of a wanted size.

A probe draws from another stream than the data of the same seed, else a nearest neighbour would
find itself.
"""

import pickle
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FLOAT_BYTES = 8
PROBE_ROWS = 4

_ONSETS = (
    *("b", "bl", "br", "c", "ch", "cl", "cr", "d", "dr", "f", "fl", "fr", "g", "gl", "gr"),
    *("h", "j", "k", "l", "m", "n", "p", "pl", "pr", "r", "s", "sh", "st", "t", "tr"),
)
_VOWELS = ("a", "ai", "e", "ea", "ee", "i", "o", "oo", "ou", "u")


def data_rng(seed: int) -> "np.random.Generator":
    """Return the generator of a model's training data."""
    import numpy as np

    return np.random.default_rng((seed, 0))


def probe_rng(seed: int) -> "np.random.Generator":
    """Return the generator of a model's probe."""
    import numpy as np

    return np.random.default_rng((seed, 1))


def normal_rows(model: Any, seed: int) -> "Floats":
    """Return a few rows of standard normal features, as many features as the model was fitted on.

    Returns
    -------
    array of shape (PROBE_ROWS, n_features)
    """
    return probe_rng(seed).standard_normal((PROBE_ROWS, model.n_features_in_))


def float_count(target_bytes: int) -> int:
    """Return how many float64 values fill `target_bytes`."""
    return target_bytes // FLOAT_BYTES


def count_for(target_bytes: int, fit: Callable[[int], Any], pilot: int) -> int:
    """Return how many units (trees, words) make `fit(count)` a model of `target_bytes`.

    Two small models, of `pilot` and twice as many units, give the bytes of a unit and of the rest.
    """
    small, large = (_pickled_bytes(fit(count)) for count in (pilot, 2 * pilot))
    unit_bytes = (large - small) / pilot
    return max(1, round(pilot + (target_bytes - small) / unit_bytes))


def words(count: int, rng: "np.random.Generator") -> list[str]:
    """Return `count` different pronounceable words of three syllables.

    Onsets hold no vowel and vowels no consonant, so a word can be cut into syllables in one way
    only, and different numbers are different words.
    """
    syllables = [onset + vowel for onset in _ONSETS for vowel in _VOWELS]
    base = len(syllables)
    numbers = rng.choice(base**3, size=count, replace=False).tolist()
    return [
        syllables[number // base**2] + syllables[number // base % base] + syllables[number % base]
        for number in numbers
    ]


def _pickled_bytes(model: Any) -> int:
    return len(pickle.dumps(model, protocol=5))
