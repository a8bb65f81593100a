"""The answer to how this model should be saved, from what was measured and what is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from savebench.summary.advice import wording
from savebench.summary.advice.candidates import ANSWERS_ONLY, Candidate, Estimate, Facts
from savebench.summary.advice.choosing import Choice, Impossible, choose, impossible
from savebench.summary.advice.code import Code, code_for
from savebench.summary.advice.constraints import Violation, able_of, violations_of
from savebench.summary.advice.costs import Basis, Cost, basis_of, costs_of
from savebench.summary.advice.crossovers import Crossovers, crossovers_of
from savebench.summary.advice.front import Axis, axes_of, front_of, point_of
from savebench.summary.advice.needs import Needs
from savebench.summary.advice.otherwise import Otherwise, otherwise_of
from savebench.summary.advice.reading import version_risk
from savebench.summary.advice.workers import WorkersTable, workers_table


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRow:
    """One candidate and where it stands; None where it was not measured."""

    candidate: Candidate
    cost: Cost | None
    on_front: bool
    out: str
    """Why it cannot be taken, or was measured no further; empty: it can be taken."""

    @property
    def name(self) -> str:
        """The serializer."""
        return self.candidate.serializer

    def estimate(self, metric: str) -> Estimate | None:
        """Return what was measured, by the metric's name."""
        return self.candidate.estimates.get(metric)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What to take, why, and all that speaks for and against it."""

    take: str | None
    reason: str
    """One sentence."""
    rows: tuple[AdviceRow, ...]
    """Every candidate that gives back the model: who can be taken by cost, then the rest."""
    apart: tuple[AdviceRow, ...]
    """Inference exports."""
    front: tuple[str, ...]
    dropped: Mapping[str, str]
    """Who was measured no further, and why."""
    ruled_out: Mapping[str, str]
    """Who cannot be taken, and why."""
    axes: tuple[Axis, ...]
    choice: Choice
    impossible: Impossible | None
    """Set where nobody can be taken."""
    sure: tuple[str, ...]
    """How sure it is, a sentence each."""
    otherwise: tuple[Otherwise, ...]
    crossovers: Crossovers
    workers: WorkersTable | None
    code: Code | None
    remarks: tuple[str, ...]
    """What must be known: of versions, of requirements, of the file."""
    needs: Needs
    facts: Facts
    basis: Basis | None

    def row(self, name: str) -> AdviceRow:
        """Return a candidate's row.

        Raises
        ------
        KeyError
            When nobody of that name was tried.
        """
        for each in (*self.rows, *self.apart):
            if each.name == name:
                return each
        raise KeyError(name)

    def as_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints: seconds and bytes, None where not measured."""
        return {
            "take": self.take,
            "reason": self.reason,
            "candidates": [_row_json(each) for each in (*self.rows, *self.apart)],
            "needs": self.needs.to_json(),
            "trusted": self.facts.trusted,
            "compares": self.facts.compares,
            "measured_s": self.facts.measured_s,
            "model_bytes": self.facts.model_bytes,
            "source": self.facts.source,
            "alike": list(self.choice.alike),
            "crossovers": [
                {"bytes_per_s": each.bytes_per_s, "below": each.below, "above": each.above}
                for each in self.crossovers.changes
            ],
        }


