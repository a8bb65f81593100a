"""What to take for a size, a kind and a use."""

import pytest

from savebench.summary.regimes import USES
from tests.report.synthetic import Failure, Profile, RunBuilder
from tests.summary.regimes.runs import MEDIUM, MMAP, cell, decided, exact_run, missing


def test_each_use_takes_the_row_that_costs_the_least_of_what_it_asks_for() -> None:
    """Four rows, each the best at one thing."""
    found = decided(
        exact_run(
            {
                "joblib-mmap": MMAP,
                "joblib+xz3": Profile(size_ratio=0.4, load_s_per_mb=9e-3, dump_s_per_mb=80e-3),
                "skops": Profile(kind="restricted", runs_code=False, load_s_per_mb=2e-3),
            }
        )
    )

    assert {each.use: each.take for each in found.cells} == {
        "load time": "joblib-mmap",
        "file size": "joblib+xz3",
        "memory": "joblib-mmap",
        "many workers": "joblib-mmap",
        "safety": "skops",
    }
    assert {each.use for each in found.cells} == {use.name for use in USES}
    assert found.missing == ()


def test_a_ratio_is_the_geometric_mean_over_the_models_of_a_cell() -> None:
    """Loads of 16.48 MB: 8.34 ms by pickle, 0.4696 ms mapped, the call of 40 us included."""
    found = cell(decided(exact_run({"joblib-mmap": MMAP})), "load time")

    assert found.ratio.median == pytest.approx(0.4696 / 8.34, rel=1e-3)
    assert (found.ratio.low, found.ratio.high) == pytest.approx((0.0563, 0.0563), abs=1e-4)
    assert (found.models, found.rounds) == (MEDIUM, 8)


def test_what_is_given_up_is_told_against_pickle() -> None:
    """The time of a load and of a dump, memory, and what must be there to read it."""
    small = Profile(
        size_ratio=0.5,
        load_s_per_mb=1e-3,
        dump_s_per_mb=8e-3,
        peak_ratio=2,
        requires=("zstandard",),
    )

    found = cell(decided(exact_run({"pickle+zstd3": small})), "file size")

    assert [(each.metric, round(each.ratio, 2)) for each in found.prices] == [
        ("load_predict_s", 1.99),
        ("dump_s", 9.96),
        ("load_peak_bytes", 2.0),
    ]
    assert found.installs == ("zstandard",)
    assert not found.maps_file


def test_a_plug_in_s_row_must_be_installed_where_it_is_loaded() -> None:
    """Whoever reads the file needs the package that wrote it."""
    mine = Profile(load_s_per_mb=0.1e-3, distribution="mypackage 2.0")

    assert cell(decided(exact_run({"mine": mine})), "load time").installs == ("mypackage",)


def test_what_cannot_be_told_apart_from_pickle_does_not_replace_it() -> None:
    """Noise of 30 % and a true gain of 8 %: the median is lower, and the interval covers 1."""
    profiles = {"pickle": Profile(), "pickle-oob": Profile(load_s_per_mb=0.46e-3)}
    run = RunBuilder(models=MEDIUM, profiles=profiles, rounds=6, noise=0.3, seed=3).build()

    found = cell(decided(run), "load time")

    assert (found.take, found.alike) == ("pickle", ("pickle-oob",))


def test_a_gain_of_less_than_five_per_cent_is_named_and_replaces_nothing() -> None:
    """It is clear beyond its interval, and small."""
    found = cell(decided(exact_run({"pickle-p4": Profile(load_s_per_mb=0.485e-3)})), "load time")

    assert (found.take, found.why, found.beaten_by) == ("pickle", "little", ("pickle-p4",))


def test_of_small_models_the_memory_of_the_interpreter_decides() -> None:
    """A few pages less are no reason for a mapped file."""
    found = cell(decided(exact_run({"joblib-mmap": MMAP}, ["arrays@100KB"])), "memory", "small")

    assert (found.take, found.why, found.beaten_by) == ("pickle", "little", ("joblib-mmap",))


