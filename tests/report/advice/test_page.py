"""The advice as a page, and as a notebook shows it."""

import base64
import re
from pathlib import Path

import pytest

from savebench.report.advice.html import html_of
from savebench.report.advice.page import write_advice
from tests.report.advice.answers import HOSTILE, answer


def test_the_page_has_the_answer_the_table_and_the_pictures_beside_it(tmp_path: Path) -> None:
    """A folder that can be sent."""
    page = write_advice(answer("forest", bandwidth="100MB/s", workers=8), tmp_path)

    text = page.read_text()
    assert page == tmp_path / "advice.md"
    assert "# How to save forest.pkl\n" in text
    assert "**Take pickle+zstd3.** pickle+zstd3 takes the least time x memory" in text
    assert "| mapped | joblib-mmap | 193\N{NO-BREAK SPACE}MB |" in text
    assert "```python\nimport pickle\nimport zstandard as zstd\n" in text
    linked = re.findall(r"\]\((plots/[^)]+)\)", text)
    assert linked == [
        "plots/ready-by-bandwidth.png",
        "plots/ready-by-bandwidth.svg",
        "plots/memory-by-workers.png",
        "plots/memory-by-workers.svg",
    ]
    assert all((tmp_path / each).is_file() for each in linked)


def test_every_table_of_the_page_has_one_width(tmp_path: Path) -> None:
    """No line breaks a table."""
    text = write_advice(answer("knn", workers=8), tmp_path).read_text()

    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    widths = [{row.count("|") for row in table.splitlines()} for table in tables]
    assert [len(each) for each in widths] == [1, 1, 1]


def test_the_same_answer_gives_the_same_bytes(tmp_path: Path) -> None:
    """Pictures included."""
    found = answer("forest", bandwidth="100MB/s", workers=8)
    for name in ("one", "two"):
        write_advice(found, tmp_path / name)

    for path in sorted((tmp_path / "one").rglob("*.*")):
        assert (
            path.read_bytes()
            == (tmp_path / "two" / path.relative_to(tmp_path / "one")).read_bytes()
        )


def test_a_name_cannot_become_markup_on_a_page(tmp_path: Path) -> None:
    """Every value is escaped."""
    text = write_advice(answer("tfidf", source=HOSTILE), tmp_path).read_text()

    assert "<script>" not in text.replace("\\<", "")
    assert "](y)" not in text.replace("\\]", "")


def test_a_name_cannot_become_markup_in_a_notebook() -> None:
    """Nor run there."""
    shown = html_of(answer("tfidf", source=HOSTILE))

    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_a_notebook_shows_the_table_and_both_pictures() -> None:
    """With words for those who cannot see them."""
    shown = html_of(answer("forest", bandwidth="100MB/s", workers=8))

    pictures = re.findall(r'alt="([^"]+)" src="data:image/png;base64,([^"]+)"', shown)
    assert [alt.split(",")[0] for alt, _ in pictures] == [
        "Download",
        "Memory of the model in all workers",
    ]
    assert all(base64.b64decode(data).startswith(b"\x89PNG") for _, data in pictures)
    assert "<strong>pickle+zstd3</strong>" in shown
    assert '<td style="text-align:right;white-space:nowrap">590 ms</td>' in shown


@pytest.mark.parametrize("asked", [{"max_size": "1B"}, {"safe": True}, {"workers": 3}])
def test_the_markup_of_a_notebook_is_closed(asked: dict[str, object]) -> None:
    """It stands within a page of others."""
    shown = html_of(answer("forest", **asked))  # type: ignore[arg-type] # of strings

    for tag in (
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "td",
        "th",
        "ul",
        "li",
        "p",
        "figure",
        "pre",
    ):
        opened = len(re.findall(rf"<{tag}[ >]", shown))
        assert opened == shown.count(f"</{tag}>"), tag
