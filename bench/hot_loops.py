"""What pytest-benchmark and pyperf say of a dump or a load by their defaults: hot loops.

Both run this file in a process of their own, which learns from the environment what to time; what
they wrote is read back here.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

_VARIABLE = "SAVEBENCH_HOT_LOOP"
_ROOT = Path(__file__).resolve().parent.parent
_LIMIT_S = 900.0


class HotCase(msgspec.Struct, frozen=True):
    """One operation that is to be timed in a loop."""

    kind: str
    """``dump`` or ``load``."""
    serializer: str
    model_folder: str
    """Where the reference model lies."""
    artifact: str
    """What a load loads; a dump writes beside it."""


@dataclass(frozen=True, slots=True)
class HotReading:
    """What a harness measured."""

    values_s: tuple[float, ...]
    """A number a round (pytest-benchmark) or a value (pyperf), in s."""
    wall_s: float


def read_pytest_benchmark(case: HotCase) -> HotReading:
    """Return what ``benchmark(operation)`` says with pytest-benchmark's defaults."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "benchmark.json"
        wall_s = _run(
            [
                *("-m", "pytest", "-q", "-c", os.devnull, "--rootdir", folder),
                *("-p", "no:cacheprovider", f"--benchmark-json={out}"),
                f"{__file__}::test_hot_loop",
            ],
            case,
        )
        stats = json.loads(out.read_text(encoding="utf-8"))["benchmarks"][0]["stats"]
    return HotReading(tuple(stats["data"]), wall_s)


def read_pyperf(case: HotCase) -> HotReading:
    """Return what ``Runner().bench_func`` says with pyperf's defaults."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "pyperf.json"
        kept = ",".join(sorted({_VARIABLE, "PYTHONPATH", "OMP_NUM_THREADS", "HOME"}))
        wall_s = _run([__file__, "-q", "-o", str(out), "--inherit-environ", kept], case)
        import pyperf

        values = pyperf.Benchmark.load(str(out)).get_values()
    return HotReading(tuple(values), wall_s)


def test_hot_loop(benchmark: Any) -> None:
    """Is what pytest-benchmark runs."""
    benchmark(_operation())


def main() -> None:
    """Be what pyperf runs."""
    import pyperf

    pyperf.Runner().bench_func("hot loop", _operation())


def _run(arguments: list[str], case: HotCase) -> float:
    variables = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": os.pathsep.join(map(os.path.abspath, [str(_ROOT), *filter(None, sys.path)])),
        _VARIABLE: msgspec.json.encode(case).decode(),
    }
    started_s = monotonic()
    subprocess.run(
        [sys.executable, *arguments],
        env=variables,
        check=True,
        capture_output=True,
        timeout=_LIMIT_S,
    )
    return monotonic() - started_s


def _operation() -> Callable[[], Any]:
    """Return the operation that the environment names, its model loaded and ready."""
    from savebench.catalogue.providers import load_catalogue
    from savebench.launch.messages import Task
    from savebench.trial.reference import MODEL, load_reference

    case = msgspec.json.decode(os.environ[_VARIABLE], type=HotCase)
    row = load_catalogue().serializers[case.serializer].row
    path = Path(case.artifact)
    if case.kind == "load":
        return lambda: row.load(path)
    task = Task(kind="dump", model_folder=case.model_folder, scratch=str(path.parent))
    model = load_reference(task, MODEL)
    target = path.with_name("hot-loop")
    return lambda: row.dump(model, target)


if __name__ == "__main__":
    main()
