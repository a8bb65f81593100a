"""The launcher that counts: a zygote under valgrind's callgrind, which forks a child a trial.

Nothing is ever timed under it: everything takes about eighty times as long. What would make two
counts of the same work differ is taken away: addresses are not random where that is allowed, the
hash seed is the same in every round, there is one thread and one heap, and the garbage collector
begins from nothing (`savebench.system.counter`). ``python -m bench.counts`` shows what each of them
is worth. Valgrind shows programs a processor of its own (of a few, by whether the real one has
SSE4.2, AVX and AVX2), so what glibc, NumPy and OpenBLAS pick by processor hangs on that alone.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from savebench.launch.child import Child
from savebench.launch.messages import Task
from savebench.launch.surroundings import Surroundings
from savebench.launch.zygote import ZygoteLauncher
from savebench.system.counter import FOLDER, OUT_NAME, can_request

COUNTING = "counting"
_SLOWER = 10.0
"""How many times as long as elsewhere imports may take; they are not counted."""
_PINNED: Mapping[str, str] = {"MALLOC_ARENA_MAX": "1"}


def why_no_counting() -> str:
    """Return what this machine lacks to count instructions, and the command that mends it."""
    if not can_request():
        return "counting instructions needs Linux on x86-64 or arm64"
    if shutil.which("valgrind") is None:
        return "counting instructions needs valgrind: apt install valgrind (or dnf, pacman, zypper)"
    return ""


@dataclass(slots=True)
class CountingLauncher:
    """Forks a process a trial from one zygote under callgrind; rounds are alike."""

    surroundings: Surroundings
    modules: tuple[str, ...] = ()
    name: str = COUNTING
    hash_seed: int = 0
    """Of every round."""
    also: Mapping[str, str] = field(default_factory=dict)
    """Environment variables besides, or instead: `bench.counts` shows what each is worth."""
    random_addresses: bool = False
    """Whether to leave addresses random: for the same study."""
    _zygotes: ZygoteLauncher | None = field(default=None)
    _folder: str = field(default="")

    def begin_round(self, hash_seed: int, next_hash_seed: int | None = None) -> None:
        """Go on as before: another hash seed would be another count."""

    def warm(self) -> None:
        """Start the zygote, and do not wait for its imports."""
        self._running().warm()

    def make_ready(self, modules: tuple[str, ...]) -> None:
        """Have a zygote that has imported these modules."""
        self._running().make_ready(modules)

    def start(self, task: Task) -> Child:
        """Fork a process and send it its task."""
        return self._running().start(task)

    def close(self) -> None:
        """Let the zygote go, and remove what callgrind wrote."""
        if self._zygotes is not None:
            self._zygotes.close()
            self._zygotes = None
            shutil.rmtree(self._folder, ignore_errors=True)

    def _running(self) -> ZygoteLauncher:
        if self._zygotes is None:
            self._folder = tempfile.mkdtemp(prefix="savebench-counts-")
            self._zygotes = ZygoteLauncher(
                self.surroundings,
                self.modules,
                under=(
                    *(() if self.random_addresses else _without_random_addresses()),
                    *_command(Path(self._folder)),
                ),
                also={**_PINNED, **self.also, FOLDER: self._folder},
                slower=_SLOWER,
            )
            self._zygotes.begin_round(self.hash_seed)
        return self._zygotes


def _command(folder: Path) -> tuple[str, ...]:
    """Return what comes before the interpreter on the command line."""
    return (
        "valgrind",
        "--tool=callgrind",
        "--quiet",
        "--instr-atstart=no",
        "--dump-line=no",
        "--compress-strings=no",
        "--compress-pos=no",
        f"--callgrind-out-file={folder / OUT_NAME}.%p",
    )


def _without_random_addresses() -> tuple[str, ...]:
    """Return ``setarch -R`` where that may be had: some containers forbid it."""
    setarch = shutil.which("setarch")
    if setarch is None:
        return ()
    command = (setarch, os.uname().machine, "-R")
    allowed = subprocess.run([*command, "true"], capture_output=True, check=False)
    return command if allowed.returncode == 0 else ()
