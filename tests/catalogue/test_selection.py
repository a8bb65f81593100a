"""From suites and globs to cases."""

import pytest

from savebench.catalogue.providers import Catalogue, load_catalogue
from savebench.catalogue.selection import select
from savebench.catalogue.suites import SUITES
from savebench.errors import UsageError
from tests.commands import savebench


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """Return every row."""
    return load_catalogue()


@pytest.mark.parametrize("name", list(SUITES))
def test_every_suite_selects_cases(catalogue: Catalogue, name: str) -> None:
    """Its globs match."""
    assert select(catalogue, SUITES[name], [], []).cases


def test_the_quick_suite_is_what_the_project_promises(catalogue: Catalogue) -> None:
    """At least 14 serializers on at least 8 workloads, pickle among them."""
    cases = select(catalogue, SUITES["quick"], [], []).cases
    assert len({case.serializer for case in cases}) >= 14
    assert len({case.workload for case in cases}) >= 8
    assert "pickle" in {case.serializer for case in cases}


@pytest.mark.parametrize("name", ["smoke", "quick", "standard"])
def test_each_suite_has_a_workload_in_two_sizes(catalogue: Catalogue, name: str) -> None:
    """Or there would be no curve of cost against size."""
    models = {(case.workload, case.size) for case in select(catalogue, SUITES[name], [], []).cases}
    assert len(models) > len({workload for workload, _ in models})


def test_a_workload_without_a_size_has_those_up_to_the_suites_largest(
    catalogue: Catalogue,
) -> None:
    """-w arrays --suite smoke ends at 1 MB."""
    cases = select(catalogue, SUITES["smoke"], ["arrays"], ["pickle"]).cases
    assert [case.size for case in cases] == ["10KB", "100KB", "1MB"]


def test_a_size_may_be_one_that_the_row_does_not_list(catalogue: Catalogue) -> None:
    """Where the row comes in several."""
    cases = select(catalogue, SUITES["quick"], ["arrays@3MB"], ["pickle"]).cases
    assert [case.size for case in cases] == ["3MB"]


def test_globs_over_sized_workloads_pick_sizes(catalogue: Catalogue) -> None:
    """knn-*@1MB is each of them, once."""
    cases = select(catalogue, SUITES["quick"], ["knn-*@1MB", "knn-brute@1MB"], ["pickle"]).cases
    assert [case.workload for case in cases] == ["knn-brute", "knn-brute-rounded", "knn-kdtree"]


def test_a_narrowed_selection_has_only_the_rows_that_its_cases_need(
    catalogue: Catalogue,
) -> None:
    """So that nothing else is imported or built."""
    whole = select(catalogue, SUITES["smoke"], [], [])
    narrowed = whole.narrowed({whole.cases[0]})
    assert narrowed.cases == whole.cases[:1]
    assert list(narrowed.serializers) == [whole.cases[0].serializer]
    assert list(narrowed.workloads) == [whole.cases[0].workload]


def test_what_is_named_but_not_installed_is_refused_with_the_command(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A glob would have left it out, with a record; a name is a wish."""
    monkeypatch.setattr("savebench.catalogue.rows.installed_version", _all_but("lz4"))
    with pytest.raises(UsageError, match="joblib\\+lz4 needs lz4: pip install lz4"):
        select(catalogue, SUITES["quick"], ["home-prices"], ["joblib+lz4"])
    left_out = select(catalogue, SUITES["quick"], ["home-prices"], ["joblib*"]).unavailable
    assert {case.serializer for case in left_out} == {"joblib+lz4"}


def _all_but(absent: str) -> object:
    def installed_version(name: str) -> str | None:
        return None if name == absent else "1.0"

    return installed_version


def test_the_help_of_run_says_what_each_suite_measures(catalogue: Catalogue) -> None:
    """As many rows and models as a suite really has."""
    said = savebench("run", "--help").out
    chosen = {name: select(catalogue, suite, [], []) for name, suite in SUITES.items()}
    rows = {name: len(each.serializers) for name, each in chosen.items()}
    models = {
        name: len({(case.workload, case.size) for case in each.cases})
        for name, each in chosen.items()
    }

    assert rows["standard"] == rows["full"] == len(catalogue.serializers)
    assert f"  smoke     {rows['smoke']} serializers, {models['smoke']} small models" in said
    assert f"  quick     {rows['quick']} serializers, {models['quick']} models to 4 MB" in said
    assert f"  standard  every serializer, {models['standard']} models to 16 MB" in said
    assert "  full      everything at every size, to 4 GB" in said


def test_the_large_suite_has_fewer_serializers_where_the_models_are_larger(
    catalogue: Catalogue,
) -> None:
    """Every one of 128 MB, one codec at 4 GB; whoever names serializers has those at every size."""
    by_size: dict[str, set[str]] = {}
    for case in select(catalogue, SUITES["large"], [], []).cases:
        by_size.setdefault(case.size, set()).add(case.serializer)

    assert set(by_size) == {"128MB", "1GB", "4GB"}
    assert by_size["128MB"] > by_size["1GB"] > by_size["4GB"] > {"pickle", "joblib-mmap"}
    named = select(catalogue, SUITES["large"], ["knn-brute@4GB"], ["joblib+xz3"]).cases
    assert [case.serializer for case in named] == ["joblib+xz3"]