def test_kinds_and_sizes_are_apart() -> None:
    """A mapped load that wins on large arrays says nothing of trees or of small models."""
    models = ("arrays@16MB", "arrays@1MB", "random-forest@16MB", "their-model@1GB")
    late = Profile(fixed_s=2e-3, load_s_per_mb=0.02e-3, maps_file=True)

    found = decided(exact_run({"joblib-mmap": late}, models))

    takes = {(e.size, e.kind): e.take for e in found.cells if e.use == "load time"}
    assert takes == {
        ("small", "arrays"): "pickle",
        ("medium", "arrays"): "joblib-mmap",
        ("medium", "trees"): "joblib-mmap",
        ("large", "other"): "joblib-mmap",
    }


def test_a_row_that_lacks_a_model_is_not_taken_for_the_cell() -> None:
    """Its mean would cover other models."""
    quick = Profile(load_s_per_mb=0.02e-3)
    failures = {("arrays@16MB", "quick"): Failure(outcome="failed", reason="planted")}
    profiles = {"pickle": Profile(), "quick": quick, "joblib": Profile()}
    run = RunBuilder(models=MEDIUM, profiles=profiles, failures=failures, rounds=8).build()

    found = cell(decided(run), "load time")

    assert (found.take, found.models) == ("pickle", MEDIUM)


def test_where_the_only_safe_row_lacks_a_model_it_is_taken_for_the_rest() -> None:
    """And the model is named."""
    safe = Profile(kind="restricted", runs_code=False)
    failures = {("arrays@16MB", "skops"): Failure(outcome="unsupported", reason="no")}
    profiles = {"pickle": Profile(), "skops": safe}
    run = RunBuilder(models=MEDIUM, profiles=profiles, failures=failures, rounds=8).build()

    found = cell(decided(run), "safety")

    assert (found.take, found.why) == ("skops", "only")
    assert (found.models, found.others) == (("knn-brute@16MB",), ("arrays@16MB",))


def test_an_export_is_safe_where_nothing_else_is_and_keeps_no_estimator() -> None:
    """As in `advise --safe`."""
    export = Profile(kind="inference", runs_code=False)

    found = cell(decided(exact_run({"onnx": export})), "safety")

    assert (found.take, found.keeps_estimator) == ("onnx", False)


@pytest.mark.parametrize(("rounds", "filled"), [(5, False), (6, True)])
def test_times_take_six_rounds_and_counts_do_not(rounds: int, filled: bool) -> None:  # noqa: FBT001
    """A file's size is exact after one."""
    small = Profile(size_ratio=0.5)
    found = decided(exact_run({"joblib+lz4": small}, rounds=rounds))

    uses = {each.use for each in found.cells}
    assert cell(found, "file size").take == "joblib+lz4"
    assert ("load time" in uses) is filled
    if not filled:
        assert missing(found, "load time").why == "too few rounds"


def test_what_was_not_measured_is_missing_with_its_reason() -> None:
    """No worker was counted, and no safe row was there."""
    run = RunBuilder(models=MEDIUM, rounds=8, workers=False).build()

    found = decided(run)

    assert missing(found, "many workers").why == "not measured"
    assert missing(found, "safety").why == "nobody"


def test_without_pickle_nothing_is_decided() -> None:
    """Ratios have no base."""
    run = RunBuilder(models=MEDIUM, profiles={"joblib": Profile()}, rounds=8).build()

    found = decided(run)

    assert (found.cells, found.why_none) == ((), "no-baseline")


def test_who_carries_a_model_that_pickle_does_not_is_named() -> None:
    """It has no ratio, and is the answer all the same."""
    failures = {("arrays@16MB", "pickle"): Failure(outcome="failed", reason="cannot pickle it")}
    profiles = {"pickle": Profile(), "cloudpickle": Profile(requires=("cloudpickle",))}
    run = RunBuilder(models=MEDIUM, profiles=profiles, failures=failures, rounds=8).build()

    assert decided(run).carriers == (("arrays@16MB", ("cloudpickle",)),)
