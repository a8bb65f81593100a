"""Files of pytest-benchmark for tests: made up, or made by itself in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.commands import LIMIT_S

SUITE = """
import pytest

@pytest.mark.parametrize("n", [10, 1000])
@pytest.mark.benchmark(group="sums")
def test_sum(benchmark, n):
    benchmark.extra_info["share"] = float("nan")
    benchmark.pedantic(sum, args=(range(n),), rounds=8)

def test_alone(benchmark):
    benchmark.pedantic(sorted, args=([3, 1, 2],), rounds=3)
"""
"""Three benchmarks, one without a group, one number that is none."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a real session of pytest-benchmark wrote."""

    json: Path
    """By ``--benchmark-json``: with the rounds."""
    saved: Path
    """By ``--benchmark-save``: without."""


def made_by_pytest_benchmark(folder: Path) -> Made:
    """Run `SUITE` in a folder, and return the files that pytest-benchmark wrote."""
    (folder / "test_suite.py").write_text(SUITE, encoding="utf-8")
    ended = python(folder, "pytest", "-q", "--benchmark-json=made.json", "--benchmark-save=saved")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (saved,) = folder.glob(".benchmarks/*/0001_saved.json")
    return Made(folder / "made.json", saved)


def python(folder: Path, module: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run a module in a folder, as though no pytest ran around it."""
    inherited = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=folder,
        env=inherited,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def benchmark(
    name: str = "test_a", times_s: Sequence[float] | None = (0.25, 0.5, 0.75), **changes: Any
) -> dict[str, Any]:
    """Return one benchmark as pytest-benchmark writes it."""
    data = list(times_s or (0.5,))
    stats: dict[str, Any] = {
        "min": min(data),
        "max": max(data),
        "mean": sum(data) / len(data),
        "median": sorted(data)[len(data) // 2],
        "rounds": len(data),
        "iterations": 1,
    }
    if times_s is not None:
        stats["data"] = data
    return {
        "group": None,
        "name": name,
        "fullname": f"test_x.py::{name}",
        "params": None,
        "param": None,
        "extra_info": {},
        "options": {"timer": "perf_counter", "disable_gc": False},
        "stats": stats,
    } | changes


def marked(serializer: str, times_s: Sequence[float], **changes: Any) -> dict[str, Any]:
    """Return a benchmark that savebench measured: loads of one model."""
    mark = {
        "independent": True,
        "metric": "load_s",
        "workload": "knn-brute",
        "size": "1MB",
        "serializer": serializer,
        "launch": "zygote",
    } | changes
    return benchmark(
        f"test_load[knn-brute@1MB-{serializer}]",
        times_s,
        group="knn-brute@1MB: load",
        extra_info={"size_bytes": 1200, "savebench": mark},
    )


def document(*benchmarks: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a whole file as pytest-benchmark writes it."""
    return {
        "machine_info": {
            "node": "host",
            "processor": "",
            "machine": "x86_64",
            "python_implementation": "CPython",
            "python_version": "3.11.7",
            "release": "6.1",
            "system": "Linux",
            "cpu": {"brand_raw": "A processor", "count": 2},
        },
        "commit_info": {"id": "c0ffee", "dirty": False},
        "benchmarks": list(benchmarks or (benchmark(),)),
        "datetime": "2026-11-23T09:00:00.123000+00:00",
        "version": "5.3.1",
    } | changes


def write(path: Path, content: Any) -> Path:
    """Write JSON into a file, as Python's own module does, and return its path."""
    path.write_text(json.dumps(content, indent=4), encoding="utf-8")
    return path
