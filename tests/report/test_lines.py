"""Texts over several lines."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from savebench.report.lines import print_wrapped


def printed(text: str, width: int, *, first: str = "", rest: str | None = None) -> list[str]:
    """Return the lines that a file of that width gets."""
    stream = io.StringIO()
    print_wrapped(text, Console(file=stream, width=width), first=first, rest=rest)
    return stream.getvalue().splitlines()


def test_a_text_goes_on_under_its_beginning() -> None:
    """Behind the mark of a list, or further in."""
    text = "one two three four"

    assert printed(text, 12, first="* ") == ["* one two", "  three four"]
    assert printed(text, 13, first="  ", rest="    ") == ["  one two", "    three", "    four"]


@pytest.mark.parametrize("figure", ["12.4 ms", "3 min", "120 %", "16 MB", "1 h"])
def test_a_number_is_not_parted_from_its_unit(figure: str) -> None:
    """At no width; other words part."""
    text = f"took {figure} more in 9 models"

    lines = [line for width in range(9, 40) for line in printed(text, width)]

    assert not [line for line in lines if line.endswith(figure.split(maxsplit=1)[0])]
    assert "more in 9" in lines


def test_a_word_that_is_longer_than_a_line_goes_on_and_markup_is_text() -> None:
    """A path, or what an exception says."""
    assert printed("[red]" + "x" * 7, 5) == ["[red]", "xxxxx", "xx"]


@given(
    st.text(st.characters(blacklist_categories=["Cc", "Cs", "Co", "Zl", "Zp", "Mn", "Me", "Cf"]))
)
def test_no_line_is_wider_than_asked_and_no_word_is_lost(text: str) -> None:
    """Wide characters count twice."""
    lines = printed(text, 20, first="! ")

    assert all(cell_len(line) <= 20 for line in lines)
    assert "".join("".join(lines).split())[1:] == "".join(text.split())
