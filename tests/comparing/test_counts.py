"""What counts say of a change, on made values."""

from typing import TYPE_CHECKING

import msgspec
import pytest

from savebench.comparing.comparison import Change, Moved, Verdict, has_regressed
from savebench.comparing.counts import change_of_counts, disagreements, most_moved
from tests.fakes import case

if TYPE_CHECKING:
    from savebench.records.metrics import Unit

UNSEEN = "memory, the kernel or the disk: counts do not see them"
LOAD = (case("joblib"), "load_instructions")


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        ([1_000_000.0, 1_000_000.0], "passed"),
        ([1_009_900.0, 1_009_900.0], "passed"),
        ([1_010_100.0, 1_010_100.0], "regressed"),
        ([990_000.0, 990_000.0], "improved"),
        ([1_050_000.0, 1_009_000.0], "inconclusive"),
        ([1_100_000.0, 1_050_000.0], "regressed"),
    ],
)
def test_a_change_is_what_leaves_every_count_of_base_beyond_the_margin(
    head: list[float], verdict: Verdict
) -> None:
    """One per cent, to the instruction where both repeat exactly."""
    assert change_of_counts(LOAD, [1_000_000.0, 1_000_000.0], head, 0.01).verdict == verdict


def test_counts_that_repeat_gate_and_say_how_little_they_would_find() -> None:
    """All of it in one row, with the unit of its own."""
    change = change_of_counts(LOAD, [1_000_000.0, 1_000_000.0], [1_120_000.0, 1_120_000.0], 0.01)
    assert change.detectable == pytest.approx(0.01)
    assert msgspec.structs.replace(change, detectable=None) == Change(
        series="model@1MB x joblib",
        metric="load_instructions",
        unit="instructions",
        verdict="regressed",
        gates=True,
        base=1_000_000.0,
        head=1_120_000.0,
        base_n=2,
        head_n=2,
        ratio=1.12,
        low=1.12,
        high=1.12,
    )


def test_counts_that_do_not_repeat_are_demoted_with_the_figure() -> None:
    """They may look worse, and fail nothing."""
    change = change_of_counts(LOAD, [1_000_000.0, 1_030_000.0], [1_200_000.0, 1_200_000.0], 0.01)
    assert (change.verdict, change.gates) == ("regressed", False)
    assert change.note == "demoted: its counts vary by 3 % on one side"


def test_another_model_is_said() -> None:
    """Its load is other work."""
    change = change_of_counts(LOAD, [1000.0], [1100.0], 0.01, same_model=False)
    assert change.note == "both sides fitted another model"


def _change(metric: str, verdict: Verdict, ratio: float) -> Change:
    unit: Unit = "s" if metric.endswith("_s") else "instructions"
    return Change(
        series="model@1MB x joblib",
        metric=metric,
        unit=unit,
        verdict=verdict,
        gates=True,
        ratio=ratio,
    )


@pytest.mark.parametrize(
    ("count", "time", "sentence"),
    [
        (
            _change("load_instructions", "regressed", 1.12),
            _change("load_s", "passed", 1.004),
            "load: +12.0 % instructions, but no change of the time could be seen (+0.4 %)",
        ),
        (
            _change("dump_instructions", "passed", 1.0),
            _change("dump_s", "regressed", 1.3),
            f"dump: the same instructions (+0.0 %), but +30.0 % of the time: {UNSEEN}",
        ),
        (
            _change("load_instructions", "improved", 0.8),
            _change("load_s", "regressed", 1.3),
            f"load: -20.0 % instructions, but +30.0 % of the time: {UNSEEN}",
        ),
    ],
)
def test_where_counts_and_times_disagree_a_sentence_says_so(
    count: Change, time: Change, sentence: str
) -> None:
    """Which saw what, and what may be behind it."""
    assert disagreements([time, count]) == [f"model@1MB x joblib, {sentence}"]


@pytest.mark.parametrize(
    ("count", "time"),
    [("passed", "passed"), ("regressed", "regressed"), ("passed", "inconclusive")],
)
def test_where_they_agree_nothing_is_said(count: Verdict, time: Verdict) -> None:
    """A time that is not known disagrees with nothing."""
    changes = [_change("load_instructions", count, 1.0), _change("load_s", time, 1.0)]
    assert disagreements(changes) == []


def test_the_functions_of_the_worst_regression_are_named() -> None:
    """Those whose instructions moved most; nothing where no count has regressed."""
    worst = (case("pickle"), "load_instructions")
    changes = [
        change_of_counts(LOAD, [1000.0], [1100.0], 0.01),
        change_of_counts(worst, [1000.0], [1500.0], 0.01),
    ]
    base = {LOAD: {"a": 900.0}, worst: {"a": 900.0, "b": 100.0}}
    head = {LOAD: {"a": 1000.0}, worst: {"a": 900.0, "b": 600.0}}

    assert most_moved(changes, base, head) == [
        Moved(
            series="model@1MB x pickle",
            metric="load_instructions",
            function="b",
            base=100.0,
            head=600.0,
        )
    ]
    assert most_moved([change_of_counts(LOAD, [1000.0], [1000.0], 0.01)], base, head) == []


def test_a_regression_by_counts_fails_a_build() -> None:
    """As one by times does."""
    from savebench.comparing.comparison import Comparison, Party

    comparison = Comparison(
        savebench="",
        kind="ab",
        base=Party(label="a"),
        head=Party(label="b"),
        changes=[change_of_counts(LOAD, [1000.0], [1100.0], 0.01)],
        margin=0.03,
        detect=0.1,
    )
    assert has_regressed(comparison)
