"""``pytest bench``: real pytest-benchmark benchmarks whose rounds are fresh processes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from bench.readings import NoValues, values_of

from savebench.records.schema import Case, Outcome, Record, TrialKind
from savebench.records.store import read_run
from tests.commands import LIMIT_S, Ended
from tests.conftest import PLANTED
from tests.planted.planted_rows import DUMP_BURN_S, LOAD_BURN_S

BENCH = Path(__file__).parent.parent / "bench"
OPERATIONS = {"dump", "load", "load_predict"}
GOOD = ("planted-good", "planted-burn")
USAGE_ERROR = 4


def _bench(folder: Path, serializers: str, *arguments: object) -> Ended:
    """Run the suite on the tiny workload from a folder, as a person would."""
    chosen = [f"--savebench-serializer={name}" for name in serializers.split()]
    return _pytest(folder, "--savebench-workload=planted-tiny@1KB", *chosen, *arguments)


def _pytest(folder: Path, *arguments: object) -> Ended:
    env = {name: text for name, text in os.environ.items() if "PYTEST" not in name}
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(PLANTED), env.get("PYTHONPATH")]))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", str(BENCH), "-rs", *map(str, arguments)],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def _benchmarks(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    assert "UNSERIALIZABLE" not in text
    return {each["name"]: each for each in json.loads(text)["benchmarks"]}


def _name(operation: str, serializer: str) -> str:
    return f"test_{operation}[planted-tiny@1KB-{serializer}]"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Return the folder of a session that measured four rows and saved all there is to save."""
    folder = tmp_path_factory.mktemp("measured")
    ended = _bench(
        folder,
        "planted-good planted-burn planted-raise planted-refuse",
        *("--benchmark-only", "--savebench-budget=10s", "--benchmark-json=out.json"),
        *("--benchmark-save=base", "--benchmark-histogram=plots/hist"),
    )
    return folder, ended


def test_each_case_and_operation_is_a_benchmark(measured: tuple[Path, Ended]) -> None:
    """A group's table compares serializers; a histogram a group."""
    folder, _ = measured
    found = _benchmarks(folder / "out.json")
    assert set(found) == {_name(operation, each) for operation in OPERATIONS for each in GOOD}
    assert {each["group"] for each in found.values()} == {
        f"planted-tiny@1KB: {operation}" for operation in OPERATIONS
    }
    assert len(list((folder / "plots").glob("*.svg"))) == len(OPERATIONS)


def test_a_failure_and_a_refusal_are_told_with_their_reasons(
    measured: tuple[Path, Ended],
) -> None:
    """One fails its tests, the other skips them, whichever load came first; no traceback."""
    _, ended = measured
    failure = r"^planted-tiny@1KB x planted-raise: load[\w-]*: failed: .*ValueError: planted"
    refusal = r"planted-refuse: load[\w-]*: unsupported: planted: this model cannot be carried"
    assert ended.code == 1
    assert "3 failed, 6 passed, 3 skipped" in ended.out
    assert len(re.findall(failure, ended.out, re.MULTILINE)) == len(OPERATIONS)
    assert re.search(refusal, ended.out)
    assert "Traceback" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("operation", "planted_s"),
    [("dump", DUMP_BURN_S), ("load", LOAD_BURN_S), ("load_predict", LOAD_BURN_S)],
)
def test_a_planted_cost_reads_as_planted(
    measured: tuple[Path, Ended], operation: str, planted_s: float
) -> None:
    """With room: other tests run beside this one."""
    folder, _ = measured
    found = _benchmarks(folder / "out.json")
    with_cost, without = (
        found[_name(operation, each)]["stats"]["median"]
        for each in ("planted-burn", "planted-good")
    )
    assert 0.7 < (with_cost - without) / planted_s < 2


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("serializer", GOOD)
def test_the_file_holds_what_the_trials_measured(
    measured: tuple[Path, Ended], operation: str, serializer: str
) -> None:
    """Each value to the last bit, and what else is known of the case."""
    folder, _ = measured
    shown, metric = _benchmarks(folder / "out.json")[_name(operation, serializer)], f"{operation}_s"
    run = read_run(next((folder / "savebench-runs").iterdir()))
    values = [
        record.metrics[metric]
        for record in run.records
        if record.case.serializer == serializer and metric in record.metrics
    ]
    info = shown["extra_info"]
    assert shown["stats"]["data"] == values
    assert info["median_s"] == median(values)
    assert info["median_low_s"] <= info["median_s"] <= info["median_high_s"]
    assert (info["processes"], info["outcome"], info["exact"]) == (len(values), "ok", True)
    assert info["size_bytes"] > 1000
    assert info["launcher"] in {"zygote", "spawn"}
    assert {"python", "savebench", "numpy", "scikit-learn", "joblib"} <= set(info["versions"])
    assert shown["params"] == {"workload": "planted-tiny@1KB", "serializer": serializer}


