"""Who may yet be taken, and what decides."""

from savebench.summary.advice import Needs
from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.contest import Contest, contest_of


def _candidate(name: str, load_s: Estimate, dump_s: float = 0.01, size: float = 1e6) -> Candidate:
    return Candidate(
        serializer=name,
        exact=True,
        estimates={
            "load_predict_s": load_s,
            "dump_s": Estimate(dump_s),
            "size_bytes": Estimate.exactly(size),
        },
    )


def _names(contest: Contest) -> list[str]:
    return sorted(contest.serializers)


def test_after_one_round_who_takes_twice_the_least_may_still_be_the_best() -> None:
    """The first round of a row may be off by so much."""
    rows = [
        _candidate("pickle", Estimate(0.010)),
        _candidate("joblib", Estimate(0.019)),
        _candidate("skops", Estimate(0.021)),
    ]
    assert _names(contest_of(rows, Needs.of())) == ["joblib", "pickle"]


def test_intervals_that_do_not_touch_end_the_contest() -> None:
    """One row is left: no further round changes who is taken."""
    rows = [
        _candidate("pickle", Estimate(0.010, 0.009, 0.011, 8)),
        _candidate("joblib", Estimate(0.013, 0.012, 0.014, 8)),
    ]
    assert contest_of(rows, Needs.of()) == Contest()


def test_rows_known_to_be_within_what_is_worth_it_need_no_further_round() -> None:
    """Whoever is taken of the two costs hardly more than the other."""
    rows = [
        _candidate("pickle", Estimate(0.0100, 0.0099, 0.0101, 12)),
        _candidate("joblib", Estimate(0.0101, 0.0100, 0.0103, 12)),
    ]
    assert contest_of(rows, Needs.of()) == Contest()


def test_wide_intervals_that_touch_go_on() -> None:
    """Nobody knows yet."""
    rows = [
        _candidate("pickle", Estimate(0.010, 0.008, 0.015, 8)),
        _candidate("joblib", Estimate(0.013, 0.012, 0.014, 8)),
    ]
    assert _names(contest_of(rows, Needs.of())) == ["joblib", "pickle"]


def test_only_what_makes_up_the_cost_is_timed() -> None:
    """Loads; dumps too where each load bears its share of one."""
    rows = [_candidate("pickle", Estimate(0.010)), _candidate("joblib", Estimate(0.011))]
    assert contest_of(rows, Needs.of()).kinds == ("load",)
    assert contest_of(rows, Needs.of(loads_per_dump=1)).kinds == ("dump", "load")


def test_who_cannot_be_taken_takes_no_part() -> None:
    """A file that is larger than asked for."""
    rows = [
        _candidate("pickle", Estimate(0.010), size=9e6),
        _candidate("joblib", Estimate(0.011)),
        _candidate("joblib-mmap", Estimate(0.012)),
    ]
    assert _names(contest_of(rows, Needs.of(max_size="2MB"))) == ["joblib", "joblib-mmap"]


def test_without_a_load_there_is_no_contest() -> None:
    """Nothing was measured yet."""
    assert contest_of([Candidate(serializer="pickle")], Needs.of()) == Contest()
