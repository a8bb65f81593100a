"""A site: one interpreter on one machine, ready to measure.

What its processes find around them, where they work, which versions they have, where its models are
kept. `run` measures at one, `ab` at two in step; what a test hands over is checked at one that is
as production is. Whoever needs a process asks a site for a launcher.
"""

import platform
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from savebench.catalogue.rows import Serializer, Workload, installed_version
from savebench.catalogue.selection import Selection
from savebench.launch.launchers import SPAWN, Launcher, make_launcher
from savebench.launch.surroundings import Surroundings
from savebench.machine.fingerprint import ALWAYS, environment_of
from savebench.measuring.folders import artifact_in
from savebench.records.schema import Case, Environment
from savebench.subjects.cache import ModelCache


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """An interpreter on a machine."""

    side: str = ""
    """Of a comparison: ``base`` or ``head``."""
    label: str = ""
    """As the person named it."""
    surroundings: Surroundings
    python: str
    """``CPython 3.11.7``"""
    version: Callable[[str], str | None] = installed_version
    """Returns which version of a distribution is installed there, None where it is not."""
    also: Mapping[str, str] = field(default_factory=dict)
    """Versions of what is no distribution, but decides sizes."""
    work: Path
    """For artifacts and scratch, on the storage under measurement."""
    cache: ModelCache
    """Of models that its own libraries fitted."""

    def launcher(self, way: str = SPAWN, modules: tuple[str, ...] = ()) -> Launcher:
        """Return what starts its processes; they may share the imports of these modules."""
        return make_launcher(way, self.surroundings, modules)

    def artifact_of(self, case: Case) -> Path:
        """Return where a case's artifact lies, once a dump has made it."""
        return artifact_in(self.work / "artifacts", case)

    def environment(self, distributions: Iterable[str]) -> Environment:
        """Return the machine, and the versions of these distributions and of those of every run."""
        versions = {
            name: found
            for name in sorted({*ALWAYS, *distributions})
            # what measures is ours on every site
            if (found := version(name) if name == "savebench" else self.version(name))
        }
        return environment_of(self.python, {**versions, **self.also}, self.work)

    def lacking(self, *rows: Serializer | Workload) -> tuple[str, ...]:
        """Return the distributions that rows require and that are not installed there."""
        return tuple(name for row in rows for name in row.requires if self.version(name) is None)


def here(work: Path, *, threads: int = 1) -> Site:
    """Return the site of this interpreter, with the user's own cache of models."""
    return Site(
        surroundings=Surroundings(threads=threads),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        also={"zlib": zlib.ZLIB_RUNTIME_VERSION},
        work=work,
        cache=ModelCache.default(),
    )


def why_not(site: Site, selection: Selection, case: Case) -> str:
    """Return what a site lacks to measure a case and the command that mends it, or ``""``."""
    rows = (selection.serializers[case.serializer].row, selection.workloads[case.workload].row)
    names = site.lacking(*rows)
    if not names:
        return ""
    executable = site.surroundings.executable
    return f"needs {', '.join(names)}: {executable} -m pip install {' '.join(names)}"
