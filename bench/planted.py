"""Does a planted cost read as planted? ``python -m bench.planted``.

A serializer that burns 7 ms in dump and 23 ms in load, beside the same without: the difference of
the medians, against what was planted; one whose first load in a process takes 30 ms and every
later one 1 ms; one whose load touches 96 MiB that it frees again; and models
that hold 96 MiB of their own, 64 MiB copied from their file, or 64 MiB mapped from it, of which
each of four workers should show a quarter. On every launcher that works here. Prints a markdown
table; ends with 1 when a figure is more than 5 % off.
"""

import os
import sys
import tempfile
from pathlib import Path
from statistics import median

PLANTED = Path(__file__).parent.parent / "tests" / "planted"
ROUNDS = 25
TOLERANCE = 0.05
ROWS = (
    ("dump_s", "planted-burn", 0.007),
    ("load_s", "planted-burn", 0.023),
    ("load_s", "planted-first", 0.030),
    ("load_peak_bytes", "planted-touch", 96 * 2**20),
    ("worker_bytes", "planted-hold", 96 * 2**20),
    ("worker_bytes", "planted-copied", 64 * 2**20),
    ("worker_bytes", "planted-mapped", 16 * 2**20),
)


def main() -> int:
    """Measure, print the table, and return the exit code."""
    sys.path.insert(0, str(PLANTED))
    os.environ["PYTHONPATH"] = str(PLANTED)
    import savebench
    from savebench.launch.launchers import available
    from savebench.records.series import values_by_case

    print(
        "| launcher | metric | row | planted | read | off by | n |\n|:--|:--|:--|--:|--:|--:|--:|"
    )
    worst = 0.0
    for launch in available():
        with tempfile.TemporaryDirectory() as folder:
            results = savebench.run(
                workloads=["planted-tiny@1KB"],
                suite="standard",  # it counts the memory of workers
                serializers=["planted-good", *dict.fromkeys(name for _, name, _ in ROWS)],
                rounds=ROUNDS,
                launch=launch,
                out=Path(folder) / "run",
            )
        values = values_by_case(results.run.records)
        for metric, serializer, planted in ROWS:
            with_cost, without = (
                [
                    value
                    for (case, measured), by_round in values.items()
                    if (case.serializer, measured) == (name, metric)
                    for value in by_round.values()
                ]
                for name in (serializer, "planted-good")
            )
            read = median(with_cost) - median(without)
            off = read / planted - 1
            worst = max(worst, abs(off))
            print(
                f"| {launch} | `{metric}` | {serializer} | {planted:g} | {read:.6g} | {off:+.2%} "
                f"| {len(with_cost)} |"
            )
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
