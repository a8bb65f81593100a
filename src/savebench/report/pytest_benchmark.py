"""A run as a pytest-benchmark file: what ``pytest-benchmark compare`` and its services read.

A case and a timed metric make a benchmark, with the names that ``pytest bench`` gives them, so that
files of both compare. A case that failed has none: who answers wrongly does not stand in the table
of who loads fastest; savebench's own part of the file says what became of it.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from savebench.comparing.sides.side import side_of_run
from savebench.errors import DataError, UsageError
from savebench.pytest_benchmark.layout import FORMAT_VERSION, Benchmark, BenchmarkFile, Provenance
from savebench.pytest_benchmark.marking import extra_info_of
from savebench.pytest_benchmark.statistics import statistics_of
from savebench.records.metrics import METRICS
from savebench.records.schema import Case, Environment, Header, Record, Run
from savebench.records.series import values_by_metric
from savebench.summary import RANKED_OUTCOMES

FILE = "pytest-benchmark.json"
"""Its name in a run's folder."""

_MODULE = "bench/test_catalogue.py"
_TIMER = "first_operation_in_a_fresh_process"
_MACHINES = ("x86_64", "AMD64", "aarch64", "arm64", "i686", "ppc64le", "riscv64", "s390x")
"""How `platform.platform` names the machine, after the system and its release."""


def write_pytest_benchmark(run: Run, folder: Path) -> Path:
    """Write a run's pytest-benchmark file into a folder, and return its path.

    Raises
    ------
    DataError
        When no case has a time to write.
    UsageError
        When the folder cannot be written.
    """
    path, data = folder / FILE, encoded(run)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise UsageError(
            f"{path}: cannot write it ({error.strerror}); the records are kept. "
            f"Make room, then: savebench report {folder} --format pytest-benchmark > FILE"
        ) from error
    return path


def encoded(run: Run) -> bytes:
    """Return the JSON of a run's pytest-benchmark file, indented as pytest-benchmark does it.

    Raises
    ------
    DataError
        When no case has a time to write.
    """
    file = pytest_benchmark_file(run)
    if not file.benchmarks:
        raise DataError(
            "no case of the run went well, so there is no time for a pytest-benchmark file; "
            "savebench report says what became of each"
        )
    return msgspec.json.format(msgspec.json.encode(file), indent=4)


def pytest_benchmark_file(run: Run) -> BenchmarkFile:
    """Return a run as pytest-benchmark 5.3.1 would have written it, with what only savebench knows.

    What a run does not know is left empty: the host's name, the compiler, and a commit, for what
    was measured are installed libraries, whose versions stand in each benchmark.
    """
    header = run.header
    return BenchmarkFile(
        machine_info=_machine_info(header.environment),
        commit_info={
            "id": "unversioned",
            "time": None,
            "author_time": None,
            "dirty": False,
            "project": "savebench",
            "branch": "(unknown)",
        },
        benchmarks=list(_benchmarks(run)),
        datetime=datetime.fromisoformat(header.started).isoformat(),
        version=FORMAT_VERSION,
        savebench=provenance_of(run),
    )


def provenance_of(run: Run) -> Provenance:
    """Return what makes a file say as much as its run: header, troubles, control kernels."""
    side = side_of_run(run, "")
    return Provenance(
        header=run.header,
        troubles=dict(side.troubles),
        kernels=[dict(times) for times in side.kernels],
    )


def _benchmarks(run: Run) -> Iterator[Benchmark]:
    """Yield the benchmarks of the cases that did not fail, in the order of the header's cases."""
    by_case: dict[Case, list[Record]] = {case: [] for case in run.header.cases}
    for record in run.records:
        by_case.get(record.case, []).append(record)
    for case, records in by_case.items():
        if all(record.outcome in RANKED_OUTCOMES for record in records):
            yield from _benchmarks_of(run.header, case, records)


def _benchmarks_of(header: Header, case: Case, records: list[Record]) -> Iterator[Benchmark]:
    info = header.serializers[case.serializer]
    python = header.environment.python.rpartition(" ")[2]
    versions = {"python": python, **header.environment.versions}
    identity = f"{case.model}-{case.serializer}"
    values = values_by_metric(records)
    for metric in METRICS.values():
        times_s = list(values.get(metric.name, {}).values())
        if metric.unit == "s" and times_s:
            operation = metric.name.removesuffix("_s")
            name = f"test_{operation}[{identity}]"
            apart = "" if info.kind == "round-trip" else f" ({info.kind})"
            yield Benchmark(
                group=f"{case.model}: {operation}{apart}",
                name=name,
                fullname=f"{_MODULE}::{name}",
                params={"workload": case.model, "serializer": case.serializer},
                param=identity,
                extra_info=extra_info_of(records, metric.name, info, versions),
                options=_options(header),
                stats=statistics_of(times_s),
            )


def _options(header: Header) -> dict[str, Any]:
    return {
        "disable_gc": False,
        "timer": _TIMER,
        "min_rounds": header.settings.min_rounds,
        "max_time": header.settings.budget_s,
        "min_time": 0.0,
        "precision": None,
        "confidence": None,
        "warmup": False,
    }


def _machine_info(environment: Environment) -> dict[str, Any]:
    """Return the machine as pytest-benchmark describes it, as far as the run knows it."""
    implementation, _, version = environment.python.rpartition(" ")
    system, _, rest = environment.platform.partition("-")
    words = rest.split("-")
    at = next((at for at, word in enumerate(words) if word in _MACHINES), len(words))
    return {
        "node": "",
        "processor": environment.processor,
        "machine": "".join(words[at : at + 1]),
        "python_compiler": "",
        "python_implementation": implementation,
        "python_implementation_version": version,
        "python_version": version,
        "python_build": ["", ""],
        "release": "-".join(words[:at]),
        "system": system,
        "cpu": {"brand_raw": environment.processor, "count": environment.cores},
    }
