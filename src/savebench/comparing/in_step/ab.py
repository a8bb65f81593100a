"""`savebench ab`: two environments, measured in step by one harness; the gate that may block.

Provide both environments, build the models in each, pair every trial of one with the same of the
other, screen, confirm, and say of each series what is proven.
"""

import dataclasses
import errno
import hashlib
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Literal

import msgspec

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.selection import Selection, select
from savebench.comparing.comparison import Change, Comparison
from savebench.comparing.counts import change_of_counts, disagreements, most_moved
from savebench.comparing.environments.asked import Asked
from savebench.comparing.environments.environment import Interpreter, Shop
from savebench.comparing.environments.harness import harness_path
from savebench.comparing.in_step.arms import Arm, make_ready
from savebench.comparing.in_step.counting import Counts, count_arms
from savebench.comparing.in_step.duel import Duel
from savebench.comparing.in_step.gate import FEWEST
from savebench.comparing.in_step.offered import built_on_both, installed_on_both
from savebench.comparing.in_step.resuming import (
    OpenSide,
    SideRun,
    begin_side,
    load_request,
    resume_side,
    save_request,
)
from savebench.comparing.in_step.stages import Evidence, Stage, run_stages
from savebench.comparing.in_step.verdicts import change_of, change_of_size, change_of_trouble
from savebench.comparing.in_step.watching import Watch
from savebench.comparing.rule import DEFAULT, Rule
from savebench.comparing.series import Series
from savebench.comparing.sides.side import party_of
from savebench.comparing.stored import FILE_NAME, encode_comparison
from savebench.defaults import AB_BUDGET, AB_SUITE, SEED, THREADS
from savebench.errors import Interrupted, UsageError
from savebench.launch.counting import why_no_counting
from savebench.launch.surroundings import Surroundings
from savebench.measuring.folders import remove_work, work_folder
from savebench.measuring.header import distributions
from savebench.measuring.in_step import Turns
from savebench.measuring.plan import COUNTED
from savebench.measuring.ready import build_subjects
from savebench.measuring.settings import Request, settings_of, suite_named
from savebench.measuring.site import Site
from savebench.records.metrics import METRICS, SIZE
from savebench.records.schema import Case, Settings
from savebench.records.store import RUN_FILE
from savebench.subjects.cache import ModelCache
from savebench.subjects.subject import Subject
from savebench.units import human_duration, seconds_of

TIMED = ("dump_s", "load_s", "load_predict_s")
"""Compared for every case; the others of a trial say no more, or depend on the disk."""
PEAKS = ("dump_peak_bytes", "load_peak_bytes")
By = Literal["counts", "times", "both"]
"""What a comparison goes by."""
_SCREEN_SHARE = 0.5
_TIMES_SHARE = 0.6
"""Of the budget, where counts take what is left."""
_THIRD = 3
_DEFAULT_BUDGET_S = seconds_of(AB_BUDGET)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbRequest:
    """What a person asks of `ab`."""

    base: str
    head: str
    suite: str = AB_SUITE
    workloads: Sequence[str] = ()
    serializers: Sequence[str] = ()
    budget: str | float | None = None
    rule: Rule = DEFAULT
    same_artifact: bool = False
    timeout: str | float | None = None
    launch: str | None = None
    threads: int = THREADS
    storage: Path | None = None
    out: Path
    seed: int = SEED
    by: By = "times"


def resume_ab(folder: Path, budget: str | float | None, watch: Watch) -> Comparison:
    """Go on with an interrupted comparison, within what is left of its budget or a new one.

    Raises
    ------
    DataError, UsageError
        When the folder holds none that can go on: it is finished, or a side is another now.
    Interrupted
        On Ctrl-C; the records so far are kept.
    """
    if (folder / FILE_NAME).exists():
        raise UsageError(
            f"{folder} holds a finished comparison; see it with: savebench report {folder}"
        )
    request = dataclasses.replace(load_request(folder, AbRequest), out=folder)
    if budget is not None:
        request = dataclasses.replace(request, budget=budget)
    return _run(request, watch, partial(resume_side, new_budget=budget is not None))


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
    for side in ("base", "head"):
        if (request.out / side / RUN_FILE).exists():
            raise UsageError(
                f"{request.out} holds a comparison already, and nothing is overwritten: name "
                "another folder with --out"
            )
    return _run(request, watch, begin_side)


