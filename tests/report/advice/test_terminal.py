"""The advice in a terminal."""

import io

import pytest
from rich.console import Console

from savebench.report.advice.content import content_of
from savebench.report.advice.terminal import print_advice
from savebench.summary.advice import Answer
from tests.report.advice.answers import answer
from tests.summary.advice.measured import SETS


def printed(found: Answer, width: int = 100, *, show_all: bool = True) -> str:
    """Return what is printed with ``--all``, or without."""
    text = io.StringIO()
    print_advice(content_of(found), Console(file=text, width=width), show_all=show_all)
    return text.getvalue()


def test_the_answer_stands_first_with_its_reason_and_its_lines() -> None:
    """Whoever reads ten lines knows what to do."""
    lines = printed(answer("forest", bandwidth="100MB/s")).splitlines()

    assert lines[:5] == [
        "How to save forest.pkl",
        "182 MB pickled; 11 rows tried in 58 s; answers compared",
        "for download at 100 MB/s",
        "",
        "Take pickle+zstd3",
    ]
    assert " ".join(lines[5:7]) == (
        "pickle+zstd3 takes the least time to the first answer: 590 ms (330 ms to download 33 MB "
        "at 100 MB/s, 260 ms to load and answer), against 620 ms of joblib+zstd3, the next"
    )
    assert [line.rstrip() for line in lines[7:22]] == [
        "",
        "  # save",
        "  import pickle",
        "  import zstandard as zstd",
        '  with zstd.open("model.pkl.zst", "wb", cctx=zstd.ZstdCompressor(level=3)) as file:',
        "      pickle.dump(model, file, protocol=5)",
        "",
        "  # load",
        "  import io",
        "  import pickle",
        "  import zstandard as zstd",
        '  with zstd.open("model.pkl.zst", "rb") as file:',
        "      model = pickle.load(io.BufferedReader(file, 1 << 20))",
        "",
        "On the Pareto front of time to the first answer:",
    ]


def test_the_table_has_the_taken_row_marked_and_the_others_as_multiples() -> None:
    """0.620 / 0.590 is 1.05; the beaten stand below."""
    text = printed(answer("forest", bandwidth="100MB/s"))

    rows = [line.split() for line in text.splitlines()]
    assert [
        "*",
        "pickle+zstd3",
        "590",
        "ms",
        "260",
        "ms",
        "33",
        "MB",
        "620",
        "ms",
        "373",
        "MB",
        "take",
    ] in rows
    assert [
        "joblib+zstd3",
        "620",
        "ms",
        "290",
        "ms",
        "33",
        "MB",
        "700",
        "ms",
        "375",
        "MB",
        "1.05x",
    ] in rows


def test_the_formula_stands_with_its_inputs_and_gives_the_figure_shown() -> None:
    """A hand calculation: 33e6 / 100e6 + 0.26 = 0.59."""
    text = " ".join(printed(answer("forest", bandwidth="100MB/s", workers=8)).split())
    mapped = " ".join(printed(answer("knn", workers=8)).split())

    assert (
        "ready = size / bandwidth + load and first answer = 33,000,000 B / 100,000,000 B/s + "
        "0.2600 s = 0.5900 s (pickle+zstd3)"
    ) in text
    assert (
        "loaded in each (pickle+zstd3): workers x private (worker_bytes) = 8 x 192 MB = 1.54 GB"
        in text
    )
    assert (
        "mapped (joblib-mmap): workers x private + shared once = 8 x 8 MB + 512 MB = 576 MB"
        in mapped
    )
    assert "192 MB + 8 x 10 MB = 272 MB, with a model of 182 MB" in text


def test_crossovers_are_named_with_their_calculation() -> None:
    """(182 - 33) / (0.26 - 0.13) = 1.15 GB/s."""
    text = " ".join(printed(answer("forest")).split())

    assert (
        "below 5.13 MB/s take joblib+xz3, up to 1.15 GB/s pickle+zstd3, above that pickle" in text
    )
    assert (
        "pickle+zstd3 and pickle take the same at (182 MB - 33 MB) / (260 ms - 130 ms) = 1.15 "
        "GB/s [1.02 GB/s to 1.3 GB/s]"
    ) in text


def test_who_cannot_be_taken_is_listed_with_the_reason() -> None:
    """Once a reason."""
    text = " ".join(printed(answer("tfidf", max_size="10MB", safe=True)).split())

    assert "Take none of them" in text
    assert (
        "no row meets all needs: one of --safe and --max-size would have to be given up; "
        "joblib+zstd3 comes nearest (loading it runs code that the file names)"
    ) in text
    assert "joblib+zstd3, joblib+zlib3: loading it runs code that the file names" in text


@pytest.mark.parametrize("model", sorted(SETS))
@pytest.mark.parametrize("width", [100, 80])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"bandwidth": "100MB/s", "loads_per_dump": 50, "workers": 16, "memory": "9GB"},
        {"safe": True, "exact": True, "cold": True, "read_by": "python=3.11,scikit-learn=1.6"},
        {"max_size": "1B"},
    ],
)
def test_no_line_but_of_code_is_wider_than_the_terminal(
    model: str, width: int, asked: dict[str, object]
) -> None:
    """Nothing is cut, and no number broken."""
    text = printed(answer(model, **asked), width)  # type: ignore[arg-type] # of strings

    assert [
        line for line in text.splitlines() if len(line.rstrip()) > width and "zstd.open" not in line
    ] == []
    assert "\N{HORIZONTAL ELLIPSIS}" not in text


def test_what_a_file_is_called_is_printed_as_text() -> None:
    """Rich's markup stays what it is."""
    assert "How to save [red]x[/red].pkl" in printed(answer("tfidf", source="[red]x[/red].pkl"))


def test_by_default_it_is_short_and_names_who_is_beaten_in_a_line() -> None:
    """The page has the rest."""
    found = answer("forest", bandwidth="100MB/s")
    short, long = printed(found, show_all=False), printed(found)
    assert "Beaten in all of that: " in short
    assert "To check by hand:" in long
    assert "To check by hand:" not in short
    assert "Memory of all workers" not in short
    assert len(short.splitlines()) < 50
