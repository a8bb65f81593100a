"""What it costs to start savebench, in seconds of CPU: ``python -m bench.startup``.

Reach: ``savebench --help`` under 0.25 s, ``import savebench`` under 0.1 s. The bare interpreter is
shown beside them; it is included in both. Prints a markdown table.
"""

import os
import subprocess
import sys
from statistics import median

COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import savebench": ["-c", "import savebench"],
    "savebench --help": ["-m", "savebench.cli", "--help"],
}
RUNS = 15


def cpu_s(arguments: list[str]) -> float:
    """Return user and system seconds of one fresh process."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )


def main() -> None:
    """Run the commands in turn, and print the table."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for name, arguments in [*COMMANDS.items()] * RUNS:
        times[name].append(cpu_s(arguments))
    print("| command | CPU median | least | most | n |\n|:--|--:|--:|--:|--:|")
    for name, values in times.items():
        print(
            f"| `{name}` | {median(values):.3f} s | {min(values):.3f} s | {max(values):.3f} s "
            f"| {len(values)} |"
        )


if __name__ == "__main__":
    main()
