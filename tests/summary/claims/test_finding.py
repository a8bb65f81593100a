"""How models become a verdict."""

from collections.abc import Sequence

import pytest

from savebench.records.series import ByRound
from savebench.stats import Interval
from savebench.summary.claims.finding import Finding, Point, Told, judge
from savebench.summary.claims.ground import pooled
from savebench.summary.claims.naming import where
from savebench.summary.claims.questions import told_of

FEW = Finding(verdict="cannot tell here", why="2 rounds", command="savebench run")
ONE: ByRound = dict.fromkeys(range(1, 7), 1.0)


def interval(low: float, high: float, *, is_range: bool = False) -> Interval:
    """Return an interval of six rounds."""
    middle = (low * high) ** 0.5
    return Interval(middle, low, high, n=6, coverage=0.97, is_range=is_range)


def points(told: Sequence[Told], names: Sequence[str] = ()) -> list[Point]:
    """Return a point a word, of models of one kind and size where they are not named."""
    models = names or [f"arrays{number}@1MB" for number in range(len(told))]
    return [
        Point(row="joblib", model=model, told=word)
        for model, word in zip(models, told, strict=True)
    ]


def found(told: Sequence[Told], names: Sequence[str] = ()) -> Finding:
    """Return the verdict of points."""
    return judge(points(told, names), {}, of="joblib by pickle", metric="dump_s", few=FEW)


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        (["yes"] * 3, "holds"),
        (["no"] * 3, "does not hold"),
        (["same"] * 3, "cannot be told apart"),
        (["yes", "same", "same"], "holds when"),
        (["yes", "no"], "holds when"),
        (["no", "same", "same"], "does not hold"),
        (["yes"] * 9 + ["no"], "holds"),
        (["yes"] * 8 + ["no"], "holds when"),
        (["same"] * 9 + ["no"], "cannot be told apart"),
        (["no"] * 9 + ["yes"], "does not hold"),
        (["yes", "few"], "holds"),
        (["few", "few"], "cannot tell here"),
    ],
)
def test_a_verdict_counts_models(told: Sequence[Told], verdict: str) -> None:
    """A tenth of them are exceptions, which are named; of fewer than ten each counts."""
    assert found(told).verdict == verdict


def test_exceptions_of_one_kind_are_no_exceptions() -> None:
    """A forest among ten arrays may differ for a reason."""
    names = [*(f"arrays@{number}MB" for number in range(1, 11)), "random-forest@1MB"]

    all_but_one: list[Told] = ["yes"] * 10

    told = found([*all_but_one, "no"], names)

    assert (told.verdict, told.when) == ("holds when", "arrays")
    assert told.no == ("random-forest@1MB",)


def test_what_no_model_tells_alone_all_may_tell_together() -> None:
    """Their mean is known better than each of them."""
    slower = dict.fromkeys(ONE, 1.05)
    same = [
        Point(row="joblib", model=f"arrays{number}@1MB", told="same", pair=(slower, ONE))
        for number in range(3)
    ]

    told = judge(
        same,
        {},
        of="joblib by pickle",
        metric="dump_s",
        few=FEW,
        tells=lambda ratio: told_of(ratio, "dump_s", "less", 1.0),
    )

    assert (told.verdict, told.when) == ("does not hold", "all models taken together")
    assert told.same == ("arrays0@1MB", "arrays1@1MB", "arrays2@1MB")


def test_never_worse_holds_where_all_models_together_bear_it_out() -> None:
    """And is open where each interval is wide, and that of all is: noise is no proof."""
    steady = {1: 0.9, 2: 1.05, 3: 0.95, 4: 1.0, 5: 1.0, 6: 1.0}
    noisy = {1: 0.8, 2: 1.3, 3: 0.7, 4: 1.0, 5: 1.0, 6: 1.0}

    def never(values: ByRound) -> Finding:
        two = [
            Point(row="joblib", model=f"arrays{number}@1MB", told="same", pair=(values, ONE))
            for number in range(2)
        ]
        return judge(
            two,
            {},
            of="joblib by pickle",
            metric="dump_s",
            few=FEW,
            tells=lambda ratio: told_of(ratio, "dump_s", "not more", 1.0),
            is_never=True,
        )

    assert never(steady).verdict == "holds"
    assert never(steady).same == ("arrays0@1MB", "arrays1@1MB")
    assert never(noisy).verdict == "cannot be told apart"


def test_too_few_rounds_say_why_and_how_to_get_more() -> None:
    """Nothing else is said."""
    told = found(["few"])

    assert (told.verdict, told.why, told.command) == ("cannot tell here", "2 rounds", FEW.command)


