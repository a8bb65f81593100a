"""How fresh processes come to be: one protocol, and one table of the ways.

To add a way, write a launcher in a file of its own and add a row to `WAYS`, or to `COUNTERS` where
its processes are too slow to be timed; nothing else asks what a machine can do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from savebench.errors import UsageError
from savebench.launch.child import Child
from savebench.launch.counting import COUNTING, CountingLauncher, why_no_counting
from savebench.launch.messages import Task
from savebench.launch.spawn import SpawnLauncher
from savebench.launch.surroundings import Surroundings
from savebench.launch.zygote import ZygoteLauncher, why_no_zygote


class Launcher(Protocol):
    """Starts fresh processes, a trial each; those of a round share a hash seed."""

    name: str

    def begin_round(self, hash_seed: int, next_hash_seed: int | None = None) -> None:
        """Give the processes to come another hash seed; another round with the next may follow."""

    def warm(self) -> None:
        """Begin what a round needs, while nothing is measured yet; do not wait for it."""

    def make_ready(self, modules: tuple[str, ...]) -> None:
        """Do what is done once a round for all trials that need these modules."""

    def start(self, task: Task) -> Child:
        """Start a process and send it its task."""

    def close(self) -> None:
        """Leave nothing behind that outlives a trial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way in which processes come to be."""

    make: Callable[[Surroundings, tuple[str, ...]], Launcher]
    """``(surroundings, modules)`` -> a launcher whose processes may share these imports."""
    why_not: Callable[[], str] = lambda: ""
    """Returns what this machine lacks for it, or ``""``."""


SPAWN = "spawn"
WAYS: Mapping[str, Way] = {
    "zygote": Way(make=ZygoteLauncher, why_not=why_no_zygote),
    SPAWN: Way(make=lambda surroundings, _: SpawnLauncher(surroundings)),
}
"""By name, the quickest first. The last can be had everywhere, and is the reference."""
COUNTERS: Mapping[str, Way] = {COUNTING: Way(make=CountingLauncher, why_not=why_no_counting)}
"""By name, the ways in which nothing is timed: they serve counted trials, and are never chosen."""


def available() -> list[str]:
    """Return the names of the ways that this machine allows, the quickest first."""
    return [name for name, way in WAYS.items() if not way.why_not()]


def make_launcher(name: str, surroundings: Surroundings, modules: tuple[str, ...] = ()) -> Launcher:
    """Return the launcher of that name.

    Parameters
    ----------
    name
        A key of `WAYS` or `COUNTERS`.
    surroundings
        What all of its processes share.
    modules
        What all of its processes are to have imported, as far as they share it.
    """
    return {**WAYS, **COUNTERS}[name].make(surroundings, modules)


def choose(asked: str | None = None) -> tuple[str, str]:
    """Return the name of the way to use, and why it is not the one asked for or the quickest.

    Raises
    ------
    UsageError
        When there is no way of the name asked for.
    """
    if asked is not None and asked not in WAYS:
        raise UsageError(f"there is no launcher {asked!r}; choose one of {', '.join(WAYS)}")
    lacking = ""
    for name in [*filter(None, [asked]), *WAYS]:
        reason = WAYS[name].why_not()
        if not reason:
            return name, f"{lacking}; using {name}: right, but slower" if lacking else ""
        lacking = lacking or reason
    raise AssertionError("the reference can be had everywhere")
