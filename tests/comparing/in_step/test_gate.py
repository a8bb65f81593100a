"""The gate's statistics: against SciPy, against simulation, and at their edges."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from savebench.comparing.in_step.gate import (
    FEWEST,
    FEWEST_CONFIRMING,
    confirm_rounds,
    confirmed_changes,
    detectable,
    estimate,
    holm,
    is_futile,
    screen_rounds,
    signed_rank_p,
    spread_of,
    suspects,
)
from savebench.comparing.rule import DEFAULT, rule_of
from savebench.errors import UsageError

LOGS = st.lists(st.floats(-1, 1), min_size=1, max_size=30, unique_by=abs)


@settings(deadline=None)
@given(LOGS)
def test_the_signed_rank_test_is_scipys(logs: list[float]) -> None:
    """Exactly, where no value lies at the bound."""
    from scipy.stats import wilcoxon

    if 0.0 in logs:
        return
    expected = wilcoxon(logs, alternative="greater", method="exact").pvalue
    assert signed_rank_p(logs, 0.0) == pytest.approx(expected)


def test_many_rounds_are_tested_by_the_normal_approximation() -> None:
    """As SciPy does it."""
    from scipy.stats import wilcoxon

    logs = np.random.default_rng(1).normal(0.01, 0.1, 300)
    expected = wilcoxon(logs, alternative="greater", method="approx", correction=True).pvalue
    assert signed_rank_p(list(logs), 0.0) == pytest.approx(expected, rel=0.01)


@given(LOGS)
def test_swapping_the_sides_mirrors_the_estimate(logs: list[float]) -> None:
    """Head over base is base over head, turned round."""
    there, back = estimate(logs), estimate([-each for each in logs])
    assert there.estimate == pytest.approx(-back.estimate)
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert there.low <= there.estimate <= there.high


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """95 %, over skewed noise too, as both sides have it alike."""
    random = np.random.default_rng(7)
    held = 0
    for _ in range(1000):
        logs = random.exponential(0.1, 12) - random.exponential(0.1, 12) + 0.05
        found = estimate(list(logs))
        held += found.low <= 0.05 <= found.high
    assert 930 <= held <= 985


def test_few_rounds_have_their_range_for_an_interval() -> None:
    """No test of five rounds attains 95 %."""
    found = estimate([0.1, 0.2, 0.3, 0.4, 0.5])
    assert (found.low, found.high) == (0.1, 0.5)


def test_holm_rejects_the_smallest_first_and_stops() -> None:
    """0.004 passes 0.01 / 2, 0.02 does not pass 0.01."""
    assert holm({"a": 0.02, "b": 0.004}, 0.01) == {"b"}
    assert holm({"a": 0.006, "b": 0.004}, 0.01) == {"a", "b"}
    assert holm({"b": 0.004}, 0.01, family=3) == set()
    assert holm({}, 0.01) == set()


def test_a_suspect_lies_beyond_the_margin() -> None:
    """A regression from the margin on, an improvement half-way to what must be found."""
    screened = {
        "same": [0.0] * FEWEST,
        "slower": [math.log(1.04)] * FEWEST,
        "a little faster": [-math.log(1.04)] * FEWEST,
        "faster": [-math.log(1.08)] * FEWEST,
    }
    assert suspects(screened, DEFAULT) == {"slower": "regressed", "faster": "improved"}


def test_noise_asks_for_more_rounds_and_silence_for_the_fewest() -> None:
    """And a larger family for more of them."""
    assert screen_rounds(0.0, DEFAULT) == FEWEST
    assert screen_rounds(0.2, DEFAULT) > screen_rounds(0.1, DEFAULT) > FEWEST
    assert confirm_rounds(0.0, 1, DEFAULT) == FEWEST_CONFIRMING
    assert confirm_rounds(0.1, 10, DEFAULT) > confirm_rounds(0.1, 1, DEFAULT)
    assert screen_rounds(math.inf, DEFAULT) == FEWEST


def test_more_rounds_find_smaller_changes() -> None:
    """Never smaller than the margin; with none, nothing is found."""
    few, many = (detectable(0.1, n, n, 1, DEFAULT) for n in (8, 80))
    assert DEFAULT.margin < many < few
    assert detectable(0.1, 0, 0, 1, DEFAULT) == math.inf
    assert detectable(0.1, 8, 0, 1, DEFAULT) == math.inf


def test_a_suspect_that_turns_out_the_same_is_let_go() -> None:
    """One that does not stays."""
    random = np.random.default_rng(3)
    same, slower = random.normal(0.0, 0.02, 16), random.normal(0.1, 0.02, 16)
    assert is_futile(list(same), "regressed", DEFAULT)
    assert not is_futile(list(slower), "regressed", DEFAULT)
    assert is_futile(list(slower), "improved", DEFAULT)


def test_fresh_rounds_prove_a_change_in_the_direction_suspected() -> None:
    """And none in the other."""
    random = np.random.default_rng(5)
    slower = list(random.normal(0.1, 0.03, 20))
    faster = [-each for each in slower]
    same = list(random.normal(0.0, 0.03, 20))
    found = confirmed_changes(
        {"slower": slower, "faster": faster, "same": same},
        {"slower": "regressed", "faster": "improved", "same": "regressed"},
        3,
        DEFAULT,
    )
    assert found == {"slower": "regressed", "faster": "improved", "same": "same"}


def test_a_lone_spike_makes_no_spread_of_its_own() -> None:
    """Ranks do not care how far off it is."""
    calm = [0.01 * (-1) ** n for n in range(20)]
    assert spread_of([*calm, 5.0]) < 5 * spread_of(calm)
    assert spread_of([0.1]) == math.inf


def test_a_change_to_be_found_must_exceed_the_margin() -> None:
    """Else nothing could ever pass."""
    with pytest.raises(UsageError, match="larger than the margin"):
        rule_of(0.1, 0.1)
    assert rule_of(0.0, 0.05).margin == 0.0
