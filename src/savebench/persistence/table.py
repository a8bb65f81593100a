"""Rows in pytest-benchmark's table: one a serializer and operation, replayed from the trials."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from savebench.persistence.asked import Asked
from savebench.persistence.carrying import Carried
from savebench.persistence.timing import Times
from savebench.pytest_benchmark.layout import MARK, Mark
from savebench.pytest_benchmark.replay import replay


def benchmarks_enabled(config: pytest.Config) -> bool:
    """Whether pytest-benchmark is there and measures."""
    session = getattr(config, "_benchmarksession", None)
    return session is not None and not session.disabled and not session.skip


def enter_rows(
    node: pytest.Item, call: int, asked: Asked, carried: Mapping[str, Carried], times: Times
) -> None:
    """Enter a row for each serializer and operation that was timed, grouped by operation.

    A serializer that failed in some round has no rows: it is not to be ranked.
    """
    again = f" #{call}" if call > 1 else ""
    operations = {"dump": "dump_s", "load": "load_s", f"load+{asked.method}": "load_predict_s"}
    for operation, metric in operations.items():
        for name, each in carried.items():
            by_round = times.of(name, metric)
            if not by_round or each.outcome != "ok":
                continue
            row = _benchmark(node)
            row.name = f"{node.name}[{name}: {operation}]{again}"
            row.fullname = f"{node.nodeid}[{name}: {operation}]{again}"
            row.group = f"{node.nodeid}{again}: {operation}"
            row.extra_info.update(
                serializer=name,
                operation=operation,
                metric=metric,
                outcome=each.outcome,
                size_bytes=each.size_bytes,
                launch=times.launch,
                method=asked.method,
                versions=asked.serializers[name].versions(),
                sample="one first operation in a fresh process",
            )
            mark = Mark(
                independent=True,
                metric=metric,
                workload=f"{node.nodeid}{again}",
                serializer=name,
                launch=times.launch,
                rounds=list(by_round),
                counts={"size_bytes": {1: each.size_bytes}} if each.size_bytes else {},
            )
            row.extra_info[MARK] = msgspec.to_builtins(mark, str_keys=True)
            replay(row, list(by_round.values()))


def _benchmark(node: pytest.Item) -> Any:
    """Return a benchmark of its own, made as pytest-benchmark's own fixture makes one."""
    from pytest_benchmark.fixture import BenchmarkFixture

    session: Any = node.config._benchmarksession  # type: ignore[attr-defined] # noqa: SLF001 - the plug-in's only handle
    options = {**session.options, "cprofile": False}
    return BenchmarkFixture(  # type: ignore[no-untyped-call]
        node,
        add_stats=session.benchmarks.append,
        logger=session.logger,
        warner=node.warn,
        disabled=session.disabled,
        **options,
    )
