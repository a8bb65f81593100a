"""The table of formats, and what holds for each of them."""

import math

import pytest
from click.testing import CliRunner

from savebench.cli import main
from savebench.errors import UsageError
from savebench.report.ci.formats import FORMATS, READING_FORMATS, render, render_readings
from savebench.report.comparison.standing import by_standing, standing
from tests.report.ci.comparisons import (
    change,
    comparison,
    every_verdict,
    hostile,
    regressed,
    went_wrong,
)

JUDGING = sorted(FORMATS.keys() - {"bmf"})
"""Formats that have a place for a verdict."""


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_hostile_names_and_ends_in_a_line_feed(name: str) -> None:
    """As text that any stream can carry."""
    text = render(hostile(), name)

    assert text.encode("utf-8")
    assert text.endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_a_comparison_of_nothing(name: str) -> None:
    """Nothing in common is an answer, too."""
    assert render(comparison([]), name).endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_takes_figures_that_are_no_numbers(name: str) -> None:
    """A broken series must not hide the others."""
    odd = regressed(base=0.0, head=math.inf, ratio=math.nan, low=math.nan, high=math.inf)
    exact = regressed(base=0.0, head=1.0, ratio=None, exact=True, unit="bytes", low=None, high=None)

    text = render(comparison([odd, exact, regressed("a sound one", ratio=2.0)]), name)

    assert "a sound one" in text


@pytest.mark.parametrize("name", JUDGING)
def test_every_format_with_verdicts_tells_advice_apart(name: str) -> None:
    """The same figures with and without a gate."""
    gated = render(comparison([regressed(gates=True)]), name)
    advice = render(comparison([regressed(gates=False)]), name)

    assert gated != advice
    assert name == "json" or "(advice)" in advice
    assert "(advice)" not in gated


@pytest.mark.parametrize("name", FORMATS)
def test_a_case_that_went_wrong_is_told_by_its_note(name: str) -> None:
    """It has no figures: a service that keeps values hears nothing of it."""
    text = render(comparison([went_wrong()]), name)

    assert ("answers differ by 0.5" in text) == (name not in READING_FORMATS)
    assert "nan" not in text


def test_an_unknown_format_is_answered_with_those_that_exist() -> None:
    """For a comparison and for a run."""
    with pytest.raises(UsageError, match="no format 'yaml'; a comparison has text, markdown, "):
        render(comparison([]), "yaml")
    with pytest.raises(UsageError, match="'yaml' is not known; a run has pytest-benchmark, bmf"):
        render_readings([], "yaml")


def test_a_run_alone_has_no_change_to_show() -> None:
    """Formats of values take a run, the others say why not."""
    assert READING_FORMATS.keys() <= FORMATS.keys()
    with pytest.raises(UsageError, match="'junit' shows a comparison, not a run"):
        render_readings([], "junit")


def test_a_change_weighs_what_its_verdict_and_its_gate_say() -> None:
    """Decided once, for all formats."""
    weights = {(each.verdict, each.gates): standing(each) for each in every_verdict()}

    assert weights == {
        ("regressed", True): "failure",
        ("missing", True): "open",
        ("inconclusive", True): "open",
        ("regressed", False): "advice",
        ("missing", False): "advice",
        ("inconclusive", False): "advice",
        ("improved", True): "news",
        ("new", False): "news",
        ("passed", True): "fine",
        ("passed", False): "fine",
    }


def test_the_worst_of_a_standing_comes_first() -> None:
    """By the size of the change."""
    mild, bad = regressed("mild", ratio=1.1), regressed("bad", ratio=3.0)

    found = by_standing([change("ok"), mild, bad])

    assert found["failure"] == [bad, mild]
    assert [each.series for each in found["fine"]] == ["ok"]


@pytest.mark.parametrize("verb", ["ab", "compare", "report"])
def test_the_help_names_every_format_of_the_table(verb: str) -> None:
    """However the lines are broken, in the order of the table."""
    said = " ".join(CliRunner().invoke(main, [verb, "--help"]).output.split())

    assert f"text, {', '.join(FORMATS)}." in said


def test_the_help_of_report_names_what_a_run_may_become() -> None:
    """Values alone, without a base."""
    said = " ".join(CliRunner().invoke(main, ["report", "--help"]).output.split())

    assert f"Of a run: pytest-benchmark, {', '.join(READING_FORMATS)}; of a comparison: " in said
