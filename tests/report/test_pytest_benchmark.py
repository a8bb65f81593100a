"""A run exported: pytest-benchmark reads it as its own, and nothing is lost on the way."""

import statistics
from pathlib import Path

import msgspec
import pytest

from savebench.errors import DataError, UsageError
from savebench.pytest_benchmark.reading import read_pytest_benchmark
from savebench.records.schema import Run
from savebench.records.series import values_by_case
from savebench.report.pytest_benchmark import pytest_benchmark_file, write_pytest_benchmark
from tests.benchmark_files import made_by_pytest_benchmark, python
from tests.report.synthetic import ENVIRONMENT, PROFILES, Failure, RunBuilder

SMALL = RunBuilder(models=("arrays@1MB",), rounds=7)


def test_each_case_and_timed_metric_is_a_benchmark_of_the_suite() -> None:
    """Names and groups as ``pytest bench`` has them."""
    file = pytest_benchmark_file(SMALL.build())
    assert [(each.group, each.fullname) for each in file.benchmarks[:7]] == [
        (
            f"arrays@1MB: {operation}",
            f"bench/test_catalogue.py::test_{operation}[arrays@1MB-pickle]",
        )
        for operation in (
            "dump",
            "dump_sync",
            "load",
            "predict",
            "load_predict",
            "load_cold",
            "load_cold_predict",
        )
    ]
    assert len(file.benchmarks) == 5 * 7


def test_other_kinds_stand_in_groups_of_their_own() -> None:
    """A floor is no rival of a round trip."""
    run = RunBuilder(models=("arrays@1MB",), profiles=PROFILES, rounds=1).build()
    groups = {each.param: each.group for each in pytest_benchmark_file(run).benchmarks}
    assert groups["arrays@1MB-raw-copy"] == "arrays@1MB: load (floor)"


def test_medians_come_back_as_they_went(tmp_path: Path) -> None:
    """Those of the run's own summary."""
    run = RunBuilder(rounds=7).build()
    file = read_pytest_benchmark(write_pytest_benchmark(run, tmp_path))
    expected = {
        f"test_{metric.removesuffix('_s')}[{case.model}-{case.serializer}]": statistics.median(
            values.values()
        )
        for (case, metric), values in values_by_case(run.records).items()
        if metric.endswith("_s")
    }
    assert expected == {each.name: each.stats.median for each in file.benchmarks}


def test_extra_information_says_how_it_was_measured() -> None:
    """What a reader of pytest-benchmark's file alone must know."""
    info = pytest_benchmark_file(SMALL.build()).benchmarks[2].extra_info
    assert {
        "metric": "load_s",
        "outcome": "ok",
        "launcher": "zygote",
        "processes": 7,
        "interval": "95 %",
        "size_bytes": 1_030_120,
        "load_peak_bytes": 1_038_192,
        "exact": True,
        "kind": "round-trip",
        "maps_file": False,
        "versions": {"python": "3.11.7", **ENVIRONMENT.versions},
    }.items() <= info.items()
    assert info["median_low_s"] <= info["median_s"] <= info["median_high_s"]
    assert info["savebench"]["independent"] is True


def test_it_has_the_fields_that_pytest_benchmark_itself_writes(tmp_path: Path) -> None:
    """At every level: a service that reads its files finds what it looks for."""
    theirs = read_pytest_benchmark(made_by_pytest_benchmark(tmp_path).json)
    ours = read_pytest_benchmark(write_pytest_benchmark(SMALL.build(), tmp_path))
    assert theirs.machine_info.keys() == ours.machine_info.keys()
    assert theirs.commit_info.keys() == ours.commit_info.keys()
    assert theirs.version == ours.version
    assert theirs.benchmarks[0].options.keys() == ours.benchmarks[0].options.keys()
    ours_0 = ours.benchmarks[0].stats
    assert [n for n in ours_0.__struct_fields__ if getattr(ours_0, n) is None] == []


@pytest.mark.parametrize(
    ("platform", "system", "release", "machine"),
    [
        ("Linux-6.1.0-9-amd64-x86_64-with-glibc2.36", "Linux", "6.1.0-9-amd64", "x86_64"),
        ("macOS-14.5-arm64-arm-64bit", "macOS", "14.5", "arm64"),
        ("Windows-10-10.0.19045-SP0", "Windows", "10-10.0.19045-SP0", ""),
        ("", "", "", ""),
    ],
)
def test_a_platform_is_taken_apart_as_far_as_it_is_known(
    platform: str, system: str, release: str, machine: str
) -> None:
    """What cannot be told stays empty."""
    run = SMALL.build()
    environment = msgspec.structs.replace(run.header.environment, platform=platform)
    header = msgspec.structs.replace(run.header, environment=environment)
    info = pytest_benchmark_file(Run(header, run.records)).machine_info
    assert (system, release, machine) == (info["system"], info["release"], info["machine"])


def test_pytest_benchmark_compares_two_exported_runs(tmp_path: Path) -> None:
    """A table a group, and a row a file and serializer."""
    for number in (1, 2):
        (tmp_path / f"run{number}").mkdir()
        run = RunBuilder(models=("arrays@1MB",), rounds=7, seed=number).build()
        write_pytest_benchmark(run, tmp_path / f"run{number}")
    ended = python(
        tmp_path,
        "pytest_benchmark",
        "compare",
        "run1/pytest-benchmark.json",
        "run2/pytest-benchmark.json",
        "--columns=median,iqr,outliers,ops,rounds",
        "--group-by=group",
    )
    assert ended.returncode == 0
    assert ended.stderr == ""
    assert "benchmark 'arrays@1MB: load': 10 tests" in ended.stdout
    assert ended.stdout.count("test_load[arrays@1MB-joblib+zlib3]") == 2


def test_pytest_compares_with_an_exported_run(tmp_path: Path) -> None:
    """A test of the same full name stands beside the run's row."""
    path = write_pytest_benchmark(SMALL.build(), tmp_path)
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "test_catalogue.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('case', ['arrays@1MB-pickle'])\n"
        "def test_load(benchmark, case):\n"
        "    benchmark.pedantic(sum, args=([1],), rounds=3)\n",
        encoding="utf-8",
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    ended = python(tmp_path, "pytest", "bench", f"--benchmark-compare={path}")
    assert ended.returncode == 0
    assert "test_load[arrays@1MB-pickle] (NOW)" in ended.stdout
    assert ended.stdout.count("test_load[arrays@1MB-pickle] (") == 2


def test_a_run_in_which_nothing_went_well_makes_no_file(tmp_path: Path) -> None:
    """It says so, and leaves nothing."""
    failures = {
        ("arrays@1MB", name): Failure(outcome="crashed", reason="signal 11")
        for name in SMALL.profiles
    }
    run = RunBuilder(models=("arrays@1MB",), failures=failures).build()
    with pytest.raises(DataError, match="no case of the run went well"):
        write_pytest_benchmark(run, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_an_error_of_one_line(tmp_path: Path) -> None:
    """It says how to make the file later."""
    with pytest.raises(UsageError, match=r"cannot write it .* savebench report"):
        write_pytest_benchmark(SMALL.build(), tmp_path / "nowhere")
