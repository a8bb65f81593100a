"""A child that makes mutants of good files, inspects each, and lets loaders of all kinds at it.

``python -m tests.inspecting.hostile.mutants SCRATCH FIRST COUNT`` prints one line of JSON.
"""

import json
import os
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import joblib

from savebench.errors import SavebenchError
from savebench.inspecting.file import inspect_file
from savebench.inspecting.found import Inspection
from savebench.inspecting.pickles.session import loaded_as, printable
from tests.inspecting.hostile import good
from tests.inspecting.hostile.asking import asked_for
from tests.inspecting.hostile.mutating import Mutant, mutant
from tests.inspecting.hostile.watching import FORBIDDEN

WAYS = ("pickle-p0", "pickle-p1", "pickle-p2", "pickle-p4", "pickle-p5", "cloudpickle", "dill",
        "joblib", "joblib-p2", "joblib-p5", "joblib+zlib", "joblib+lz4")  # fmt: skip
SPACE_BYTES = 6 * 2**30
LOAD_S = 5


@dataclass
class Tally:
    """What came of all mutants."""

    outcomes: Counter[str] = field(default_factory=Counter)
    escaped: list[str] = field(default_factory=list)
    """Errors that are not savebench's, by seed."""
    missed: list[str] = field(default_factory=list)
    """Names that a loader asked for, and the inspection of a file not damaged did not list."""
    ran: list[str] = field(default_factory=list)
    """What loading a trusted mutant did that no loading may."""
    loaded: int = 0
    crashed: int = 0
    """Loads of trusted mutants that ended by a signal: native code on a hostile state."""
    slowest_s: float = 0.0
    peak_bytes: int = 0


def tally(scratch: Path, first: int, count: int) -> Tally:
    """Make and judge mutants by their seeds."""
    files = [path.read_bytes() for _, way, path in good.files(scratch) if way in WAYS]
    found, path = Tally(), scratch / "mutant"
    for seed in range(first, first + count):
        made = mutant(seed, files)
        path.write_bytes(made.data)
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        began = time.process_time()
        inspection = _inspected(path, seed, found)
        found.slowest_s = max(found.slowest_s, time.process_time() - began)
        found.peak_bytes = max(found.peak_bytes, _peak_bytes())
        if inspection is not None and not inspection.damage:
            _judge(inspection, made, seed, found)
        if inspection is not None and inspection.trusted:
            _load(path, seed, found)
    return found


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _inspected(path: Path, seed: int, found: Tally) -> Inspection | None:
    try:
        inspection = inspect_file(path)
    except SavebenchError:
        found.outcomes["no model"] += 1
        return None
    except BaseException as error:  # noqa: BLE001 - none may come through, whatever it is
        found.escaped.append(f"seed {seed}: {error!r}")
        return None
    trusted = "trusted" if inspection.trusted else "refused"
    found.outcomes["damaged" if inspection.damage else trusted] += 1
    return inspection


def _judge(inspection: Inspection, made: Mutant, seed: int, found: Tally) -> None:
    """Hold the names that loaders ask for against those that were listed."""
    if inspection.container not in {"pickle", "joblib"}:
        return
    listed = {each.name for each in inspection.globals}
    listed |= {".".join(loaded_as(*each.rsplit(".", 1))) for each in listed if "." in each}
    resource.setrlimit(resource.RLIMIT_AS, (SPACE_BYTES, resource.RLIM_INFINITY))
    asked = asked_for(made.unpacked)
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    for module, name in asked:
        if printable(f"{module}.{name}") not in listed:
            found.missed.append(f"seed {seed}: {module}.{name} ({inspection.trusted=})")


def _load(path: Path, seed: int, found: Tally) -> None:
    """Load a trusted mutant for real, in a fork that tells what it did."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _loaded(path, writer)
    os.close(writer)
    with os.fdopen(reader) as told:
        found.ran += [f"seed {seed}: {line.rstrip()}" for line in told]
    _, status = os.waitpid(child, 0)
    found.loaded += 1
    found.crashed += os.WIFSIGNALED(status)


def _loaded(path: Path, writer: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (LOAD_S, LOAD_S))
    resource.setrlimit(resource.RLIMIT_AS, (SPACE_BYTES, SPACE_BYTES))
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_NEVER):
            os.write(writer, f"{event} {arguments!r:.200}\n".encode())

    sys.addaudithook(note)
    try:
        joblib.load(path)
    except BaseException as error:  # noqa: BLE001 - whatever such a file raises
        del error
    os._exit(0)


_NEVER = tuple(
    event for event in FORBIDDEN if event not in {"exec", "marshal.", "pickle.find_class"}
)
"""Importing a listed module executes it, and loading finds classes."""


def _seeds() -> Iterator[int]:
    yield from (int(each) for each in sys.argv[2:4])


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    first, count = _seeds()
    sys.stdout.write(json.dumps(vars(tally(Path(sys.argv[1]), first, count))) + "\n")
