"""Read a pytest-benchmark file: strict about what is needed, blind to what is not known."""

import gzip
import json
import math
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from savebench.errors import DataError
from savebench.pytest_benchmark.layout import (
    MARK,
    SCHEMA,
    Benchmark,
    BenchmarkFile,
    Mark,
    Provenance,
    Statistics,
    mark_of,
)

_GZIP = b"\x1f\x8b"
_AGAIN = "write it again with: pytest --benchmark-json=FILE"


def read_pytest_benchmark(path: Path) -> BenchmarkFile:
    """Return what a file of ``--benchmark-json`` or ``--benchmark-save`` holds.

    NaN and infinity are accepted where nothing is read (pytest-benchmark writes them as they come),
    and refused in the numbers that are.

    Raises
    ------
    DataError
        When the file is missing, empty, cut off, not JSON, another tool's, or holds a benchmark
        that says too little or contradicts itself; the message names the file and the benchmark.
    """
    document = _document(path)
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise DataError(
            f"{path}: not a pytest-benchmark file (no list of benchmarks in it); "
            "name a run's folder, or a file made with: pytest --benchmark-json=FILE"
        )
    _refuse_other_tools(path, document)
    if not document["benchmarks"]:
        raise DataError(f"{path}: no benchmark in it, nothing was measured; {_AGAIN}")
    return BenchmarkFile(
        machine_info=_mapping(document, "machine_info"),
        commit_info=_mapping(document, "commit_info"),
        benchmarks=[
            _benchmark(path, number, found)
            for number, found in enumerate(document["benchmarks"], start=1)
        ],
        datetime=_text(document, "datetime"),
        version=_text(document, "version"),
        savebench=_provenance(path, document.get(MARK)),
    )


def _document(path: Path) -> Any:
    try:
        data = path.read_bytes()
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
    except FileNotFoundError:
        raise DataError(
            f"{path}: no such file; name a run's folder or a pytest-benchmark file"
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read ({error}); get another copy of it") from None
    if not data.strip():
        raise DataError(f"{path}: empty; {_AGAIN}")
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        where = f"{path}, line {error.lineno}, column {error.colno}"
        if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated"):
            raise DataError(f"{where}: cut off in the middle of its JSON; {_AGAIN}") from None
        raise DataError(f"{where}: not JSON ({error.msg}); mend it there, or {_AGAIN}") from None
    except (ValueError, RecursionError) as error:  # not text; a number or a nesting beyond reason
        raise DataError(f"{path}: not JSON ({error}); {_AGAIN}") from None


def _refuse_other_tools(path: Path, document: Mapping[str, Any]) -> None:
    first = next(iter(document["benchmarks"]), None)
    tool = ""
    if "context" in document:
        tool = "Google Benchmark"
    elif isinstance(first, dict) and "runs" in first and "stats" not in first:
        tool = "pyperf"
    if tool:
        raise DataError(
            f"{path}: looks like a file of {tool}, which savebench does not read; "
            "name a run's folder, or a file made with: pytest --benchmark-json=FILE"
        )


def _benchmark(path: Path, number: int, found: object) -> Benchmark:
    name = found.get("fullname") if isinstance(found, dict) else None
    where = f"{path}, benchmark {number}" + (
        f" ({' '.join(name.split())})" if isinstance(name, str) else ""
    )
    advice = "mend or delete that benchmark to read the rest"
    info = found.get("extra_info") if isinstance(found, dict) else None
    _refuse_newer(path, info.get(MARK) if isinstance(info, dict) else None)
    try:
        benchmark = msgspec.convert(found, Benchmark)
    except (msgspec.ValidationError, OverflowError) as error:
        raise DataError(f"{where}: {error}; {advice}") from None
    try:
        mark = mark_of(benchmark)
    except (msgspec.ValidationError, OverflowError) as error:
        raise DataError(
            f"{where}: extra_info[{MARK!r}] is not what savebench writes ({error}); {advice}"
        ) from None
    contradiction = next(_contradictions(benchmark.stats, mark), None)
    if contradiction:
        raise DataError(f"{where}: {contradiction}; {advice}")
    return benchmark


def _contradictions(stats: Statistics, mark: Mark | None) -> Iterator[str]:
    """Yield what cannot be true in a benchmark's numbers."""
    data = stats.data
    times = {"min": stats.min, "median": stats.median, "max": stats.max}
    times |= {f"data[{position}]": value for position, value in enumerate(data or ())}
    for place, value in times.items():
        if not math.isfinite(value) or value < 0:
            yield f"{value} is not a time, at `$.stats.{place}`"
    if not stats.min <= stats.median <= stats.max:
        yield f"min {stats.min}, median {stats.median} and max {stats.max} are out of order"
    if stats.rounds < 1:
        yield f"{stats.rounds} rounds, at `$.stats.rounds`"
    if data is not None and len(data) != stats.rounds:
        yield f"{len(data)} times in `$.stats.data` for {stats.rounds} rounds"
    if mark and mark.rounds and len(set(mark.rounds)) != stats.rounds:
        yield f"{len(set(mark.rounds))} rounds in savebench's mark for {stats.rounds} times"
    for name, values in mark.counts.items() if mark else ():
        if not values or not all(map(math.isfinite, values.values())):
            yield f"no sound values of {name} in savebench's mark"


def _refuse_newer(path: Path, found: object) -> None:
    """Refuse what a later savebench wrote: it may mean something else by the same words."""
    schema = found.get("schema") if isinstance(found, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise DataError(
            f"{path}: written by a newer savebench (schema {schema}; this one reads {SCHEMA}); "
            "update it with: pip install -U savebench"
        )


def _provenance(path: Path, found: object) -> Provenance | None:
    if not isinstance(found, dict):
        return None
    _refuse_newer(path, found)
    try:
        return msgspec.convert(found, Provenance, str_keys=True)
    except (msgspec.ValidationError, OverflowError) as error:
        raise DataError(
            f"{path}: savebench's part of the file is not what it writes ({error}, under "
            f"{MARK!r}); export the run again with: "
            "savebench report RUN --format pytest-benchmark > FILE"
        ) from None


def _mapping(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = document.get(key)
    return found if isinstance(found, dict) else {}


def _text(document: Mapping[str, Any], key: str) -> str:
    found = document.get(key)
    return found if isinstance(found, str) else ""
