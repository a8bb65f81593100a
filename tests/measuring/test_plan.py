"""The order of rounds, and who plays in them."""

from collections import Counter

import msgspec
import pytest

from savebench.measuring.plan import (
    TIMED,
    Progress,
    case_by_case,
    cases_in_play,
    hash_seed,
    progress_of,
    round_order,
    worth_most,
)
from savebench.records.schema import Case, Record, Trial
from tests.fakes import case, settings

CASES = [case(name) for name in "abcdefgh"]
KINDS: dict[str, int | None] = {"dump": None, "load": None, "load-cold": 1}


@pytest.mark.parametrize(
    ("kinds", "counts", "rounds"),
    [
        (KINDS, {"dump": 3, "load": 2}, 2),
        ({"load": None}, {"load": 4}, 4),
        ({"dump": 1, "load": None}, {"dump": 1, "load": 4}, 4),
        ({"dump": 2, "load": 2}, {"dump": 2, "load": 2}, 2),
        ({"load-memory": None}, {"load-memory": 3}, 3),
        ({"dump-memory": 1, "load": None}, {"dump-memory": 1}, 0),
    ],
)
def test_rounds_are_counted_by_what_every_round_has(
    kinds: dict[str, int | None], counts: dict[str, int], rounds: int
) -> None:
    """A kind that is not measured, or not in every round, holds nothing up."""
    assert Progress(kinds=kinds, counts=counts).rounds == rounds


def _progress(rounds: int, cost_s: float, spread: float = 0.5) -> Progress:
    values = [1.0 + spread * (index % 2) for index in range(rounds)]
    return Progress(
        counts={"dump": rounds, "load": rounds},
        spent_s=rounds * cost_s,
        longest_s=cost_s,
        values={"dump_s": values, "load_predict_s": values},
    )


def test_a_round_has_one_trial_of_each_kind_for_every_case() -> None:
    """No more, no fewer."""
    order = round_order(CASES, KINDS, 1, seed=0)
    expected = Counter(Trial(each, kind, 1) for each in CASES for kind in KINDS)  # type: ignore[arg-type] # its keys are kinds
    assert Counter(order) == expected


def test_a_kind_with_a_limit_leaves_after_its_rounds() -> None:
    """Cold loads take part in the first round only."""
    kinds = {trial.kind for trial in round_order(CASES, KINDS, 2, seed=0)}
    assert kinds == {"dump", "load"}


def test_the_order_is_shuffled_by_seed_and_round_and_repeats() -> None:
    """The same seed gives the same order; another round or seed another."""
    first = round_order(CASES, KINDS, 1, seed=0)
    assert first == round_order(CASES, KINDS, 1, seed=0)
    assert [t.case for t in first] != [t.case for t in round_order(CASES, KINDS, 1, seed=1)]
    assert [t.case for t in first] != [t.case for t in round_order(CASES, KINDS, 2, seed=0)]


def test_hash_seeds_differ_between_rounds_and_repeat_for_a_run() -> None:
    """One per round, the same when the run is resumed."""
    seeds = [hash_seed(0, number) for number in range(1, 100)]
    assert len(set(seeds)) == 99
    assert seeds == [hash_seed(0, number) for number in range(1, 100)]


def test_a_failed_case_leaves_play() -> None:
    """It has cost its record."""
    known = {case("a"): Progress(failed=True), case("b"): Progress()}
    assert cases_in_play(known, settings(), 100.0) == [case("b")]


def test_a_case_leaves_play_when_its_intervals_are_narrow_enough() -> None:
    """Not before the least number of rounds, though."""
    known = {
        case("precise"): _progress(10, 0.1, spread=0.001),
        case("wide"): _progress(10, 0.1),
        case("early"): _progress(3, 0.1, spread=0.001),
    }
    assert cases_in_play(known, settings(), 1000.0) == [case("wide"), case("early")]


def test_a_case_leaves_play_after_the_rounds_that_were_asked_for() -> None:
    """--rounds is exact."""
    known = {case("a"): _progress(3, 0.1), case("b"): _progress(2, 0.1)}
    assert cases_in_play(known, settings(max_rounds=3, min_rounds=3), None) == [case("b")]


def test_a_slow_case_leaves_play_when_its_share_is_spent() -> None:
    """The quick ones go on."""
    known = {case("slow"): _progress(1, 30.0), case("quick"): _progress(1, 0.1)}
    assert cases_in_play(known, settings(), 40.0) == [case("quick")]


