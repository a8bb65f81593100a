"""Survey one subject: try every way to save it once, the quick ones first, then refine.

A first sitting measures each serializer once, so that an answer is there within seconds. Then those
that may yet be taken are timed again and again, until it is decided or half of the time is spent;
after that rounds go on as in a run, with those that can still win. Who is dropped, and why, and who
may yet be taken, is decided by whoever asks (`dropped`, `undecided`), again whenever a record comes
in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from time import monotonic

import msgspec

from savebench.catalogue.rows import Entry, Serializer
from savebench.launch.launchers import Launcher
from savebench.launch.messages import Answer
from savebench.measuring.bench import Bench, record_of
from savebench.measuring.ready import bench_at
from savebench.measuring.rounds import Observer, Rounds
from savebench.measuring.setups import setup_of
from savebench.measuring.site import Site
from savebench.records.schema import Case, Record, Settings, Trial
from savebench.subjects.subject import Subject
from savebench.units import human_duration

_QUICKEST = ("pickle", "joblib", "joblib-mmap", "pickle-oob-mmap", "joblib+lz4", "pickle+zstd3")
"""Tried early: none that imports much or compresses long."""
_SLOW = ("bz2", "lzma", "xz", "zlib9", "zstd19", "zlib6", "gzip6", "skops", "onnx")
"""What takes tens of times as long as to write the bytes, or imports for a second."""
_TIMES: Mapping[str, float] = {
    **dict.fromkeys(("xz", "lzma", "zstd19"), 150.0),
    **dict.fromkeys(("bz2", "zlib9"), 60.0),
    **dict.fromkeys(("gzip6", "zlib6"), 40.0),
    **dict.fromkeys(("gzip3", "zlib3"), 20.0),
    "zstd3": 3.0,
    "lz4": 2.0,
    "skops": 3.0,
    "onnx": 10.0,
}
"""How many times as long as pickle a codec may take to save and load what is hard to compress: a
guess, from the standard run's arrays of random numbers, for what was not measured yet."""
_BASELINE = "pickle"
_SHARE = 0.5
"""Of the time that is left, what trying one more row may take."""
_FIRST: dict[str, int | None] = {"dump": None, "load": None}
_DECIDING_SHARE = 0.6
"""Of the time that is left after the first sitting, what may go to those that may yet be taken."""
_DECIDING_ROUNDS = 16
"""More do not decide what these have not: rows that are alike."""

Dropped = Callable[[Sequence[Record]], Mapping[str, str]]
"""Records so far -> serializer -> why it is measured no further."""
Undecided = Callable[[Sequence[Record]], tuple[frozenset[str], tuple[str, ...]]]
"""Records so far -> the serializers that may yet be taken, none where that is decided; and the
kinds of trial that decide."""


def _nothing_to_decide(records: Sequence[Record]) -> tuple[frozenset[str], tuple[str, ...]]:
    del records
    return frozenset(), ()


