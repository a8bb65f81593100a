"""Sizes and durations as people write and read them."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.errors import UsageError
from savebench.units import (
    bytes_of,
    fraction_of,
    human_bytes,
    human_change,
    human_duration,
    human_ratio,
    human_seconds,
    human_value,
    parse_size,
    seconds_of,
)


@pytest.mark.parametrize(
    ("text", "size_bytes"), [("1KB", 1000), ("16MB", 16_000_000), ("1.5 gb", 1_500_000_000)]
)
def test_sizes_are_decimal(text: str, size_bytes: int) -> None:
    """A kilobyte is 1000 bytes."""
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize("text", ["2", "2000000000", " 16 "])
def test_a_size_without_a_unit_is_refused_and_the_units_are_named(text: str) -> None:
    """It would be bytes to one person and megabytes to the next."""
    with pytest.raises(UsageError, match=r"without a unit \(B, KB, MB, GB or TB\); write it like"):
        parse_size(text)


def test_a_size_that_no_machine_has_is_refused() -> None:
    """The kernel cannot count so far."""
    with pytest.raises(UsageError, match="larger than any memory or disk"):
        parse_size("9" * 400 + "GB")


@pytest.mark.parametrize("text", ["", "16", "MB", "16 bananas", "-1MB", "0MB", "1e3MB"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(UsageError, match="write it like 16MB"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "time_s"),
    [
        ("30s", 30),
        ("2min", 120),
        ("1h30min", 5400),
        ("1 h 30 min", 5400),
        ("250ms", 0.25),
        ("3m", 180),
        (" 5 s ", 5),
    ],
)
def test_durations_add_up(text: str, time_s: float) -> None:
    """Parts of a duration are summed."""
    assert seconds_of(text) == time_s


@pytest.mark.parametrize(("text", "time_s"), [("5", 5), (" 30 ", 30), ("0.5", 0.5), (".5", 0.5)])
def test_a_bare_number_is_seconds(text: str, time_s: float) -> None:
    """It is what people type."""
    assert seconds_of(text) == time_s


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "soon", "2min soon", "x5s", "5 x"),
        *("0", "0s", "-3", "-3s", "nan", "inf", "1e3"),
        *("1 0s", "10 5", "5s 3", "1.2.3s", "1,5"),
    ],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(UsageError, match="write it like 30s"):
        seconds_of(text)


@pytest.mark.parametrize("asked", ["99999999", "9000h", "9" * 400, 1e300, 10**400, float("inf")])
def test_nobody_waits_for_a_year(asked: object) -> None:
    """Timers cannot count so far."""
    with pytest.raises(UsageError, match="is longer than a year; write it like 30s"):
        seconds_of(asked)


@pytest.mark.parametrize("asked", [0, -1, 0.0, float("nan"), True, None, b"5", [5]])
def test_what_is_no_time_is_refused_by_its_name(asked: object) -> None:
    """From Python as from the command line."""
    with pytest.raises(UsageError, match=r"^budget .* is not a duration; write it like 30s"):
        seconds_of(asked, "budget")


_SECONDS = st.decimals(min_value="0.001", max_value=10**6, places=3)


@given(_SECONDS)
def test_a_number_means_the_same_as_text_with_its_unit_and_from_python(seconds: Decimal) -> None:
    """Five is five seconds at every door."""
    expected = float(seconds)
    assert seconds_of(str(seconds)) == expected
    assert seconds_of(f" {seconds} s") == expected
    assert seconds_of(expected) == expected


@given(
    st.integers(0, 99),
    st.integers(0, 999),
    st.integers(1, 999),
    st.sampled_from(["", " "]),
)
def test_the_parts_of_a_duration_add_up(hours: int, minutes: int, seconds: int, gap: str) -> None:
    """Whatever they are, and with spaces or without."""
    text = gap.join([f"{hours}h", f"{minutes}min", f"{seconds}s"])
    assert seconds_of(text) == 3600 * hours + 60 * minutes + seconds


@given(st.text(alphabet="0123456789.smhin -+e_", max_size=12))
def test_any_text_is_a_positive_time_or_refused(text: str) -> None:
    """Nothing else comes out of it."""
    try:
        time_s = seconds_of(text)
    except UsageError:
        return
    assert 0 < time_s <= 366 * 86400


def test_a_percentage_becomes_a_fraction() -> None:
    """Five per cent is 0.05, as text and as a number."""
    assert [fraction_of(five) for five in ("5%", " 5 % ", 0.05)] == [0.05, 0.05, 0.05]
    assert [fraction_of(share) for share in (0, 1, "100%")] == [0, 1, 1]


@pytest.mark.parametrize("asked", ["5", "0%", "101%", "%", 5, -0.1, math.nan, True, None, ["5%"]])
def test_what_is_no_percentage_is_refused(asked: object) -> None:
    """The message names the argument and shows how to write one."""
    with pytest.raises(UsageError, match=r"^margin .* is not a percentage; write it like 5%"):
        fraction_of(asked, "margin")


@pytest.mark.parametrize("asked", ["8GB", "8 gb", 8 * 10**9, 8e9])
def test_a_size_is_a_text_with_a_unit_or_a_number_of_bytes(asked: object) -> None:
    """A number needs no unit where no person types it."""
    assert bytes_of(asked, "limit") == 8_000_000_000


def test_a_number_of_bytes_keeps_every_digit() -> None:
    """No detour by a float."""
    assert bytes_of(2**62 + 1) == 2**62 + 1


@pytest.mark.parametrize("asked", ["8", "lots", 2.5, math.inf, True, None, ["8GB"]])
def test_what_is_no_size_is_refused(asked: object) -> None:
    """The message names the argument and shows how to write one."""
    with pytest.raises(UsageError, match=r"^limit .* is not a size.*; write it like 16MB"):
        bytes_of(asked, "limit")


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
    ("time_s", "text"),
    [(45, "45 s"), (59.7, "1 min 00 s"), (125, "2 min 05 s"), (5400, "1 h 30 min"), (-3, "0 s")],
)
def test_long_times_read_as_people_say_them(time_s: float, text: str) -> None:
    """Minutes and hours, not thousands of seconds."""
    assert human_duration(time_s) == text


@pytest.mark.parametrize(
    ("time_s", "text"),
    [(0.1, "100 ms"), (0.0004, "400 us"), (1.5, "1.5 s"), (9.94, "9.94 s"), (0, "0 s")],
)
def test_short_times_are_not_rounded_away(time_s: float, text: str) -> None:
    """``--timeout 100ms`` is not "within 0 s"."""
    assert human_duration(time_s) == text


@given(st.floats(min_value=1e-9, max_value=10**6))
def test_no_time_reads_as_none(time_s: float) -> None:
    """What is not nothing is not said to be."""
    assert not human_duration(time_s).startswith("0")


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.823, "0.823x"),
        (12.34, "12.3x"),
        (1.0, "1x"),
        (0.0123, "0.0123x"),
        (0.0004, "0.0004x"),
        (0.0, "0x"),
    ],
)
def test_ratios_have_three_digits(ratio: float, text: str) -> None:
    """Trailing zeros go."""
    assert human_ratio(ratio) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (1.1371, "+13.7 %"),
        (0.9999, "+0.0 %"),
        (0.86, "-14.0 %"),
        (2.31, "+131 %"),
        (1.0, "+0.0 %"),
    ],
)
def test_a_ratio_reads_as_a_signed_change(ratio: float, text: str) -> None:
    """To a tenth of a per cent, and never a negative zero."""
    assert human_change(ratio) == text


@pytest.mark.parametrize(
    ("value", "unit", "exact", "text"),
    [
        (0.0124, "s", False, "12.4 ms"),
        (16_300_001.0, "bytes", False, "16.3 MB"),
        (16_300_001.0, "bytes", True, "16,300,001 B"),
        (36_384_083.0, "instructions", False, "36.4 M"),
        (36_384_083.0, "instructions", True, "36,384,083"),
        (950.0, "instructions", False, "950"),
        (0.0, "instructions", False, "0"),
    ],
)
def test_a_value_reads_with_its_unit(value: float, unit: str, exact: bool, text: str) -> None:  # noqa: FBT001 - a parameter
    """A count to the last byte."""
    assert human_value(value, unit, exact=exact) == text