def test_a_slow_case_goes_on_while_its_share_lasts() -> None:
    """What settled cases leave is shared among the others."""
    known = {
        case("slow"): _progress(1, 30.0),
        case("quick"): _progress(1, 0.1),
        case("done"): _progress(9, 0.1, spread=0.0),
    }
    assert case("slow") in cases_in_play(known, settings(), 100.0)


def test_a_quick_case_gets_the_least_number_of_rounds_whatever_the_share() -> None:
    """Only a trial that takes seconds has fewer."""
    known = {case("slow"): _progress(1, 50.0), case("quick"): _progress(4, 0.5)}
    assert cases_in_play(known, settings(min_rounds=5), 10.0) == [case("quick")]


def test_progress_is_counted_from_the_records() -> None:
    """A resumed run knows what it had."""
    record = Record(
        case=case("a"),
        round=1,
        trial="load",
        outcome="ok",
        metrics={"load_s": 0.5},
        wall_s=0.75,
        launch="spawn",
        started="",
    )
    known = progress_of([case("a"), case("b")], dict.fromkeys(TIMED), [record])
    assert known[case("a")] == Progress(
        counts={"load": 1}, spent_s=0.75, longest_s=0.5, values={"load_s": [0.5]}
    )
    assert known[case("b")] == Progress()


def _spread(rounds: int, dump: float, load: float) -> Progress:
    def values(spread: float) -> list[float]:
        return [1.0 + spread * (index % 2) for index in range(rounds)]

    return Progress(
        counts={"dump": rounds, "load": rounds},
        values={"dump_s": values(dump), "load_s": values(load), "load_predict_s": values(load)},
    )


def _chosen(known: dict[Case, Progress], least_s: float = 0.0) -> set[tuple[str, str]]:
    trials = round_order(known, {"dump": None, "load": None}, 20, seed=0)
    chosen = worth_most(trials, known, settings(), lambda _: 1.0, least_s)
    assert [each for each in trials if each in chosen] == chosen
    return {(each.case.serializer, each.kind) for each in chosen}


def test_time_goes_to_the_widest_intervals() -> None:
    """Those within a factor of two of the widest; of a case, the operation that needs it."""
    known = {
        case("wide"): _spread(12, dump=0.9, load=0.0),
        case("less"): _spread(12, dump=0.2, load=0.8),
        case("done"): _spread(12, dump=0.0, load=0.0),
    }
    assert _chosen(known) == {("wide", "dump"), ("less", "load")}


def test_a_round_is_filled_up_until_it_is_worth_its_beginning() -> None:
    """With the next widest, never with what is narrow enough."""
    known = {
        case("wide"): _spread(12, dump=0.9, load=0.0),
        case("less"): _spread(12, dump=0.3, load=0.2),
    }
    assert _chosen(known) == {("wide", "dump")}
    assert _chosen(known, 2.0) == {("wide", "dump"), ("less", "dump")}
    assert _chosen(known, 9.0) == {("wide", "dump"), ("less", "dump"), ("less", "load")}


def test_a_case_below_its_minimum_has_all_its_trials() -> None:
    """However wide another is."""
    known = {
        case("new"): _spread(2, dump=0.0, load=0.0),
        case("wide"): _spread(12, dump=0.9, load=0.9),
    }
    assert {("new", "dump"), ("new", "load")} <= _chosen(known)


def test_a_slow_case_stays_until_it_has_the_rounds_that_its_size_is_granted() -> None:
    """Its share of the budget was spent in the first."""
    large, small = case("a", size="4GB"), case("a", size="1MB")
    known = {large: _progress(2, cost_s=100.0), small: _progress(2, cost_s=100.0)}
    asked = msgspec.structs.replace(settings(), least_rounds={"4GB": 3})

    assert cases_in_play(known, asked, timed_budget_s=50.0) == [large]
    known[large] = _progress(3, cost_s=100.0)
    assert cases_in_play(known, asked, timed_budget_s=50.0) == []


def test_the_trials_of_a_bulky_case_stand_together_and_its_dump_comes_first() -> None:
    """The cases stay shuffled, and those that are not bulky stay where they are."""
    bulky = frozenset("ab")
    shuffled = ["a load", "c load", "b dump", "a dump", "b load", "c dump", "a workers"]
    trials = [Trial(case(name[0]), name[2:], 1) for name in shuffled]  # type: ignore[arg-type] # kinds

    found = case_by_case(trials, lambda each: each.serializer in bulky)

    assert [f"{each.case.serializer} {each.kind}" for each in found] == [
        "a dump", "a load", "a workers", "c load", "b dump", "b load", "c dump",
    ]  # fmt: skip
