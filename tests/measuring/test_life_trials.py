"""A hot loop, for real, against planted costs."""

import re
from pathlib import Path

import pytest

import savebench
from savebench.launch.launchers import available
from savebench.records.schema import Record
from savebench.report.run.page import write_report

LAUNCHER = available()[0]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> savebench.Results:
    """Measure every planted cost once."""
    from tests.conftest import PLANTED

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLANTED))
        patch.setenv("PYTHONPATH", str(PLANTED))
        return savebench.run(
            workloads="planted-tiny@1KB",
            serializers=["planted-good", "planted-first"],
            rounds=1,
            launch=LAUNCHER,
            steady=True,
            out=tmp_path_factory.mktemp("life") / "run",
        )


def _of(results: savebench.Results, serializer: str, trial: str) -> Record:
    found = [
        record
        for record in results.run.records
        if record.case.serializer == serializer and record.trial == trial
    ]
    assert len(found) == 1
    return found[0]


def test_a_hot_loop_does_not_see_what_a_first_load_takes(results: savebench.Results) -> None:
    """30 ms once a process, and 1 ms from then on."""
    first = _of(results, "planted-first", "load").metrics["load_s"]
    steady = _of(results, "planted-first", "steady").metrics["load_steady_s"]
    assert first / steady > 10


def test_a_hot_loop_says_how_often_it_repeated(results: savebench.Results) -> None:
    """Pickling a kilobyte takes microseconds: as often as it ever does."""
    facts = _of(results, "planted-good", "steady").facts
    assert 5 <= facts["dump_repeats"] <= 1000
    assert 5 <= facts["load_repeats"] <= 1000


def test_the_report_has_a_section_of_what_was_asked_for(
    results: savebench.Results, tmp_path: Path
) -> None:
    """And the command that repeats the run asks for it again."""
    text = write_report(results.run, tmp_path).read_text(encoding="utf-8")

    assert "## What a hot loop would have told you" in text
    assert re.search(r"^\| planted-first \| .+ \| .+ \| [\d.]+x \|", text, re.MULTILINE)
    assert "--steady" in text.split("## How to repeat this")[1]
    assert "hot loop" in str(results)
