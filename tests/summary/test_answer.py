"""What can be claimed from a run, as values."""

import pytest

from savebench.summary import outcomes_of, rows_of
from savebench.summary.answer import Answer, answer_of
from savebench.summary.choosing import Condition
from savebench.summary.recommending import Default, Recommendation, Where
from tests.report.synthetic import Profile, RunBuilder

MODELS = ("knn-brute@1MB", "knn-brute@16MB")
MMAP = Profile(fixed_s=0.1e-3, load_s_per_mb=0.02e-3, maps_file=True)


def answer(profiles: dict[str, Profile], rounds: int = 8) -> Answer:
    """Return the answer of a run without noise, beside pickle and a joblib that is like it."""
    rows = {"pickle": Profile(), "joblib": Profile(), **profiles}
    builder = RunBuilder(models=MODELS, profiles=rows, rounds=rounds, noise=0, round_noise=0)
    run = builder.build()
    return answer_of(run, rows_of(run), outcomes_of(run))


def test_a_mapped_row_is_recommended_on_a_condition_and_with_what_it_takes() -> None:
    """Values: a reader that draws, or speaks another language, puts them into its own words."""
    found = answer({"joblib-mmap": MMAP})

    assert isinstance(found.recommendation, Recommendation)
    (use,) = found.recommendation.conditional
    assert found.recommendation.default == Default(name="pickle", models=2, why="no-saving")
    assert (use.name, use.conditions) == ("joblib-mmap", (Condition("in-place"),))
    assert use.where == Where(models=MODELS, of=2)
    assert use.ratio == pytest.approx(0.127, abs=0.01)
    assert found.mapped
    assert found.mapped.name == "joblib-mmap"
    assert found.mapped.load_predict.less == 2


def test_the_fastest_is_told_with_how_often_and_in_how_many_rounds() -> None:
    """First on both models, alone."""
    found = answer({"joblib-mmap": MMAP}).fastest

    assert found
    assert (found.best, found.firsts, found.shared) == (("joblib-mmap",), 2, 0)
    assert found.rounds == {8}


def test_with_too_few_rounds_nobody_is_the_fastest_and_somebody_is_ahead() -> None:
    """By the medians alone."""
    found = answer({"joblib-mmap": MMAP}, rounds=3)

    assert found.recommendation == "too-few-rounds"
    assert found.fastest
    assert (found.fastest.best, found.fastest.ahead, found.fastest.ahead_on) == (
        (),
        ("joblib-mmap",),
        2,
    )


def test_compression_is_told_by_the_smallest_and_by_the_quickest() -> None:
    """Two rows with their prices."""
    small = Profile(load_s_per_mb=6e-3, size_ratio=0.4)
    quick = Profile(load_s_per_mb=1e-3, size_ratio=0.6)

    found = answer({"joblib+xz3": small, "joblib+lz4": quick}).compression

    assert found
    assert found.quickest
    assert (found.smallest.name, found.quickest.name) == ("joblib+xz3", "joblib+lz4")
    assert found.smallest.size.mean == pytest.approx(0.4, rel=0.01)
    assert found.is_complete


def test_what_was_not_measured_is_no_claim() -> None:
    """Neither a mapped nor a compressed row; nor anything at all."""
    found, nothing = answer({}), answer({}, rounds=0)

    assert (found.compression, found.mapped) == (None, None)
    assert nothing.fastest is None
    assert nothing.recommendation == "nothing-timed"
