"""One run from its models to its last record: build, write the header, run the rounds."""

import errno
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Protocol

from savebench.catalogue.selection import Selection
from savebench.errors import Interrupted, UsageError
from savebench.launch.counting import COUNTING
from savebench.launch.messages import Answer
from savebench.machine.findings import Probes, look_around, notes_of
from savebench.machine.kernels import run_controls
from savebench.machine.noise import noise_of
from savebench.measuring.bench import Spent, record_of
from savebench.measuring.counting import Counting, timed_only
from savebench.measuring.folders import remove_work
from savebench.measuring.foretelling import left_out, too_slow
from savebench.measuring.header import distributions, header_of
from savebench.measuring.plan import COUNTED
from savebench.measuring.ready import bench_at, build_subjects, built_models
from savebench.measuring.room import Room, make_sure_of_disks, needs_of, too_large_for_memory
from savebench.measuring.rounds import Observer, Rounds, SilentObserver
from savebench.measuring.setups import CaseSetup, setups_of, shared_modules
from savebench.measuring.site import Site, here
from savebench.records.schema import (
    KERNELS,
    Case,
    Header,
    Noise,
    Record,
    Run,
    Settings,
    Trial,
    TrialKind,
    of_cases,
)
from savebench.records.store import RunWriter
from savebench.subjects.subject import Subject

_CONTROLS_S = 1.0
"""How long control kernels run before the rounds; a smoke run makes do with the fewest trials."""
_TIMED_SHARE = 0.6
"""Of the rounds' time, where instructions are counted too: counting takes what is left."""
_REPORT_BASE_S = 3.0
_REPORT_PER_CASE_S = 0.03
_REPORT_SHARE = 0.15


class Watcher(Observer, Protocol):
    """Is told what a run does, so that it can show it."""

    def building(self, models: int) -> None:
        """Models are about to be built, or found in the cache."""

    def built(self, name: str) -> None:
        """One is there."""

    def warn(self, message: str) -> None:
        """Something a person should know, which stops nothing."""

    def measured(self, spent: Spent) -> None:
        """Take note of where the time of the rounds went, now that they are over."""

    def reporting(self) -> None:
        """Measuring is over; the report is being written."""


class Silent(SilentObserver):
    """Watches and shows nothing."""

    def building(self, models: int) -> None:
        """Show nothing."""

    def built(self, name: str) -> None:
        """Show nothing."""

    def warn(self, message: str) -> None:
        """Show nothing."""

    def measured(self, spent: Spent) -> None:
        """Show nothing."""

    def reporting(self) -> None:
        """Show nothing."""


