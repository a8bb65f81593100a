"""What a saved model is for, and what a row costs for it: `advise`'s costs, one a use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.costs import Cost, basis_of, costs_of, with_processes
from savebench.summary.advice.needs import Needs
from savebench.summary.evidence import WARM

WORKERS = 4
"""Processes that hold the model where many workers do: as many as ``worker_bytes`` was counted
with."""

UseName = Literal["load time", "file size", "memory", "many workers", "safety"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One thing that matters."""

    name: UseName
    metric: str
    """What must have been measured."""
    decides: str
    """What decides, in words."""
    needs: Needs = field(default_factory=Needs)


USES: tuple[Use, ...] = (
    Use(name="load time", metric=WARM, decides="load + predict"),
    Use(name="file size", metric="size_bytes", decides="size"),
    Use(name="memory", metric="load_peak_bytes", decides="peak memory of the load"),
    Use(
        name="many workers",
        metric="worker_bytes",
        decides=f"load + predict x memory of {WORKERS} workers",
        needs=Needs(workers=WORKERS),
    ),
    Use(name="safety", metric=WARM, decides="load + predict", needs=Needs(safe=True)),
)


def use_costs(use: Use, candidates: Sequence[Candidate]) -> Mapping[str, Cost]:
    """Return what each candidate costs for a use; who lacks what decides has none.

    Time decides, or time x memory of many workers, as in `advice.costs`. Of size and of memory the
    bytes decide; memory counts with what the process holds beside the model (`PROCESS_BYTES`), so
    that a small model's pages are no reason for another habit.
    """
    measured = [each for each in candidates if use.metric in each.estimates]
    basis = basis_of(measured, use.needs)
    if basis is None or (use.needs.workers is not None and not basis.weighs_memory):
        return {}
    costs = costs_of(measured, use.needs, basis)
    if use.name == "file size":
        sizes = {each.serializer: each.estimates[use.metric] for each in measured}
        return {name: _of_bytes(cost, sizes[name]) for name, cost in costs.items()}
    if use.name == "memory":
        return {name: _of_bytes(cost, with_processes(cost, 1)) for name, cost in costs.items()}
    return costs


def _of_bytes(cost: Cost, what: Estimate) -> Cost:
    """Return a cost that these bytes decide alone."""
    return replace(cost, per_use_s=what, deciding=what)
