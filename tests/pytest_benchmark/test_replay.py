"""Measured seconds become the rounds of a pytest-benchmark benchmark, to the last bit."""

from time import perf_counter
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from pytest_benchmark.utils import NameWrapper

from savebench.pytest_benchmark.replay import ReplayTimer, replay


def test_every_difference_of_two_looks_is_a_value() -> None:
    """However the values differ in size."""
    values_s = [0.1, 1e-9, 3600.0, 0.3]
    timer = ReplayTimer(values_s)
    found = []
    for _ in values_s:
        start = timer()
        timer.advance()
        found.append(timer() - start)
    assert found == values_s


def _benchmark(node: pytest.Item, kept: list[Any]) -> Any:
    """Return a benchmark that is in no table: it hands its rounds over to `kept`."""
    names = ("disable_gc", "min_rounds", "min_time", "max_time", "precision", "confidence")
    more = ("warmup", "warmup_iterations", "calibration_precision", "cprofile", "cprofile_loops")
    return BenchmarkFixture(  # type: ignore[no-untyped-call]
        node,
        add_stats=kept.append,
        logger=None,
        warner=None,
        disabled=False,
        timer=NameWrapper(perf_counter),  # type: ignore[no-untyped-call]
        cprofile_dump=None,
        **dict.fromkeys((*names, *more), 0),
    )


def test_a_benchmark_has_the_values_as_its_rounds(request: pytest.FixtureRequest) -> None:
    """One each, and no calibration or warm-up between them."""
    values_s = [0.25, 1e-7, 0.5]
    kept: list[Any] = []
    replay(_benchmark(request.node, kept), values_s)
    assert [each.stats.data for each in kept] == [values_s]


def test_no_values_are_no_benchmark(request: pytest.FixtureRequest) -> None:
    """It is a mistake of the caller's."""
    with pytest.raises(ValueError, match="rounds"):
        replay(_benchmark(request.node, []), [])
