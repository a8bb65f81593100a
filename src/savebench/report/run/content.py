"""What a report of a run says, as typed values: one view, which its readers only show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from savebench.machine.noise import noise_sentence
from savebench.measuring.plan import COUNTED
from savebench.records.metrics import METRICS, Metric
from savebench.records.schema import Record, Run, of_cases
from savebench.records.sizes import sizes_sentence
from savebench.report.claims.words import Told, told_claims
from savebench.report.drawing.style import looks
from savebench.report.run.answer import answer_sentences
from savebench.report.run.blocks import Block, blocks_of
from savebench.report.run.command import command_line
from savebench.report.run.fidelity import Fidelity, fidelities
from savebench.report.run.lasting import Lasting, lasting_of
from savebench.report.run.machine import Fact, machine_facts
from savebench.report.run.regimes import RegimeBlock, regime_blocks
from savebench.report.run.remarks import Trouble, by_reason, row_remarks
from savebench.report.run.speeds import SpeedTable, speed_tables
from savebench.report.words import span
from savebench.summary import OutcomeRow, SummaryRow, outcomes_of, rows_of, sound_rows
from savebench.summary.claims import judge_claims
from savebench.summary.fits import Fit, curves_of, fits_of
from savebench.summary.peaks import Peaks, peaks_of
from savebench.summary.regimes import Regimes, regimes_of
from savebench.summary.steady import SteadyModel, steady_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a serializer printed while it worked on one model."""

    serializer: str
    model: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoValue:
    """Why trials that went well gave no value, and how many."""

    reason: str
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A run's report before anybody renders it. Times are seconds, sizes bytes, peaks multiples."""

    suite: str
    day: str
    """Of its start: ``"2026-11-23"``."""
    budget_s: float | None
    trials: int
    rounds: str
    """Of the loads: ``"5"``, ``"3 to 8"``; empty for none."""
    ranges: int
    """Ranking rows with too few rounds for an interval."""
    has_resident: bool
    """Whether the memory that stays after a load was measured; older runs have none."""
    has_workers: bool
    """Whether the memory of further processes was measured."""
    cautions: tuple[str, ...]
    """What must be known first: noise, models whose size is far off its name."""
    regimes: Regimes
    """What to take where, and from which size on."""
    decisions: tuple[RegimeBlock, ...]
    """What to take where, as the lines of a table."""
    answers: tuple[str, ...]
    """The rest of it in sentences."""
    claims: tuple[Told, ...]
    """What the run says of folklore."""
    blocks: tuple[Block, ...]
    speeds: tuple[SpeedTable, ...]
    """Of the large models: how near each row comes to the floor."""
    fits: tuple[Fit, ...]
    """Of the highlighted serializers."""
    peaks: tuple[Peaks, ...]
    lasting: tuple[Lasting, ...]
    """What was measured after the load, of the models of which anything was."""
    steady: tuple[SteadyModel, ...]
    """First operations beside a hot loop's, of the models of which one was measured."""
    fidelities: tuple[Fidelity, ...]
    remarks: tuple[str, ...]
    """Of serializers, over all models."""
    printed: tuple[Printed, ...]
    troubles: tuple[Trouble, ...]
    no_values: tuple[NoValue, ...]
    uncounted: tuple[str, ...]
    """What was to be counted under valgrind and was not, and why."""
    machine: tuple[Fact, ...]
    """Machine, versions, settings: what a table of them shows."""
    notes: tuple[str, ...]
    metrics: tuple[Metric, ...]
    command: str
    """What repeats the run, over several lines."""
    rows: tuple[SummaryRow, ...]
    """Every value, interval and ratio."""
    outcomes: tuple[OutcomeRow, ...]

    @property
    def sound(self) -> list[SummaryRow]:
        """The rows of cases that did not fail: what may be drawn."""
        return sound_rows(self.rows, self.outcomes)


def content_of(run: Run) -> Content:
    """Return what a report of a run says."""
    rows, outcomes = rows_of(run), outcomes_of(run)
    sound = sound_rows(rows, outcomes)
    curves = curves_of(sound)
    highlighted = looks(list(dict.fromkeys(one.serializer for one in curves)))
    regimes = regimes_of(run, rows, outcomes)
    header = run.header
    blocks = blocks_of(header, rows, outcomes)
    return Content(
        suite=header.settings.suite,
        day=header.started[:10],
        budget_s=header.settings.budget_s,
        trials=len(of_cases(run.records)),
        rounds=span(row.n for row in rows if row.metric == "load_s"),
        ranges=sum(row.is_range for row in rows if row.metric == "load_predict_s"),
        has_resident=any(row.metric == "resident_bytes" for row in rows),
        has_workers=any(row.metric == "worker_bytes" for row in rows),
        cautions=tuple(filter(None, (noise_sentence(run), sizes_sentence(header.workloads)))),
        regimes=regimes,
        decisions=tuple(regime_blocks(regimes.cells)),
        answers=tuple(answer_sentences(regimes)),
        claims=tuple(told_claims(judge_claims(run))),
        blocks=tuple(blocks),
        speeds=tuple(speed_tables(blocks)),
        fits=tuple(fits_of(curves, highlighted)),
        peaks=tuple(peaks_of(sound)),
        lasting=tuple(lasting_of(blocks)),
        steady=tuple(steady_of(run, sound)),
        fidelities=tuple(fidelities(header, outcomes)),
        remarks=tuple(row_remarks(run.records)),
        printed=tuple(_printed(outcomes)),
        troubles=tuple(by_reason(row for row in outcomes if row.outcome != "ok")),
        no_values=tuple(_no_values(run.records)),
        uncounted=tuple(_uncounted(run.records)),
        machine=tuple(machine_facts(header)),
        notes=tuple(header.environment.notes),
        metrics=tuple(METRICS.values()),
        command=command_line(header),
        rows=tuple(rows),
        outcomes=tuple(outcomes),
    )


def _printed(outcomes: Iterable[OutcomeRow]) -> list[Printed]:
    return [
        Printed(serializer=row.serializer, model=f"{row.workload}@{row.size}", text=row.printed)
        for row in outcomes
        if row.printed
    ]


def _no_values(records: Sequence[Record]) -> list[NoValue]:
    reasons: dict[str, int] = {}
    for record in records:
        reason = record.facts.get("no_value")
        if reason:
            reasons[str(reason)] = reasons.get(str(reason), 0) + 1
    return [NoValue(reason=reason, trials=trials) for reason, trials in reasons.items()]


def _uncounted(records: Sequence[Record]) -> list[str]:
    counted = {(each.case, each.trial) for each in records if each.outcome == "ok"}
    return [
        f"{each.case}: {each.trial.removeprefix('count-')} {each.reason}"
        for each in records
        if each.trial in COUNTED
        and each.outcome == "skipped"
        and (each.case, each.trial) not in counted
    ]
