"""The report's folder."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from savebench.records.schema import Run
from savebench.report.markdown import escape_markdown
from savebench.report.run.page import write_report
from savebench.results import Results
from tests.fakes import control_record
from tests.report.synthetic import Failure, RunBuilder, quick_run

KNN = "knn-brute@1MB"
NASTY = "a | b `c` <img src=x>\n# heading *bold* [link](http://x) __init__ $x$ \\"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the report of a quick run, written once."""
    return write_report(quick_run(), tmp_path_factory.mktemp("run"))


def tables(text: str) -> list[list[str]]:
    """Return the lines of each table."""
    blocks = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    return [block.splitlines() for block in blocks]


def test_the_folder_holds_the_report_the_table_and_the_plots(report: Path) -> None:
    """Under the names that the design gives."""
    assert report.name == "report.md"
    assert (report.parent / "summary.csv").stat().st_size > 0
    assert len(list((report.parent / "plots").glob("*.png"))) >= 4


def test_the_folder_holds_what_to_take_for_a_script(report: Path) -> None:
    """The same as in Python."""
    decided = json.loads((report.parent / "regimes.json").read_bytes())
    expected = Results(quick_run(), report.parent).regimes

    assert [
        (each["use"], each["take"], each["ratio"]["median"]) for each in decided["regimes"]
    ] == [(each.use, each.take, each.ratio.median) for each in expected.cells]
    assert len(decided["crossovers"]) == len(expected.crossovers)


def test_the_report_opens_with_what_to_take(report: Path) -> None:
    """Before anything that explains it."""
    lines = report.read_text(encoding="utf-8").splitlines()

    assert lines[0].startswith("# ")
    assert lines[2] == "| models | of | for | take | vs pickle | cannot be told apart |"
    assert lines[4].startswith("| small arrays (to 1 MB) | ")


def test_every_row_of_a_table_has_as_many_cells_as_its_heading(report: Path) -> None:
    """Whatever the reasons hold."""
    found = tables(report.read_text(encoding="utf-8"))

    assert len(found) > 20
    for table in found:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table}) == 1


def test_every_picture_is_there_and_described(report: Path) -> None:
    """By a path that holds wherever the folder goes."""
    text = report.read_text(encoding="utf-8")

    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)\]\((.*?)\)", text)
    assert len(pictures) == len(list((report.parent / "plots").glob("*.png")))
    for alt, png, svg in pictures:
        assert len(alt) > 30
        assert (report.parent / unquote(png)).is_file()
        assert (report.parent / unquote(svg)).is_file()


def test_every_case_is_in_the_report_by_rank_or_by_reason(report: Path) -> None:
    """None is silently left out."""
    text = report.read_text(encoding="utf-8")

    for name in quick_run().header.serializers:
        blocks = re.findall(rf"^(?:\| \d+=? \| |- ){re.escape(name)}(?: \||: )", text, re.MULTILINE)
        assert len(blocks) == 9


def test_hostile_reasons_and_prints_stay_text(tmp_path: Path) -> None:
    """No reason draws a picture, opens a heading or breaks its table."""
    failures = {(KNN, "joblib"): Failure(outcome="failed", reason=NASTY)}
    run = RunBuilder(models=[KNN], failures=failures, rounds=2).build()

    html = (
        MarkdownIt("commonmark")
        .enable("table")
        .render(write_report(run, tmp_path).read_text(encoding="utf-8"))
    )

    assert "<img src=x" not in html
    assert "<strong>init</strong>" not in html
    assert "a | b `c` &lt;img src=x&gt; # heading *bold* [link](http://x) __init__ $x$ \\" in html


@given(st.text(min_size=1, max_size=60))
def test_escaped_text_renders_as_itself(text: str) -> None:
    """In a table cell, for any text, but for white space and what cannot be printed."""
    escaped = escape_markdown(text)
    cell = f"| a | b |\n|--|--|\n| x{escaped}x | end |\n"

    tokens = MarkdownIt("commonmark").enable("table").parse(cell)

    cells = [token for token in tokens if token.type == "inline"]
    children = cells[2].children or []
    assert len(cells) == 4
    assert {child.type for child in children} <= {"text", "text_special"}
    assert "".join(child.content for child in children).startswith("x")


def test_the_command_that_repeats_the_run_names_every_case(report: Path) -> None:
    """On lines that a shell joins."""
    text = report.read_text(encoding="utf-8")

    command = text.split("```")[1].replace("\\\n", " ").split()
    assert command[:2] == ["savebench", "run"]
    assert command.count("-w") == 9
    assert command.count("-s") == 15


def test_a_run_that_could_not_evict_pages_says_why_cold_times_are_missing(tmp_path: Path) -> None:
    """With how many trials it concerns."""
    run = RunBuilder(models=[KNN], rounds=2, evicts=False).build()

    text = write_report(run, tmp_path).read_text(encoding="utf-8")

    assert "- 10 trials gave no value: its pages stayed in memory" in text


