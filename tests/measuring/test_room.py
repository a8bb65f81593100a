"""Room on disks and in memory, with planted figures."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.selection import Selection, select
from savebench.catalogue.suites import SUITES
from savebench.errors import UsageError
from savebench.measuring.room import (
    Need,
    Room,
    make_sure_of_disks,
    needs_of,
    too_large_for_memory,
)
from savebench.measuring.run import Silent
from savebench.measuring.settings import Request
from savebench.running import measure_only
from tests.fakes import case

GB = 10**9


def _room(free_bytes: int = 64 * GB, memory_bytes: int = 24 * GB) -> Room:
    return Room(free_bytes=lambda _: free_bytes, memory_bytes=lambda: memory_bytes)


def _selection(*models: str, serializers: tuple[str, ...] = ("pickle", "joblib")) -> Selection:
    return select(load_catalogue(), SUITES["large"], models, serializers)


def test_small_artifacts_are_kept_and_of_the_bulky_the_largest_passes_three_times(
    tmp_path: Path,
) -> None:
    """Two of 1 MB, three of 4 GB; and the models that are not in the cache yet."""
    selection = _selection("arrays@1MB", "arrays@1GB", "knn-brute@4GB")

    needs = needs_of(selection, tmp_path / "work", tmp_path / "cache", ["arrays@1GB"])

    assert [need.size_bytes for need in needs] == [2 * 10**6 + 12 * GB, 10**6 + 4 * GB]


def _needs(folder: Path) -> list[Need]:
    return [
        Need(folder=folder / "work", size_bytes=30 * GB, move="--storage"),
        Need(folder=folder / "cache", size_bytes=8 * GB, move="SAVEBENCH_CACHE_DIR"),
    ]


def test_what_a_run_needs_is_said_when_it_is_more_than_a_gigabyte(tmp_path: Path) -> None:
    """With what is free."""
    said: list[str] = []
    make_sure_of_disks(_needs(tmp_path), _room(), said.append)
    assert said == [f"needs about 38 GB in {tmp_path / 'work'}, 64 GB free"]


def test_a_small_run_says_nothing(tmp_path: Path) -> None:
    """Nobody wants to know."""
    said: list[str] = []
    make_sure_of_disks(
        [Need(folder=tmp_path, size_bytes=10**8, move="--storage")], _room(), said.append
    )
    assert not said


def test_a_run_that_does_not_fit_is_refused_with_both_figures_and_what_to_do(
    tmp_path: Path,
) -> None:
    """On one line."""
    with pytest.raises(UsageError) as refused:
        make_sure_of_disks(_needs(tmp_path), _room(free_bytes=12 * GB), print)
    assert str(refused.value) == (
        f"this run needs about 38 GB in {tmp_path / 'work'}, 12 GB are free there; make room, "
        "name a folder on another disk with --storage, or measure less with -w and -s"
    )


def test_a_full_disk_is_found_out_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run ends at once, and no model is in the cache."""
    monkeypatch.setenv("SAVEBENCH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))
    request = Request(workloads=["arrays@1MB"], serializers=["pickle"], out=tmp_path / "run")

    with pytest.raises(UsageError, match=r"needs about 2 MB in .*, 100 KB are free there"):
        measure_only(request, Silent())

    assert not (tmp_path / "cache").exists()


def test_a_case_that_does_not_fit_in_memory_is_named_with_the_figure() -> None:
    """Protocol 4 copies what protocol 5 does not."""
    cases = [case(name, "knn-brute", "4GB") for name in ("pickle", "pickle-p4")]

    found = too_large_for_memory(cases, _room(memory_bytes=6 * GB), None)

    assert found == {
        cases[1]: (
            "not tried: it holds 8 GB at once, and 6 GB are available: free some, or measure a "
            "smaller size"
        )
    }


def test_the_limit_of_a_trial_counts_too() -> None:
    """And is what the reason names."""
    found = too_large_for_memory([case("pickle", size="4GB")], _room(), 3 * GB)
    assert list(found.values()) == [
        "not tried: it holds 4 GB at once, and a trial may take 3 GB: see --memory-limit"
    ]


def test_a_model_of_which_no_case_fits_is_not_built(tmp_path: Path) -> None:
    """Each case is one skipped record, and the run ends well."""
    request = Request(
        workloads=["arrays@900TB"], serializers=["pickle", "joblib"], rounds=1, out=tmp_path / "run"
    )

    results = measure_only(request, Silent())

    records = [each for each in results.run.records if each.case.workload == "arrays"]
    assert [record.outcome for record in records] == ["skipped", "skipped"]
    assert all("it holds 900 TB at once" in record.reason for record in records)
    assert not results.failures
