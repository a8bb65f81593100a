"""What a report says of the life after a load, from made-up trials."""

import io

import pytest
from msgspec.structs import replace
from rich.console import Console

from savebench.records.schema import Run, TrialKind
from savebench.report.run.content import content_of
from savebench.report.run.page import page_of
from savebench.report.run.terminal import print_report
from tests.report.synthetic import PROFILES, RunBuilder

KNN = "knn-brute@1MB"
MEASURED: dict[TrialKind, dict[str, float]] = {
    "load-hundred": {"load_predict_100_s": 0.0123},
    "serving": {"serving_stall_s": 0.3, "load_in_thread_s": 0.31},
    "preload": {"preload_worker_bytes": 54_321.0},
}


def lived(*kinds: TrialKind) -> Run:
    """Return a run of pickle, a mapped row and a floor; the first two have these trials, too."""
    profiles = {name: PROFILES[name] for name in ("pickle", "joblib-mmap", "raw-copy")}
    run = RunBuilder(models=[KNN], profiles=profiles, resident=True).build()
    more = [
        replace(record, trial=kind, metrics=MEASURED[kind])
        for record in run.records
        if record.trial == "load" and record.case.serializer != "raw-copy"
        for kind in kinds
    ]
    return replace(run, records=[*run.records, *more])


def printed(run: Run, width: int = 100) -> str:
    """Return what a plain terminal shows."""
    console = Console(width=width, record=True, file=io.StringIO(), color_system=None)
    print_report(content_of(run), console)
    return console.export_text()


def test_only_what_was_measured_has_a_column() -> None:
    """And what it is compared with stands beside it."""
    (table,) = content_of(lived("serving")).lasting

    assert table.metrics == (
        "resident_bytes",
        "load_predict_s",
        "load_in_thread_s",
        "serving_stall_s",
        "worker_bytes",
    )
    assert [line.serializer for line in table.lines] == ["joblib-mmap", "pickle"]
    assert table.cells(table.lines[0])[2:4] == ("310 ms", "300 ms")


def test_page_and_terminal_show_the_same_figures() -> None:
    """From the same cells."""
    run = lived("load-hundred", "preload")
    page, text = page_of(content_of(run), []), printed(run)

    assert "## After the load" in page
    assert "\n|:--|--:|--:|--:|--:|--:|\n" in page
    assert f"After the load: {KNN}" in text
    for figure in ("12.3 ms", "54.3 KB"):
        assert figure.replace(" ", "\N{NO-BREAK SPACE}") in page
        assert figure in text


@pytest.mark.parametrize("width", [60, 80, 100])
def test_narrow_terminals_keep_what_was_asked_for(width: int) -> None:
    """What stands beside it for comparison leaves first."""
    text = printed(lived("load-hundred", "serving", "preload"), width)

    section = text[text.index("After the load") :]
    assert max(map(len, text.splitlines())) <= width
    assert all(figure in section for figure in ("12.3 ms", "300 ms", "54.3 KB"))


def test_a_run_without_such_trials_has_no_such_section() -> None:
    """As every older one."""
    run = lived()

    assert content_of(run).lasting == ()
    assert "After the load" not in page_of(content_of(run), [])
    assert "After the load" not in printed(run)


def test_a_metric_of_a_later_version_is_passed_over() -> None:
    """The rest of its record counts."""
    run = lived()
    later = [
        replace(record, metrics={**record.metrics, "load_joules": 1.0}) for record in run.records
    ]

    assert content_of(replace(run, records=later)).rows == content_of(run).rows
