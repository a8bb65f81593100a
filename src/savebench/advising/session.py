"""Advise on one model: take it in, survey the ways to save it, and answer for a person's needs."""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import metadata, version
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import msgspec
import psutil
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.rows import Entry, Serializer
from savebench.errors import Interrupted, SavebenchError, UsageError
from savebench.launch.errands import conduct_now
from savebench.launch.launchers import Launcher, choose
from savebench.launch.messages import Answer as Found
from savebench.launch.messages import Source, Task
from savebench.launch.surroundings import Surroundings
from savebench.machine.findings import Probes, look_around, notes_of
from savebench.measuring.folders import remove_work, work_folder
from savebench.measuring.header import header_of_one
from savebench.measuring.plan import hash_seed
from savebench.measuring.rounds import Observer, SilentObserver
from savebench.measuring.site import Site, here
from savebench.measuring.survey import Survey
from savebench.obstacles.raised import named
from savebench.records.schema import Case, Record, Settings
from savebench.records.store import RunWriter, create
from savebench.subjects.adopted import Adoption, adopt_source, keep_handed
from savebench.subjects.builder import carriers_of
from savebench.subjects.handed import hand_over
from savebench.subjects.subject import Subject
from savebench.summary.advice.answer import Answer, advise
from savebench.summary.advice.candidates import Facts
from savebench.summary.advice.dropping import drops_of
from savebench.summary.advice.measured import candidates_of
from savebench.summary.advice.needs import Needs
from savebench.trial.probing import NoProbe, make_probe, method_for
from savebench.trial.state import STATE
from savebench.units import human_bytes

FILE_NAME = "advice.json"
"""In the folder, beside the records: what ``--json`` prints."""
_SEED = 0
_TIMEOUT_S = 600.0
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


class Watcher(Observer, Protocol):
    """Is told what goes on, so that it can show it."""

    def warn(self, message: str) -> None:
        """Something a person should know, which stops nothing."""

    def answered(self, answer: Answer, spent_s: float) -> None:
        """Take note of a first answer; it is being refined."""

    def interrupted(self) -> None:
        """Take note that the answer comes from what was measured until Ctrl-C."""


class Silent(SilentObserver):
    """Watches and shows nothing."""

    def warn(self, message: str) -> None:
        """Show nothing."""

    def answered(self, answer: Answer, spent_s: float) -> None:
        """Show nothing."""

    def interrupted(self) -> None:
        """Show nothing."""


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


def advise_source(source: Source, asked: Asked, watcher: Watcher) -> Answer:
    """Advise on a file or an attribute; it is loaded in fresh processes only.

    Raises
    ------
    DataError
        When it cannot be loaded, kept or asked.
    Interrupted
        On Ctrl-C before there is an answer; after that the answer so far is returned.
    """

    def take_in(adoption: Adoption) -> tuple[Subject, str]:
        return adopt_source(source, "model", adoption)

    return _Session(asked, watcher).run(take_in)


def advise_object(
    model: Any, probe: Any, method: str | None, asked: Asked, watcher: Watcher
) -> Answer:
    """Advise on an object of this process.

    Raises
    ------
    UsageError, DataError
        When it cannot be asked, or nothing carries it to another process.
    """

    def take_in(adoption: Adoption) -> tuple[Subject, str]:
        try:
            name, question, probed = _question(model, probe, method)
            subject, _ = hand_over(model, question, name, adoption.folder)
        except SavebenchError:
            raise
        except Exception as error:
            raise UsageError(
                f"the model cannot be asked: {named(error)}; hand over a fitted model, and an "
                "input X that it takes"
            ) from error
        return keep_handed(subject, model, adoption), probed

    return _Session(asked, watcher).run(take_in)


def _question(model: Any, probe: Any, method: str | None) -> tuple[str, Any, str]:
    try:
        name = method_for(model, method or "")
        if probe is not None:
            return name, probe, "given"
        question = make_probe(model)
        getattr(model, name)(question)
    except NoProbe as error:
        return STATE, None, str(error)
    except Exception as error:
        if probe is not None or method:
            raise
        return STATE, None, f"a made-up input was refused ({type(error).__name__}: {error})"
    return name, question, "made up from what the model says of its columns"


TakeIn = Callable[[Adoption], tuple[Subject, str]]


