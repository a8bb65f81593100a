"""`savebench ab`: two environments, measured in step by one harness; the gate that may block.

Provide both environments, build the models in each, pair every trial of one with the same of the
other, screen, confirm, and say of each series what is proven.
"""

import dataclasses
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Protocol

import msgspec

from savebench.builder import Reference
from savebench.catalogue import load_catalogue
from savebench.comparing.arms import Arm, Place, build_references, lacking, make_ready
from savebench.comparing.changes import Change, Comparison, Party
from savebench.comparing.duel import SIZE, Duel, Series
from savebench.comparing.environments import Asked, Interpreter, Shop
from savebench.comparing.gate import DEFAULT, FEWEST, Rule
from savebench.comparing.harness import harness_path
from savebench.comparing.stages import Evidence, Stage, run_stages
from savebench.comparing.stored import FILE_NAME, encode_comparison
from savebench.comparing.verdicts import change_of, change_of_size, change_of_trouble
from savebench.errors import Interrupted, UsageError
from savebench.measuring import remove_work
from savebench.metrics import METRICS
from savebench.records import Case, Settings
from savebench.request import Request, settings_of, suite_named
from savebench.selection import Selection, select
from savebench.session import distributions
from savebench.store import WORK, RunWriter, create

TIMED = ("dump_s", "load_s", "load_predict_s")
"""Compared for every case; the others of a trial say no more, or depend on the disk."""
PEAKS = ("dump_peak_bytes", "load_peak_bytes")
_SCREEN_SHARE = 0.5
_DEFAULT_BUDGET_S = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AbRequest:
    """What a person asks of `ab`."""

    base: str
    head: str
    suite: str = "smoke"
    workloads: Sequence[str] = ()
    serializers: Sequence[str] = ()
    budget: str | float | None = None
    rule: Rule = DEFAULT
    same_artifact: bool = False
    timeout: str | float | None = None
    launch: str | None = None
    threads: int = 1
    storage: Path | None = None
    out: Path
    seed: int = 0


class Watch(Protocol):
    """Is told what goes on."""

    def warn(self, message: str) -> None:
        """Something a person should know, which stops nothing."""

    def building(self, models: int) -> None:
        """Models are about to be built, or found in the cache."""

    def built(self, name: str) -> None:
        """One is there."""

    def stage(self, stage: Stage, number: int, series: int) -> None:
        """Take note that a round of a stage begins, with so many series."""


class SilentWatch:
    """Watches and shows nothing."""

    def warn(self, message: str) -> None:
        """Show nothing."""

    def building(self, models: int) -> None:
        """Show nothing."""

    def built(self, name: str) -> None:
        """Show nothing."""

    def stage(self, stage: Stage, number: int, series: int) -> None:
        """Show nothing."""


def run_ab(request: AbRequest, watch: Watch) -> Comparison:
    """Measure both environments in step; return what changed, and keep it in the folder.

    ``OUT/base`` and ``OUT/head`` are run folders with every record, ``OUT/comparison.json`` is what
    this returns.

    Raises
    ------
    UsageError
        When something asked for does not exist or cannot be installed.
    Interrupted
        On Ctrl-C; the records so far are kept.
    """
    suite = suite_named(request.suite)
    selection = select(load_catalogue(), suite, request.workloads, request.serializers)
    settings = _settings(request, watch.warn)
    shop = Shop.default(watch.warn)
    asked = Asked("base", request.base), Asked("head", request.head)
    interpreters = shop.provide(*asked, sorted(distributions(selection)))
    started_s = monotonic()
    with ExitStack() as stack:
        places = [
            _place(each, interpreter, shop, request)
            for each, interpreter in zip(asked, interpreters, strict=True)
        ]
        writers = [stack.enter_context(create(request.out / each.side)) for each in asked]
        fight = _Ab(request, settings, watch, places[0], places[1], started_s)
        comparison = fight.measure(selection, writers[0], writers[1])
    for place in places:
        remove_work(place.work)
    target = request.out / FILE_NAME
    target.write_text(encode_comparison(comparison), encoding="utf-8")
    return comparison