@dataclass(slots=True)
class Session:
    """One run from its models to its report."""

    selection: Selection
    settings: Settings
    seed: int
    writer: RunWriter
    work: Path
    watcher: Watcher
    started_s: float
    earlier: Run | None = None
    room: Room = field(default_factory=Room)
    _records: list[Record] = field(default_factory=list)

    def measure(self) -> Run:
        """Build the models, write the header, run the rounds."""
        subjects = self._build()
        header = self._header(subjects)
        self.writer.append(header)
        self._note_unavailable(subjects)
        left_s = None
        if self.settings.budget_s is not None:
            left_s = self.settings.budget_s - (monotonic() - self.started_s)
        return self._run_rounds(header, subjects, left_s)

    def resume(self, budget_s: float | None) -> Run:
        """Go on after the earlier run, within what is left of its budget or a new one."""
        earlier = self.earlier
        if earlier is None:
            raise AssertionError("resume needs an earlier run")
        now = self._site.environment(distributions(self.selection))
        if now.fingerprint != earlier.header.environment.fingerprint:
            raise UsageError(
                f"{self.writer.folder} was measured on another machine or with other versions; "
                "their times do not mix. Start anew with: savebench run --out ANOTHER"
            )
        self._records = list(earlier.records)
        left_s = budget_s
        if left_s is None and self.settings.budget_s is not None:
            spent_s = sum(record.wall_s for record in earlier.records)
            left_s = self.settings.budget_s - spent_s
        subjects = self._build()
        self._note_unavailable(subjects)
        return self._run_rounds(earlier.header, subjects, left_s)

    @property
    def _site(self) -> Site:
        return here(self.work, threads=self.settings.threads)

    def _build(self) -> dict[str, Subject]:
        site = self._site
        self._refuse_what_does_not_fit(site)
        unavailable = self.selection.unavailable
        available = self.selection.narrowed(
            {case for case in self.selection.cases if case not in unavailable}
        )
        self.watcher.building(len({case.model for case in available.cases}))
        try:
            return build_subjects(
                site,
                available,
                self.seed,
                self.settings.memory_limit_bytes,
                self.watcher.built,
                lambda name: self.watcher.warn(f"building {name} ..."),
            )
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted while models were being built; nothing was measured yet, and finished "
                "models are kept. Start again with the same command"
            ) from None

    def _refuse_what_does_not_fit(self, site: Site) -> None:
        """Leave out what does not fit in memory; refuse a run that does not fit on the disks.

        Raises
        ------
        UsageError
            When there is too little room on a disk.
        """
        on_record = {record.case for record in self._records}
        untried = [case for case in self.selection.cases if case not in on_record]
        refused = too_large_for_memory(untried, self.room, self.settings.memory_limit_bytes)
        unavailable = {**refused, **self.selection.unavailable}
        self.selection = replace(self.selection, unavailable=unavailable)
        built = built_models(site, self.selection, self.seed)
        needs = needs_of(self.selection, self.work, site.cache.folder, built)
        make_sure_of_disks(needs, self.room, self.watcher.warn)

    def _header(self, subjects: Mapping[str, Subject]) -> Header:
        """Return the header, with what would make the run noisy among the machine's notes."""
        return header_of(
            self._site,
            self.selection,
            self.settings,
            self.seed,
            subjects,
            noise=self._noise(),
            notes=notes_of(look_around(self.work, Probes())),
        )

    def _noise(self) -> Noise | None:
        """Time control kernels for a moment; where that fails, say so and go on."""
        seconds = 0.0 if self.settings.suite == "smoke" else _CONTROLS_S
        launcher = self._site.launcher()
        found = run_controls(launcher, self.work, seconds=seconds)
        if found.trouble:
            self.watcher.warn(f"the noise of this machine is not known: {found.trouble}")
        return noise_of(found.times)

    def _control(self, trial: Trial) -> Record | None:
        """Do a control trial, always in an interpreter of its own; None where it fails."""
        launcher = self._site.launcher()
        begun_s, begun_at = monotonic(), datetime.now(UTC)
        found = run_controls(launcher, self.work, seconds=0.0, fewest=1)
        if found.trouble:
            return None
        answer = Answer(outcome="ok", facts={KERNELS: found.times[0]})
        return record_of(trial, answer, launcher.name, begun_at, monotonic() - begun_s)

    def _note_unavailable(self, subjects: Mapping[str, Subject]) -> None:
        """Store a record for each case that cannot be measured: not installed, or not built."""
        on_record = {record.case for record in self._records}
        for case in self.selection.cases:
            if case in on_record:
                continue
            reason = self.selection.unavailable.get(case)
            failure = None if reason else subjects[case.model].failure
            if reason:
                self._store_untried(case, "dump", Answer(outcome="skipped", reason=reason))
            elif failure:
                told = Answer(outcome=failure.outcome, reason=subjects[case.model].reason)
                self._store_untried(case, "build", told)

    def _store_untried(self, case: Case, kind: TrialKind, answer: Answer) -> None:
        trial = Trial(case, kind, 0)
        self._store(record_of(trial, answer, self.settings.launch, datetime.now(UTC), 0.0))

    def _store(self, record: Record) -> None:
        self.writer.append(record)
        self._records.append(record)

    def _run_rounds(
        self, header: Header, subjects: Mapping[str, Subject], left_s: float | None
    ) -> Run:
        setups = setups_of(self.selection, subjects)
        rounds_s = None if left_s is None else left_s - report_s(left_s, len(setups))
        timed_s = rounds_s if rounds_s is None or not self._counts else _TIMED_SHARE * rounds_s
        started_s = monotonic()
        try:
            setups = self._without_slow(setups, rounds_s)
            if timed_s is not None:
                timed_s -= monotonic() - started_s
            bench = bench_at(self._site, setups, timed_only(self.settings), self.seed)
            with closing(bench.launcher):
                rounds = Rounds(
                    bench,
                    self._store,
                    self.watcher,
                    timed_s,
                    control=self._control,
                    is_thrifty=True,
                )
                rounds.run(self._records)
                self.watcher.measured(bench.spent)
            if self._counts:
                counted_s = None if rounds_s is None else rounds_s - (monotonic() - started_s)
                self._count(setups, counted_s)
        except KeyboardInterrupt:
            raise Interrupted(
                f"interrupted; the {len(of_cases(self._records))} records so far are kept. "
                f"Resume with: savebench run --resume {self.writer.folder}"
            ) from None
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise UsageError(
                f"{self.work}: no space is left there; the {len(of_cases(self._records))} records "
                f"so far are kept. Make room, then: savebench run --resume {self.writer.folder}"
            ) from error
        remove_work(self.work)
        return Run(header, self._records)

    @property
    def _counts(self) -> bool:
        """Whether instructions are counted, beside what is timed."""
        return any(kind in COUNTED for kind in self.settings.kinds)

    def _count(self, setups: Mapping[Case, CaseSetup], left_s: float | None) -> None:
        """Count the cases whose times are on record, in interpreters under valgrind."""
        site = self._site
        launcher = site.launcher(COUNTING, shared_modules(setups.values()))
        settings = timed_only(self.settings)
        with closing(launcher), closing(site.launcher()) as spawn:
            bench = bench_at(site, setups, settings, self.seed, launcher=launcher)
            timed = bench_at(site, setups, settings, self.seed, launcher=spawn)
            Counting(bench, timed, self._store, self.watcher, left_s).run(self._records)

    def _without_slow(
        self, setups: dict[Case, CaseSetup], budget_s: float | None
    ) -> dict[Case, CaseSetup]:
        """Return the cases without those that would take too much of a budget; say why of each."""
        out = left_out(self._records)
        if budget_s is not None:
            on_record = {record.case for record in self._records}
            untried = {case: setup for case, setup in setups.items() if case not in on_record}
            launcher = self._site.launcher(self.settings.launch, shared_modules(setups.values()))
            with closing(launcher):
                slow = too_slow(untried, launcher, self.work, budget_s)
            for case, reason in slow.items():
                self._store_untried(case, "dump", Answer(outcome="skipped", reason=reason))
            out |= set(slow)
        return {case: setup for case, setup in setups.items() if case not in out}


def report_s(left_s: float, cases: int) -> float:
    """Return what to set aside of the budget for the report."""
    return min(_REPORT_SHARE * left_s, _REPORT_BASE_S + _REPORT_PER_CASE_S * cases)
