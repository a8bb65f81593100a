"""Advise on one model: take it in, survey the ways to save it, and answer for a person's needs."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any, Protocol

import msgspec

from savebench.advising.asked import (
    TIMEOUT_S,
    Asked,
    decisive_kinds,
    entries_of,
    readers_lack,
    rows_at_once,
    settings_for,
    site_of,
    versions_here,
)
from savebench.catalogue.rows import Entry, Serializer
from savebench.errors import Interrupted, SavebenchError, UsageError
from savebench.launch.errands import conduct_now
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer as Found
from savebench.launch.messages import Source, Task
from savebench.machine.findings import Probes, look_around, notes_of
from savebench.measuring.folders import remove_work, work_folder
from savebench.measuring.header import header_of_one
from savebench.measuring.plan import hash_seed
from savebench.measuring.rounds import Observer, SilentObserver
from savebench.measuring.site import Site
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
from savebench.summary.advice.contest import contest_of
from savebench.summary.advice.dropping import drops_of
from savebench.summary.advice.measured import candidates_of
from savebench.system import landlock
from savebench.trial.confining import BY_PYTHON
from savebench.trial.probing import NoProbe, make_probe, method_for
from savebench.trial.state import STATE
from savebench.units import human_bytes, human_duration

FILE_NAME = "advice.json"
"""In the folder, beside the records: what ``--json`` prints."""
_SEED = 0


_WORTH_TELLING_S = 5.0
_FIRST_ANSWER = 3.0
"""How many times as long as taking a model in its first answer takes: it is loaded, written and
loaded again, and then so for each of three rows."""


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
            # One round takes the model in, the next looks at it and measures: two hash seeds, and
            # what both import is imported side by side.
            launcher.begin_round(hash_seed(_SEED, 0), hash_seed(_SEED, 1))
            launcher.warm()

            def first_load(task: Task) -> Found:
                return conduct_now({"model": task}, launcher, TIMEOUT_S)["model"]

            def first_look(task: Task) -> Found:
                launcher.begin_round(hash_seed(_SEED, 1))
                return conduct_now({"model": task}, launcher, TIMEOUT_S)["model"]

            adoption = Adoption(
                launcher=site.launcher(),
                folder=Path(folder).resolve() / "model",
                scratch=Path(folder).resolve(),
                carriers=carriers_of(self.entries.values()),
                memory_limit_bytes=settings.memory_limit_bytes,
                modules=self.asked.modules,
                is_confined=self.asked.is_confined,
                first_load=first_load,
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
        taken_in_s = monotonic() - self.started_s
        if taken_in_s > _WORTH_TELLING_S:
            self.watcher.warn(
                f"taking in {human_bytes(subject.size_bytes)} took "
                f"{human_duration(round(taken_in_s))}; a first answer will be there after about "
                f"{human_duration(round(_FIRST_ANSWER * taken_in_s))}"
            )
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
            undecided=self._undecided,
            first=decisive_kinds(self.asked.needs),
            at_once=rows_at_once(self.asked.needs),
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
        if self.asked.is_confined and not landlock.version():
            cautions.append(f"the processes that loaded the file were confined {BY_PYTHON}")
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
            versions=versions_here(),
            cautions=tuple(cautions),
        )

    def _dropped(self, records: Sequence[Record]) -> Mapping[str, str]:
        candidates = candidates_of(self.entries, records)
        return drops_of(candidates, self.asked.needs, versions_here())

    def _undecided(self, records: Sequence[Record]) -> tuple[frozenset[str], tuple[str, ...]]:
        candidates = candidates_of(self.entries, records)
        contest = contest_of(candidates, self.asked.needs, versions_here())
        return contest.serializers, contest.kinds

    def _answer(self) -> Answer:
        if self.facts is None:
            raise AssertionError("an answer needs a model")
        candidates = candidates_of(self.entries, self.records)
        dropped = drops_of(candidates, self.asked.needs, versions_here())
        listed = [replace(each, dropped=dropped.get(each.serializer, "")) for each in candidates]
        facts = replace(self.facts, measured_s=monotonic() - self.started_s)
        return advise(listed, self.asked.needs, facts)

    def _tell(self) -> None:
        self.watcher.answered(self._answer(), monotonic() - self.started_s)


def _case_name(source: str) -> str:
    name = Path(source).name.replace("@", "_")
    return "".join(char if char.isprintable() else "_" for char in name) or "model"
