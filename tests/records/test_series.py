"""From records to series: each metric of each case, round by round."""

from savebench.records.schema import Outcome, Record, TrialKind
from savebench.records.series import values_by_case, values_by_metric
from tests.fakes import case, control_record


def _record(
    name: str,
    number: int,
    metrics: dict[str, float],
    outcome: Outcome = "ok",
    trial: TrialKind = "load",
) -> Record:
    return Record(
        case=case(name),
        round=number,
        trial=trial,
        outcome=outcome,
        metrics=metrics,
        launch="zygote",
        started="2026-11-23T09:00:01.000Z",
    )


def test_a_series_is_what_a_metric_of_a_case_was_in_each_round() -> None:
    """Trials of other kinds and cases lie between."""
    records = [
        _record("pickle", 1, {"load_s": 0.5, "predict_s": 0.25}),
        _record("joblib", 1, {"load_s": 0.75}),
        _record("pickle", 1, {"dump_s": 2.0}, trial="dump"),
        _record("pickle", 2, {"load_s": 0.625}),
    ]
    assert values_by_case(records) == {
        (case("pickle"), "load_s"): {1: 0.5, 2: 0.625},
        (case("pickle"), "predict_s"): {1: 0.25},
        (case("joblib"), "load_s"): {1: 0.75},
        (case("pickle"), "dump_s"): {1: 2.0},
    }


def test_a_trial_that_went_wrong_has_no_value() -> None:
    """A mismatch was timed all the same."""
    records = [
        _record("pickle", 1, {"load_s": 0.5}, "mismatch"),
        _record("pickle", 2, {"load_s": 0.25}),
    ]
    assert values_by_case(records) == {(case("pickle"), "load_s"): {2: 0.25}}


def test_of_a_trial_that_was_repeated_in_its_round_the_last_counts() -> None:
    """As a pair does of which one side went wrong."""
    records = [_record("pickle", 3, {"load_s": 0.5}), _record("pickle", 3, {"load_s": 0.25})]
    assert values_by_case(records) == {(case("pickle"), "load_s"): {3: 0.25}}


def test_control_trials_are_no_series() -> None:
    """Their times are facts."""
    assert values_by_case([control_record(1, {"kernels": {"cpu_s": 0.004}})]) == {}


def test_the_series_of_one_case_are_called_by_their_metric() -> None:
    """In the order measured."""
    records = [_record("pickle", 2, {"load_s": 0.5}), _record("pickle", 1, {"load_s": 0.25})]
    found = values_by_metric(records)
    assert list(found["load_s"].items()) == [(2, 0.5), (1, 0.25)]
