"""What to take, as a reader sees it: the lines of the table and the sentences below."""

from dataclasses import replace

import pytest

from savebench.report.run.answer import answer_sentences
from savebench.report.run.content import content_of
from savebench.report.run.regimes import RegimeBlock, RegimeLine
from savebench.summary.regimes import Crossover
from tests.report.synthetic import PROFILES, Failure, Profile, RunBuilder
from tests.summary.regimes.runs import MEDIUM, MMAP, decided, exact_run


def test_all_uses_that_take_pickle_are_one_line() -> None:
    """The others have one each, with what they cost against it."""
    small = Profile(size_ratio=0.5, load_s_per_mb=1e-3)

    found = content_of(exact_run({"joblib+lz4": small}))

    assert found.decisions == (
        RegimeBlock(
            models="medium arrays (to 100 MB)",
            evidence="2 models, n = 1 to 8",
            lines=(
                RegimeLine(
                    uses="load time, memory, many workers",
                    take="pickle",
                    ratio="baseline",
                    alike="joblib",
                ),
                RegimeLine(uses="file size", take="joblib+lz4", ratio="0.50x", alike="-"),
            ),
        ),
    )


def test_what_is_given_up_is_a_sentence_for_each_row_to_take() -> None:
    """Uses that give up the same share it."""
    sentences = content_of(exact_run({"joblib-mmap": MMAP})).answers

    assert sentences[-1] == (
        "Given up with joblib-mmap (medium arrays, load time, memory and many workers): the file "
        "must stay in place, unchanged."
    )


def test_who_takes_a_little_less_is_named_with_how_little_that_is() -> None:
    """The table shows that it is ahead, so the reason is said."""
    sentences = content_of(exact_run({"pickle-p4": Profile(load_s_per_mb=0.485e-3)})).answers

    assert sentences[-1] == (
        "With pickle (medium arrays, load time and many workers): pickle-p4 takes less, by no more "
        "than 5 % or 100 us."
    )


def test_what_the_run_has_no_evidence_for_is_said_once_for_each_reason() -> None:
    """Three rounds tell no times."""
    sentences = content_of(RunBuilder(rounds=3).build()).answers

    assert sentences[0] == (
        "No evidence in this run for load time and many workers: too few rounds: telling rows "
        "apart takes 6; measure again with --rounds 6 or more, or with a larger --budget."
    )
    assert sentences[1] == (
        "No evidence in this run for safety: no row that runs no code on load was measured and "
        "carried these models."
    )


def test_plain_joblib_is_set_against_pickle_in_any_case() -> None:
    """It is what people ask first."""
    plain = Profile(fixed_s=60e-6, load_s_per_mb=0.25e-3, dump_s_per_mb=1.6e-3)

    sentences = content_of(exact_run({"joblib": plain})).answers

    assert (
        "Plain joblib takes 0.51x pickle's time to load and predict, and 2.00x to dump (geometric "
        "mean over 2 models; load + predict faster on 2)."
    ) in sentences


@pytest.mark.parametrize(
    ("outcome", "ends", "said"),
    [
        ("from", (6e6, 4e6, 9e6), "from 6 MB [4 MB to 9 MB] on"),
        ("from", (6e6, None, 9e6), "from 6 MB [below 1 MB to 9 MB] on"),
        ("up to", (6e6, 4e6, None), "up to 6 MB [4 MB to beyond 16 MB]"),
        ("always", (None, None, None), "at every size"),
    ],
)
def test_a_crossover_is_said_with_its_interval_and_the_sizes_measured(
    outcome: str, ends: tuple[float | None, ...], said: str
) -> None:
    """Never more than was measured."""
    at, low, high = ends
    crossover = Crossover(
        row="joblib-mmap",
        other="pickle",
        workload="knn-brute",
        kind="arrays",
        outcome=outcome,  # type: ignore[arg-type] # one of them, above
        at_bytes=at,
        low_bytes=low,
        high_bytes=high,
        sizes_bytes=(1e6, 16e6),
        rounds=8,
    )

    sentences = answer_sentences(replace(decided(exact_run({})), crossovers=(crossover,)))

    assert (
        f"joblib-mmap loads and predicts faster than pickle {said} (knn-brute: arrays, measured "
        "from 1 MB to 16 MB)."
    ) in sentences


def test_pairs_without_a_crossover_share_a_sentence() -> None:
    """Named with the workloads on which they have none."""
    models = ("knn-brute@1MB", "knn-brute@16MB", "random-forest@1MB", "random-forest@16MB")

    sentences = content_of(exact_run({}, models)).answers

    assert "Faster at no size measured: joblib than pickle (knn-brute, random-forest)." in sentences


def test_a_model_that_only_another_row_carries_is_named_with_it() -> None:
    """What failed is no default for it."""
    failures = {("arrays@16MB", "pickle"): Failure(outcome="failed", reason="cannot pickle it")}
    profiles = {"pickle": Profile(), "cloudpickle": Profile(requires=("cloudpickle",))}
    run = RunBuilder(models=MEDIUM, profiles=profiles, failures=failures, rounds=8).build()

    assert "Pickle does not carry arrays@16MB; cloudpickle does." in content_of(run).answers


def test_where_everything_failed_there_is_nothing_to_recommend() -> None:
    """The reasons stand elsewhere."""
    broken = Failure(outcome="crashed", reason="signal 11")
    failures = {(model, name): broken for model in MEDIUM for name in ("pickle", "joblib")}
    profiles = {"pickle": Profile(), "joblib": Profile()}
    run = RunBuilder(models=MEDIUM, profiles=profiles, failures=failures).build()

    assert content_of(run).answers == (
        "No round trip gave a time, so there is nothing to recommend: see what failed.",
    )


def test_without_pickle_nothing_is_recommended() -> None:
    """Ratios have no base."""
    found = content_of(RunBuilder(profiles={"joblib": Profile()}).build())

    assert found.decisions == ()
    assert found.answers == ("Without pickle to compare with, nothing can be recommended.",)


@pytest.mark.parametrize("rounds", [0, 1, 3, 8])
def test_every_sentence_ends_once(rounds: int) -> None:
    """Whatever was measured."""
    found = content_of(RunBuilder(profiles=PROFILES, rounds=rounds).build()).answers

    assert found
    assert all(sentence.endswith(".") and ". " not in sentence for sentence in found)