def _settings(request: AbRequest, warn: Callable[[str], None]) -> Settings:
    asked = Request(
        suite=request.suite,
        budget=request.budget or _DEFAULT_BUDGET_S,
        timeout=request.timeout,
        launch=request.launch,
        threads=request.threads,
        storage=request.storage,
    )
    settings = settings_of(asked, suite_named(request.suite), warn)
    kinds: dict[str, int | None] = {"load": None}
    if not request.same_artifact:
        kinds |= {"dump": None, "dump-memory": FEWEST, "load-memory": FEWEST}
    return msgspec.structs.replace(settings, kinds=kinds)


def _place(asked: Asked, interpreter: Interpreter, shop: Shop, request: AbRequest) -> Place:
    root = request.storage or request.out
    work = (root / asked.side / WORK).resolve()
    work.mkdir(parents=True, exist_ok=True)
    return Place(
        side=asked.side,
        label=asked.text,
        interpreter=interpreter,
        path=harness_path(interpreter, shop, _user_path(), own_rows=asked.interpreter() is None),
        work=work,
    )


def _user_path() -> list[str]:
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [str(Path(entry).absolute()) for entry in named if entry]


@dataclass(slots=True)
class _Ab:
    """One comparison from its models to its verdicts."""

    request: AbRequest
    settings: Settings
    watch: Watch
    base: Place
    head: Place
    started_s: float
    remarks: list[str] = field(default_factory=list)

    def measure(
        self, selection: Selection, base_writer: RunWriter, head_writer: RunWriter
    ) -> Comparison:
        """Build the models, make both arms ready, run the stages, and judge."""
        selection = self._without_what_is_lacking(selection)
        at_base, at_head = self._references(selection)
        selection = self._without_unbuilt(selection, at_base, at_head)
        base = make_ready(
            self.base,
            selection,
            self.settings,
            self.request.seed,
            references=at_base,
            writer=base_writer,
        )
        head = make_ready(
            self.head,
            selection,
            self.settings,
            self.request.seed,
            references=at_head,
            writer=head_writer,
            artifacts=self.base.work / "artifacts" if self.request.same_artifact else None,
        )
        with base.launcher, head.launcher:
            duel = Duel(
                base=base,
                head=head,
                seed=self.request.seed,
                timeout_s=self.settings.timeout_s,
                told=self.watch.stage,
            )
            try:
                evidence = self._run(duel, selection.cases)
            except KeyboardInterrupt:
                raise Interrupted(
                    f"interrupted; the records so far are kept in {self.request.out / 'base'} and "
                    f"{self.request.out / 'head'}. Start again with another --out"
                ) from None
            finally:
                base.measuring.reap()
                head.measuring.reap()
        return self._comparison(duel, evidence)

    def _without_what_is_lacking(self, selection: Selection) -> Selection:
        """Leave out cases that a side cannot measure, and say so."""
        kept: list[Case] = []
        reasons: dict[str, None] = {}
        for case in selection.cases:
            lacks = {place.side: lacking(place, selection, case) for place in self._places()}
            reasons |= {
                f"left out: {case.serializer} or {case.workload}: {side} {what}": None
                for side, what in lacks.items()
                if what
            }
            if not any(lacks.values()):
                kept.append(case)
        self.remarks += reasons
        if not kept:
            raise UsageError(f"nothing can be measured on both sides; {'; '.join(reasons)}")
        return dataclasses.replace(selection, cases=tuple(kept), unavailable={})

    def _places(self) -> tuple[Place, Place]:
        return self.base, self.head

    def _references(
        self, selection: Selection
    ) -> tuple[dict[str, Reference], dict[str, Reference]]:
        """Return each side's models; of one and the same where head must read what base wrote."""
        same = self.request.same_artifact or _alike(self.base, self.head)
        models = len({case.model for case in selection.cases})
        self.watch.building(models if same else 2 * models)
        found = [
            build_references(place, selection, self.settings, self.request.seed, self.watch.built)
            for place in self._places()[: 1 if same else 2]
        ]
        return found[0], found[-1]

    def _without_unbuilt(
        self,
        selection: Selection,
        at_base: Mapping[str, Reference],
        at_head: Mapping[str, Reference],
    ) -> Selection:
        for model in dict.fromkeys(case.model for case in selection.cases):
            for side, references in (("base", at_base), ("head", at_head)):
                failure = references[model].failure
                if failure is not None:
                    self.remarks.append(
                        f"left out: {model}: {side} cannot build it: {failure.reason}"
                    )
        kept = tuple(
            case
            for case in selection.cases
            if at_base[case.model].built and at_head[case.model].built
        )
        if not kept:
            raise UsageError(f"no model could be built on both sides; {'; '.join(self.remarks)}")
        return dataclasses.replace(selection, cases=kept)

    def _run(self, duel: Duel, cases: Sequence[Case]) -> Evidence[Series]:
        duel.make_artifacts(
            cases, [duel.base] if self.request.same_artifact else [duel.base, duel.head]
        )
        return run_stages(
            self._series(duel, cases),
            duel,
            self.request.rule,
            lambda stage: self._has_time(duel, stage),
            lambda series: FEWEST if series[1] in PEAKS else sys.maxsize,
        )

    def _series(self, duel: Duel, cases: Sequence[Case]) -> list[Series]:
        kinds = self.settings.kinds
        metrics = [name for name in (*TIMED, *PEAKS) if METRICS[name].trial in kinds]
        answers = {case: duel.base.measuring.job.setups[case].answers for case in cases}
        return [
            (case, metric)
            for case in cases
            for metric in metrics
            if answers[case] or metric != "load_predict_s"
        ]

    def _has_time(self, duel: Duel, stage: Stage) -> bool:
        """Return whether another round of a stage is likely to end within the stage's time."""
        share = _SCREEN_SHARE if stage == "screen" else 1.0
        budget_s = share * (self.settings.budget_s or _DEFAULT_BUDGET_S)
        return monotonic() - self.started_s + duel.longest_round_s.get(stage, 0.0) < budget_s

    def _comparison(self, duel: Duel, evidence: Evidence[Series]) -> Comparison:
        changes: list[Change] = []
        for case in dict.fromkeys(case for case, _ in evidence.screened):
            base, head = (arm.troubles.get(case) for arm in (duel.base, duel.head))
            if base is None and head is None:
                changes += [
                    change_of(series, duel.pairs(series), evidence, self.request.rule)
                    for series in evidence.screened
                    if series[0] == case
                ]
                if "dump" in self.settings.kinds:
                    sizes = duel.pairs((case, SIZE))
                    changes.append(change_of_size(case, sizes, self.request.rule))
            elif (change := change_of_trouble(case, base, head)) is not None:
                changes.append(change)
            elif base is not None:
                self.remarks.append(f"left out: {case}: {base.outcome} on both: {base.reason}")
        return Comparison(
            savebench=version("savebench"),
            kind="ab",
            base=_party(duel.base),
            head=_party(duel.head),
            changes=changes,
            margin=self.request.rule.margin,
            detect=self.request.rule.detect,
            remarks=[*_differences(duel.base, duel.head), *self.remarks],
            rounds=dict(evidence.rounds),
            spent_s=monotonic() - self.started_s,
        )


