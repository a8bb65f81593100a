"""Tables for a terminal."""

import io
import re

import msgspec
import pytest
from rich.console import Console

from savebench.machine.noise import KERNELS
from savebench.records.schema import KernelNoise, Noise, Run
from savebench.report.run.content import content_of
from savebench.report.run.terminal import print_report
from tests.report.synthetic import PROFILES, Failure, Profile, RunBuilder, quick_run

KNN = "knn-brute@1MB"


def shown(run: Run, width: int = 100) -> str:
    """Return what a plain terminal of that width shows."""
    console = Console(width=width, record=True, file=io.StringIO(), color_system=None)
    print_report(content_of(run), console)
    return console.export_text()


def table_lines(text: str) -> list[str]:
    """Return the lines that belong to tables."""
    return [line for line in text.splitlines() if re.match(r" +(\d+=?|-) {1,2}\S.* \d+$", line)]


def test_a_quick_run_fits_a_hundred_columns_without_a_cut_number() -> None:
    """Nothing wraps, and every row ends with its n."""
    text = shown(quick_run())

    lines = table_lines(text)
    assert max(map(len, text.splitlines())) <= 100
    assert len(lines) == 9 * 15 - 2
    assert not [line for line in lines if "\N{HORIZONTAL ELLIPSIS}" in line]
    assert all(line.split()[-1] == "8" for line in lines)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_largest_numbers_are_shown_whole(width: int) -> None:
    """Costs a hundred thousand times those of pickle, seconds and gigabytes."""
    slow = Profile(
        fixed_s=75, load_s_per_mb=900, dump_s_per_mb=999, size_ratio=1234.5, peak_ratio=12345
    )
    run = RunBuilder(
        models=[KNN, "home-prices@1KB"], profiles={"pickle": Profile(), "slow": slow}
    ).build()

    text = shown(run, width)

    assert max(map(len, text.splitlines())) <= width
    assert not [line for line in table_lines(text) if "\N{HORIZONTAL ELLIPSIS}" in line]
    assert re.search(r"\d\.\d\dMx \[\d\.\d\dM-\d\.\d\dM\]", text)


@pytest.mark.parametrize(
    ("width", "headings"),
    [
        (100, ["serializer", "+predict", "vs pickle", "dump", "size", "(x model)", "n"]),
        (80, ["serializer", "+predict", "vs pickle", "dump", "size", "n"]),
        (60, ["serializer", "+predict", "vs pickle", "n"]),
        (40, ["serializer", "+predict", "n"]),
    ],
)
def test_narrow_terminals_lose_the_least_needed_columns_and_never_n(
    width: int, headings: list[str]
) -> None:
    """A figure without its n cannot be judged; what leaves is in the report."""
    text = shown(RunBuilder(models=[KNN], rounds=12).build(), width=width)

    head = next(line for line in text.splitlines() if line.startswith("rank"))
    assert re.split(r" {2,}| (?=n$)|(?<=rank) ", head.strip()) == ["rank", *headings]
    assert max(map(len, text.splitlines())) <= width
    assert [line.split()[-1] for line in table_lines(text)] == ["12"] * 5
    assert "\N{HORIZONTAL ELLIPSIS}" not in text


def test_what_a_load_holds_has_a_column_where_it_was_measured() -> None:
    """In a hundred characters there is room; an older run looks as it did."""
    old, new = (
        shown(RunBuilder(models=[KNN], resident=measured).build()) for measured in (False, True)
    )

    assert " held" not in old
    assert "load peak       held" in new
    assert max(map(len, new.splitlines())) <= 100
    assert re.search(r"joblib-mmap .* 0\.028x +0\.004x +6$", new, re.MULTILINE)


def test_a_long_name_goes_on_in_the_next_line() -> None:
    """Rows of plug-ins differ at their ends."""
    name = "a-plug-in-with-a-long-name-v2"
    run = RunBuilder(models=[KNN], profiles={"pickle": Profile(), name: Profile()}).build()

    for width in (60, 80, 100):
        lines = shown(run, width).splitlines()
        start = next(number for number, line in enumerate(lines) if "a-plug-in" in line)
        column = slice(5, 20) if width == 60 else slice(5, 25)
        found = "".join(line[column].strip() for line in lines[start : start + 2])
        assert found.startswith("a-plug-in-with-")
        assert "v2" in found


