"""Where a hot loop and first operations disagree, on series whose truth is known."""

from msgspec.structs import replace

from savebench.records.schema import Run
from savebench.summary import outcomes_of, rows_of, sound_rows
from savebench.summary.steady import SteadyModel, steady_of
from tests.report.synthetic import PROFILES, RunBuilder

KNN = "knn-brute@1MB"


def run_with_loops(steady_s: dict[str, float], rounds: int = 6) -> Run:
    """Return a run of pickle and two more; the loads in a hot loop take so long, and no noise."""
    profiles = {name: PROFILES[name] for name in ("pickle", "joblib", "skops")}
    run = RunBuilder(models=[KNN], profiles=profiles, rounds=rounds, noise=0.001).build()
    loops = [
        replace(
            record,
            trial="steady",
            metrics={"load_steady_s": steady_s[record.case.serializer] * (1 + record.round / 1e4)},
        )
        for record in run.records
        if record.trial == "load" and record.case.serializer in steady_s
    ]
    return replace(run, records=[*run.records, *loops])


def found_in(run: Run) -> list[SteadyModel]:
    """Return what is said of a run."""
    return steady_of(run, sound_rows(rows_of(run), outcomes_of(run)))


def test_a_pair_whose_order_a_hot_loop_turns_round_is_named() -> None:
    """Joblib loads slower than pickle at first; the loop says otherwise."""
    (model,) = found_in(run_with_loops({"pickle": 2e-4, "joblib": 1e-4}))

    (found,) = model.disagreements
    assert (found.operation, found.praised, found.other) == ("load", "joblib", "pickle")
    assert found.steady.high < 1 < found.fresh.low


def test_a_pair_in_the_same_order_both_ways_is_not_named() -> None:
    """However much quicker the loop is."""
    (model,) = found_in(run_with_loops({"pickle": 1e-6, "joblib": 2e-6}))

    assert model.disagreements == ()
    (pickle, joblib) = model.lines
    assert (pickle.serializer, joblib.serializer) == ("pickle", "joblib")
    assert pickle.load
    assert pickle.load.ratio
    assert pickle.load.ratio > 100
    assert pickle.dump is None


def test_too_few_rounds_name_nothing() -> None:
    """Five have no interval to tell two rows apart by."""
    (model,) = found_in(run_with_loops({"pickle": 2e-4, "joblib": 1e-4}, rounds=5))

    assert model.disagreements == ()


def test_rows_of_different_kinds_are_not_compared() -> None:
    """As nowhere else."""
    (model,) = found_in(run_with_loops({"pickle": 2e-2, "skops": 1e-4}))

    assert len(model.lines) == 2
    assert model.disagreements == ()


def test_a_run_without_a_hot_loop_says_nothing_of_one() -> None:
    """As every older one."""
    assert found_in(run_with_loops({})) == []


def test_a_hot_loop_changes_no_rank() -> None:
    """Nor the answer: it is another trial, and another metric."""
    plain, looped = run_with_loops({}), run_with_loops({"pickle": 2e-4, "joblib": 1e-4})

    ranks = [
        [(row.serializer, row.rank) for row in rows_of(run) if row.metric == "load_predict_s"]
        for run in (plain, looped)
    ]
    assert ranks[0] == ranks[1]
