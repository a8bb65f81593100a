"""The rules by which other tools call a regression, as functions of two samples.

Each takes the values of base and head of one series, in any unit, and says whether it would fail.
"""

from collections.abc import Callable, Sequence
from statistics import fmean, median

import numpy as np

Rule = Callable[[Sequence[float], Sequence[float]], bool]


def mann_whitney_p(base: Sequence[float], head: Sequence[float]) -> float:
    """Return the two-sided p-value, as asv and google/benchmark take it from SciPy."""
    from scipy.stats import mannwhitneyu

    if np.ptp([*base, *head]) == 0:
        return 1.0
    return float(mannwhitneyu(base, head, alternative="two-sided").pvalue)


def _asv(base: Sequence[float], head: Sequence[float]) -> bool:
    return median(head) > 1.1 * median(base) and mann_whitney_p(base, head) < _ASV_P


def _google(base: Sequence[float], head: Sequence[float]) -> bool:
    return median(head) > median(base) and mann_whitney_p(base, head) < _GOOGLE_P


_ASV_P = 0.002
_GOOGLE_P = 0.05

RULES: dict[str, Rule] = {
    "pytest-benchmark mean:10%": lambda base, head: fmean(head) > 1.1 * fmean(base),
    "pytest-benchmark median:10%": lambda base, head: median(head) > 1.1 * median(base),
    "pytest-benchmark min:5%": lambda base, head: min(head) > 1.05 * min(base),
    "asv (1.1x and Mann-Whitney p < 0.002)": _asv,
    "google/benchmark (Mann-Whitney p < 0.05)": _google,
}
"""The rule, and whether it fails a series."""