def test_with_one_round_rows_stand_by_their_medians_without_ranks() -> None:
    """Two milliseconds and four seconds are no tie."""
    slow = Profile(fixed_s=4.6)
    run = RunBuilder(models=[KNN], profiles={"slow": slow, "pickle": Profile()}, rounds=1).build()

    lines = shown(run).splitlines()

    rows = [line.split()[:2] for line in lines if re.match(r" +- ", line)]
    assert rows == [["-", "pickle"], ["-", "slow"]]
    assert "  n = 1: no interval, no ranks; ordered by median" in lines


def test_kinds_stand_apart_under_their_own_heading() -> None:
    """Each with a rank of its own."""
    text = shown(RunBuilder(models=[KNN], profiles=PROFILES, rounds=6).build())

    assert text.index("joblib+xz3") < text.index("restricted: ") < text.index("floor: ")
    assert re.search(r"^\s*1\s+skops", text, re.MULTILINE)
    assert re.search(r"^\s*1\s+raw-copy", text, re.MULTILINE)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_a_failed_case_is_listed_with_its_whole_reason(width: int) -> None:
    """Wrapped under its own beginning, whatever it holds; what to do stands at its end."""
    words = " ".join(f"word{number}" for number in range(60))
    reason = f"[red]no[/red]\nsecond line {words}; use a round-trip serializer"
    failures = {(KNN, "joblib"): Failure(outcome="failed", reason=reason)}

    text = shown(RunBuilder(models=[KNN], failures=failures).build(), width)

    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  joblib: "))
    last = next(number for number, line in enumerate(lines) if number > first and not line)
    told = " ".join(line.strip() for line in lines[first:last])
    assert told == (
        f"joblib: failed: [red]no[/red] second line {words}; use a round-trip serializer"
    )
    assert all(line.startswith("    ") for line in lines[first + 1 : last])
    assert max(map(len, lines)) <= width
    assert not [line for line in table_lines(text) if " joblib " in line]


def test_the_answer_closes_the_output() -> None:
    """What to take, and below it the sentences, each marked."""
    text = shown(RunBuilder().build())

    table, *sentences = text[text.index("small arrays (to 1 MB): 3 models, n = 1 to 6") :].split(
        "\n* "
    )
    assert re.match(r"small .*\n  for +take +vs pickle cannot be told apart", table)
    assert len(sentences) >= 3


def test_a_plain_stream_gets_no_colour_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set, and where the output is no terminal."""
    monkeypatch.setenv("NO_COLOR", "1")
    stream = io.StringIO()
    run = RunBuilder(models=[KNN]).build()

    print_report(content_of(run), Console(file=stream, width=100))

    assert "\x1b[" not in stream.getvalue()


def test_a_run_without_records_says_so_instead_of_failing() -> None:
    """Every case is listed as never reached."""
    run = RunBuilder(models=[KNN], rounds=0).build()

    text = shown(run)

    told = " ".join(text.split())
    assert told.count("the run ended before its turn") == 1
    assert "pickle, joblib, joblib-mmap, joblib+zlib3 and joblib+lz4: skipped: the run" in told


def test_a_noisy_run_says_so_before_its_first_table() -> None:
    """Within the width, and with what it means."""
    run = quick_run()
    kernel = KernelNoise(median_s=0.004, spread=0.3, span=0.9, n=8)
    noise = Noise(kernels=dict.fromkeys(KERNELS, kernel))
    noisy = Run(msgspec.structs.replace(run.header, noise=noise), run.records)

    text = shown(noisy)

    assert text.startswith("This run was noisy: between 8 processes just before its rounds")
    assert max(map(len, text.splitlines())) <= 100
    assert "noisy" not in shown(run)
