"""A hot loop and the rest of a model's life, for real, against planted costs."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import savebench
from savebench.catalogue.suites import SUITES
from savebench.launch.launchers import available
from savebench.records.schema import Record
from savebench.report.run.page import write_report
from savebench.system.pages import can_populate

LAUNCHER = available()[0]
OBJECT_BYTES = 100 * 4000 * 32
"""Of the floats that the model of many objects consists of, as Python's allocator rounds them."""

needs_workers = pytest.mark.skipif(
    not (can_populate() and Path("/proc/self/smaps_rollup").exists()),
    reason="workers need Linux 5.14",
)


def _measure(folder: Path, *serializers: str, **asked: bool) -> savebench.Results:
    from tests.conftest import PLANTED

    suite = replace(SUITES["smoke"], name="life", kinds={"dump": None, "load": None})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SUITES, "life", suite)
        patch.syspath_prepend(str(PLANTED))
        patch.setenv("PYTHONPATH", str(PLANTED))
        return savebench.run(
            suite="life",
            workloads="planted-tiny@1KB",
            serializers=[f"planted-{name}" for name in serializers],
            rounds=1,
            launch=LAUNCHER,
            out=folder / "run",
            **asked,  # type: ignore[arg-type] # flags all
        )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> savebench.Results:
    """Measure the planted costs of loops, of a hundred answers and of workers at once."""
    return _measure(
        tmp_path_factory.mktemp("life"),
        *("first", "put-off", "objects", "browsed"),
        steady=True,
        hundredth=True,
        preload=True,
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> savebench.Results:
    """Measure loads that keep the interpreter's lock and let go of it."""
    folder = tmp_path_factory.mktemp("serving")
    return _measure(folder, "keeps-gil", "frees-gil", serving=True)


def _of(results: savebench.Results, serializer: str, trial: str) -> Record:
    found = [
        record
        for record in results.run.records
        if record.case.serializer == f"planted-{serializer}" and record.trial == trial
    ]
    assert len(found) == 1
    assert found[0].outcome == "ok", found[0].reason
    return found[0]


def test_a_hot_loop_does_not_see_what_a_first_load_takes(results: savebench.Results) -> None:
    """30 ms once a process, and 1 ms from then on."""
    first = _of(results, "first", "load").metrics["load_s"]
    steady = _of(results, "first", "steady").metrics["load_steady_s"]
    assert first / steady > 10


def test_a_hot_loop_says_how_often_it_repeated(results: savebench.Results) -> None:
    """Pickling a kilobyte takes microseconds: more often than a load of a millisecond."""
    facts = _of(results, "first", "steady").facts
    assert 5 <= facts["load_repeats"] <= facts["dump_repeats"] <= 1000


def test_the_hundredth_answer_comes_after_what_earlier_ones_put_off(
    results: savebench.Results,
) -> None:
    """The fiftieth takes 50 ms, and the first answer knows nothing of it."""
    first = _of(results, "put-off", "load").metrics["load_predict_s"]
    hundredth = _of(results, "put-off", "load-hundred").metrics["load_predict_100_s"]
    assert hundredth >= 0.050
    assert hundredth / first > 5


@needs_workers
def test_workers_forked_after_the_load_copy_objects_and_share_a_mapped_file(
    results: savebench.Results,
) -> None:
    """Counting references writes to each object's page; 64 MiB of a file stay as they are."""
    objects = _of(results, "objects", "preload").metrics["preload_worker_bytes"]
    browsed = _of(results, "browsed", "preload").metrics["preload_worker_bytes"]
    assert objects == pytest.approx(OBJECT_BYTES, rel=0.1)
    assert objects / max(browsed, 1) > 3


@needs_workers
def test_workers_forked_after_the_load_answer_ten_thousand_times_or_for_two_seconds(
    results: savebench.Results,
) -> None:
    """And the record says how often."""
    facts = _of(results, "objects", "preload").facts
    assert facts["workers"] == 4
    assert 100 <= facts["answers"] <= 10_000


def test_a_load_that_keeps_the_lock_stalls_serving_by_all_of_it(
    served: savebench.Results,
) -> None:
    """One that lets go of it does not, though it takes as long."""
    keeps, frees = (_of(served, name, "serving").metrics for name in ("keeps-gil", "frees-gil"))
    assert keeps["serving_stall_s"] >= 0.9 * 0.2
    assert keeps["serving_stall_s"] / max(frees["serving_stall_s"], 1e-6) > 3
    assert min(keeps["load_in_thread_s"], frees["load_in_thread_s"]) >= 0.2


def test_the_report_has_a_section_of_what_was_asked_for(
    results: savebench.Results, tmp_path: Path
) -> None:
    """And the command that repeats the run asks for it again."""
    text = write_report(results.run, tmp_path).read_text(encoding="utf-8")

    assert "## What a hot loop would have told you" in text
    assert re.search(r"^\| planted-first \| .+ \| .+ \| [\d.]+x \|", text, re.MULTILINE)
    command = text.split("## How to repeat this")[1]
    asked = {"--steady", "--hundredth", "--serving", "--preload"} & set(command.split())
    assert asked == {"--steady", "--hundredth", "--preload"}
    assert "What a hot loop would have told you" in str(results)