@pytest.mark.parametrize(
    ("rounds", "said"),
    [
        (1, "n = 1: no interval, no ranks; ordered by median"),
        (5, "n = 5: no interval, no ranks; brackets hold the range; ordered by median"),
    ],
)
def test_too_few_rounds_leave_rows_without_ranks_and_the_report_says_so(
    tmp_path: Path, rounds: int, said: str
) -> None:
    """Under the table; nothing is first, tied or the same."""
    text = write_report(RunBuilder(models=[KNN], rounds=rounds).build(), tmp_path).read_text(
        "utf-8"
    )

    block = text.split("### ")[1].split("## ")[0]
    rows = [
        line.split()[1]
        for line in block.splitlines()
        if re.match(r"\| \S+ \| \S+ \| [\d.]+ ?\w+", line)
    ]
    assert rows == ["-"] * 5
    assert said in block.splitlines()
    assert "same" not in block


def test_a_row_of_too_few_rounds_is_told_apart_from_those_that_rank(tmp_path: Path) -> None:
    """It stands where its median puts it."""
    run = RunBuilder(models=[KNN], rounds=8, rounds_of={"joblib+zlib3": 1}).build()

    text = write_report(run, tmp_path).read_text("utf-8")

    assert "-: no interval to rank by, for want of rounds (n = 1)" in text.splitlines()
    assert "| - | joblib+zlib3 |" in text
    assert re.search(r"^\| 1=? \| ", text, re.MULTILINE)


def test_the_report_says_why_rows_rank_by_load_and_first_call(report: Path) -> None:
    """So that nobody ranks by the bare load, which a lazy one wins."""
    text = " ".join(report.read_text(encoding="utf-8").split())

    assert "Rows rank by it and never by the load alone, because such a load returns before" in text


def test_memory_of_a_worker_has_a_column_where_it_was_measured(tmp_path: Path) -> None:
    """In multiples of the model, so that a mapped file shows that it is shared."""
    with_workers = RunBuilder(models=[KNN], rounds=2).build()
    without = RunBuilder(models=[KNN], rounds=2, workers=False).build()

    text = write_report(with_workers, tmp_path / "with").read_text(encoding="utf-8")
    plain = write_report(without, tmp_path / "without").read_text(encoding="utf-8")

    row = next(line for line in text.splitlines() if line.startswith("| - | joblib-mmap |"))
    assert row.split(" | ")[-2] == "0.26x"
    assert re.search(r"^\| joblib-mmap \| [\d.]+x \| [\d.]+x \| 0\.26x \|$", text, re.MULTILINE)
    assert "each worker" not in plain.split("## Machine")[0]


def test_what_a_load_holds_has_a_column_where_it_was_measured(tmp_path: Path) -> None:
    """And in the table of all models; a run of an older version has neither, and no words of it."""
    old, new = (
        write_report(
            RunBuilder(models=[KNN], rounds=2, resident=measured).build(), tmp_path / name
        ).read_text(encoding="utf-8")
        for name, measured in (("old", False), ("new", True))
    )

    assert "load peak (x model) | held (x model) |" in new
    assert "| serializer | dump | load | held |" in new
    assert "*held* is what of it stays" in new
    assert re.search(
        r"^\| joblib-mmap \| .*x \| 0\.028x \| 0\.004x \| 0\.26x \|$", new, re.MULTILINE
    )
    assert "held" not in old.split("## Machine")[0]


def test_a_run_without_records_still_has_a_report(tmp_path: Path) -> None:
    """Interrupted before the first trial: no plots, and every case with its reason."""
    run = RunBuilder(models=[KNN], rounds=0).build()

    text = write_report(run, tmp_path).read_text(encoding="utf-8")

    assert text.count("the run ended before its turn") == 2
    assert "| pickle, joblib, joblib-mmap, joblib+zlib3, joblib+lz4 | skipped |" in text
    assert "No peak was measured." in text


def test_the_same_run_gives_the_same_files(tmp_path: Path) -> None:
    """So that a committed report changes only when the numbers do."""
    run = RunBuilder(models=[KNN], rounds=2).build()

    write_report(run, tmp_path / "one")
    write_report(run, tmp_path / "two")

    names = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(names) > 6
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_a_noisy_run_says_so_at_its_head(tmp_path: Path) -> None:
    """In one line, by the control trials of its rounds; they are not counted as its trials."""
    run = RunBuilder(models=[KNN], rounds=6).build()
    controls = [
        control_record(number, {"kernels": {"cpu_s": 0.004 * (1 + number % 2)}})
        for number in range(1, 7)
    ]
    noisy = Run(run.header, [*run.records, *controls])

    quiet_text = write_report(run, tmp_path / "quiet").read_text(encoding="utf-8")
    text = write_report(noisy, tmp_path / "noisy").read_text(encoding="utf-8")

    head, *rest = text.splitlines()[2:]
    assert head.startswith("**This run was noisy: between 6 processes during its rounds")
    assert head.endswith("may be chance (by the middle kernel).**")
    assert [text.splitlines()[0], "", *rest[1:]] == quiet_text.splitlines()
