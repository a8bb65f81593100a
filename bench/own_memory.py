"""What the harness itself holds in memory while it measures: ``python -m bench.own_memory``.

A serializer needs the model in memory, and the harness should need little beside it. For each of
some serializers a bare process does what the trials do (receive the model and dump it; load it and
have it answer), and then ``savebench run`` measures the same case. Of both the proportional set
sizes of the whole tree of processes are added up several times a second: the two peaks are set side
by side, with who held what at the harness' peak. Workers are left out: four of them hold four
models by design. Prints the table, and with ``--out`` writes it as ``README.md`` into that folder.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

import psutil

from savebench.catalogue.providers import Catalogue, load_catalogue
from savebench.catalogue.selection import select
from savebench.catalogue.suites import SUITES
from savebench.measuring.ready import build_subjects
from savebench.measuring.site import here
from savebench.subjects.subject import Subject
from savebench.system.memory import kilobytes
from savebench.units import aligned_ratio, human_bytes

SERIALIZERS = ("pickle", "joblib", "joblib-mmap", "pickle-oob")
MOST = 1.05
"""What the harness' peak may be, in times of the bare process's."""
_EVERY_S = 0.05
_SEED = 0

_BARE = """
import pickle, sys
from pathlib import Path
from savebench.catalogue.providers import load_row
from savebench.catalogue.rows import Serializer
what, provider, name, folder, artifact, method = sys.argv[1:]
row = load_row(provider, name, Serializer)
if what == "dump":
    with (Path(folder) / "model.pickle").open("rb") as file:
        model = pickle.load(file)
    row.dump(model, Path(artifact))
else:
    with (Path(folder) / "probe.pickle").open("rb") as file:
        probe = pickle.load(file)
    model = row.load(Path(artifact))
    getattr(model, method)(probe)
"""


@dataclass(frozen=True, slots=True)
class Peak:
    """The most that a tree of processes held at one moment, in bytes (proportional set sizes)."""

    total_bytes: int
    processes_bytes: tuple[int, ...]
    """Of each of its processes, the largest first."""


def main() -> None:
    """Measure, print, and write where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="knn-brute@1GB")
    parser.add_argument("-s", "--serializer", action="append", help="Just these.")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    text = "\n".join(report(asked.model, asked.serializer or SERIALIZERS))
    print(text)
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        (asked.out / "README.md").write_text(text + "\n", encoding="utf-8")


def report(model: str, serializers: Sequence[str]) -> list[str]:
    """Return the lines of the table for a sized workload."""
    catalogue = load_catalogue()
    lines = [
        f"# What the harness holds beside a model: {model}",
        "",
        "Made by `python -m bench.own_memory`. Proportional set sizes, summed over all processes",
        f"of the tree every {_EVERY_S:g} s; the peak of each. The bare process imports, receives",
        "the model and dumps it, or loads it and has it answer, without a harness.",
        "",
        "| serializer | bare process | harness and all | ratio | largest process then | others |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    with tempfile.TemporaryDirectory(prefix="savebench-own-memory-", dir=Path.cwd()) as name:
        folder = Path(name)
        subject = _subject(catalogue, model, folder)
        for serializer in serializers:
            bare = _bare_peak(catalogue, serializer, subject, folder / f"bare-{serializer}")
            whole = _harness_peak(model, serializer, folder / f"run-{serializer}")
            ratio = whole.total_bytes / bare.total_bytes
            others = sum(whole.processes_bytes[1:])
            lines.append(
                f"| {serializer} | {human_bytes(bare.total_bytes)} | "
                f"{human_bytes(whole.total_bytes)} | {aligned_ratio(ratio)} | "
                f"{human_bytes(whole.processes_bytes[0])} | {human_bytes(others)} |"
            )
    return [*lines, "", f"The aim: {MOST}x at most, of a model of 4 GB."]


def _subject(catalogue: Catalogue, model: str, work: Path) -> Subject:
    selection = select(catalogue, SUITES["full"], [model], ["pickle"])
    return build_subjects(here(work), selection, _SEED)[model]


def _bare_peak(catalogue: Catalogue, serializer: str, subject: Subject, artifact: Path) -> Peak:
    provider = catalogue.serializers[serializer].provider
    rest = [provider, serializer, str(subject.folder), str(artifact), subject.method]
    peaks = [
        peak_of([sys.executable, "-c", _BARE, what, *rest], artifact.parent)
        for what in ("dump", "load")
    ]
    artifact.unlink()
    return max(peaks, key=lambda peak: peak.total_bytes)


def _harness_peak(model: str, serializer: str, out: Path) -> Peak:
    asked = ["--suite", "quick", "-w", model, "-s", serializer, "--rounds", "1", "--out", str(out)]
    command = [sys.executable, "-m", "savebench", "run", *asked, "--timeout", "10min"]
    return peak_of(command, out.parent)


def peak_of(command: Sequence[str], folder: Path) -> Peak:
    """Run a command, and return the most that it and all it started held at one moment.

    Raises
    ------
    RuntimeError
        When it did not end well.
    """
    with (folder / "printed").open("w+b") as printed:
        process = subprocess.Popen(command, stdout=printed, stderr=printed)
        best = Peak(0, (0,))
        while process.poll() is None:
            started = monotonic()
            now = _tree(process.pid)
            if sum(now) > best.total_bytes:
                best = Peak(sum(now), tuple(sorted(now, reverse=True)))
            sleep(max(0.0, _EVERY_S - (monotonic() - started)))
        if process.returncode:
            printed.seek(0)
            said = printed.read().decode(errors="replace")
            raise RuntimeError(
                f"{' '.join(command[:6])} ... ended with {process.returncode}: {said}"
            )
    return best


def _tree(pid: int) -> list[int]:
    """Return the proportional set size of a process and of each that descends from it."""
    try:
        family = [pid, *(each.pid for each in psutil.Process(pid).children(recursive=True))]
    except psutil.NoSuchProcess:
        return []
    return [size for each in family if (size := _pss_bytes(each))]


def _pss_bytes(pid: int) -> int:
    try:
        return kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss")
    except OSError:  # it has ended
        return 0


if __name__ == "__main__":
    main()