@pytest.mark.parametrize(
    ("low", "high", "expects", "told"),
    [
        (0.5, 0.9, "less", "yes"),
        (1.1, 1.9, "less", "no"),
        (0.9, 1.1, "less", "same"),
        (0.9, 1.05, "not more", "yes"),
        (0.7, 1.3, "not more", "same"),
        (1.1, 1.9, "not more", "no"),
        (1.1, 1.9, "more", "yes"),
        (0.5, 0.9, "more", "no"),
    ],
)
def test_a_ratio_tells_by_where_its_interval_lies(
    low: float, high: float, expects: str, told: str
) -> None:
    """As in every table of a report."""
    assert told_of(interval(low, high), "dump_s", expects, 1.0) == told  # type: ignore[arg-type]


def test_a_range_tells_of_sizes_of_memory_beyond_a_tenth_and_of_no_time() -> None:
    """A size is exact, a peak a count of pages."""
    near, far = interval(1.05, 1.05, is_range=True), interval(1.2, 1.2, is_range=True)

    assert told_of(near, "size_bytes", "more", 1.0, 1.1) == "yes"
    assert told_of(near, "load_peak_bytes", "more", 1.0, 1.1) == "same"
    assert told_of(far, "load_peak_bytes", "more", 1.0, 1.1) == "yes"
    assert told_of(far, "load_s", "more", 1.0, 1.1) == "few"


def test_the_figure_is_the_median_over_rounds_of_the_means_over_models() -> None:
    """By hand: round 1 gives sqrt(2 * 8) = 4, round 2 sqrt(1 * 4) = 2, round 3 is not shared."""
    first = ({1: 2.0, 2: 1.0, 3: 9.0}, {1: 1.0, 2: 1.0, 3: 1.0})
    second = ({1: 16.0, 2: 8.0}, {1: 2.0, 2: 2.0})

    ratio = pooled([first, second])

    assert ratio
    assert (ratio.n, ratio.is_range) == (2, True)
    assert ratio.low == pytest.approx(2.0)
    assert ratio.high == pytest.approx(4.0)
    assert ratio.median == pytest.approx(8**0.5)


def test_models_without_a_round_in_common_have_a_mean_without_ends() -> None:
    """Nothing pairs them."""
    pairs = [({1: 2.0}, {1: 1.0}), ({2: 8.0}, {2: 1.0})]
    two = [
        Point(row="joblib", model=f"arrays{number}@1MB", told="no", pair=pair)
        for number, pair in enumerate(pairs)
    ]

    told = judge(two, {}, of="joblib by pickle", metric="dump_s", few=FEW)

    assert told.figure
    assert told.figure.ratio == pytest.approx(4.0)
    assert (told.figure.low, told.figure.high, told.figure.n) == (None, None, 0)


SIZES = {
    "arrays@1MB": 10**6,
    "arrays@16MB": 16 * 10**6,
    "mlp@1MB": 10**6,
    "random-forest@1MB": 10**6,
    "random-forest@16MB": 16 * 10**6,
    "tfidf@100KB": 10**5,
}


@pytest.mark.parametrize(
    ("held", "rest", "words"),
    [
        (["arrays@1MB"], ["random-forest@1MB", "tfidf@100KB"], "arrays"),
        (["arrays@1MB", "tfidf@100KB"], ["random-forest@1MB"], "arrays and text and objects"),
        (
            ["arrays@16MB", "random-forest@16MB"],
            ["arrays@1MB", "tfidf@100KB"],
            "models of 16MB and more",
        ),
        (["arrays@1MB", "tfidf@100KB"], ["arrays@16MB"], "models of 1MB and less"),
        (["arrays@1MB", "random-forest@1MB"], ["mlp@1MB"], "arrays@1MB; trees"),
        (
            ["arrays@16MB", "random-forest@1MB"],
            ["arrays@1MB", "random-forest@16MB"],
            "arrays of 16MB and more; trees of 1MB and less",
        ),
    ],
)
def test_where_a_claim_holds_is_said_by_kind_or_size_or_model(
    held: Sequence[str], rest: Sequence[str], words: str
) -> None:
    """The shortest that is true."""
    assert (
        where(points(["yes"] * len(held), held), points(["no"] * len(rest), rest), SIZES) == words
    )


def test_many_models_are_counted_or_told_by_the_exceptions() -> None:
    """Nobody reads a list of twenty."""
    many = [f"arrays{number}@1MB" for number in range(8)]
    ours = [f"{name}" for name in many]

    by_exception = where(points(["yes"] * 7, ours[:7]), points(["no"], ours[7:]), {})
    counted = where(points(["yes"] * 4, ours[:4]), points(["no"] * 4, ours[4:]), {})

    assert by_exception == "other but arrays7@1MB"
    assert counted == "4 of 8 other models"


def test_rows_that_part_are_named_and_one_that_does_so_in_part_with_its_count() -> None:
    """Of many rows on the same models."""
    held = [Point(row=row, model="arrays@1MB", told="yes") for row in ("a", "b", "c")]
    rest = [Point(row=row, model="mlp@1MB", told="no") for row in ("c", "d")]

    assert where(held[:2], rest[1:], SIZES) == "all rows but d"
    assert where(held, rest, SIZES) == "all rows but c (1 of 2 models) and d"
