"""Rows, the door they come through, and what a broken package costs."""

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from savebench import Serializer, Workload
from savebench.catalogue.providers import Catalogue, load_catalogue, load_row
from savebench.catalogue.rows import Entry, check_row
from savebench.errors import CatalogueError, UsageError


def _dump(model: Any, path: Path) -> None:
    del model, path


def _load(path: Path) -> Any:
    del path


def _rows() -> tuple[Serializer, ...]:
    return (Serializer(name="mine", dump=_dump, load=_load),)


def _broken_rows() -> tuple[Serializer, ...]:
    return (Serializer(name="bad", dump=None, load=_load),)  # type: ignore[arg-type] # the fault


def _raising_rows() -> tuple[Serializer, ...]:
    raise RuntimeError("no rows today")


def _leaving_rows() -> tuple[Serializer, ...]:
    raise SystemExit(3)


def _offer(*names: str) -> Catalogue:
    points = [EntryPoint(name, f"{__name__}:{name}", "savebench.serializers") for name in names]

    def find(*, group: str) -> list[EntryPoint]:
        return [point for point in points if point.group == group]

    return load_catalogue(find)


def test_a_packages_rows_come_in_through_its_entry_point() -> None:
    """The entry remembers its provider."""
    entry = _offer("_rows").serializers["mine"]
    assert entry.provider == f"{__name__}:_rows"


def test_a_broken_package_costs_its_own_rows_only() -> None:
    """The good ones are there, and each bad one is named with what is wrong."""
    catalogue = _offer("_broken_rows", "_rows", "_raising_rows", "_absent", "_leaving_rows")
    assert list(catalogue.serializers) == ["mine"]
    broken, raising, absent, leaving = catalogue.problems
    assert "serializer 'bad': dump must be callable, not None" in broken
    assert "RuntimeError: no rows today" in raising
    assert "_absent" in absent
    assert "raised SystemExit: 3" in leaving


def test_a_name_that_is_taken_is_left_out() -> None:
    """The first row keeps the name."""
    catalogue = _offer("_rows", "_rows")
    assert list(catalogue.serializers) == ["mine"]
    assert "the name is taken" in catalogue.problems[0]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": ""}, "a name must be printable"),
        ({"name": "two\nlines"}, "name must be a string of one line"),
        ({"name": "a@b"}, "without @"),
        ({"name": 7}, "name must be a string"),
        ({"modules": ["json"]}, "modules must be a tuple of strings"),
        ({"kind": "miracle"}, "kind must be one of round-trip, restricted, inference, floor"),
        ({"runs_code": 1}, "runs_code must be True or False"),
    ],
)
def test_a_serializer_that_breaks_the_contract_is_named_with_the_field(
    change: dict[str, Any], complaint: str
) -> None:
    """The message says which field and what it must be."""
    fields: dict[str, Any] = {"name": "row", "dump": _dump, "load": _load, **change}
    with pytest.raises(CatalogueError, match=complaint):
        check_row(Serializer(**fields), Serializer)


@pytest.mark.parametrize(
    ("sizes", "complaint"),
    [((), "sizes is empty"), (("huge",), "not a size"), (("2MB", "1MB"), "must ascend")],
)
def test_a_workloads_sizes_are_checked(sizes: tuple[str, ...], complaint: str) -> None:
    """They are sizes, at least one, and ascend."""
    row = Workload(
        name="row",
        build=lambda _bytes, _seed: None,
        probe=lambda _model, _seed: None,
        sizes=sizes,
        stresses="checks",
    )
    with pytest.raises(CatalogueError, match=complaint):
        check_row(row, Workload)


def test_something_else_than_a_row_is_refused() -> None:
    """The message says what was offered."""
    with pytest.raises(CatalogueError, match=r"a str was offered where a savebench\.Serializer"):
        check_row("pickle", Serializer)


def test_an_unknown_name_suggests_the_nearest() -> None:
    """A typo is a typo."""
    with pytest.raises(UsageError, match="did you mean mine"):
        _offer("_rows").find_serializers(["mien"])


def test_a_glob_that_matches_nothing_is_an_error() -> None:
    """Nothing is silently left out."""
    with pytest.raises(UsageError, match=r"no serializer is called or matches 'zz\*'"):
        _offer("_rows").find_serializers(["zz*"])


def test_a_missing_requirement_comes_with_the_command_that_installs_it() -> None:
    """The row is there, and says how to get it."""
    row = Serializer(name="far", dump=_dump, load=_load, requires=("no-such-distribution", "pip"))
    entry = Entry(row, "far:rows", "far 1.0")
    assert entry.unavailable() == "needs no-such-distribution: pip install no-such-distribution"


def test_a_worker_finds_a_row_by_provider_and_name() -> None:
    """Nothing else is loaded."""
    assert load_row(f"{__name__}:_rows", "mine", Serializer).name == "mine"


def test_a_row_that_is_gone_is_reported() -> None:
    """The provider and the name are in the message."""
    with pytest.raises(CatalogueError, match="offers no serializer called 'yours'"):
        load_row(f"{__name__}:_rows", "yours", Serializer)


def test_savebenchs_own_rows_use_the_same_door_without_a_problem() -> None:
    """Every family loads."""
    catalogue = load_catalogue()
    assert catalogue.problems == ()
    assert {"pickle", "joblib", "joblib-mmap"} <= set(catalogue.serializers)
    assert {"home-prices", "knn-brute"} <= set(catalogue.workloads)