def _run(request: AbRequest, watch: Watch, open_side: OpenSide) -> Comparison:
    suite = suite_named(request.suite)
    selection = select(load_catalogue(), suite, request.workloads, request.serializers)
    settings = _settings(request, watch.warn)
    shop = Shop.default(watch.warn)
    asked = Asked("base", request.base), Asked("head", request.head)
    try:
        interpreters = shop.provide(*asked, sorted(distributions(selection)))
        save_request(request, request.out)
        comparison = _measure(
            request, watch, selection, settings, shop, asked, interpreters, open_side
        )
    except KeyboardInterrupt:
        raise Interrupted(
            "interrupted; environments and models that are finished are kept, and what was "
            f"measured is in {request.out}. Resume with: savebench ab --resume {request.out}"
        ) from None
    target = request.out / FILE_NAME
    target.write_text(encode_comparison(comparison), encoding="utf-8")
    return comparison


def _measure(  # noqa: PLR0913, PLR0917 - the parts of a comparison, made by its caller
    request: AbRequest,
    watch: Watch,
    selection: Selection,
    settings: Settings,
    shop: Shop,
    asked: tuple[Asked, Asked],
    interpreters: tuple[Interpreter, Interpreter],
    open_side: OpenSide,
) -> Comparison:
    with ExitStack() as stack:
        sites = []
        for each, interpreter in zip(asked, interpreters, strict=True):
            site = _site(each, interpreter, shop, request)
            stack.callback(remove_work, site.work)
            sites.append(site)
        base, head = (open_side(request.out / each.side) for each in asked)
        for side in (base, head):
            stack.enter_context(side.writer)
        started_s = monotonic() - base.spent_s - head.spent_s
        fight = _Ab(request, settings, watch, sites[0], sites[1], started_s)
        try:
            return fight.measure(selection, base, head)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            raise UsageError(
                f"{sites[0].work}: no space is left there; make room, or name another folder "
                "with --storage"
            ) from error


