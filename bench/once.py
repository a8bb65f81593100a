"""Each case once, when its test comes: one dump and one load, each in a fresh process."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.asked import Asked
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer
from savebench.measuring.bench import Bench, Job, record_of
from savebench.measuring.folders import slug
from savebench.measuring.plan import TIMED
from savebench.measuring.ready import build_subjects
from savebench.measuring.setups import setups_of
from savebench.measuring.site import here
from savebench.records.schema import Case, Record, Trial

_SEED = 0


@dataclass(slots=True)
class Once:
    """Measures a case when it is first asked for, and remembers it for its other tests."""

    asked: Asked
    launcher: Launcher
    folder: Path
    """For artifacts and scratch."""
    _known: dict[Case, list[Record]] = field(default_factory=dict)

    def records_of(self, case: Case) -> list[Record]:
        """Return a case's records; the second trial is left out where the first went wrong."""
        if case not in self._known:
            self._known[case] = self._measure(case)
        return self._known[case]

    def _measure(self, case: Case) -> list[Record]:
        selection, settings = self.asked.selection.narrowed({case}), self.asked.settings
        if reason := selection.unavailable.get(case):
            return [self._untried(case, Answer(outcome="skipped", reason=reason))]
        work = self.folder / slug(str(case))
        site = here(work, threads=settings.threads)
        subjects = build_subjects(site, selection, _SEED, settings.memory_limit_bytes)
        if failure := subjects[case.model].failure:
            told = Answer(outcome=failure.outcome, reason=subjects[case.model].reason)
            return [self._untried(case, told)]
        job = Job(setups_of(selection, subjects), settings, _SEED, work)
        return self._try(case, Bench(job, self.launcher))

    def _try(self, case: Case, bench: Bench) -> list[Record]:
        records: list[Record] = []
        try:
            for kind in TIMED:
                trial = Trial(case, kind, 1)
                records += bench.measure([trial], lambda: self.asked.settings.timeout_s)
                if records[-1].outcome != "ok":
                    break
        finally:
            bench.reap()
        return records

    def _untried(self, case: Case, answer: Answer) -> Record:
        trial = Trial(case, "build", 0)
        return record_of(trial, answer, self.launcher.name, datetime.now(UTC), 0.0)
