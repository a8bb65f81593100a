"""What the advice for one model says, as texts in their places: its readers only show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from savebench.report.advice.formulas import formula_lines
from savebench.report.advice.prices import price_lines
from savebench.report.words import MISSING
from savebench.summary.advice.answer import AdviceRow, Answer
from savebench.summary.advice.front import basis_words
from savebench.summary.advice.needs import human_rate
from savebench.summary.advice.workers import WorkersTable
from savebench.units import (
    aligned_ratio,
    counted,
    human_bytes,
    human_duration,
    human_seconds,
)

MARK = "*"
"""Beside the row that is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One candidate's texts, by the columns of `Content.columns`."""

    name: str
    taken: bool
    on_front: bool
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """Candidates that cannot be taken for one reason."""

    names: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkersCells:
    """Memory of so many workers, one text a count."""

    way: str
    name: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The advice before anybody renders it."""

    title: str
    needs: str
    """What was asked; ``"no needs were given: ..."`` for nothing."""
    take: str | None
    reason: str
    save: str
    """The imports and lines; empty where nobody is taken."""
    load: str
    code_remark: str
    columns: tuple[str, ...]
    """Headings of what stands beside a candidate's name."""
    front: tuple[Cells, ...]
    """Of the Pareto front, and the taken one; by cost."""
    others: tuple[Cells, ...]
    """Who could be taken, and is worse in all that matters."""
    apart: tuple[str, ...]
    """Inference exports, a sentence each."""
    otherwise: tuple[str, ...]
    """What choosing otherwise would cost, a sentence for each of the front."""
    sure: tuple[str, ...]
    crossovers: str
    """A sentence; empty where nothing is known."""
    crossover_lines: tuple[str, ...]
    """One a crossover, with its calculation."""
    counts: tuple[int, ...]
    """Of workers."""
    workers: tuple[WorkersCells, ...]
    asks_for_workers: bool
    """Whether workers are among the needs."""
    formulas: tuple[str, ...]
    out: tuple[Out, ...]
    remarks: tuple[str, ...]
    measured: str
    axes: str
    """What the front is of."""

    @property
    def out_lines(self) -> tuple[str, ...]:
        """Who cannot be taken and why, a line a reason."""
        return tuple(f"{', '.join(each.names)}: {each.reason}" for each in self.out)


def content_of(answer: Answer) -> Content:
    """Return what the advice says."""
    can = [row for row in answer.rows if not row.out]
    front = [row for row in can if row.on_front or row.name == answer.take]
    code, columns = answer.code, _columns(answer)
    return Content(
        title=f"How to save {answer.facts.source}",
        needs=_needs(answer),
        take=answer.take,
        reason=_reason(answer),
        save=code.save_text if code else "",
        load=code.load_text if code else "",
        code_remark=code.remark if code else "",
        columns=columns,
        front=tuple(_cells(row, answer) for row in front),
        others=tuple(_cells(row, answer) for row in can if row not in front),
        apart=tuple(_apart(row) for row in answer.apart if row.name != answer.take),
        otherwise=tuple(price_lines(answer, {row.name for row in front})),
        sure=answer.sure,
        crossovers=answer.crossovers.sentence(),
        crossover_lines=tuple(_crossovers(answer)),
        counts=answer.workers.counts if answer.workers else (),
        workers=tuple(_workers(answer.workers)),
        asks_for_workers=answer.needs.workers is not None,
        formulas=tuple(formula_lines(answer)),
        out=tuple(_out(row for row in answer.rows if row.out)),
        remarks=answer.remarks,
        measured=_measured(answer),
        axes=", ".join(axis.label for axis in answer.axes),
    )


def _reason(answer: Answer) -> str:
    """Return the reason, and before it how little it rests on where that is so."""
    if answer.take is None or not answer.choice.is_rough:
        return answer.reason
    cost = answer.row(answer.take).cost
    rounds = counted(cost.deciding.n, "round") if cost else "few rounds"
    return f"A first estimate, after {rounds}: {answer.reason}"


def _needs(answer: Answer) -> str:
    said = answer.needs.said()
    if said:
        return f"for {', '.join(said)}"
    return "no needs were given: the time to the first answer from a file at hand counts, then size"


