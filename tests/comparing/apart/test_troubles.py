"""Cases that fail, new and missing series."""

import pytest

from savebench.comparing.apart.runs import compare_sides
from savebench.comparing.comparison import exit_code
from tests.comparing.made_sides import CASES, change_in, side_of, with_party, without

KNN, SVC = CASES[0], CASES[2]


@pytest.mark.parametrize(
    "trouble",
    [
        "failed: ValueError: no",
        "crashed: signal 11",
        "mismatch: the loaded model answers differently",
        "unsupported: no such type",
    ],
)
def test_a_case_that_was_well_and_is_not_has_regressed(trouble: str) -> None:
    """One row, with the reason; its missing metrics need no further word."""
    base = side_of()

    comparison = compare_sides(base, without(base, KNN, trouble))

    change = change_in(comparison, KNN, "outcome")
    assert (change.verdict, change.gates) == ("regressed", True)
    assert change.note == f"{trouble} (base: ok)"
    assert [each.series for each in comparison.changes if each.verdict != "passed"] == [KNN]
    assert exit_code(comparison) == 1


def test_a_case_that_is_well_again_has_improved() -> None:
    """And needs no row a metric."""
    head = side_of()

    comparison = compare_sides(without(head, KNN, "failed: ValueError: no"), head)

    assert change_in(comparison, KNN, "outcome").verdict == "improved"
    assert exit_code(comparison, strict=True) == 0


def test_a_wrong_answer_is_worse_than_a_failure() -> None:
    """It looks right."""
    side = side_of()

    comparison = compare_sides(
        without(side, KNN, "failed: ValueError: no"), without(side, KNN, "mismatch: differs")
    )

    assert change_in(comparison, KNN, "outcome").verdict == "regressed"


def test_a_refusal_on_both_sides_is_counted_and_no_more() -> None:
    """The serializer says no to that model, as it did."""
    side = without(side_of(), KNN, "unsupported: no such type")

    comparison = compare_sides(side, side)

    assert {each.verdict for each in comparison.changes} == {"passed"}
    assert comparison.remarks[-1].startswith("1 case is unsupported in head")


def test_a_timeout_may_be_the_machines_or_the_moments() -> None:
    """Shown, but no exit 1."""
    base = side_of()
    late = without(base, KNN, "timeout: 30 s")

    for head in (late, with_party(late, machine={"cores": "1"})):
        comparison = compare_sides(base, head)

        assert change_in(comparison, KNN, "outcome").verdict == "regressed"
        assert exit_code(comparison) == 0


def test_a_series_that_is_gone_is_missing_and_one_that_came_is_new() -> None:
    """Neither is passed over; what is missing leaves the comparison open."""
    whole = side_of()

    comparison = compare_sides(without(whole, KNN), without(whole, SVC))

    assert change_in(comparison, SVC, "size_bytes").verdict == "missing"
    assert change_in(comparison, KNN, "size_bytes").verdict == "new"
    assert (exit_code(comparison), exit_code(comparison, strict=True)) == (0, 3)


def test_a_case_that_was_not_tried_in_head_is_missing_with_the_reason() -> None:
    """Skipped is no failure, and no pass."""
    base = side_of()

    comparison = compare_sides(base, without(base, KNN, "skipped: lz4 is not installed"))

    change = change_in(comparison, KNN, "load_s")
    assert (change.verdict, change.note) == (
        "missing",
        "not in head; skipped: lz4 is not installed",
    )


def test_a_new_case_that_fails_is_new_with_its_failure() -> None:
    """It has no metric to stand under."""
    base = without(side_of(), KNN)

    comparison = compare_sides(base, without(base, KNN, "failed: ValueError: no"))

    change = change_in(comparison, KNN, "outcome")
    assert (change.verdict, change.note) == ("new", "not in base; failed: ValueError: no")
