"""What a run decides: every cell that it has evidence for, the crossovers, and what it lacks."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from savebench.records.schema import Header, Run
from savebench.records.sizes import asked_bytes
from savebench.summary.evidence import WARM, Against, Evidence
from savebench.summary.kinds import KINDS, SIZE_CLASSES, kind_of, size_class
from savebench.summary.outcomes import OutcomeRow
from savebench.summary.ranks import BASELINE
from savebench.summary.regimes.cells import Cell, Group, Missing, cell_of
from savebench.summary.regimes.crossovers import Crossover, crossovers_of
from savebench.summary.regimes.uses import USES
from savebench.summary.table import SummaryRow

WhyNone = Literal["nothing-timed", "no-baseline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimes:
    """What to take where, and from which size on."""

    cells: tuple[Cell, ...]
    """By size class, kind and use, those that the run can fill."""
    missing: tuple[Missing, ...]
    """Those that it cannot, of size classes and kinds that it measured."""
    crossovers: tuple[Crossover, ...]
    carriers: tuple[tuple[str, tuple[str, ...]], ...]
    """Models that pickle does not carry, each with the rows that do."""
    joblib_load: Against | None
    """Plain joblib against pickle over all models; None where the two cannot be compared."""
    joblib_dump: Against | None
    why_none: WhyNone | None
    """Why there are no cells at all; None where rounds alone may be too few."""

    def as_json(self) -> dict[str, Any]:
        """Return ``regimes`` and ``crossovers`` for a script: bytes, ratios, None where unknown."""
        return {
            "regimes": [asdict(each) for each in self.cells],
            "missing": [asdict(each) for each in self.missing],
            "crossovers": [asdict(each) for each in self.crossovers],
        }


def regimes_of(run: Run, rows: Iterable[SummaryRow], outcomes: Iterable[OutcomeRow]) -> Regimes:
    """Return what a run decides.

    Parameters
    ----------
    run
        The run.
    rows, outcomes
        Its summary (`table.rows_of`) and what became of its cases (`outcomes.outcomes_of`).
    """
    evidence = Evidence(run, rows, outcomes)
    groups = _groups(run.header)
    found = [cell_of(evidence, group, use) for group in groups for use in USES]
    return Regimes(
        cells=tuple(each for each in found if isinstance(each, Cell)),
        missing=tuple(each for each in found if isinstance(each, Missing)),
        crossovers=tuple(crossovers_of(run, evidence)),
        carriers=tuple(_carriers(evidence)),
        joblib_load=evidence.against("joblib", WARM),
        joblib_dump=evidence.against("joblib", "dump_s"),
        why_none=_why_none(evidence),
    )


def _groups(header: Header) -> list[Group]:
    """Return the models of the header by size class and kind, in that order."""
    found: dict[tuple[str, str], list[str]] = {}
    for model, info in header.workloads.items():
        size_bytes = asked_bytes(model) or info.model_bytes
        if size_bytes:
            key = size_class(size_bytes), kind_of(model.partition("@")[0])
            found.setdefault(key, []).append(model)
    return [
        Group(size=size, kind=kind, models=tuple(found[size, kind]))
        for size in SIZE_CLASSES
        for kind in KINDS
        if (size, kind) in found
    ]


def _carriers(evidence: Evidence) -> Iterable[tuple[str, tuple[str, ...]]]:
    for model in evidence.models():
        if evidence.failed(BASELINE, model):
            yield model, tuple(name for name in evidence.names() if model in evidence.timed(name))


def _why_none(evidence: Evidence) -> WhyNone | None:
    if not evidence.models():
        return "nothing-timed"
    return None if evidence.timed(BASELINE) else "no-baseline"
