"""Columns that fit a terminal."""

from hypothesis import given
from hypothesis import strategies as st

from savebench.report.columns import Column, fitting

NAME = Column(heading="name", width=20, least=12, left=True)
TIME = Column(heading="time", width=9)
SIZE = Column(heading="size", width=8, leaves=2)
PEAK = Column(heading="peak", width=10, leaves=1)
ALL = (NAME, TIME, SIZE, PEAK)


def widths(room: int) -> tuple[dict[str, int], int]:
    """Return the widths by heading, and the gap."""
    columns, gap = fitting(ALL, room)
    return {each.heading: each.width for each in columns}, gap


def test_where_there_is_room_nothing_changes() -> None:
    """Two spaces between columns."""
    assert widths(53) == ({"name": 20, "time": 9, "size": 8, "peak": 10}, 2)


def test_the_gap_narrows_before_a_name_shrinks_and_a_name_before_a_column_leaves() -> None:
    """One step after the other."""
    assert widths(50) == ({"name": 20, "time": 9, "size": 8, "peak": 10}, 1)
    assert widths(42) == ({"name": 12, "time": 9, "size": 8, "peak": 10}, 1)
    assert widths(41) == ({"name": 20, "time": 9, "size": 8}, 2)


def test_columns_leave_in_their_order_and_those_that_stay_stay() -> None:
    """However narrow it is."""
    assert widths(30) == ({"name": 20, "time": 9}, 1)
    assert widths(5) == ({"name": 12, "time": 9}, 1)


def test_a_name_shrinks_further_when_no_column_can_leave_any_more() -> None:
    """Down to fifteen; a figure never does."""
    series = Column(heading="series", width=32, least=27, left=True)
    change = Column(heading="change", width=24)

    columns, gap = fitting((series, change, PEAK), 60)
    narrow, _ = fitting((series, change, PEAK), 30)

    assert ([each.width for each in columns], gap) == ([32, 24], 2)
    assert [each.width for each in narrow] == [15, 24]


@given(st.integers(22, 200))
def test_what_is_returned_fits(room: int) -> None:
    """From the least that can be shown on."""
    columns, gap = fitting(ALL, room)

    assert sum(each.width for each in columns) + gap * (len(columns) - 1) <= room
