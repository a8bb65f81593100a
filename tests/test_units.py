"""Sizes and durations as people write and read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.errors import UsageError
from savebench.units import (
    human_bytes,
    human_duration,
    human_ratio,
    human_seconds,
    parse_duration,
    parse_percent,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "size_bytes"), [("1KB", 1000), ("16MB", 16_000_000), ("1.5 gb", 1_500_000_000)]
)
def test_sizes_are_decimal(text: str, size_bytes: int) -> None:
    """A kilobyte is 1000 bytes."""
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize("text", ["", "16", "MB", "16 bananas", "-1MB", "0MB", "1e3MB"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(UsageError, match="write it like 16MB"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "time_s"),
    [("30s", 30), ("2min", 120), ("1h30min", 5400), ("250ms", 0.25), ("3m", 180)],
)
def test_durations_add_up(text: str, time_s: float) -> None:
    """Parts of a duration are summed."""
    assert parse_duration(text) == time_s


@pytest.mark.parametrize("text", ["", "soon", "10", "2min soon", "-3s", "0s"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(UsageError, match="write it like 30s"):
        parse_duration(text)


def test_a_percentage_becomes_a_fraction() -> None:
    """Five per cent is 0.05."""
    assert parse_percent("5%") == 0.05


@pytest.mark.parametrize("text", ["5", "0%", "101%", "%"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(UsageError, match="write it like 5%"):
        parse_percent(text)


@given(st.integers(min_value=1, max_value=10**13))
def test_a_human_size_reads_back_within_half_a_per_cent(size_bytes: int) -> None:
    """Three significant digits lose no more than that."""
    assert parse_size(human_bytes(size_bytes)) == pytest.approx(size_bytes, rel=0.0051)


@pytest.mark.parametrize(
    ("time_s", "text"),
    [(0.0124, "12.4 ms"), (0.00999, "9.99 ms"), (0.9999, "1 s"), (78e-6, "78 us"), (120, "120 s")],
)
def test_times_have_three_digits_and_a_unit(time_s: float, text: str) -> None:
    """Rounding up changes the unit too."""
    assert human_seconds(time_s) == text


@pytest.mark.parametrize(
    ("time_s", "text"), [(45, "45 s"), (125, "2 min 05 s"), (5400, "1 h 30 min"), (-3, "0 s")]
)
def test_long_times_read_as_people_say_them(time_s: float, text: str) -> None:
    """Minutes and hours, not thousands of seconds."""
    assert human_duration(time_s) == text


@pytest.mark.parametrize(("ratio", "text"), [(0.823, "0.823x"), (12.34, "12.3x"), (1.0, "1x")])
def test_ratios_have_three_digits(ratio: float, text: str) -> None:
    """Trailing zeros go."""
    assert human_ratio(ratio) == text