def _measured(answer: Answer) -> str:
    facts = answer.facts
    return (
        f"{human_bytes(facts.model_bytes)} pickled; "
        f"{counted(len(answer.rows) + len(answer.apart), 'row')} tried in "
        f"{human_duration(facts.measured_s)}; {facts.compares} compared"
    )


def _columns(answer: Answer) -> tuple[str, ...]:
    needs = answer.needs
    found = ["ready"]
    if needs.loads_per_dump is not None:
        found.append("per use")
    if answer.basis:
        found.append(_load_heading(answer))
    found += ["size", "save", "load peak"]
    if needs.workers is not None:
        found.append(f"{needs.workers} workers")
    if answer.take:
        found.append("instead")
    return tuple(found)


def _load_heading(answer: Answer) -> str:
    words = basis_words(answer.basis) if answer.basis else ""
    return words.replace(" and first answer", "+answer")


def _cells(row: AdviceRow, answer: Answer) -> Cells:
    cost, needs = row.cost, answer.needs
    dump, peak = row.estimate("dump_s"), row.estimate("load_peak_bytes")
    size = row.candidate.size_bytes
    texts = [_seconds(cost.ready_s.median if cost else None)]
    if needs.loads_per_dump is not None:
        texts.append(_seconds(cost.per_use_s.median if cost else None))
    if answer.basis:
        texts.append(_seconds(cost.load_s.median if cost else None))
    texts.append(MISSING if size is None else human_bytes(size))
    texts.append(_seconds(dump.median if dump else None))
    texts.append(_bytes(peak.median if peak else None))
    if needs.workers is not None:
        memory = cost.memory_bytes if cost else None
        texts.append(_bytes(memory.median if memory else None))
    if answer.take:
        texts.append(_instead(row.name, answer))
    return Cells(
        name=row.name,
        taken=row.name == answer.take,
        on_front=row.on_front,
        texts=tuple(texts),
    )


def _seconds(value: float | None) -> str:
    return MISSING if value is None else human_seconds(value)


def _bytes(value: float | None) -> str:
    return MISSING if value is None else human_bytes(value)


def _instead(name: str, answer: Answer) -> str:
    """Return how many times the taken one's time per use: ``"1.24x"``, ``"same"``."""
    if name == answer.take:
        return "take"
    found = next((each for each in answer.otherwise if each.name == name), None)
    if found is None:
        return MISSING
    return "same" if found.is_alike else aligned_ratio(found.ratio)


def _apart(row: AdviceRow) -> str:
    cost = row.cost
    ready = f", ready in {human_seconds(cost.ready_s.median)}" if cost else ""
    size = row.candidate.size_bytes
    sized = f", {human_bytes(size)}" if size is not None else ""
    reasons = [each for each in row.out.split("; ") if not each.startswith("keeps no estimator")]
    why = f"; {'; '.join(reasons)}" if reasons else ""
    return f"{row.name} keeps no estimator, only its answers{ready}{sized}{why}"


def _crossovers(answer: Answer) -> Iterable[str]:
    sizes = {line.name: line.size_bytes for line in answer.crossovers.lines}
    loads = {line.name: line.load_s.median for line in answer.crossovers.lines}
    for each in answer.crossovers.changes:
        ends = ""
        if each.low is not None and each.high is not None:
            high = human_rate(each.high) if each.high != float("inf") else "any bandwidth"
            ends = f" [{human_rate(each.low)} to {high}]"
        yield (
            f"{each.below} and {each.above} take the same at "
            f"({human_bytes(sizes[each.above])} - {human_bytes(sizes[each.below])}) / "
            f"({human_seconds(loads[each.below])} - {human_seconds(loads[each.above])}) = "
            f"{human_rate(each.bytes_per_s)}{ends}"
        )


def _workers(table: WorkersTable | None) -> Iterable[WorkersCells]:
    for line in table.lines if table else ():
        yield WorkersCells(
            way=line.way,
            name=line.serializer,
            texts=tuple(human_bytes(total.median) for _, total in line.totals),
        )


def _out(rows: Iterable[AdviceRow]) -> Sequence[Out]:
    """Return who is out, by reason, in the order of their first."""
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(row.out, []).append(row.name)
    return [Out(names=tuple(names), reason=reason) for reason, names in by_reason.items()]
