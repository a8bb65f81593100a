"""Large models: bytes a second, and how near the floor."""

import pytest

from savebench.records.schema import Run
from savebench.report.run.content import content_of
from savebench.report.run.page import page_of
from savebench.report.run.speeds import SpeedTable, speed_tables
from tests.report.run.test_terminal import shown
from tests.report.synthetic import PROFILES, Profile, RunBuilder

LARGE = "knn-brute@128MB"
EXACT = {
    "pickle": Profile(fixed_s=0, load_s_per_mb=1e-3, dump_s_per_mb=2e-3),
    "raw-copy": Profile(
        kind="floor", fixed_s=0, load_s_per_mb=0.4e-3, dump_s_per_mb=0.5e-3, runs_code=False
    ),
    "read-file": Profile(kind="floor", fixed_s=0, load_s_per_mb=0.5e-3, runs_code=False),
}


def _run(*models: str, without: tuple[str, ...] = ()) -> Run:
    profiles = {name: each for name, each in EXACT.items() if name not in without}
    return RunBuilder(models=models, profiles=profiles, noise=0, round_noise=0).build()


def _table(run: Run) -> SpeedTable:
    (table,) = content_of(run).speeds
    return table


def test_a_speed_is_the_models_size_over_the_time_and_the_floor_is_named() -> None:
    """A dump of 2 ms/MB runs at half a gigabyte a second, four times as long as a raw copy."""
    table = _table(_run(LARGE))
    pickle = next(each for each in table.speeds if each.serializer == "pickle")

    assert (table.dump_floor, table.load_floor) == ("raw-copy", "read-file")
    assert pickle.dump
    assert pickle.dump.bytes_per_s == pytest.approx(0.5e9, rel=0.01)
    assert pickle.dump.of_floor == pytest.approx(4.0, rel=0.01)
    assert pickle.load
    assert pickle.load.of_floor is not None
    assert pickle.load.of_floor >= 2.0


def test_floors_stand_last_and_are_marked() -> None:
    """They give no model back."""
    marks = [(each.serializer, each.is_floor) for each in _table(_run(LARGE)).speeds]
    assert marks == [("pickle", False), ("raw-copy", True), ("read-file", True)]


def test_without_a_file_that_was_read_the_raw_copy_is_the_floor_of_loads() -> None:
    """Its load reads the arrays' bytes."""
    assert _table(_run(LARGE, without=("read-file",))).load_floor == "raw-copy"


def test_without_a_floor_there_are_speeds_and_no_multiples() -> None:
    """Nothing is made up."""
    table = _table(_run(LARGE, without=("read-file", "raw-copy")))
    (pickle,) = table.speeds

    assert (table.dump_floor, table.load_floor) == ("", "")
    assert pickle.dump is not None
    assert pickle.dump.of_floor is None


def test_small_models_have_no_such_table() -> None:
    """There the fixed costs decide."""
    assert not speed_tables(content_of(_run("knn-brute@16MB")).blocks)


def test_page_and_terminal_show_the_speeds_of_large_models_only() -> None:
    """Of two models, one."""
    run = _run("knn-brute@1MB", LARGE)
    page = page_of(content_of(run), [])

    assert page.count("Floor of dumps: raw-copy; of loads: read-file.") == 1
    assert "| read-file (floor, load alone) |" in page
    assert shown(run, width=60).count("near the floor?") == 1
    assert shown(run).count("floor of loads: read-file") == 1
    assert "near the floor" not in shown(RunBuilder(profiles=PROFILES).build())
