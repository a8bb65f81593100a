"""Two runs of different moments: what gates, what is advice, what is not compared."""

from dataclasses import replace

import pytest

from savebench.comparing.apart.runs import compare_sides
from savebench.comparing.comparison import Comparison, counted, exit_code
from savebench.comparing.sides.side import Measurement, Side
from savebench.errors import UsageError
from tests.comparing.made_sides import CASES, change_in, side_of, with_party, with_values, without

KNN, SVC = CASES[0], CASES[2]
SIZE, LOAD, PEAK = "size_bytes", "load_s", "load_peak_bytes"


def verdicts(comparison: Comparison, metric: str) -> set[str]:
    """Return the verdicts of one metric's series."""
    return {each.verdict for each in comparison.changes if each.metric == metric}


def test_the_same_run_twice_passes_whole() -> None:
    """Every series, and exit 0 even when strict."""
    side = side_of()

    comparison = compare_sides(side, side)

    assert counted(comparison.changes)["passed"] == len(comparison.changes) == 12
    assert exit_code(comparison, strict=True) == 0


def test_one_byte_more_fails_and_one_less_is_an_improvement() -> None:
    """Sizes are exact and know no margin."""
    base = side_of()
    head = with_values(base, (KNN, SIZE), [1e6 + 1] * 3)
    head = with_values(head, (SVC, SIZE), [1e6 - 1] * 3)

    comparison = compare_sides(base, head)

    worse, better = change_in(comparison, KNN, SIZE), change_in(comparison, SVC, SIZE)
    assert (worse.verdict, worse.gates, worse.exact) == ("regressed", True, True)
    assert (better.verdict, better.exact) == ("improved", True)
    assert comparison.changes[0] == worse
    assert exit_code(comparison) == 1


def test_a_slower_time_is_advice_unless_the_history_is_trusted() -> None:
    """The verdict is the same; only one of them fails a build."""
    base, head = side_of(), side_of(seed=1, factors={(KNN, LOAD): 1.3})

    advice = compare_sides(base, head)
    trusted = compare_sides(base, head, trust_history=True)

    assert change_in(advice, KNN, LOAD).verdict == "regressed"
    assert change_in(trusted, KNN, LOAD).verdict == "regressed"
    assert (exit_code(advice), exit_code(trusted)) == (0, 1)
    assert any("Times and memory are advice" in remark for remark in advice.remarks)


def test_the_control_kernels_take_out_a_moment_that_was_slower() -> None:
    """1.3 times as slow, and no series says so; one that is slower still, does."""
    base = side_of()
    head = side_of(seed=1, slower=1.3, factors={(KNN, LOAD): 1.4})

    comparison = compare_sides(base, head)

    change = change_in(comparison, KNN, LOAD)
    assert change.verdict == "regressed"
    assert change.ratio == pytest.approx(1.4, rel=0.05)
    assert change.head == pytest.approx(0.01 * 1.3 * 1.4, rel=0.05)
    assert {change_in(comparison, case, LOAD).verdict for case in CASES if case != KNN} == {
        "passed"
    }
    assert any("1.3" in remark and "times as long" in remark for remark in comparison.remarks)


def test_kernels_that_disagree_widen_the_interval() -> None:
    """What fixed work differs by, a series may differ by without a change of its own."""
    base, head = side_of(), side_of(seed=1, factors={(KNN, LOAD): 1.2})
    torn = replace(
        head, kernels=tuple({**times, "copy_s": 1.5 * times["copy_s"]} for times in head.kernels)
    )

    comparison = compare_sides(base, torn)

    assert change_in(comparison, KNN, LOAD).verdict == "inconclusive"


def test_without_kernels_times_stand_as_they_are_and_that_is_said() -> None:
    """A run of an older version has none."""
    base, head = replace(side_of(), kernels=()), side_of(seed=1, slower=1.3)

    comparison = compare_sides(base, head)

    assert verdicts(comparison, LOAD) == {"regressed"}
    assert any("No control kernel" in remark for remark in comparison.remarks)


