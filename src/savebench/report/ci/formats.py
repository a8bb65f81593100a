"""The formats, by the name that ``--format`` takes. To add one: a file beside this, and a row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from savebench.comparing.comparison import Comparison
from savebench.comparing.stored import encode_comparison
from savebench.errors import UsageError
from savebench.report.ci.bmf import render_bmf
from savebench.report.ci.github import render_github
from savebench.report.ci.junit import render_junit
from savebench.report.ci.readings import Reading, readings_of_comparison
from savebench.report.ci.smaller_is_better import render_smaller_is_better
from savebench.report.ci.summary_page import render_summary_page


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Who reads a format, and how it is made."""

    reader: str
    render: Callable[[Comparison], str]


READING_FORMATS: dict[str, Callable[[Iterable[Reading]], str]] = {
    "bmf": render_bmf,
    "customSmallerIsBetter": render_smaller_is_better,
}
"""Formats of services that keep values over time and judge for themselves: a run is enough."""

TEXT = "text"
"""Tables for a person: `savebench.report.comparison.terminal`, which knows the terminal."""

FORMATS: dict[str, Format] = {
    "markdown": Format(reader="a GitHub job summary, or a person", render=render_summary_page),
    "github": Format(reader="GitHub Actions: annotations", render=render_github),
    "json": Format(reader="a script; savebench report", render=encode_comparison),
    "junit": Format(reader="Jenkins, GitLab and others: JUnit XML", render=render_junit),
    "bmf": Format(reader="Bencher", render=lambda each: render_bmf(readings_of_comparison(each))),
    "customSmallerIsBetter": Format(
        reader="github-action-benchmark",
        render=lambda each: render_smaller_is_better(readings_of_comparison(each)),
    ),
}


def render(comparison: Comparison, name: str) -> str:
    """Return a comparison in the format of that name.

    Raises
    ------
    UsageError
        When there is no such format.
    """
    check_format(name)
    return FORMATS[name].render(comparison)


def check_format(name: str) -> None:
    """Make sure that a comparison can be shown so, before anything is measured.

    Raises
    ------
    UsageError
        When there is no such format.
    """
    if name != TEXT and name not in FORMATS:
        known = ", ".join([TEXT, *FORMATS])
        raise UsageError(f"there is no format {name!r}; a comparison has {known}")


def render_readings(readings: Iterable[Reading], name: str) -> str:
    """Return values alone, without a base, in the format of that name.

    Raises
    ------
    UsageError
        When there is no such format, or it shows changes, which a run alone has not.
    """
    if name not in READING_FORMATS:
        why = "shows a comparison, not a run" if name in FORMATS else "is not known"
        known = ", ".join(["pytest-benchmark", *READING_FORMATS])
        raise UsageError(f"the format {name!r} {why}; a run has {known}")
    return READING_FORMATS[name](readings)