def test_a_saved_run_can_be_compared_with(measured: tuple[Path, Ended]) -> None:
    """Only what matches -k is measured anew."""
    folder, _ = measured
    ended = _bench(
        folder,
        "planted-good planted-burn",
        *("--benchmark-only", "--savebench-budget=5s", "--benchmark-compare=0001"),
        *("-k", "good and load and not predict"),
    )
    assert ended.code == 0
    assert "1 passed, 5 deselected" in ended.out
    assert f"{_name('load', 'planted-good')} (0001_base)" in ended.out
    assert f"{_name('load', 'planted-good')} (NOW)" in ended.out
    last = max((folder / "savebench-runs").iterdir())
    assert {str(case) for case in read_run(last).header.cases} == {
        "planted-tiny@1KB x planted-good"
    }


@pytest.mark.parametrize("arguments", [(), ("--benchmark-disable",), ("-n", "2")])
def test_without_benchmark_only_each_case_runs_once(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """One round, no run is made; failures and refusals are what they are."""
    ended = _bench(
        tmp_path,
        "planted-good planted-raise planted-refuse",
        *("--benchmark-json=out.json", *arguments),
    )
    assert ended.code == 1
    assert "3 failed, 3 passed, 3 skipped" in ended.out
    assert not (tmp_path / "savebench-runs").exists()
    rounds = {
        each["stats"]["rounds"]
        for each in (() if arguments else _benchmarks(tmp_path / "out.json").values())
    }
    assert rounds == (set() if arguments else {1})


@pytest.mark.parametrize("arguments", [(), ("--benchmark-only", "--savebench-budget=5s")])
def test_a_model_that_cannot_be_built_fails_its_tests(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """With the reason, measured together or once."""
    workload = "--savebench-workload=planted-unbuildable"
    ended = _pytest(tmp_path, workload, "--savebench-serializer=planted-good", *arguments)
    assert ended.code == 1
    assert ended.out.count("the model could not be built: build raised ZeroDivisionError") == 3
    assert "3 failed" in ended.out


@pytest.mark.parametrize(
    ("argument", "complaint"),
    [
        ("--savebench-suite=quik", "there is no suite 'quik'"),
        ("--savebench-serializer=pikle", "did you mean pickle"),
        ("--savebench-workload=zzz", "no workload is called or matches 'zzz'"),
        ("--savebench-budget=soon", "'soon' is not a duration"),
        ("--savebench-launch=rocket", "there is no launcher 'rocket'"),
    ],
)
def test_a_misspelt_option_is_one_line_and_pytests_usage_error(
    tmp_path: Path, argument: str, complaint: str
) -> None:
    """Before anything is collected."""
    ended = _pytest(tmp_path, argument)
    assert ended.code == USAGE_ERROR
    assert complaint in ended.err
    assert "Traceback" not in ended.err
    assert len(ended.err.split("\n")) <= 3


def test_the_studies_are_no_tests(tmp_path: Path) -> None:
    """Only the catalogue is collected, by names alone."""
    ended = _pytest(tmp_path, "--collect-only", "-q", "-k", "knn and pickle")
    lines = [line.rpartition("/")[2] for line in ended.out.splitlines() if "::" in line]
    assert lines == [
        f"test_catalogue.py::test_{each}[knn-brute@1MB-pickle]"
        for each in ("dump", "load", "load_predict")
    ]


def _record(kind: TrialKind, outcome: Outcome, **metrics: float) -> Record:
    return Record(
        case=Case("w", "1KB", "s"),
        round=1,
        trial=kind,
        outcome=outcome,
        reason="" if outcome == "ok" else f"because {outcome}",
        metrics=metrics,
        launch="zygote",
        started="",
    )


def test_who_fails_in_one_trial_has_no_values_in_any() -> None:
    """The worst reason is told; a refusal is no failure."""
    good = _record("dump", "ok", dump_s=1.0)
    refused, failed = _record("load", "unsupported"), _record("load", "failed")
    assert values_of([good], "dump_s") == [1.0]
    assert values_of([good, refused], "dump_s") == NoValues(
        "w@1KB x s: load: unsupported: because unsupported", is_failure=False
    )
    assert values_of([good, refused, failed], "dump_s") == NoValues(
        "w@1KB x s: load: failed: because failed", is_failure=True
    )


def test_a_trial_that_was_cut_off_takes_nothing_from_those_before() -> None:
    """A skipped record says why there is no value only where there is none."""
    good, cut = _record("dump", "ok", dump_s=1.0), _record("load", "skipped")
    assert values_of([good, cut], "dump_s") == [1.0]
    assert values_of([good, cut], "load_s") == NoValues("because skipped", is_failure=False)
