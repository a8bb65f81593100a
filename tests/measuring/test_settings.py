"""What is asked of a run, turned into settings."""

import sys
from dataclasses import replace
from typing import Any

import pytest

from savebench.catalogue.suites import SUITES
from savebench.errors import UsageError
from savebench.measuring.settings import Request, settings_of
from savebench.records.schema import Settings


def asked(**fields: Any) -> Settings:
    """Return the settings of a request with these fields."""
    return settings_of(Request(**fields), SUITES["smoke"], lambda _: None)


@pytest.mark.parametrize("five", ["5", "5s", " 5 ", 5, 5.0])
def test_a_number_of_seconds_is_a_time_as_text_and_from_python(five: str | float) -> None:
    """For the budget and for the timeout."""
    settings = asked(budget=five, timeout=five)

    assert (settings.budget_s, settings.timeout_s) == (5.0, 5.0)


@pytest.mark.parametrize("name", ["budget", "timeout"])
@pytest.mark.parametrize("value", [0, "0", -1, float("nan"), "soon", ""])
def test_no_time_at_all_is_refused_and_not_taken_for_the_suites_own(name: str, value: Any) -> None:
    """Nothing is what was asked for."""
    with pytest.raises(UsageError, match=rf"^{name} .* is not a duration; write it like 30s"):
        asked(**{name: value})


def test_what_else_is_asked_for_is_measured_in_rounds_of_its_own() -> None:
    """Beside what the suite has: a memory trial once, a time as often as an interval takes."""
    kinds = asked(also=["steady", "preload"]).kinds

    assert kinds == {**SUITES["smoke"].kinds, "steady": 6, "preload": 1}
    assert asked().kinds == SUITES["smoke"].kinds


def test_a_suite_that_has_a_kind_keeps_its_own_rounds() -> None:
    """What is on anyway may be asked for again."""
    suite = replace(SUITES["smoke"], kinds={"load": None, "serving": 2})
    settings = settings_of(Request(also=["serving"]), suite, lambda _: None)

    assert settings.kinds == {"load": None, "serving": 2}


@pytest.mark.skipif(sys.platform != "linux", reason="memory limits are those of Linux")
@pytest.mark.parametrize("two_gigabytes", ["2GB", "2 gb", 2_000_000_000])
def test_a_memory_limit_is_a_text_with_a_unit_or_bytes(two_gigabytes: str | int) -> None:
    """Bytes only from Python, where no unit can be meant."""
    assert asked(memory_limit=two_gigabytes).memory_limit_bytes == 2_000_000_000


@pytest.mark.parametrize("value", [2, 0, -5, "2B"])
def test_a_memory_limit_in_which_nothing_runs_is_refused(value: str | int) -> None:
    """Two gigabytes were meant; two bytes would end every trial."""
    with pytest.raises(UsageError, match=r"no process can do anything in .* bytes; write it like"):
        asked(memory_limit=value)