@dataclass(slots=True, kw_only=True)
class Survey:
    """Measures one subject with many serializers, within a budget.

    The quickest are tried once whatever the budget: without that there is no answer.
    """

    site: Site
    launcher: Launcher
    """One of the site's."""
    subject: Subject
    cases: Mapping[Case, Entry[Serializer]]
    settings: Settings
    """Its kinds are those that the person's needs take."""
    seed: int
    store: Callable[[Record], None]
    observer: Observer
    dropped: Dropped
    undecided: Undecided = _nothing_to_decide
    first: tuple[str, ...] = ()
    """Kinds of trial beside dump and load that an answer takes: what was asked for decides."""
    at_once: tuple[str, ...] = ("pickle",)
    """Serializers that are tried before all others, so that there is an answer within seconds."""
    first_answer: Callable[[], None]
    """Is told after each sitting in which rows were tried once."""
    started_s: float
    """Of the clock: the budget counts from here."""
    clock: Callable[[], float] = monotonic
    records: list[Record] = field(default_factory=list)
    _out: set[Case] = field(default_factory=set)

    def run(self) -> None:
        """Measure until every case is precise, out, or the budget is spent."""
        setups = {case: setup_of(self.subject, entry) for case, entry in self.cases.items()}
        bench = bench_at(self.site, setups, self.settings, self.seed, launcher=self.launcher)
        self._drop()
        memory: dict[str, int | None] = {
            kind: 1 for kind in ("load-memory", "workers") if kind in self.settings.kinds
        }
        timed: dict[str, int | None] = dict.fromkeys(
            kind for kind in ("dump", "load", *self.first) if kind not in memory
        )
        decisive = {kind: 1 for kind in self.first if kind in memory}
        whole = {**timed, **memory}
        at_once, quick, then, last = self._sittings()
        for cases, kinds in (
            (at_once, {**timed, **decisive}),
            (quick, whole),
            (at_once, memory),
            (then, whole),
            (last, whole),
        ):
            affordable = [
                case for case in cases if case not in self._out and self._is_affordable(case)
            ]
            if affordable and kinds:
                self._once(bench, affordable, kinds, is_bounded=self._has_answer())
                self.first_answer()
        self._decide(bench)
        self._rounds(bench, [case for case in self.cases if self._is_affordable(case)]).run(
            self.records, first=1
        )
        self._note_unaffordable()

    def _decide(self, bench: Bench) -> None:
        """Time those that may yet be taken, and only what decides between them."""
        names, kinds = self.undecided(self.records)
        left_s = self._left_s()
        if not names or left_s is None:
            return

        def store(record: Record) -> None:
            nonlocal names
            self._store_measured(record)
            names, _ = self.undecided(self.records)

        settings = msgspec.structs.replace(
            self.settings,
            kinds=dict.fromkeys(kinds),
            min_rounds=_DECIDING_ROUNDS,
            max_rounds=_DECIDING_ROUNDS,
        )
        Rounds(
            Bench(replace(bench.job, settings=settings), bench.launcher),
            store,
            self.observer,
            _DECIDING_SHARE * left_s,
            still=lambda case: case not in self._out and case.serializer in names,
        ).run(list(self.records), first=1)
        self.first_answer()

    def _sittings(self) -> tuple[list[Case], ...]:
        """Return what is tried at once, early, then, and last: an answer is wanted in seconds."""
        cases = list(self.cases)
        at_once = [case for case in cases if case.serializer in self.at_once]
        quick = [case for case in cases if case.serializer in _QUICKEST and case not in at_once]
        last = [case for case in cases if any(slow in case.serializer for slow in _SLOW)]
        then = [case for case in cases if case not in (*at_once, *quick, *last)]
        return at_once, quick, then, last

    def _has_answer(self) -> bool:
        return any(record.trial == "load" and record.outcome == "ok" for record in self.records)

    def expected_s(self, case: Case) -> float:
        """Return what trying a case once may take, judged by what pickle took; 0: no telling."""
        mine = [record for record in self.records if record.case.serializer == _BASELINE]
        base_s = sum(
            max((value for name, value in record.metrics.items() if name.endswith("_s")), default=0)
            for record in mine
            if record.round == 1 and record.trial in _FIRST
        )
        codecs = (times for codec, times in _TIMES.items() if codec in case.serializer)
        return base_s * next(codecs, 1.0)

    def _is_affordable(self, case: Case) -> bool:
        """Whether a case was tried, or trying it leaves time for the others."""
        if any(record.case == case for record in self.records):
            return True
        left_s = self._left_s()
        return left_s is None or self.expected_s(case) <= _SHARE * max(left_s, 0.0)

    def _note_unaffordable(self) -> None:
        tried = {record.case for record in self.records}
        for case in self.cases:
            if case not in tried and case not in self._out:
                reason = (
                    f"not tried: once would take about {human_duration(self.expected_s(case))}, "
                    "too much of the budget; give it more with --budget"
                )
                told = Answer(outcome="skipped", reason=reason)
                launch = self.launcher.name
                trial = Trial(case, "dump", 0)
                self._store(record_of(trial, told, launch, datetime.now(UTC), 0.0))

    def _once(
        self,
        bench: Bench,
        cases: Sequence[Case],
        kinds: dict[str, int | None],
        *,
        is_bounded: bool,
    ) -> None:
        """Have each case's trials of some kinds once."""
        settings = msgspec.structs.replace(self.settings, kinds=kinds, min_rounds=1, max_rounds=1)
        setups = {case: bench.job.setups[case] for case in cases}
        once = Bench(replace(bench.job, settings=settings, setups=setups), bench.launcher)
        self._rounds(once, cases, is_sitting=True, is_bounded=is_bounded).run()

    def _rounds(
        self,
        bench: Bench,
        cases: Sequence[Case],
        *,
        is_sitting: bool = False,
        is_bounded: bool = True,
    ) -> Rounds:
        return Rounds(
            bench,
            self._store_measured if is_sitting else self._store,
            self.observer,
            self._left_s() if is_bounded else None,
            still=lambda case: case in cases and case not in self._out,
        )

    def _store_measured(self, record: Record) -> None:
        """Store what was measured: who had no turn yet may have one later."""
        if record.outcome != "skipped":
            self._store(record)

    def _store(self, record: Record) -> None:
        self.store(record)
        self.records.append(record)
        self._drop()

    def _drop(self) -> None:
        names = self.dropped(self.records)
        self._out = {case for case in self.cases if case.serializer in names}

    def _left_s(self) -> float | None:
        budget_s = self.settings.budget_s
        return None if budget_s is None else budget_s - (self.clock() - self.started_s)