def _settings(request: AbRequest, warn: Callable[[str], None]) -> Settings:
    if request.by != "times" and (lacking := why_no_counting()):
        raise UsageError(f"--by {request.by}: {lacking}")
    asked = Request(
        suite=request.suite,
        budget=_DEFAULT_BUDGET_S if request.budget is None else request.budget,
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


def _site(asked: Asked, interpreter: Interpreter, shop: Shop, request: AbRequest) -> Site:
    path = harness_path(interpreter, shop, _user_path(), own_rows=asked.interpreter() is None)
    models = ModelCache.default().folder.parent / "arms" / _fingerprint(interpreter)
    return Site(
        side=asked.side,
        label=asked.text,
        surroundings=Surroundings(
            executable=interpreter.executable, path=tuple(path), threads=request.threads
        ),
        python=interpreter.python,
        version=interpreter.version,
        work=work_folder(request.storage, request.out / asked.side),
        cache=ModelCache(models),
    )


def _fingerprint(interpreter: Interpreter) -> str:
    """Return a name for what decides a model: the interpreter and all that it has installed."""
    parts = [interpreter.executable, interpreter.python]
    parts += [f"{name}={found}" for name, found in sorted(interpreter.versions.items())]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _user_path() -> list[str]:
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return [str(Path(entry).absolute()) for entry in named if entry]


@dataclass(slots=True)
class _Ab:
    """One comparison from its models to its verdicts."""

    request: AbRequest
    settings: Settings
    watch: Watch
    base: Site
    head: Site
    started_s: float
    changes: list[Change] = field(default_factory=list)
    """Of cases that one side cannot measure."""
    remarks: list[str] = field(default_factory=list)
    duel: Duel | None = None
    """The rounds that are going on."""

    def measure(self, selection: Selection, base_run: SideRun, head_run: SideRun) -> Comparison:
        """Build the models, make both arms ready, run the stages, and judge."""
        selection = self._take(installed_on_both(selection, self.base, self.head))
        at_base, at_head = self._subjects(selection)
        selection = self._take(built_on_both(selection, at_base, at_head))
        base = make_ready(
            self.base,
            selection,
            self.settings,
            self.request.seed,
            subjects=at_base,
            side_run=base_run,
        )
        head = make_ready(
            self.head,
            selection,
            self.settings,
            self.request.seed,
            subjects=at_head,
            side_run=head_run,
            artifacts=self.base.work / "artifacts" if self.request.same_artifact else None,
        )
        head.bench.expect_as(base.bench)
        with closing(base.bench.launcher), closing(head.bench.launcher):
            duel = Duel(
                base=base,
                head=head,
                turns=Turns(self.request.seed),
                timeout_s=self.settings.timeout_s,
                told=self._told,
            )
            self.duel = duel
            try:
                evidence = self._run(duel, selection.cases)
                counts = self._count(duel, selection.cases)
            finally:
                base.bench.reap()
                head.bench.reap()
        return self._comparison(duel, evidence, counts)

    def _count(self, duel: Duel, cases: Sequence[Case]) -> Counts:
        if self.request.by == "times":
            return Counts()
        base_only = self.request.same_artifact
        return count_arms(
            duel.base,
            duel.head,
            [case for case in cases if case not in duel.gone],
            kinds=["count-load"] if base_only else COUNTED,
            times=duel.values,
            ends_s=self.started_s + (self.settings.budget_s or _DEFAULT_BUDGET_S),
        )

    def _take(self, found: tuple[Selection, list[Change], list[str]]) -> Selection:
        """Keep what is said of the cases that are left out; return the others."""
        selection, changes, remarks = found
        self.changes += changes
        self.remarks += remarks
        if not selection.cases:
            said = "; ".join([*(each.note for each in self.changes), *self.remarks])
            raise UsageError(f"nothing can be measured on both sides: {said}")
        return selection

    def _subjects(self, selection: Selection) -> tuple[dict[str, Subject], dict[str, Subject]]:
        """Return each side's models; of one and the same where head must read what base wrote."""
        same = self.request.same_artifact or _alike(self.base, self.head)
        models = len({case.model for case in selection.cases})
        self.watch.building(models if same else 2 * models)
        found = [
            build_subjects(
                site,
                selection,
                self.request.seed,
                self.settings.memory_limit_bytes,
                self.watch.built,
            )
            for site in (self.base, self.head)[: 1 if same else 2]
        ]
        return found[0], found[-1]

    def _run(self, duel: Duel, cases: Sequence[Case]) -> Evidence[Series]:
        duel.make_artifacts(
            cases, [duel.base] if self.request.same_artifact else [duel.base, duel.head]
        )
        return run_stages(
            [] if self.request.by == "counts" else self._series(duel, cases),
            duel,
            self.request.rule,
            lambda stage: self._has_time(duel, stage),
            lambda series: FEWEST if series[1] in PEAKS else sys.maxsize,
        )

    def _series(self, duel: Duel, cases: Sequence[Case]) -> list[Series]:
        kinds = self.settings.kinds
        metrics = [name for name in (*TIMED, *PEAKS) if METRICS[name].trial in kinds]
        answers = {case: duel.base.bench.job.setups[case].answers for case in cases}
        return [
            (case, metric)
            for case in cases
            for metric in metrics
            if answers[case] or metric != "load_predict_s"
        ]

    def _told(self, stage: Stage, number: int, series: int) -> None:
        """Pass on that a round begins; after the first, say so if the budget cannot be kept."""
        self.watch.stage(stage, number, series)
        if number == _THIRD and self.duel is not None:
            least_s = FEWEST * self.duel.spent_s / 2  # a first round makes what a second uses
            budget_s = self.settings.budget_s or _DEFAULT_BUDGET_S
            if least_s > budget_s:
                self.watch.warn(
                    f"{series} series need about {human_duration(least_s)} for their fewest rounds,"
                    f" more than the budget of {human_duration(budget_s)}; choose fewer with -w, -s"
                )

    def _has_time(self, duel: Duel, stage: Stage) -> bool:
        """Return whether another round of a stage is likely to end within the stage's time.

        What is on record from before an interruption tells how long a stage lasted.
        """
        recorded = duel.recorded_stage
        if recorded is not None:
            return recorded == stage
        share = _SCREEN_SHARE if stage == "screen" else 1.0
        share *= _TIMES_SHARE if self.request.by == "both" else 1.0
        budget_s = share * (self.settings.budget_s or _DEFAULT_BUDGET_S)
        return monotonic() - self.started_s + duel.longest_round_s.get(stage, 0.0) < budget_s

    def _comparison(self, duel: Duel, evidence: Evidence[Series], counts: Counts) -> Comparison:
        changes = list(self.changes)
        measured = [case for case, _ in evidence.screened]
        for case in dict.fromkeys([*measured, *sorted(duel.gone)]):
            changes += self._changes_of(case, duel, evidence)
        base, head = (counts.values.get(side, {}) for side in ("base", "head"))
        changes += [
            change_of_counts(
                each,
                base[each],
                head[each],
                self.request.rule.margin,
                same_model=_same_model(duel, each[0]),
            )
            for each in counts.of_both()
        ]
        if not changes:
            raise UsageError(f"nothing could be compared: {'; '.join(self.remarks)}")
        return Comparison(
            savebench=version("savebench"),
            kind="ab",
            base=party_of(duel.base.header, duel.base.site.label),
            head=party_of(duel.head.header, duel.head.site.label),
            changes=changes,
            margin=self.request.rule.margin,
            detect=self.request.rule.detect,
            remarks=[
                *_differences(duel.base, duel.head),
                *disagreements(changes),
                *self.remarks,
                *counts.remarks,
            ],
            rounds=dict(evidence.rounds),
            spent_s=monotonic() - self.started_s,
            moved=most_moved(
                changes, counts.functions.get("base", {}), counts.functions.get("head", {})
            ),
        )

    def _changes_of(self, case: Case, duel: Duel, evidence: Evidence[Series]) -> list[Change]:
        base, head = (arm.troubles.get(case) for arm in (duel.base, duel.head))
        if case in duel.gone:
            change = change_of_trouble(case, base, head)
            if change is None and base is not None:
                self.remarks.append(f"left out: {case}: unsupported on both: {base.reason}")
            return [] if change is None else [change]
        for side, record in (("base", base), ("head", head)):
            if record is not None:
                self.remarks.append(
                    f"{case}: once {record.outcome} on {side} in {record.trial}, and well when "
                    f"repeated: {record.reason}"
                )
        rule = self.request.rule
        found = [
            change_of(series, duel.pairs(series), evidence, rule)
            for series in evidence.screened
            if series[0] == case
        ]
        if "dump" in self.settings.kinds:
            sizes, same = duel.pairs((case, SIZE)), _same_model(duel, case)
            found.append(change_of_size(case, sizes, rule, same_model=same))
        return found


def _same_model(duel: Duel, case: Case) -> bool:
    """Whether both sides saved the same model, as far as its fingerprint tells."""
    base, head = (arm.header.workloads[case.model].model_digest for arm in (duel.base, duel.head))
    return base == head


def _alike(base: Site, head: Site) -> bool:
    """Whether both sides are one environment, so that one model serves both."""
    return base.cache == head.cache


def _differences(base: Arm, head: Arm) -> list[str]:
    """Return what differs between the sides, which ought to be just what was asked."""
    pairs = [("Python", base.site.python, head.site.python)]
    ours, theirs = base.header.environment.versions, head.header.environment.versions
    pairs += [
        (name, ours.get(name, "-"), theirs.get(name, "-")) for name in sorted({*ours, *theirs})
    ]
    changed = [f"{name} {one} -> {other}" for name, one, other in pairs if one != other]
    if not changed:
        return ["both sides have the same versions"]
    return [f"what differs: {', '.join(changed)}"]