@dataclass(slots=True)
class _Session:
    """One piece of advice, from the model to the answer."""

    asked: Asked
    watcher: Watcher
    started_s: float = field(default_factory=monotonic)
    entries: Mapping[str, Entry[Serializer]] = field(default_factory=dict)
    records: list[Record] = field(default_factory=list)
    facts: Facts | None = None

    def run(self, take_in: TakeIn) -> Answer:
        """Take the model in, survey, and answer; what was measured is kept in the folder."""
        asked = self.asked
        with create(asked.out) as writer:
            work = work_folder(None, asked.out)
            try:
                self._measure_all(take_in, writer, work)
            except KeyboardInterrupt:
                if not self.records:
                    raise Interrupted(
                        "interrupted before anything was measured; ask again with the same command"
                    ) from None
                self.watcher.interrupted()
            finally:
                remove_work(work)
        answer = self._answer()
        (asked.out / FILE_NAME).write_bytes(msgspec.json.encode(answer.as_json()))
        return answer

    def _measure_all(self, take_in: TakeIn, writer: RunWriter, work: Path) -> None:
        site, settings = site_of(work), settings_for(self.asked, self.watcher.warn)
        self.entries = entries_of(self.asked)
        launcher = site.launcher(settings.launch, self.asked.modules)
        with (
            closing(launcher),
            tempfile.TemporaryDirectory(prefix="savebench-advise-") as folder,
        ):
            launcher.begin_round(hash_seed(_SEED, 1), hash_seed(_SEED, 2))
            launcher.warm()  # beside the process that takes the model in

            def first_look(task: Task) -> Found:
                return conduct_now({"model": task}, launcher, _TIMEOUT_S)["model"]

            adoption = Adoption(
                launcher=site.launcher(),
                folder=Path(folder).resolve() / "model",
                scratch=Path(folder).resolve(),
                carriers=carriers_of(self.entries.values()),
                memory_limit_bytes=settings.memory_limit_bytes,
                modules=self.asked.modules,
                is_confined=self.asked.is_confined,
                first_look=first_look,
            )
            subject, probed = take_in(adoption)
            self.facts = self._facts_of(subject, probed)
            self._measure(site, launcher, settings, subject, writer)

    def _measure(
        self,
        site: Site,
        launcher: Launcher,
        settings: Settings,
        subject: Subject,
        writer: RunWriter,
    ) -> None:
        size = human_bytes(subject.size_bytes).replace(" ", "")
        name = _case_name(self.asked.source_name)
        cases = {Case(name, size, row): entry for row, entry in self.entries.items()}
        notes = notes_of(look_around(site.work, Probes()))
        writer.append(header_of_one(site, subject, cases, settings, _SEED, notes))
        Survey(
            site=site,
            launcher=launcher,
            subject=subject,
            cases=cases,
            settings=settings,
            seed=_SEED,
            store=lambda record: self._store(record, writer),
            observer=self.watcher,
            dropped=self._dropped,
            first=_decisive(self.asked.needs),
            first_answer=self._tell,
            started_s=self.started_s,
        ).run()

    def _store(self, record: Record, writer: RunWriter) -> None:
        writer.append(record)
        self.records.append(record)

    def _facts_of(self, subject: Subject, probed: str) -> Facts:
        by_state = subject.method == STATE
        cautions = list(self.asked.cautions)
        cautions += readers_lack(self.asked.needs.read_by)
        varies = str(subject.facts.variation) if subject.facts else ""
        if by_state:
            cautions.append(f"nothing was asked: {probed}")
        elif probed.startswith("made up"):
            cautions.append(f"{subject.method}() was asked with an input {probed}")
        if varies:
            cautions.append(varies)
        return Facts(
            source=self.asked.source_name,
            model_bytes=subject.size_bytes,
            compares="saved state" if by_state else "answers",
            trusted=self.asked.trusted,
            versions=_versions(),
            cautions=tuple(cautions),
        )

    def _dropped(self, records: Sequence[Record]) -> Mapping[str, str]:
        candidates = candidates_of(self.entries, records)
        return drops_of(candidates, self.asked.needs, _versions())

    def _answer(self) -> Answer:
        if self.facts is None:
            raise AssertionError("an answer needs a model")
        candidates = candidates_of(self.entries, self.records)
        dropped = drops_of(candidates, self.asked.needs, _versions())
        listed = [replace(each, dropped=dropped.get(each.serializer, "")) for each in candidates]
        facts = replace(self.facts, measured_s=monotonic() - self.started_s)
        return advise(listed, self.asked.needs, facts)

    def _tell(self) -> None:
        self.watcher.answered(self._answer(), monotonic() - self.started_s)


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


def _decisive(needs: Needs) -> tuple[str, ...]:
    """Return the kinds of trial without which there is no answer for these needs."""
    found = ["load-cold"] if needs.cold else []
    if needs.memory_bytes is not None:
        found.append("load-memory")
    if needs.workers is not None:
        found.append("workers")
    return tuple(found)


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
        timeout_s=_TIMEOUT_S,
        memory_limit_bytes=_memory_limit(),
        launch=launch,
        threads=1,
        storage=None,
    )


def _memory_limit() -> int | None:
    if sys.platform != "linux":
        return None
    return int(_MEMORY_SHARE * psutil.virtual_memory().total)


def _case_name(source: str) -> str:
    name = Path(source).name.replace("@", "_")
    return "".join(char if char.isprintable() else "_" for char in name) or "model"


def _versions() -> dict[str, str]:
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