def advise(candidates: Sequence[Candidate], needs: Needs, facts: Facts) -> Answer:
    """Return what to take for these needs, from what was measured.

    Parameters
    ----------
    candidates
        One a row that was tried, floors excepted: they give back no model, and are left out.
    needs
        What matters.
    facts
        Of the model and the measuring.
    """
    tried = [each for each in candidates if each.kind != "floor"]
    basis = basis_of(tried, needs)
    violations = {
        each.serializer: violations_of(each, needs, basis, facts.versions) for each in tried
    }
    costs = costs_of(tried, needs, basis) if basis else {}
    able = able_of(tried, violations, needs)
    axes = axes_of(needs)
    points = {each.serializer: point_of(each, costs[each.serializer], axes) for each in able}
    front = front_of(points, axes)
    choice = choose(able, costs, front, needs.workers)
    backs = [each for each in tried if each.kind != ANSWERS_ONLY]
    failed = None if choice.take else impossible(backs, violations, costs)
    rows = _in_order(tried, able, costs, violations, front)
    elsewhere = _could_be_taken_elsewhere(backs, violations)
    workers = workers_table(elsewhere, facts.model_bytes, needs.workers, choice.take)
    return Answer(
        take=choice.take,
        reason=wording.reason_sentence(choice, failed, costs, _by_name(tried), needs),
        rows=tuple(each for each in rows if each.candidate.kind != ANSWERS_ONLY),
        apart=tuple(each for each in rows if each.candidate.kind == ANSWERS_ONLY),
        front=front,
        dropped={each.serializer: each.dropped for each in tried if each.dropped},
        ruled_out={each.name: each.out for each in rows if each.out},
        axes=axes,
        choice=choice,
        impossible=failed,
        sure=tuple(wording.sure_sentences(choice, costs, needs)),
        otherwise=tuple(otherwise_of(choice, able, costs)),
        crossovers=crossovers_of(elsewhere, basis),
        workers=workers,
        code=code_for(choice.take) if choice.take else None,
        remarks=(
            *_remarks(choice, tried, needs, facts, basis),
            *filter(None, [wording.fork_sentence(workers, needs, choice.take)]),
        ),
        needs=needs,
        facts=facts,
        basis=basis,
    )


def _by_name(candidates: Sequence[Candidate]) -> dict[str, Candidate]:
    return {each.serializer: each for each in candidates}


def _could_be_taken_elsewhere(
    candidates: Sequence[Candidate], violations: Mapping[str, Sequence[Violation]]
) -> list[Candidate]:
    """Return who can be taken, or was only dropped: at another bandwidth it may be the best."""
    return [
        each
        for each in candidates
        if all(one.need in {"dropped", "measured"} for one in violations[each.serializer])
    ]


def _in_order(
    tried: Sequence[Candidate],
    able: Sequence[Candidate],
    costs: Mapping[str, Cost],
    violations: Mapping[str, Sequence[Violation]],
    front: Sequence[str],
) -> list[AdviceRow]:
    can = {each.serializer for each in able}
    rows = [
        AdviceRow(
            candidate=each,
            cost=costs.get(each.serializer),
            on_front=each.serializer in front,
            out=""
            if each.serializer in can
            else "; ".join(one.reason for one in violations[each.serializer]),
        )
        for each in tried
    ]
    return sorted(
        rows,
        key=lambda row: (
            bool(row.out),
            row.cost is None,
            row.cost.deciding.median if row.cost else 0.0,
        ),
    )


def _remarks(
    choice: Choice,
    tried: Sequence[Candidate],
    needs: Needs,
    facts: Facts,
    basis: Basis | None,
) -> list[str]:
    taken = _by_name(tried).get(choice.take or "")
    risk = version_risk(needs.read_by, facts.versions)
    found = [
        *facts.cautions,
        wording.compares_sentence(facts),
        wording.requires_sentence(taken) if taken else "",
        wording.mapped_sentence(taken, needs) if taken else "",
        wording.cold_sentence(needs, basis),
        wording.memory_sentence(needs, basis),
        "" if taken and taken.kind == ANSWERS_ONLY else risk,
    ]
    return [each for each in found if each]


def _row_json(row: AdviceRow) -> dict[str, Any]:
    def median(metric: str) -> float | None:
        found = row.estimate(metric)
        return None if found is None else found.median

    size, peak = row.candidate.size_bytes, median("load_peak_bytes")
    return {
        "serializer": row.name,
        "on_front": row.on_front,
        "load_predict_s": median("load_predict_s"),
        "size_bytes": None if size is None else round(size),
        "load_peak_bytes": None if peak is None else round(peak),
        "ready_s": row.cost.ready_s.median if row.cost else None,
        "dropped": row.out,
    }
