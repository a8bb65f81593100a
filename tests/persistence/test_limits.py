"""Limits hold, are exceeded, or cannot be told; only what is exceeded fails a test."""

from collections.abc import Sequence

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.persistence.asked import Asked, RatioLimit
from savebench.persistence.carrying import Carried
from savebench.persistence.diagnosis import Diagnosis
from savebench.persistence.explaining import message_of
from savebench.persistence.limits import LimitResult, judge
from savebench.persistence.production import Production
from savebench.persistence.result import Persistence
from savebench.persistence.timing import Times


def _asked(*ratios: RatioLimit, max_size_bytes: int | None = None) -> Asked:
    rows = load_catalogue().serializers
    names = ("pickle", "joblib")
    return Asked(
        serializers={name: rows[name] for name in names},
        by_name=frozenset(names),
        method="predict",
        max_size_bytes={} if max_size_bytes is None else dict.fromkeys(names, max_size_bytes),
        ratios=ratios,
        rounds=10,
        timeout_s=60.0,
        production=Production(),
    )


CARRIED = {
    "pickle": Carried(outcome="ok", size_bytes=1000),
    "joblib": Carried(outcome="ok", size_bytes=1500),
}


def _times(joblib: Sequence[float]) -> Times:
    values = {
        "pickle": {"load_s": dict.fromkeys(range(len(joblib)), 1.0)},
        "joblib": {"load_s": dict(enumerate(joblib))},
    }
    return Times(values)


def _verdict(times: Times, ratio: float) -> LimitResult:
    (verdict,) = judge(_asked(RatioLimit("load_s", "pickle", ratio)), CARRIED, times)
    return verdict


def test_sizes_are_held_against_their_limit_exactly() -> None:
    """To the byte."""
    verdicts = judge(_asked(max_size_bytes=1499), CARRIED, Times())
    assert [verdict.holds for verdict in verdicts] == [True, False]
    assert str(verdicts[1]) == (
        "joblib: size_bytes 1.5 KB (1,500 bytes), above the limit of 1.5 KB (1,499 bytes)"
    )


@pytest.mark.parametrize(("ratio", "holds"), [(1.5, True), (1.49, False)])
def test_a_ratio_of_sizes_is_exact(ratio: float, holds: bool) -> None:  # noqa: FBT001 - a parameter
    """The baseline itself is not judged."""
    limit = RatioLimit("size_bytes", "pickle", ratio)
    (verdict,) = judge(_asked(limit), CARRIED, Times())
    assert verdict.holds is holds


def test_a_time_is_over_its_limit_only_with_its_whole_interval() -> None:
    """In between, it cannot be told."""
    noisy = _times([1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 1.7, 1.8, 1.9, 2.0])
    assert _verdict(noisy, 1.05).holds is False
    assert _verdict(noisy, 1.5).holds is None
    assert _verdict(noisy, 2.5).holds is True
    assert "cannot be told: ask for more rounds=" in str(_verdict(noisy, 1.5))
    assert "95 % interval 1.1x to 1.9x, 10 processes each" in str(_verdict(noisy, 1.5))


def test_a_limit_on_what_has_no_value_is_not_kept() -> None:
    """A limit that can never be checked would be no limit."""
    verdict = _verdict(Times(no_dumps="because of something"), 1.5)
    assert verdict.holds is False
    assert str(verdict) == (
        "joblib: the limit of 1.5x on load_s cannot be checked: because of something"
    )


def test_what_cannot_be_checked_is_not_called_exceeded() -> None:
    """Each kind under a heading of its own."""
    unchecked = _verdict(Times(no_dumps="because of something"), 1.5)
    exceeded = _verdict(_times([2.0] * 10), 1.5)
    text = message_of(Persistence("Doubler", ()), [], [unchecked, exceeded], Diagnosis())
    assert "1 limit is exceeded:\n  joblib: load_s is 2" in text
    assert "1 limit cannot be checked:\n  joblib: the limit of 1.5x" in text
    assert "exceeded" not in message_of(Persistence("Doubler", ()), [], [unchecked], Diagnosis())


def test_a_ratio_to_a_baseline_that_fails_is_not_kept() -> None:
    """There is nothing to compare with."""
    carried = {**CARRIED, "pickle": Carried(outcome="failed", reason="it fell")}
    limit = RatioLimit("size_bytes", "pickle", 1.5)
    (verdict,) = judge(_asked(limit), carried, Times())
    assert "cannot be checked: pickle does not carry the model" in str(verdict)