def _alike(base: Place, head: Place) -> bool:
    """Whether both sides are one environment, so that one model serves both."""
    return base.interpreter == head.interpreter


def _party(arm: Arm) -> Party:
    environment, settings = arm.header.environment, arm.header.settings
    return Party(
        label=arm.place.label,
        started=arm.header.started,
        python=environment.python,
        versions=dict(environment.versions),
        machine={
            "platform": environment.platform,
            "processor": environment.processor,
            "cores": str(environment.cores),
            "filesystem": environment.filesystem,
        },
        settings={
            "launch": settings.launch,
            "threads": str(settings.threads),
            "seed": str(arm.header.seed),
        },
    )


def _differences(base: Arm, head: Arm) -> list[str]:
    """Return what differs between the sides, which ought to be just what was asked."""
    pairs = [("Python", base.place.interpreter.python, head.place.interpreter.python)]
    ours, theirs = base.header.environment.versions, head.header.environment.versions
    pairs += [
        (name, ours.get(name, "-"), theirs.get(name, "-")) for name in sorted({*ours, *theirs})
    ]
    changed = [f"{name} {one} -> {other}" for name, one, other in pairs if one != other]
    if not changed:
        return ["both sides have the same versions"]
    return [f"what differs: {', '.join(changed)}"]
