"""The layout of a pytest-benchmark file, and what savebench adds to it.

The layout is that of pytest-benchmark 5.3.1 (``--benchmark-json``, ``--benchmark-save``). What
reads it needs little of it; what writes it fills every field.

Savebench adds two objects, which pytest-benchmark carries along unread: a `Mark` in the
``extra_info`` of each benchmark, under the key `MARK`, and a `Provenance` beside the benchmarks,
under the same key. With both, a file says as much as the run that it was made from.
"""

from typing import Any

import msgspec

from savebench.records.schema import Case, Header

MARK = "savebench"
"""The key of what savebench adds, in ``extra_info`` and at the top of the file."""
FORMAT_VERSION = "5.3.1"
"""The pytest-benchmark whose layout is written."""
SCHEMA = 1


class Statistics(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The numbers of one benchmark, in seconds; those with a default are never needed to read."""

    min: float
    max: float
    mean: float | None = None
    stddev: float | None = None
    rounds: int
    median: float
    iqr: float | None = None
    q1: float | None = None
    q3: float | None = None
    iqr_outliers: int | None = None
    stddev_outliers: int | None = None
    outliers: str | None = None
    ld15iqr: float | None = None
    hd15iqr: float | None = None
    ops: float | None = None
    total: float | None = None
    data: list[float] | None = None
    """One time a round; None where the file was saved without ``--benchmark-save-data``."""
    iterations: int | None = None


class Benchmark(msgspec.Struct, kw_only=True):
    """One benchmark; in pytest-benchmark, one test."""

    group: str | None = None
    name: str
    fullname: str
    params: dict[str, Any] | None = None
    param: str | None = None
    extra_info: dict[str, Any] = {}
    options: dict[str, Any] = {}
    stats: Statistics


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What savebench says of a benchmark that it measured itself."""

    schema: int = SCHEMA
    independent: bool
    """Whether each time comes from a process of its own."""
    metric: str
    """What the times are: ``load_s``."""
    workload: str
    size: str = ""
    """Empty where the workload has none, as a model of somebody's test."""
    serializer: str
    launch: str = ""
    outcome: str = "ok"
    reason: str = ""
    rounds: list[int] = []
    """The round of each of the times; empty: counted from 1."""
    counts: dict[str, dict[int, float]] = {}
    """Metrics of the case that are no times: ``size_bytes`` -> round -> bytes."""

    @property
    def series(self) -> str:
        """The series' name, as a run has it: ``knn-brute@1MB x pickle``."""
        if not self.size:
            return f"{self.workload} x {self.serializer}"
        return str(Case(self.workload, self.size, self.serializer))


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """What savebench says of a file that it made from a run."""

    schema: int = SCHEMA
    header: Header
    troubles: dict[str, str] = {}
    """Series name -> why it has no value, or not all."""
    kernels: list[dict[str, float]] = []
    """Control kernels, one mapping a process: kernel -> seconds."""


class BenchmarkFile(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A whole file."""

    machine_info: dict[str, Any] = {}
    commit_info: dict[str, Any] = {}
    benchmarks: list[Benchmark]
    datetime: str = ""
    version: str = ""
    savebench: Provenance | None = None


def mark_of(benchmark: Benchmark) -> Mark | None:
    """Return what savebench says of a benchmark, None where it did not measure it.

    Raises
    ------
    msgspec.ValidationError
        When there is something under savebench's key that it did not write.
    """
    found = benchmark.extra_info.get(MARK)
    return msgspec.convert(found, Mark, str_keys=True) if isinstance(found, dict) else None
