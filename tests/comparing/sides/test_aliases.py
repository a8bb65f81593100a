"""Renamed series, and globs that choose some."""

import pytest

from savebench.comparing.apart.runs import compare_sides
from savebench.comparing.sides.aliases import names_of
from savebench.errors import UsageError
from tests.comparing.made_sides import CASES, side_of, without


@pytest.mark.parametrize(
    ("old", "new", "renamed_cases"),
    [
        ("pickle", "pickle-5", ["knn@1MB x pickle-5", "svc@1MB x pickle-5"]),
        ("knn", "knn-brute", ["knn-brute@1MB x pickle", "knn-brute@1MB x joblib"]),
        ("knn@1MB", "knn@2MB", ["knn@2MB x pickle", "knn@2MB x joblib"]),
        ("knn@1MB x pickle", "test_load[knn]", ["test_load[knn]"]),
    ],
)
def test_an_alias_names_a_serializer_a_workload_or_a_series(
    old: str, new: str, renamed_cases: list[str]
) -> None:
    """Base takes head's names, and everything passes."""
    kept = [name for name in CASES if not ({old} & {name, *name.split(" x "), name[:3]})]
    head = side_of(cases=[*renamed_cases, *kept])

    comparison = compare_sides(side_of(), head, aliases={old: new})

    assert len(names_of(head)) == 4
    assert {each.verdict for each in comparison.changes} == {"passed"}


def test_an_alias_that_names_nothing_is_refused_with_near_names() -> None:
    """A typing error must not pass for a rename."""
    with pytest.raises(UsageError, match="called 'pikle'; did you mean pickle"):
        compare_sides(side_of(), side_of(), aliases={"pikle": "pickle"})


def test_an_alias_for_a_name_that_base_has_as_well_is_refused() -> None:
    """Two series would become one."""
    with pytest.raises(UsageError, match="both names already"):
        compare_sides(side_of(), side_of(), aliases={"pickle": "joblib"})


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("size_bytes", 4), ("*size_bytes", 4), ("knn*", 6), ("*pickle load_s", 2)],
)
def test_a_glob_chooses_by_name_metric_or_both(pattern: str, count: int) -> None:
    """Whatever comes to mind first."""
    assert len(compare_sides(side_of(), side_of(), only=[pattern]).changes) == count


def test_a_glob_keeps_the_failures_of_what_it_chose() -> None:
    """A case without a size in head is not passed over."""
    base = side_of()
    head = without(base, CASES[0], "failed: ValueError: no")

    comparison = compare_sides(base, head, only=["size_bytes"])

    assert comparison.changes[0].verdict == "regressed"


def test_a_glob_that_matches_nothing_is_refused() -> None:
    """Else a gate would hold nothing."""
    with pytest.raises(UsageError, match="matches no series"):
        compare_sides(side_of(), side_of(), only=["sise_bytes"])
