"""What it costs to follow a long history: ``python -m bench.history [RUNS]``.

Writes synthetic runs of 504 series (84 cases, dump and load, five rounds, uncompressed as
`savebench run` leaves them) into a temporary folder, then times `savebench history` on them: the
whole command in a fresh process, start of the interpreter included, files in the page cache. Reach:
1,000 runs in under 10 s and 1 GB. Prints a markdown table; ends with 1 when that is missed.
"""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from savebench.machine.noise import KERNELS
from savebench.records.schema import (
    CONTROL,
    Case,
    Environment,
    Header,
    Record,
    Settings,
    TrialKind,
    encode_line,
)

RUNS = 1000
ROUNDS = 5
MODELS = tuple(f"model-{number}" for number in range(14))
SERIALIZERS = ("pickle", "joblib", "joblib-mmap", "joblib+zlib3", "joblib+lz4", "pickle-oob")
METRICS_A_CASE = 6
MOST_S = 10.0
MOST_BYTES = 10**9
STEP_RUN = RUNS * 6 // 10
START = datetime(2026, 1, 1, tzinfo=UTC)
CASES = [Case(model, "1MB", serializer) for model in MODELS for serializer in SERIALIZERS]


def write_runs(folder: Path, count: int, seed: int = 0) -> int:
    """Write runs, one a folder; return their bytes."""
    rng = random.Random(seed)  # noqa: S311 - noise, not secrets
    total = 0
    for number in range(count):
        path = folder / f"{START + timedelta(hours=8 * number):%Y%m%d-%H%M%S}"
        path.mkdir()
        total += (path / "run.jsonl").write_bytes(b"".join(_lines(number, rng)))
    return total


def _lines(number: int, rng: random.Random) -> Iterator[bytes]:
    started = (START + timedelta(hours=8 * number)).isoformat().replace("+00:00", "Z")
    yield encode_line(_header(number, started))
    pace = rng.lognormvariate(0, 0.05)
    for turn in range(1, ROUNDS + 1):
        kernels = {name: 0.004 * pace * rng.lognormvariate(0, 0.01) for name in KERNELS}
        yield encode_line(
            Record(
                case=CONTROL,
                round=turn,
                trial="control",
                outcome="ok",
                facts={"kernels": kernels},
                wall_s=0.24,
                launch="spawn",
                started=started,
            )
        )
        for kind, names in (
            ("dump", ("dump_s", "dump_sync_s", "size_bytes")),
            ("load", ("load_s", "predict_s", "load_predict_s")),
        ):
            for at, case in enumerate(CASES):
                slower = 1.1 if number >= STEP_RUN and at % 10 == 0 else 1.0
                yield encode_line(
                    Record(
                        case=case,
                        round=turn,
                        trial=_kind(kind),
                        outcome="ok",
                        metrics={
                            name: 96_558.0
                            if name == "size_bytes"
                            else 0.0012 * pace * slower * rng.lognormvariate(0, 0.05)
                            for name in names
                        },
                        facts={"digest": "ad2ecfa6c1b29f25"},
                        wall_s=0.04118,
                        launch="zygote",
                        started=started,
                    )
                )


def _kind(name: str) -> TrialKind:
    return "dump" if name == "dump" else "load"


def _header(number: int, started: str) -> Header:
    return Header(
        savebench="0.1.0",
        started=started,
        seed=number,
        settings=Settings(
            suite="quick",
            budget_s=120.0,
            precision=0.05,
            min_rounds=ROUNDS,
            max_rounds=None,
            kinds={"dump": None, "load": None},
            timeout_s=30.0,
            memory_limit_bytes=None,
            launch="zygote",
            threads=1,
            storage=None,
        ),
        environment=Environment(
            python="CPython 3.11.7",
            platform="Linux-6.1-x86_64",
            processor="A processor of 2 cores",
            cores=2,
            memory_bytes=8 * 10**9,
            filesystem="ext4",
            versions={"joblib": f"1.{number * 5 // RUNS}.0", "numpy": "2.4.0"},
            fingerprint="0123456789ab",
        ),
        cases=CASES,
        serializers={},
        workloads={},
    )


def cost(arguments: list[str]) -> tuple[float, int]:
    """Return the wall seconds and the peak resident bytes of one fresh process."""
    begin_s = perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed_s = perf_counter() - begin_s
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}")
    return elapsed_s, usage.ru_maxrss * 1024


def main() -> int:
    """Write the runs, time the command, print the table; return whether a limit was missed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "runs"
        folder.mkdir()
        written_bytes = write_runs(folder, count)
        load = os.getloadavg()[0]
        print(
            f"{count} runs x {METRICS_A_CASE * len(CASES)} series, {written_bytes / 1e6:.0f} MB; "
            f"load average {load:.2f} on {os.cpu_count()} cores.\n\n"
            "| command | wall time | peak memory |\n|:--|--:|--:|"
        )
        costs = []
        for options in ([], ["--json"], ["--since", "1"], ["--out", f"{name}/page"]):
            costs.append(cost(["-m", "savebench.cli", "history", str(folder), *options]))
            shown = " ".join(["savebench history DIR", *options]).replace(f"{name}/page", "PAGE")
            print(f"| `{shown}` | {costs[-1][0]:.1f} s | {costs[-1][1] / 1e6:.0f} MB |")
    return int(any(wall_s > MOST_S or peak > MOST_BYTES for wall_s, peak in costs))


if __name__ == "__main__":
    sys.exit(main())
