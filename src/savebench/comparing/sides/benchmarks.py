"""A pytest-benchmark file as one side of a comparison.

What savebench measured itself keeps the names of a run (`savebench.pytest_benchmark.layout.Mark`),
so that a file and a run of the same cases compare. Everything else is rounds of one process, and
says so: they are no independent samples, and vary less than the times of fresh processes do.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from savebench.comparing.comparison import Party
from savebench.comparing.sides.side import Key, Measurement, Side, side_of_run
from savebench.pytest_benchmark.layout import Benchmark, BenchmarkFile, Mark, mark_of
from savebench.records.metrics import METRICS
from savebench.records.schema import Run

ONE_PROCESS = (
    "rounds of one process: they reuse its warm memory, code and caches and are no independent "
    "samples, so times read too low and intervals too narrow (a first operation in a fresh process "
    "took up to 7.7 times as long)"
)
_CLOCKS = ("perf_counter", "process_time", "monotonic", "thread_time", "time", "clock")
"""Timers that count seconds, with or without a module before them."""


def side_of_pytest_benchmark(file: BenchmarkFile, label: str) -> Side:
    """Return a pytest-benchmark file as one side of a comparison.

    A series is called by the benchmark's full name, and its metric ``time_s``; where savebench
    measured it, both are those of a run, and sizes and peaks are series too.

    Parameters
    ----------
    file
        As read (`savebench.pytest_benchmark.reading.read_pytest_benchmark`).
    label
        How the person named it.
    """
    measurements: dict[Key, Measurement] = {}
    for key, measurement in _measurements(file.benchmarks):
        measurements.setdefault(key, measurement)
    marks = [mark for each in file.benchmarks if (mark := mark_of(each))]
    troubles = {
        mark.series: f"{mark.outcome}: {mark.reason}" for mark in marks if mark.outcome != "ok"
    }
    side = Side(
        party=_party(file, label, marks),
        source="pytest-benchmark",
        measurements=measurements,
        troubles=troubles,
        remarks=tuple(remarks_of(file)),
    )
    origin = file.savebench
    if origin is None:
        return side
    of_run = side_of_run(Run(origin.header, []), label)
    return replace(
        of_run,
        source=side.source,
        measurements=measurements,
        troubles=origin.troubles,
        kernels=tuple(origin.kernels) or of_run.kernels,
        remarks=side.remarks,
    )


def remarks_of(file: BenchmarkFile) -> Iterator[str]:
    """Yield what a reader must know of a file first, one sentence each."""
    count = len(file.benchmarks)
    warm = [each for each in file.benchmarks if not _is_independent(each)]
    if warm:
        yield ONE_PROCESS if len(warm) == count else f"{len(warm)} of {count} are {ONE_PROCESS}"
    bare = sum(each.stats.data is None for each in file.benchmarks)
    if bare:
        yield (
            f"{bare} of {count} were saved without their rounds: only the median is known, no "
            "interval; keep them with pytest's --benchmark-save-data or --benchmark-json"
        )
    timers = {
        timer
        for each in warm
        if isinstance(timer := each.options.get("timer"), str)
        and timer.rpartition(".")[2].removesuffix("_ns") not in _CLOCKS
    }
    if timers:
        yield f"timed by {', '.join(sorted(timers))}, taken to count seconds"
    repeated = [name for name, n in Counter(e.fullname for e in file.benchmarks).items() if n > 1]
    if repeated:
        yield (
            f"{repeated[0]} stands in the file more than once"
            + (f", and {len(repeated) - 1} others" if len(repeated) > 1 else "")
            + "; they are told apart by their order"
        )


def _is_independent(benchmark: Benchmark) -> bool:
    mark = mark_of(benchmark)
    return mark is not None and mark.independent


def _measurements(benchmarks: Iterable[Benchmark]) -> Iterator[tuple[Key, Measurement]]:
    seen: Counter[Key] = Counter()
    for benchmark in benchmarks:
        mark = mark_of(benchmark)
        key = (mark.series, mark.metric) if mark else (benchmark.fullname, "time_s")
        seen[key] += 1
        if seen[key] > 1:
            key = (f"{key[0]} #{seen[key]}", key[1])
        yield key, _times(benchmark, mark)
        if mark:
            yield from _counts(benchmark.extra_info, mark)


def _times(benchmark: Benchmark, mark: Mark | None) -> Measurement:
    """Return the raw rounds, or the median alone where the file keeps no more."""
    data = benchmark.stats.data
    values = (benchmark.stats.median,) if data is None else tuple(data)
    numbered = mark.rounds if mark and data is not None else ()
    return Measurement(
        unit="s",
        values=values,
        rounds=tuple(numbered or range(1, len(values) + 1)),
        independent=mark is not None and mark.independent,
    )


def _counts(extra_info: Mapping[str, Any], mark: Mark) -> Iterator[tuple[Key, Measurement]]:
    """Yield what was counted in the same case: sizes and peaks."""
    for name, metric in METRICS.items():
        by_round = mark.counts.get(name) or _alone(extra_info.get(name))
        if metric.unit == "bytes" and by_round:
            rounds = tuple(sorted(by_round))
            values = tuple(by_round[number] for number in rounds)
            yield (mark.series, name), Measurement(unit="bytes", values=values, rounds=rounds)


def _alone(found: object) -> dict[int, float]:
    """Return a number as the value of a first round, nothing where there is none."""
    if not isinstance(found, int | float) or isinstance(found, bool) or not math.isfinite(found):
        return {}
    return {1: float(found)}


def _party(file: BenchmarkFile, label: str, marks: Iterable[Mark]) -> Party:
    """Return what the file says of machine, interpreter and code."""
    info, cpu = file.machine_info, file.machine_info.get("cpu")
    cpu = cpu if isinstance(cpu, dict) else {}
    launchers = sorted({mark.launch for mark in marks if mark.launch})
    return Party(
        label=label,
        started=file.datetime,
        python=_joined(info, " ", "python_implementation", "python_version"),
        versions=_known(
            **{"pytest-benchmark": file.version, "commit": str(file.commit_info.get("id") or "")}
        ),
        machine=_known(
            platform=_joined(info, "-", "system", "release", "machine"),
            processor=str(cpu.get("brand_raw") or info.get("processor") or ""),
            cores=str(cpu.get("count") or ""),
        ),
        settings=_known(launch=", ".join(launchers)),
    )


def _joined(info: Mapping[str, Any], separator: str, *keys: str) -> str:
    return separator.join(
        found for key in keys if isinstance(found := info.get(key), str) and found
    )


def _known(**facts: str) -> dict[str, str]:
    return {name: fact for name, fact in facts.items() if fact}
