"""A run as one side of a comparison."""

import msgspec

from savebench.comparing.apart.runs import compare_sides
from savebench.comparing.sides.side import side_of_run
from savebench.records.schema import Run
from tests.report.synthetic import Failure, RunBuilder, quick_run

MODEL = "knn-brute@1MB"


def test_a_run_compared_with_itself_is_neither_worse_nor_missing_anything() -> None:
    """Every case and metric of a quick run; what noise hides is advice."""
    side = side_of_run(quick_run(), "run")

    comparison = compare_sides(side, side)

    assert {each.verdict for each in comparison.changes} <= {"passed", "inconclusive"}
    assert not [each for each in comparison.changes if each.gates and each.verdict != "passed"]


def test_a_case_that_was_never_reached_is_skipped_and_its_worst_outcome_counts() -> None:
    """So that neither is passed over."""
    failures = {(MODEL, "joblib"): Failure(outcome="crashed", reason="signal 11")}
    run = RunBuilder(models=[MODEL], failures=failures).build()
    cut = Run(
        run.header, [record for record in run.records if record.case.serializer != "joblib+lz4"]
    )

    side = side_of_run(cut, "run")

    assert side.troubles == {
        f"{MODEL} x joblib": "crashed: signal 11",
        f"{MODEL} x joblib+lz4": "skipped: the run ended before its turn",
    }


def test_the_fingerprints_of_models_come_from_the_header() -> None:
    """Absent where an older run has none."""
    run = RunBuilder(models=[MODEL]).build()
    info = msgspec.structs.replace(run.header.workloads[MODEL], model_digest="cafe")
    header = msgspec.structs.replace(run.header, workloads={MODEL: info})

    assert side_of_run(run, "run").models == {}
    assert set(side_of_run(Run(header, run.records), "run").models.values()) == {"cafe"}
