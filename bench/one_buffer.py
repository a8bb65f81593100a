"""What is lost between one large buffer and its file: ``python -m bench.one_buffer``.

One array of 1 GB (or ``--size``) is copied, written, read, pickled and loaded, in fresh processes,
two or three times each; with huge pages as the machine and NumPy have them, with NumPy asking for
none (``NUMPY_MADVISE_HUGEPAGE=0``), and with none at all (``prctl(PR_SET_THP_DISABLE)``, see
prctl(2)). Counted are the page faults (``ru_minflt``), the peak memory beside what was there
before, and the calls of read and write with their bytes (``/proc/self/io``). Prints a table and
writes it as ``README.md`` into ``results/one_buffer/`` or the folder named. Linux only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.buffers import MADE_BY, NO_HUGE_PAGES, OPERATIONS
from savebench.units import human_bytes, parse_size

ARMS: Mapping[str, str] = {
    "as it is": "huge pages as the machine and NumPy have them",
    "NumPy's off": "NUMPY_MADVISE_HUGEPAGE=0: NumPy asks the kernel for none",
    NO_HUGE_PAGES: "PR_SET_THP_DISABLE: this process has none",
}
REPEATS = {"as it is": 3, "NumPy's off": 2, NO_HUGE_PAGES: 2}
_FOLDER = Path(__file__).parent.parent / "results" / "one_buffer"
_THP = Path("/sys/kernel/mm/transparent_hugepage")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one operation came to: medians over the repeats."""

    speed: float
    """Bytes of the buffer a second."""
    faults: float
    peak_bytes: float
    """Above the level just before."""
    calls: float
    """Of read and write."""
    moved_bytes: float
    """By those calls."""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="1GB")
    parser.add_argument("--out", type=Path, default=_FOLDER)
    asked = parser.parse_args()
    if sys.platform != "linux":
        parser.error("this study reads Linux's /proc and /sys")
    text = "\n".join(report(parse_size(asked.size), asked.out))
    print(text)
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "README.md").write_text(text + "\n", encoding="utf-8")


def report(size_bytes: int, folder: Path) -> list[str]:
    """Return the lines of the report on a buffer; files lie beside `folder` meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        for name in MADE_BY.values():
            _run(name, "as it is", size_bytes, Path(work), keep=True)
        found = _measured(size_bytes, Path(work))
    return [*_head(size_bytes), *table_of(found, size_bytes), *losses_of(found, size_bytes)]


def _measured(size_bytes: int, work: Path) -> "Table":
    """Do every operation in every arm, in rounds: a moment's noise then meets all of them."""
    told: dict[tuple[str, str], list[dict[str, float]]] = {}
    for number in range(max(REPEATS.values())):
        for name in OPERATIONS:
            for arm in (each for each in ARMS if number < REPEATS[each]):
                told.setdefault((name, arm), []).append(_run(name, arm, size_bytes, work))
    return {key: _middle(each, size_bytes) for key, each in told.items()}


def _middle(told: list[dict[str, float]], size_bytes: int) -> Found:
    middle = {key: median(each[key] for each in told) for key in told[0]}
    return Found(
        speed=size_bytes / middle["time_s"],
        faults=middle["faults"],
        peak_bytes=middle["peak_bytes"],
        calls=middle["calls"],
        moved_bytes=middle["moved_bytes"],
    )


