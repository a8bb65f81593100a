"""Who may yet be taken: further rounds of these decide, those of the others only fill the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.constraints import violations_of
from savebench.summary.advice.costs import Basis, basis_of, costs_of
from savebench.summary.advice.needs import Needs
from savebench.summary.advice.worth import WORTH

_ROUGH = {1: 2.0, 2: 1.6}
"""After so many rounds two medians may be so far apart, and their order still be chance;"""
_ROUGHLY = 1.3
"""after more, but too few for intervals, so far."""


@dataclass(frozen=True, slots=True)
class Contest:
    """Rows that cannot be told apart from the least cost, and what must be timed to tell them."""

    serializers: frozenset[str] = frozenset()
    """Empty: there is nothing to decide."""
    kinds: tuple[str, ...] = ()
    """Of trials."""


def contest_of(
    candidates: Sequence[Candidate], needs: Needs, versions: Mapping[str, str] | None = None
) -> Contest:
    """Return who may yet cost the least, by what was measured so far.

    Parameters
    ----------
    candidates
        With what is known so far.
    needs
        What matters.
    versions
        Of what writes the files, as `Facts` has them.
    """
    basis = basis_of(candidates, needs)
    if basis is None:
        return Contest()
    able = [
        each
        for each in candidates
        if each.kind != "floor" and not violations_of(each, needs, basis, versions or {})
    ]
    costs = {name: cost.deciding for name, cost in costs_of(able, needs, basis).items()}
    if not costs:
        return Contest()
    least = min(costs.values(), key=lambda cost: cost.median)
    close = frozenset(name for name, cost in costs.items() if _may_be_less(cost, least))
    if all(_is_as_good(costs[name], least) for name in close):
        return Contest()
    return Contest(close, _kinds(basis))


def _may_be_less(cost: Estimate, least: Estimate) -> bool:
    if cost.has_interval and least.has_interval:
        return cost.least <= least.most
    rough = _ROUGH.get(min(cost.n, least.n), _ROUGHLY)
    return cost.median <= least.median * rough


def _is_as_good(cost: Estimate, least: Estimate) -> bool:
    """Return whether taking one for the other costs nothing worth a further round."""
    if cost == least:
        return True
    return cost.has_interval and least.has_interval and cost.most <= least.least * (1 + WORTH)


def _kinds(basis: Basis) -> tuple[str, ...]:
    load = "load-cold" if "cold" in basis.load else "load"
    return ("dump", load) if basis.counts_dump else (load,)
