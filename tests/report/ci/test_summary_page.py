"""The job summary, read again by a CommonMark parser."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from savebench.comparing.comparison import Comparison
from savebench.report.ci.summary_page import LIMIT_BYTES, render_summary_page
from savebench.report.comparison.wording import name_text, note_text
from tests.report.ci.comparisons import (
    HOSTILE_NAMES,
    change,
    comparison,
    every_verdict,
    hostile,
    many,
    regressed,
)

GITHUB_CAP_BYTES = 1_048_576


def tokens(page: str) -> list[Token]:
    """Return what a parser with GitHub's tables and raw HTML makes of the page."""
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(page)


def text_of(token: Token) -> str:
    """Return the text of an inline token, as a reader sees it."""
    return "".join(child.content for child in token.children or [])


def rows(page: str) -> list[list[str]]:
    """Return the cells of every row of the tables of changes."""
    found: list[list[str]] = []
    stream = iter(tokens(page))
    for token in stream:
        if token.type == "tr_open":
            found.append([])
        if token.type == "td_open":
            found[-1].append(text_of(next(stream)))
    return [row for row in found if len(row) == 7]


def html_of(page: str) -> set[str]:
    """Return the raw HTML of the page."""
    blocks = {token.content.strip() for token in tokens(page) if token.type == "html_block"}
    inline = {
        child.content
        for token in tokens(page)
        for child in token.children or []
        if child.type == "html_inline"
    }
    return blocks | inline


def headings(page: str) -> list[str]:
    """Return the headings, in order."""
    stream = tokens(page)
    return [
        text_of(stream[position + 1])
        for position, token in enumerate(stream)
        if token.type == "heading_open"
    ]


def test_what_fails_comes_first_and_what_passed_is_folded() -> None:
    """A reader sees the failures without scrolling."""
    page = render_summary_page(comparison(every_verdict()))

    first, *others = headings(page)
    assert first == (
        "savebench: 2 regressed, 1 missing, 1 inconclusive, 1 improved, 1 new, 2 passed; "
        "advice: 1 regressed, 1 missing, 1 inconclusive"
    )
    assert others == [
        "Regressed",
        "Not decided, or missing",
        "Advice: fails no build",
        "Improved or new",
    ]
    assert html_of(page) == {
        "<details>\n<summary>2 passed</summary>",
        "<details>\n<summary>What was compared</summary>",
        "</details>",
    }
    assert page.index("<details>") > page.index("improved |")


def test_a_row_has_every_figure() -> None:
    """Base, head, change with its interval, detectable, verdict."""
    [row] = rows(render_summary_page(comparison([regressed(note="confirmed twice")])))

    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row] == [
        "knn-brute@16MB x joblib+zlib3",
        "load_s",
        "12.4 ms",
        "14.1 ms",
        "+13.7 % [+10.2, +17.4]",
        "5.0 %",
        "regressed: confirmed twice",
    ]


def test_one_byte_in_sixteen_million_is_seen() -> None:
    """An exact count is not rounded."""
    row = next(
        row for row in rows(render_summary_page(comparison(every_verdict()))) if "size" in row[1]
    )

    assert [cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row[2:6]] == [
        "16,300,000 B",
        "16,300,001 B",
        "+1 B",
        "any",
    ]


def test_remarks_stand_above_the_tables() -> None:
    """What a reader must know first."""
    page = render_summary_page(comparison(every_verdict(), remarks=["other machine"]))

    assert page.index("other machine") < page.index("### Regressed")


def test_hostile_names_stay_text() -> None:
    """No name draws, links, scripts, or breaks out of its cell."""
    page = render_summary_page(hostile())
    kinds = {token.type for token in tokens(page)}
    inline = {child.type for token in tokens(page) for child in token.children or []}

    assert {row[0] for row in rows(page)} == set(map(name_text, HOSTILE_NAMES))
    assert len(rows(page)) == 2 * len(HOSTILE_NAMES)
    assert html_of(page) == {"<details>\n<summary>What was compared</summary>", "</details>"}
    assert not {"fence", "code_block", "hr", "ordered_list_open"} & kinds
    assert inline <= {"text", "text_special", "softbreak"}


@given(name=st.text(), note=st.text())
def test_any_name_and_note_are_read_as_they_stand(name: str, note: str) -> None:
    """On one line, and cut where they are too long."""
    [row] = rows(render_summary_page(comparison([regressed(name, note=note)])))

    assert row[0] == name_text(name)
    assert row[6] == (f"regressed: {note_text(note)}".rstrip() if note else "regressed")


@pytest.mark.parametrize("remark", ["- a", "+ a", "1. a", "2) a", "# a", "> a", "---", "==="])
def test_a_remark_opens_nothing_of_its_own(remark: str) -> None:
    """It is one item of the list."""
    found = tokens(render_summary_page(comparison([change()], remarks=["first", remark])))

    assert sum(token.type == "list_item_open" for token in found) == 2
    assert remark in {text_of(token) for token in found if token.type == "inline"}


@pytest.mark.parametrize("made", [many(), hostile(), many(3)])
def test_a_page_stays_under_githubs_cap_and_counts_what_it_leaves_out(made: Comparison) -> None:
    """Failures have the room before anything else."""
    page = render_summary_page(made)
    left_out = re.search(r"\*\*And (\d+) more\*\*", page)

    assert len(page.encode()) <= LIMIT_BYTES < GITHUB_CAP_BYTES
    assert len(rows(page)) + int(left_out[1] if left_out else 0) == len(made.changes)


def test_no_room_at_all_still_gives_a_page() -> None:
    """Of the head, the count and the foot."""
    page = render_summary_page(many(50), limit_bytes=2_000)

    assert len(page.encode()) <= 2_000
    assert "17 regressed, 33 passed" in page
    assert "**And " in page


def test_remarks_and_facts_without_end_are_cut() -> None:
    """They must not push the failures off the page."""
    page = render_summary_page(
        comparison(
            [regressed()], remarks=[f"remark {number} " + "x" * 9999 for number in range(999)]
        )
    )

    assert len(page.encode()) < 40_000
    assert "and 959 more remarks" in page
    assert rows(page)