def _run(
    name: str, arm: str, size_bytes: int, work: Path, *, keep: bool = False
) -> dict[str, float]:
    """Do an operation in a process of its own, and return what it counted."""
    path = work / (_file_of(name) if keep or name in MADE_BY else "scratch")
    off = {"NUMPY_MADVISE_HUGEPAGE": "0"} if arm == "NumPy's off" else {}
    words = [sys.executable, "-m", "bench.buffers", name, arm, str(size_bytes)]
    done = subprocess.run(
        [*words, str(path)], check=True, capture_output=True, env={**os.environ, **off}
    )
    if not keep and name not in MADE_BY:
        path.unlink(missing_ok=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _file_of(name: str) -> str:
    """Return the file that an operation reads, by what makes it."""
    return MADE_BY.get(name, name).replace(" ", "-")


Table = Mapping[tuple[str, str], Found]


def _head(size_bytes: int) -> list[str]:
    import joblib
    import numpy as np

    counts = " or ".join(map(str, sorted(set(REPEATS.values()))))
    settings = ", ".join(f"{name}: {_setting(name)}" for name in ("enabled", "defrag"))
    return [
        f"# One buffer of {human_bytes(size_bytes)}",
        "",
        f"Made by `python -m bench.one_buffer`; Python {sys.version.split()[0]}, NumPy",
        f"{np.__version__}, joblib {joblib.__version__}. Transparent huge pages: {settings}.",
        f"Medians of {counts} fresh processes; files lie in the page cache. Speeds are the",
        "buffer's bytes over the time.",
        "",
        *(f"- *{arm}*: {what}." for arm, what in ARMS.items()),
        "",
    ]


def _setting(name: str) -> str:
    try:
        text = (_THP / name).read_text("ascii")
    except OSError:
        return "not known"
    return text.partition("[")[2].partition("]")[0] or text.strip()


def table_of(found: Table, size_bytes: int) -> list[str]:
    """Return a line an operation: speeds, page faults, peak, calls."""
    arms = " | ".join(ARMS)
    lines = [
        f"| operation | {arms} | page faults: {arms} | peak (x buffer) | calls | bytes a call |",
        f"|:--|{'--:|' * (2 * len(ARMS) + 3)}",
    ]
    for name in OPERATIONS:
        speeds = [f"{human_bytes(found[name, arm].speed)}/s" for arm in ARMS]
        faults = [f"{found[name, arm].faults:,.0f}" for arm in ARMS]
        plain = found[name, "as it is"]
        a_call = human_bytes(plain.moved_bytes / plain.calls) if plain.calls else "-"
        rest = [f"{plain.peak_bytes / size_bytes:.2f}", f"{plain.calls:,.0f}", a_call]
        lines.append(f"| {' | '.join([name, *speeds, *faults, *rest])} |")
    return [*lines, ""]


def losses_of(found: Table, size_bytes: int) -> list[str]:
    """Say, from the figures, what each step costs against the one below it."""

    def times(name: str, floor: str, arm: str = "as it is") -> str:
        return f"{found[floor, arm].speed / found[name, arm].speed:.2f}x"

    def peak(name: str) -> str:
        return f"{found[name, 'as it is'].peak_bytes / size_bytes:.2f}"

    def faults(name: str, arm: str = "as it is") -> str:
        return f"{found[name, arm].faults:,.0f}"

    write, read = "write the bytes", "read into a fresh array"
    return [
        "What is lost, in times of the floor's time:",
        "",
        (
            f"- Dumps, against writing the bytes: pickle 5 {times('pickle 5 dump', write)} (it "
            f"holds {peak('pickle 5 dump')} of the buffer beside it), pickle 4 "
            f"{times('pickle 4 dump', write)} ({peak('pickle 4 dump')}), joblib "
            f"{times('joblib dump', write)} ({peak('joblib dump')})."
        ),
        (
            f"- Loads, against reading into a fresh array: as bytes {times('read as bytes', read)}"
            f", pickle 5 {times('pickle 5 load', read)} (peak {peak('pickle 5 load')} of the "
            f"buffer), pickle 4 {times('pickle 4 load', read)} ({peak('pickle 4 load')}), joblib "
            f"{times('joblib load', read)} ({peak('joblib load')}), mapped and summed "
            f"{times('joblib mapped load, and sum', read)}."
        ),
        (
            f"- Page faults of a load: pickle 5 {faults('pickle 5 load')}, joblib "
            f"{faults('joblib load')}; with no huge pages {faults('pickle 5 load', NO_HUGE_PAGES)} "
            f"and {faults('joblib load', NO_HUGE_PAGES)}. NumPy asks for huge pages for its own "
            "large arrays; nobody does for a bytes or a bytearray, which pickle fills."
        ),
        (
            "- Fresh memory costs a copy "
            f"{times('copy to fresh memory', 'copy to warm memory')} with huge pages as they are "
            f"and {times('copy to fresh memory', 'copy to warm memory', NO_HUGE_PAGES)} with none."
        ),
    ]


if __name__ == "__main__":
    main()
