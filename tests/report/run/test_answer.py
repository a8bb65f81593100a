"""The five sentences."""

import pytest

from savebench.records.schema import Run
from savebench.report.run.content import content_of
from tests.report.synthetic import PROFILES, Failure, Profile, RunBuilder, quick_run

MODELS = ("knn-brute@16MB", "arrays@16MB", "random-forest@16MB")


def answers(run: Run) -> list[str]:
    """Return a run's sentences."""
    return list(content_of(run).answers)


def run_of(**profiles: Profile) -> Run:
    """Return a run of three large models; ``_`` stands for ``-`` and ``__`` for ``+``."""
    named = {
        name.replace("__", "+").replace("_", "-"): profile for name, profile in profiles.items()
    }
    return RunBuilder(models=MODELS, profiles=named, rounds=8).build()


@pytest.mark.parametrize("rounds", [0, 1, 3, 8])
def test_there_are_always_five_sentences(rounds: int) -> None:
    """Each ends once."""
    found = answers(RunBuilder(profiles=PROFILES, rounds=rounds).build())

    assert len(found) == 5
    assert all(sentence.endswith(".") and ". " not in sentence for sentence in found)


def test_a_row_like_pickle_is_said_to_show_no_clear_difference() -> None:
    """Ties are told as ties."""
    first, fastest, *_ = answers(run_of(pickle=Profile(), joblib=Profile()))

    assert "no clear difference on 3" in first
    assert "pickle and joblib, first each in 3 of 3 models" in fastest


def test_the_fastest_is_named_with_how_often_and_with_n() -> None:
    """Here one row wins everywhere, alone."""
    _, fastest, *_ = answers(run_of(pickle=Profile(), joblib=Profile(load_s_per_mb=0.1e-3)))

    assert fastest == (
        "Fastest to load and predict: joblib, first in 3 of 3 models (n = 8 rounds a row)."
    )


@pytest.mark.parametrize(("rounds", "said"), [(1, "n = 1 round a row"), (5, "n = 5 rounds a row")])
def test_with_too_few_rounds_nothing_is_fastest_tied_or_recommended(rounds: int, said: str) -> None:
    """Twenty times as fast, in five rounds of five: no interval says that it is so."""
    quick = Profile(fixed_s=1e-6, load_s_per_mb=0.02e-3)
    profiles = {"pickle": Profile(), "joblib": Profile(), "joblib-mmap": quick}
    run = RunBuilder(models=MODELS, profiles=profiles, rounds=rounds).build()

    joblib, fastest, _, mapping, default = answers(run)

    assert fastest == (
        f"None can be called the fastest to load and predict: {said}, and an interval takes 6; by "
        "the medians alone joblib-mmap is ahead on 3 of 3 models."
    )
    assert default == (
        "No default can be named: telling rows apart takes 6 rounds; measure again with --rounds 6 "
        "or more, or with a larger --budget."
    )
    assert "(geometric mean over 3 models; load + predict too few rounds to tell on 3)" in joblib
    assert "no clear difference" not in joblib + mapping


def test_rows_of_too_few_rounds_are_left_out_of_what_is_fastest() -> None:
    """The others have their intervals; the slow row left play."""
    profiles = {
        "pickle": Profile(),
        "joblib": Profile(load_s_per_mb=0.1e-3),
        "slow": Profile(load_s_per_mb=80e-3),
    }
    run = RunBuilder(models=MODELS, profiles=profiles, rounds=8, rounds_of={"slow": 2}).build()

    assert answers(run)[1] == (
        "Fastest to load and predict: joblib, first in 3 of 3 models (n = 2 to 8 rounds a row; "
        "fewer than 6 count for nothing here)."
    )


def test_the_fastest_is_said_to_be_so_among_round_trips_where_another_kind_took_less() -> None:
    """Its table stands beside theirs."""
    export = Profile(kind="inference", load_s_per_mb=1e-6)

    fastest = answers(run_of(pickle=Profile(), onnx=export))[1]

    assert fastest.startswith("Fastest to load and predict, among round trips: pickle, first in 3")


def test_compression_is_told_by_what_it_saves_and_what_it_costs() -> None:
    """The smallest, and the one that loads fastest."""
    sentence = answers(
        run_of(
            pickle=Profile(),
            joblib__xz3=Profile(size_ratio=0.4, load_s_per_mb=50e-3, dump_s_per_mb=80e-3),
            joblib__lz4=Profile(size_ratio=0.7, load_s_per_mb=1e-3, dump_s_per_mb=1.6e-3),
        )
    )[2]

    assert "The smallest files come from joblib+xz3: 0.40x the size" in sentence
    assert "the compressed row of the least time is joblib+lz4: 0.70x the size" in sentence


def test_a_mapped_row_is_judged_with_its_first_call() -> None:
    """Its bare load is told as what it is."""
    sentence = answers(
        run_of(pickle=Profile(), joblib_mmap=Profile(load_s_per_mb=1e-3, maps_file=True))
    )[3]

    assert "the load alone takes 0.0" in sentence
    assert "slower on 3" in sentence


def test_the_default_is_pickle_unless_joblib_clearly_saves_time() -> None:
    """Five per cent, and clearly so on more models than it loses."""
    same = answers(run_of(pickle=Profile(), joblib=Profile()))[4]
    faster = answers(run_of(pickle=Profile(), joblib=Profile(load_s_per_mb=0.3e-3)))[4]

    assert same.startswith("By default use pickle")
    assert faster.startswith("By default use joblib without compression: 0.")


def test_what_was_not_measured_is_said_and_never_made_up() -> None:
    """Only pickle ran."""
    joblib, _, compression, mapping, default = answers(run_of(pickle=Profile()))

    assert joblib.startswith("Plain joblib was not measured")
    assert compression.startswith("No compressed row was measured")
    assert mapping.startswith("No memory-mapped load was measured")
    assert "plain joblib was not measured on every model" in default


def test_without_pickle_nothing_is_compared_and_no_default_is_named() -> None:
    """Ratios have no base."""
    found = answers(run_of(joblib=Profile(), joblib__lz4=Profile(size_ratio=0.5)))

    assert "nothing can be set against it" in found[0]
    assert found[4] == "Without pickle to compare with, this run names no default."


def test_a_row_that_failed_on_a_model_is_not_the_smallest_of_all() -> None:
    """Its mean covers fewer models; the others' would not compare."""
    sentence = answers(quick_run())[2]

    assert "among rows that managed as many models" in sentence
    assert "joblib+xz3" not in sentence


def test_a_case_that_failed_counts_for_nothing() -> None:
    """A wrong answer is no fast answer."""
    run = RunBuilder(
        models=MODELS,
        profiles={"pickle": Profile(), "joblib": Profile(load_s_per_mb=0.1e-3)},
        failures={(model, "joblib"): Failure(outcome="mismatch", reason="no") for model in MODELS},
    ).build()

    found = answers(run)

    assert found[0].startswith("Plain joblib was not measured beside pickle")
    assert "Fastest to load and predict: pickle" in found[1]


def test_floors_and_exports_never_answer_the_question() -> None:
    """They bring back no model."""
    floor = Profile(kind="floor", load_s_per_mb=1e-6)
    export = Profile(kind="inference", load_s_per_mb=1e-6)

    text = " ".join(answers(run_of(pickle=Profile(), raw_copy=floor, onnx=export)))

    assert "raw-copy" not in text
    assert "onnx" not in text
