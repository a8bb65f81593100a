"""Room for a run, on disks and in memory: estimated beforehand, and said or refused.

A model of gigabytes is not to be built for an hour before a disk is full or the kernel kills.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from savebench.catalogue.selection import Selection
from savebench.errors import UsageError
from savebench.machine.findings import free_bytes
from savebench.measuring.bench import is_bulky
from savebench.records.schema import Case
from savebench.subjects.cache import VARIABLE
from savebench.system.available import available_bytes
from savebench.units import human_bytes, parse_size

_SAID_FROM_BYTES = 10**9
_AT_ONCE = 3
"""Copies of a bulky artifact that lie on the disk together: the one that is loaded, one that a dump
is writing, and one of the trial before, whose process is being seen off."""
_COPIES: Mapping[str, float] = {
    "pickle-p4": 2,
    "pickle-p2": 6,
    "pickle+gzip6": 3,
    "pickle+isal1": 2,
    "pickle+lz4": 3,
    "pickle+zstd3-mt": 3,
    "pickle+blosc2": 3,
    "safetensors": 2,
    "skops": 3,
    "skops+deflate": 5,
    "onnx": 9,
}
"""The model, and what a dump or a load holds beside it at its peak, in sizes of the model: of
`results/standard`, knn-brute@16MB. Rows that are not named hold the model alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """How disks and memory are looked at; a test puts its own here."""

    free_bytes: Callable[[Path], int] = free_bytes
    """Of the disk that holds a folder."""
    memory_bytes: Callable[[], int] = available_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a run will lay down in a folder at most, at one moment."""

    folder: Path
    size_bytes: int
    move: str
    """What a person does to have it lie elsewhere."""


def needs_of(selection: Selection, work: Path, cache: Path, built: Iterable[str]) -> list[Need]:
    """Return what the run will need on disks.

    Sizes are those of the names: compressed artifacts are smaller, but that is not known yet. The
    artifacts of bulky models are deleted when a round is done with them.

    Parameters
    ----------
    work, cache
        The folders of artifacts and of models.
    built
        The models that lie in the cache already, by name.
    """
    cases = [case for case in selection.cases if case not in selection.unavailable]
    sizes = [parse_size(case.size) for case in cases]
    kept_bytes = sum(size for size in sizes if not is_bulky(size))
    passing_bytes = _AT_ONCE * max((size for size in sizes if is_bulky(size)), default=0)
    done = frozenset(built)
    models = {case.model: parse_size(case.size) for case in cases if case.model not in done}
    return [
        Need(folder=work, size_bytes=kept_bytes + passing_bytes, move="--storage"),
        Need(folder=cache, size_bytes=sum(models.values()), move=VARIABLE),
    ]


def make_sure_of_disks(needs: Iterable[Need], room: Room, say: Callable[[str], None]) -> None:
    """Say what a run needs on each disk where that is more than 1 GB.

    Raises
    ------
    UsageError
        When it does not fit.
    """
    by_disk: dict[int, list[Need]] = {}
    for need in needs:
        by_disk.setdefault(_disk_of(need.folder), []).append(need)
    for together in by_disk.values():
        total_bytes = sum(need.size_bytes for need in together)
        most = max(together, key=lambda need: need.size_bytes)
        left_bytes = room.free_bytes(_existing(most.folder))
        figures = f"about {human_bytes(total_bytes)} in {most.folder}, {human_bytes(left_bytes)}"
        if total_bytes > left_bytes:
            raise UsageError(
                f"this run needs {figures} are free there; make room, name a folder on another "
                f"disk with {most.move}, or measure less with -w and -s"
            )
        if total_bytes > _SAID_FROM_BYTES:
            say(f"needs {figures} free")


def too_large_for_memory(
    cases: Iterable[Case], room: Room, limit_bytes: int | None
) -> dict[Case, str]:
    """Return the cases whose trials cannot hold what they must hold at once, and why.

    Parameters
    ----------
    limit_bytes
        What the process of a trial may take; None: no limit.
    """
    memory_bytes = room.memory_bytes()
    most_bytes = memory_bytes if limit_bytes is None else min(memory_bytes, limit_bytes)
    have = f"{human_bytes(most_bytes)} are available: free some, or measure a smaller size"
    if most_bytes == limit_bytes:
        have = f"a trial may take {human_bytes(most_bytes)}: see --memory-limit"
    found: dict[Case, str] = {}
    for case in cases:
        needed_bytes = _COPIES.get(case.serializer, 1) * parse_size(case.size)
        if needed_bytes > most_bytes:
            found[case] = f"not tried: it holds {human_bytes(needed_bytes)} at once, and {have}"
    return found


def _disk_of(folder: Path) -> int:
    return _existing(folder).stat().st_dev


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest above that is there already."""
    return next((each for each in (folder, *folder.parents) if each.exists()), Path(os.sep))
