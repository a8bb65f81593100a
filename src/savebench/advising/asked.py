"""What is asked about one model, and what that takes: rows, kinds of trial, a site, a folder."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import metadata, version
from pathlib import Path

import psutil
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.rows import Entry, Serializer
from savebench.launch.launchers import choose
from savebench.launch.surroundings import Surroundings
from savebench.measuring.site import Site, here
from savebench.records.schema import Settings
from savebench.summary.advice.needs import Needs

TIMEOUT_S = 600.0
_PRECISION = 0.05
_FEWEST_ROUNDS = 6
"""Fewer processes have no 95 % interval (`savebench.stats.median_interval`)."""
_DUMPS = 3
"""Where dumps matter little: enough for a size and a time to think of."""
_MEMORY_ROUNDS = 2
_MEMORY_SHARE = 0.9
_CATALOGUE = (
    "pickle", "pickle-oob", "pickle-oob-mmap", "cloudpickle", "joblib", "joblib-mmap",
    "joblib+zlib3", "joblib+gzip3", "joblib+lz4", "joblib+zstd3", "joblib+xz3",
    "pickle+lz4", "pickle+zstd3", "pickle+gzip6", "skops", "skops+deflate", "onnx",
)  # fmt: skip
"""Rows that are tried: the ways a person would consider. A row that is not installed is left out.
The others are those of `savebench run`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked about one model."""

    needs: Needs
    budget_s: float
    out: Path
    serializers: Sequence[str] = ()
    """Globs; empty: those that a person would consider."""
    source_name: str
    """The file as it was named, or the type of the object."""
    trusted: bool | None = None
    is_confined: bool = False
    """Whether it is a file that the person did not say they trust."""
    modules: tuple[str, ...] = ("numpy",)
    """What loading it is known to import."""
    cautions: tuple[str, ...] = ()


def readers_lack(read_by: Sequence[Requirement]) -> list[str]:
    """Return what cannot be installed where the model is read: a sentence each."""
    found = []
    for there in read_by:
        versions = [Version(each.version.removesuffix(".*")) for each in there.specifier]
        if there.name.lower() != "python" or not versions:
            continue
        for name in ("scikit-learn", "numpy"):
            needed = SpecifierSet(metadata(name)["Requires-Python"] or "")
            newest = Version(f"{'.'.join(map(str, max(versions).release[:2]))}.99")
            if not needed.contains(newest):
                found.append(
                    f"{name} {version(name)}, which writes it, needs Python {needed}: where "
                    f"{there} reads it there is another, and loading by another version is "
                    "supported by nobody; write it there, or export to ONNX"
                )
    return found


def decisive_kinds(needs: Needs) -> tuple[str, ...]:
    """Return the kinds of trial without which there is no answer for these needs."""
    found = ["load-cold"] if needs.cold else []
    if needs.memory_bytes is not None:
        found.append("load-memory")
    if needs.workers is not None:
        found.append("workers")
    return tuple(found)


def rows_at_once(needs: Needs) -> tuple[str, ...]:
    """Return what is tried before all else, so that there is an answer within seconds.

    Plain and mapped; compressed, where the size of the file matters.
    """
    by_size = needs.bandwidth_bytes_per_s is not None or needs.max_size_bytes is not None
    return ("pickle", "joblib-mmap", *(("pickle+zstd3",) if by_size else ()))


def site_of(work: Path) -> Site:
    """Return this interpreter; its processes also import from where the person stands."""
    path = tuple(dict.fromkeys([*filter(None, sys.path), os.getcwd()]))  # noqa: PTH109 - as given
    return replace(here(work), surroundings=Surroundings(path=path, user_site=True))


def entries_of(asked: Asked) -> dict[str, Entry[Serializer]]:
    """Return the rows that are tried, by name: those asked for, or those that are installed."""
    catalogue = load_catalogue()
    names = catalogue.find_serializers(asked.serializers or _CATALOGUE)
    entries = {name: catalogue.serializers[name] for name in names}
    return {
        name: entry
        for name, entry in entries.items()
        if entry.row.kind != "floor" and (asked.serializers or not entry.unavailable())
    }


def settings_for(asked: Asked, warn: Callable[[str], None]) -> Settings:
    """Return how they are measured: what the needs take, and no more."""
    launch, remark = choose()
    if remark:
        warn(remark)
    needs = asked.needs
    kinds: dict[str, int | None] = {
        "dump": None if needs.loads_per_dump is not None else _DUMPS,
        "load": None,
        "load-memory": _MEMORY_ROUNDS,
    }
    if needs.cold:
        kinds["load-cold"] = None
    if needs.workers is not None:
        kinds["workers"] = _MEMORY_ROUNDS
    return Settings(
        suite="advise",
        budget_s=asked.budget_s,
        precision=_PRECISION,
        min_rounds=_FEWEST_ROUNDS,
        max_rounds=None,
        kinds=kinds,
        timeout_s=TIMEOUT_S,
        memory_limit_bytes=_memory_limit(),
        launch=launch,
        threads=1,
        storage=None,
    )


def _memory_limit() -> int | None:
    if sys.platform != "linux":
        return None
    return int(_MEMORY_SHARE * psutil.virtual_memory().total)


def versions_here() -> dict[str, str]:
    """Return the versions of what writes files here: distribution, or ``python`` -> version."""
    names = ("numpy", "joblib", "scikit-learn", "skops", "pandas")
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in names:
        try:
            found[name] = version(name)
        except Exception:  # noqa: BLE001, S112 - not installed
            continue
    return found


def folder_for(named: Path | None) -> Path:
    """Return the folder of a piece of advice: the one that was named, or a new one."""
    if named is not None:
        return named
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return Path("savebench-runs") / f"{stamp}-advise"
