"""The one view that page, terminal and JSON show."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from savebench.report.run.content import Content, NoValue, content_of
from savebench.report.run.json import as_json
from savebench.report.run.machine import Fact
from savebench.report.run.page import page_of
from savebench.report.run.regimes import RegimeBlock, RegimeLine
from savebench.report.run.remarks import Trouble
from savebench.report.run.terminal import print_report
from tests.report.synthetic import Failure, RunBuilder, quick_run


@pytest.fixture(name="content", scope="module")
def content_of_a_quick_run() -> Content:
    """Return what a report says of a run with two failures."""
    return content_of(quick_run())


def test_a_view_holds_values_and_not_their_texts(content: Content) -> None:
    """A reader that draws needs numbers; the words are made where they are shown."""
    block = content.blocks[0]
    first = next(line for line in block.groups[0].lines if line.serializer == "pickle")
    peaks = content.peaks[0]
    fit = next(each for each in content.fits if each.serializer == "pickle")

    assert (block.model, block.model_bytes, block.stresses) == (
        "home-prices@1KB",
        1030,
        "a made-up model",
    )
    assert first.rounds == 8
    assert first.ranking
    assert first.ranking.median == pytest.approx(100e-6, rel=0.3)
    assert first.cold
    assert first.cold.metric == "load_cold_predict_s"
    assert peaks.serializer == "pickle"
    assert peaks.load
    assert peaks.load.median == pytest.approx(1.0, rel=0.01)
    assert fit.load_predict
    assert fit.load_predict.per_unit == pytest.approx(0.5e-9, rel=0.3)


def test_a_view_says_what_befell_whom_once(content: Content) -> None:
    """The table of troubles, and the line below its model."""
    assert content.troubles[1] == Trouble(
        model="mlp@1MB",
        serializers="joblib+xz3",
        outcome="timeout",
        reason="the trial took longer than 30 s",
    )
    assert content.blocks[-1].troubles == ("joblib+xz3: timeout: the trial took longer than 30 s",)


def test_a_view_counts_the_trials_that_gave_no_value() -> None:
    """By their reason."""
    found = content_of(RunBuilder(evicts=False).build())

    assert found.no_values == (NoValue(reason="its pages stayed in memory", trials=40),)


def test_a_view_has_machine_and_settings_as_the_rows_of_a_table(content: Content) -> None:
    """Names and texts."""
    assert content.machine[:2] == (
        Fact("processor", "A processor of 2 cores, 2 cores"),
        Fact("memory", "8 GB"),
    )
    assert content.machine[-3:] == (
        Fact("timeout of a trial", "30 s"),
        Fact("memory limit of a trial", "none"),
        Fact("seed", "0"),
    )


def test_page_and_terminal_say_what_the_view_says_and_nothing_of_their_own(
    content: Content,
) -> None:
    """An answer put into the view stands in both, below what to take."""
    line = RegimeLine(uses="load time", take="mine", ratio="0.50x [0.40-0.60]", alike="-")
    block = RegimeBlock(models="small arrays", evidence="2 models, n = 8", lines=(line,))
    planted = replace(content, decisions=(block,), answers=("Planted.",), cautions=("Beware.",))
    stream = StringIO()

    print_report(planted, Console(file=stream, width=100))
    page = page_of(planted, [])

    assert stream.getvalue().startswith("Beware.\n")
    assert stream.getvalue().endswith("* Planted.\n")
    assert "**Beware.**" in page
    assert "small arrays: 2 models, n = 8\n" in stream.getvalue()
    assert re.search(r"\n  load time +mine +0\.50x \[0\.40-0\.60\] -", stream.getvalue())
    assert "| small arrays | 2 models, n = 8 | load time | mine | 0.50x" in page
    assert "\n- Planted.\n\n##" in page


def test_a_script_gets_every_value_of_the_view(content: Content) -> None:
    """One object a row of the summary."""
    rows = json.loads(as_json(content))

    assert len(rows) == len(content.rows)
    assert (rows[0]["serializer"], rows[0]["metric"], rows[0]["n"]) == ("pickle", "dump_s", 8)


def test_a_view_of_a_run_without_records_is_whole() -> None:
    """Nothing was measured, and that is what it says."""
    found = content_of(RunBuilder(rounds=0).build())

    assert (found.trials, found.rounds, found.peaks, found.fits) == (0, "", (), ())
    assert found.decisions == ()
    assert found.answers == (
        "No round trip gave a time, so there is nothing to recommend: see what failed.",
    )


def test_a_case_that_failed_is_not_drawn() -> None:
    """Its rows stay among all rows."""
    failures = {("arrays@1MB", "joblib"): Failure(outcome="mismatch", reason="other answers")}
    found = content_of(RunBuilder(failures=failures).build())

    assert {row.serializer for row in found.rows if row.workload == "arrays"} > {"joblib"}
    assert "joblib" not in {row.serializer for row in found.sound if row.workload == "arrays"}


def test_the_view_and_the_summary_need_nothing_that_draws_or_renders() -> None:
    """What is claimed is apart from how it looks."""
    code = (
        "import sys\n"
        "from tests.report.synthetic import quick_run\n"
        "from savebench.report.run.content import content_of\n"
        "content_of(quick_run())\n"
        "heavy = {'pandas', 'matplotlib', 'jinja2', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