def test_equal_code_is_hardly_ever_called_worse() -> None:
    """A hundred and fifty pairs of moments, each at a pace of its own: advice that does not cry."""
    alarms = 0
    for seed in range(150):
        base = side_of(seed=2 * seed, rounds=8, noise=0.06, slower=1 + seed % 5 / 10)
        head = side_of(seed=2 * seed + 1, rounds=8, noise=0.06)
        comparison = compare_sides(base, head)
        alarms += sum(each.verdict in {"regressed", "improved"} for each in comparison.changes)

    assert alarms <= 6  # of 600 series: the nominal 5 % would be 30


def test_another_machine_leaves_sizes_and_nothing_else() -> None:
    """Said first; sizes still gate, because the versions agree."""
    base = side_of()
    head = with_party(side_of(seed=1), machine={"processor": "B"})
    head = with_values(head, (KNN, SIZE), [1e6 + 1] * 3)

    comparison = compare_sides(base, head)

    assert comparison.remarks[0].startswith("Another machine: processor A -> B.")
    assert verdicts(comparison, LOAD) == verdicts(comparison, PEAK) == {"inconclusive"}
    assert change_in(comparison, SVC, LOAD).note == "other machine"
    assert change_in(comparison, KNN, SIZE).gates
    assert exit_code(comparison) == 1


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"versions": {"joblib": "1.7.0"}}, "other versions: joblib"),
        ({"python": "CPython 3.12.1"}, "other Python"),
    ],
)
def test_under_other_versions_a_size_is_shown_but_gates_nothing(
    changes: dict[str, object], note: str
) -> None:
    """Which version changed is said; times stay what they were, advice."""
    base = side_of()
    head = with_party(with_values(side_of(seed=1), (KNN, SIZE), [2e6] * 3), **changes)

    comparison = compare_sides(base, head)

    change = change_in(comparison, KNN, SIZE)
    assert (change.verdict, change.gates, change.note) == ("regressed", False, note)
    assert any(remark.startswith("Other versions: ") for remark in comparison.remarks)
    assert verdicts(comparison, LOAD) == {"passed"}
    assert exit_code(comparison) == 0


def test_a_patch_of_python_and_a_version_of_our_own_keep_the_gate() -> None:
    """A project gates what its own changes do."""
    base = side_of()
    head = with_values(base, (KNN, SIZE), [1e6 + 1] * 3)
    head = with_party(head, python="CPython 3.11.9", versions={"savebench": "0.2.0"})

    assert exit_code(compare_sides(base, head)) == 1


def test_another_model_is_no_regression_of_its_serializer() -> None:
    """A BLAS that fits other low bits changes compressed sizes."""
    base = replace(side_of(), models={KNN: "aa", SVC: "cc"})
    head = replace(with_values(base, (KNN, SIZE), [1e6 + 9] * 3), models={KNN: "bb", SVC: "cc"})

    change = change_in(compare_sides(base, head), KNN, SIZE)

    assert (change.verdict, change.gates) == ("regressed", False)
    assert change.note.startswith("other model")


@pytest.mark.parametrize("settings", [{"launch": "spawn"}, {"threads": "4"}])
def test_times_of_other_settings_are_not_compared(settings: dict[str, str]) -> None:
    """Sizes are."""
    comparison = compare_sides(side_of(), with_party(side_of(seed=1), settings=settings))

    assert verdicts(comparison, LOAD) == {"inconclusive"}
    assert verdicts(comparison, SIZE) == {"passed"}
    assert comparison.remarks[0].startswith("Other settings: ")


def test_of_another_seed_only_what_fails_is_compared() -> None:
    """Every model is another."""
    head = without(side_of(seed=1), KNN, "crashed: signal 11")

    comparison = compare_sides(side_of(), with_party(head, settings={"seed": "7"}))

    assert verdicts(comparison, SIZE) == verdicts(comparison, LOAD) == {"inconclusive"}
    assert change_in(comparison, KNN, "outcome").verdict == "regressed"


def test_a_size_that_does_not_repeat_is_compared_by_its_interval() -> None:
    """Demoted, with a note; a byte more is then no news, a tenth more is."""
    wobbly = [1e6 + 100 * number for number in range(8)]
    base = with_values(side_of(), (KNN, SIZE), wobbly)
    nudged = with_values(base, (KNN, SIZE), [value + 1 for value in wobbly])
    grown = with_values(base, (KNN, SIZE), [value * 1.1 for value in wobbly])

    same = change_in(compare_sides(base, nudged), KNN, SIZE)
    more = change_in(compare_sides(base, grown), KNN, SIZE)

    assert (same.verdict, same.exact) == ("passed", False)
    assert "does not repeat exactly" in same.note
    assert (more.verdict, more.gates) == ("regressed", True)


