"""Statistics: they are those of pytest-benchmark, to the last bit."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_benchmark import stats
from savebench.pytest_benchmark.statistics import statistics_of

Stats: Any = stats.Stats  # it ships without types

times = st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=40)


@given(times)
def test_they_are_what_pytest_benchmark_computes(times_s: list[float]) -> None:
    """Every field of its files, for any times."""
    theirs = Stats()
    for time_s in times_s:
        theirs.update(time_s)
    ours = statistics_of(times_s)
    assert theirs.as_dict() == {name: getattr(ours, name) for name in Stats.fields}


@given(times)
def test_they_keep_the_times_in_their_order(times_s: list[float]) -> None:
    """Raw values are never thrown away."""
    assert statistics_of(times_s).data == times_s
