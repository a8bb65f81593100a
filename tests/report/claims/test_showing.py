"""The table for a terminal, the page, and what scripts read."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import savebench
from savebench.claimed import Claims
from savebench.report.claims.words import told_claims, verdict_text
from savebench.report.run.page import write_report
from savebench.summary.claims import CLAIMS, judge_claims
from tests.commands import savebench as command
from tests.report.synthetic import quick_run
from tests.summary.claims.made import run_of

STANDARD = Path(__file__).parents[3] / "results" / "standard" / "run.jsonl.gz"
VERDICTS = {"holds", "holds when", "does not hold", "cannot be told apart", "cannot tell here"}


@pytest.fixture(name="claims", scope="module")
def claims_of_a_quick_run() -> Claims:
    """Return what a run of two failures says."""
    return Claims.of(quick_run())


def cells(page: str) -> list[list[str]]:
    """Return the cells of a page's first table."""
    lines = re.search(r"(?:^\|.*\n)+", page, re.MULTILINE)
    assert lines
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines[0].splitlines()]


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_the_table_fits_the_terminal(claims: Claims, columns: int) -> None:
    """No line is cut, and none is longer."""
    stream = StringIO()

    claims.print_to(Console(file=stream, width=columns, force_terminal=False))

    lines = stream.getvalue().splitlines()
    sentences = " ".join(" ".join(line.split()) for line in lines)
    assert max(map(len, [line.rstrip() for line in lines])) <= columns
    assert all(claim.sentence in sentences for claim in CLAIMS)


def test_a_claim_is_printed_with_its_verdicts_figures_and_what_they_are_of() -> None:
    """A line each of dump, load and memory."""
    run = run_of({"joblib": {"dump_s": 3.0, "load_predict_s": 0.5}, "pickle": 1})

    text = str(Claims.of(run))

    assert [" ".join(line.split()) for line in text.splitlines()[:5]] == [
        "joblib is more efficient than pickle on large NumPy arrays",
        "dump does not hold 3.00x n=6, 2 models",
        "load holds 0.50x n=6, 2 models",
        "memory of a dump cannot be told apart: neither is smaller 1.00x n=6, 2 models",
        "memory of a load cannot be told apart: neither is smaller 1.00x n=6, 2 models",
    ]
    assert "(joblib by pickle)" in text
    assert "savebench run --suite full -w knn-brute@16MB -s joblib-mmap -s joblib" in text


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("dump_s", "cannot be told apart: neither is faster"),
        ("dump_peak_bytes", "cannot be told apart: neither is smaller"),
    ],
)
def test_what_cannot_be_told_apart_says_of_what(metric: str, words: str) -> None:
    """Neither is faster, or takes less."""
    judged = judge_claims(run_of({"joblib": 1, "pickle": 1}))
    figures = [(each.finding, each.finding.figure) for each in judged]

    texts = [verdict_text(finding) for finding, each in figures if each and each.metric == metric]

    assert texts[0] == words


def test_the_page_is_one_table_with_its_sources_folded(claims: Claims, tmp_path: Path) -> None:
    """Each line has its cells, each claim its links."""
    page = claims.write_report(tmp_path / "new").read_text(encoding="utf-8")

    table = cells(page)
    assert {len(row) for row in table} == {4}
    assert len(table) == 2 + sum(len(claim.lines) for claim in CLAIMS)
    assert page.count("<details>") == page.count("</details>") == 1
    for claim in CLAIMS:
        assert all(f"]({source.url})" in page for source in claim.sources)


def test_a_runs_report_has_the_same_lines_of_those_that_it_tells(tmp_path: Path) -> None:
    """And how many it does not tell: a small run would be hidden behind them."""
    run = run_of({"joblib": 1, "pickle": 2})

    report = write_report(run, tmp_path).read_text(encoding="utf-8")

    whole = cells(Claims.of(run).write_report(tmp_path).read_text(encoding="utf-8"))
    section = report.split("## Folklore, tested\n")[1].split("\n## ")[0]
    told = cells(section)
    assert len(told) == 2 + 4 + 2 + 4 + 4 + 4 + 2
    assert all(row in whole for row in told)
    assert "further claims cannot be told from this run" in section


def test_a_script_reads_a_line_an_object(claims: Claims) -> None:
    """Verdict, figure, models, sources."""
    objects = json.loads(claims.to_json())

    first = objects[0]
    assert len(objects) == sum(len(claim.lines) for claim in CLAIMS)
    assert {each["verdict"] for each in objects} <= VERDICTS
    assert (first["claim"], first["aspect"], first["of"], first["metric"]) == (
        "joblib-large-arrays",
        "dump",
        "joblib by pickle",
        "dump_s",
    )
    assert first["ratio_low"] <= first["ratio"] <= first["ratio_high"]
    assert (first["n"], first["is_range"]) == (8, False)
    assert set(first["models"]) == {*first["yes"], *first["no"], *first["same"]}
    assert first["sources"][0]["url"].startswith("https://joblib.readthedocs.io/")


def test_a_frame_has_a_row_a_line_and_a_notebook_shows_a_table(claims: Claims) -> None:
    """Counts of models in the frame, texts in the notebook."""
    frame = claims.to_frame()

    first = frame.iloc[0]
    assert len(frame) == len(claims.judged)
    assert first["models"] == first["yes"] + first["no"] + first["same"]
    assert "joblib is more efficient than pickle" in claims._repr_html_()
    assert str(claims) == repr(claims)


def test_a_run_of_nothing_is_told_so_line_by_line() -> None:
    """And what would measure it, each command once."""
    told = told_claims(judge_claims(run_of({"pickle": 1}, rounds=0)))

    assert all("cannot tell here" in row.verdict for each in told for row in each.rows)
    assert all(row.figure == "-" for each in told for row in each.rows)


def test_the_command_judges_the_committed_run(tmp_path: Path) -> None:
    """As JSON, and a page where one is asked for; the run's folder is left as it was."""
    ended = command("claims", STANDARD, "--json", "--out", tmp_path / "page")

    objects = json.loads(ended.out)
    told = {(each["claim"], each["aspect"]): each["verdict"] for each in objects}
    assert (ended.code, len(objects)) == (0, sum(len(claim.lines) for claim in CLAIMS))
    assert told["skops-slower", "dump"] == "holds"
    assert told["same-bytes", "pickle"] == "holds"
    assert (tmp_path / "page" / "claims.md").is_file()
    assert not (STANDARD.parent / "claims.md").exists()


def test_python_judges_results_as_well_as_a_path() -> None:
    """The same verdicts either way."""
    by_path, by_results = savebench.claims(STANDARD), savebench.claims(savebench.load_run(STANDARD))

    assert by_path == by_results


def test_a_page_that_cannot_be_written_is_one_line(claims: Claims, tmp_path: Path) -> None:
    """With what to do."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    with pytest.raises(savebench.SavebenchError, match=r"cannot write the page .*; name another"):
        claims.write_report(tmp_path / "file" / "below")
