"""A change's figures as words."""

from typing import Any

import pytest

from savebench.comparing.comparison import Change
from savebench.report.ci.formats import render
from savebench.report.comparison.wording import change_text, detectable_text, figures
from tests.report.ci.comparisons import change, comparison


def memory(**given: Any) -> Change:
    """Return a peak that differs by less than is counted, measured in step."""
    usual: dict[str, Any] = {"base": 631_000.0, "head": 422_000.0, "ratio": 1.0}
    usual |= {"metric": "load_peak_bytes", "unit": "bytes", "low": 1.0, "high": 1.0}
    return change(**usual | {"detectable": 0.03} | given)


def test_memory_that_differs_by_less_than_is_counted_is_said_to_be_so() -> None:
    """And what would be found is no percentage of a peak."""
    assert change_text(memory()) == "not counted below 256 KB"
    assert change_text(memory(head=631_000.0)) == "same"
    assert detectable_text(memory()) == "256 KB"
    assert figures(memory()) == (
        "631 KB -> 422 KB; not counted below 256 KB; detectable: 256 KB; n = 20 and 20"
    )


def test_memory_of_two_moments_has_no_percentage_that_nobody_judged() -> None:
    """The ratio of the figures is there, and counts for nothing."""
    apart = change(
        metric="load_peak_bytes",
        unit="bytes",
        base=631_000.0,
        head=422_000.0,
        ratio=422 / 631,
        low=None,
        high=None,
        detectable=None,
    )

    assert change_text(apart) == "not counted below 256 KB"


def test_memory_beyond_the_allowance_keeps_its_figures() -> None:
    """So does memory that was not compared at all."""
    more = memory(head=993_144.0, ratio=1.158, low=1.12, high=1.2)
    other = change(
        metric="load_peak_bytes", unit="bytes", base=9e5, head=8e5, ratio=None, low=None, high=None
    )

    assert change_text(more) == "+15.8 % [+12.0, +20.0]"
    assert change_text(other) == "-"


@pytest.mark.parametrize("name", ["markdown", "github", "junit"])
def test_every_format_that_shows_a_change_says_so(name: str) -> None:
    """Of a series that is open, so that all of them show it."""
    shown = render(comparison([memory(verdict="inconclusive")]), name)

    text = shown.replace("\N{NO-BREAK SPACE}", " ")
    assert "not counted below 256 KB" in text
    assert "+0.0" not in text


@pytest.mark.parametrize("name", ["bmf", "customSmallerIsBetter"])
def test_values_of_uncounted_memory_have_no_interval_of_nothing(name: str) -> None:
    """An interval from 422 KB to 422 KB would say that it is known to the byte."""
    shown = render(comparison([memory()]), name)

    assert "422000" in shown
    assert "lower_value" not in shown
    assert "\N{PLUS-MINUS SIGN}" not in shown


@pytest.mark.parametrize(
    ("head", "text"),
    [
        (1_000_000.0, "same"),
        (1_000_001.0, "+1 B"),
        (1_100_000.0, "+100,000 B (+10.0 %)"),
        (500_000.0, "-500,000 B (-50.0 %)"),
    ],
)
def test_a_count_is_told_in_bytes_and_as_a_share_where_that_shows(head: float, text: str) -> None:
    """At a terminal and in every format for CI alike."""
    size = change(
        metric="size_bytes",
        unit="bytes",
        exact=True,
        base=1_000_000.0,
        head=head,
        ratio=head / 1e6,
    )

    assert change_text(size) == text


@pytest.mark.parametrize(
    ("detectable", "text"),
    [(0.05, "5.0 %"), (0.123, "12 %"), (1.5, "150 %"), (9.0, ">10x"), (None, "-")],
)
def test_what_would_be_found_has_two_digits(detectable: float | None, text: str) -> None:
    """And no exponent where much is needed: ``1.5e+02 %``."""
    assert detectable_text(change(detectable=detectable)) == text
