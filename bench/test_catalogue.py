"""The catalogue as pytest-benchmark benchmarks: ``pytest bench --benchmark-only``.

Each round that pytest-benchmark shows is the first operation of a fresh process of its own,
measured in shuffled rounds in which every case took turns (`savebench.measuring.rounds`), and
replayed into its table (`savebench.pytest_benchmark.replay`). Were the processes started from
inside the benchmark instead, one test after the other, a slow minute of the machine would fall on
one serializer alone, and no ratio between two of them could be trusted. ``-k`` works on names: ``-k
'knn and not zlib'``.
"""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [
    # A case that failed has nothing to replay, and its reason is all that is to be said of it.
    pytest.mark.filterwarnings("ignore:Benchmark fixture was not used at all"),
]


def test_dump(benchmark: Any, show: Callable[[Any, str], None]) -> None:
    """From the call of dump to its return: file made, written, closed, in the page cache."""
    show(benchmark, "dump_s")


def test_load(benchmark: Any, show: Callable[[Any, str], None]) -> None:
    """From the call of load to its return, artifact in the page cache."""
    show(benchmark, "load_s")


def test_load_predict(benchmark: Any, show: Callable[[Any, str], None]) -> None:
    """Load and first answer together: what a lazy or mapped load really costs."""
    show(benchmark, "load_predict_s")