def test_memory_has_an_allowance_of_pages_beside_the_margin() -> None:
    """256 KiB are within it; half as much again is not, and is advice."""
    base = side_of()
    pages = with_values(base, (KNN, PEAK), [2e6 + 256 * 1024])
    half = with_values(base, (KNN, PEAK), [3e6])

    assert change_in(compare_sides(base, pages), KNN, PEAK).verdict == "passed"
    change = change_in(compare_sides(base, half), KNN, PEAK)
    assert (change.verdict, change.gates) == ("regressed", False)
    assert exit_code(compare_sides(base, half, trust_history=True)) == 1


def test_too_few_rounds_give_no_verdict_and_no_pass() -> None:
    """Three and three have no 95 % interval, however far apart."""
    comparison = compare_sides(
        side_of(rounds=3), side_of(seed=1, rounds=3, factors={(KNN, LOAD): 9})
    )

    change = change_in(comparison, KNN, LOAD)
    assert (change.verdict, change.low) == ("inconclusive", None)
    assert "too few values" in change.note
    assert exit_code(comparison, strict=True) == 3


def test_noise_that_hides_what_was_asked_for_is_no_pass() -> None:
    """The smallest detectable change stands beside the verdict."""
    comparison = compare_sides(side_of(noise=0.3), side_of(seed=1, noise=0.3))

    change = change_in(comparison, KNN, LOAD)
    assert change.verdict == "inconclusive"
    assert change.detectable is not None
    assert change.detectable > 0.1


def test_rounds_of_one_process_are_marked_as_such() -> None:
    """And gate only when the history is trusted."""

    def in_one_process(side: Side) -> Side:
        key = (KNN, LOAD)
        marked = replace(side.measurements[key], independent=False)
        return replace(side, measurements={**side.measurements, key: marked})

    change = change_in(
        compare_sides(in_one_process(side_of()), in_one_process(side_of(seed=1))), KNN, LOAD
    )

    assert change.note.startswith("rounds of one process")
    assert not change.gates


def test_sides_that_share_no_series_cannot_be_compared() -> None:
    """The message says what to do."""
    with pytest.raises(UsageError, match=r"share no series.*--alias"):
        compare_sides(side_of(cases=["a@1MB x b"]), side_of())


def test_base_and_head_swapped_say_the_opposite() -> None:
    """What regressed one way improved the other."""
    base, head = side_of(), side_of(seed=1, slower=1.2, factors={(KNN, LOAD): 1.3})

    forth = change_in(compare_sides(base, head), KNN, LOAD)
    back = change_in(compare_sides(head, base), KNN, LOAD)

    assert (forth.verdict, back.verdict) == ("regressed", "improved")
    assert forth.ratio is not None
    assert back.ratio == pytest.approx(1 / forth.ratio)


def _with_counts(side: Side, *values: float) -> Side:
    counts = Measurement(unit="instructions", values=values, rounds=tuple(range(len(values))))
    return replace(
        side, measurements={**side.measurements, (CASES[0], "load_instructions"): counts}
    )


@pytest.mark.parametrize(
    ("head", "verdict", "gates"),
    [
        ((1_000_400.0, 1_000_000.0), "passed", True),
        ((1_032_000.0, 1_032_100.0), "regressed", True),
        ((965_000.0, 965_100.0), "improved", True),
        ((1_200_000.0, 1_300_000.0), "regressed", False),
    ],
)
def test_instructions_change_beyond_the_margin_and_gate_where_they_repeat(
    head: tuple[float, float], verdict: str, *, gates: bool
) -> None:
    """Not to the last instruction, but within 1 %; what does not fails no build."""
    base = _with_counts(side_of(), 1_000_000.0, 1_000_300.0)
    change = change_in(
        compare_sides(base, _with_counts(side_of(), *head)), CASES[0], "load_instructions"
    )
    assert (change.verdict, change.gates, change.exact) == (verdict, gates, False)
