"""Who cannot win, told early: from sizes, a first round, and what a person needs.

Conservative. Nobody is dropped for what was not measured. A time of too few rounds for an interval
may be off by a factor of `ROUGH` either way, so that of one round another must be 4 times as slow;
the ends of an interval may be off by `NOISE` more. Sizes are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.constraints import violations_of
from savebench.summary.advice.costs import Basis, Cost, basis_of, cost_of, download_of
from savebench.summary.advice.front import MEMORY, READY, SIZE, axes_of, point_of
from savebench.summary.advice.needs import Needs, human_rate
from savebench.units import human_bytes, human_ratio, human_seconds

ROUGH = 2.0
NOISE = 1.43
"""A value that reads 30 % low is 1.43 times as large in truth."""
_MEMORY_NOISE = 1.1
_LIKE = 1.3
"""Where time is multiplied with memory, who takes as much memory must be so much faster."""
_DECISIVE = frozenset({"carries", "safe", "read-by", "max-size"})
"""Needs that no further round can change."""


@dataclass(frozen=True, slots=True)
class _Standing:
    candidate: Candidate
    cost: Cost
    least: Mapping[str, float]
    """Axis -> what it is at the very least."""
    most: Mapping[str, float]


def drops_of(
    candidates: Sequence[Candidate], needs: Needs, versions: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return who cannot be taken nor stand on the front whatever is measured further, and why.

    Parameters
    ----------
    candidates
        With what is known so far: nothing, sizes alone, or some rounds. Those that were dropped
        before are left out of the answer, and are no measure for others.
    needs
        What matters.
    versions
        Of what writes the files, as `Facts` has them.

    Returns
    -------
    dict
        Name -> the reason, a sentence without its end; in the order of the candidates.
    """
    in_play = [each for each in candidates if not each.dropped]
    basis = basis_of(in_play, needs)
    rivals = _rivals(in_play, needs, basis, versions or {})
    found: dict[str, str] = {}
    for each in in_play:
        reason = (
            _ruled_out(each, needs, versions or {})
            or _compresses_nothing(each, in_play, needs, versions or {})
            or (_too_large_to_download(each, rivals, needs, basis) if basis else "")
            or (_beaten(each, rivals, needs, basis) if basis else "")
        )
        if reason:
            found[each.serializer] = reason
    return found


def _ruled_out(candidate: Candidate, needs: Needs, versions: Mapping[str, str]) -> str:
    if candidate.kind == "floor":
        return "keeps bare arrays, no model"
    for each in violations_of(candidate, needs, None, versions):
        decides = each.need in _DECISIVE or (each.need == "exact" and each.is_known)
        too_much = each.need == "memory" and each.excess > _MEMORY_NOISE - 1
        if each.is_known and (decides or too_much):
            return each.reason
    return ""


def _compresses_nothing(
    candidate: Candidate,
    in_play: Sequence[Candidate],
    needs: Needs,
    versions: Mapping[str, str],
) -> str:
    """Return a reason where a codec leaves the file no smaller than its row without one.

    The codec is work on top of the same pickler's: it can save nothing then.
    """
    plain_name, has_codec, _ = candidate.serializer.partition("+")
    plain = next((each for each in in_play if each.serializer == plain_name), None)
    size = candidate.size_bytes
    if not has_codec or plain is None or size is None or plain.size_bytes is None:
        return ""
    if plain.kind != candidate.kind or size < plain.size_bytes:
        return ""
    if plain.outcome != "ok" or _ruled_out(plain, needs, versions) or _may_fail(plain, needs):
        return ""
    return (
        f"compresses nothing: its file of {human_bytes(size)} is no smaller than that of "
        f"{plain.serializer}"
    )


def _too_large_to_download(
    candidate: Candidate, rivals: Sequence[_Standing], needs: Needs, basis: Basis
) -> str:
    """Return a reason where the download alone takes longer than all that another costs.

    Its load is timed once all the same: the answer for other bandwidths takes it.
    """
    if basis.load not in candidate.estimates:
        return ""
    download_s = download_of(candidate, needs)
    if not download_s or needs.bandwidth_bytes_per_s is None or len(axes_of(needs)) > 1:
        return ""
    for rival in rivals:
        if rival.candidate is not candidate and download_s > rival.most[READY.name]:
            return (
                f"at {human_rate(needs.bandwidth_bytes_per_s)} its download alone takes "
                f"{human_seconds(download_s)}, longer than {rival.candidate.serializer} takes in "
                f"all ({human_seconds(rival.cost.ready_s.median)})"
            )
    return ""


def _beaten(candidate: Candidate, rivals: Sequence[_Standing], needs: Needs, basis: Basis) -> str:
    """Return a reason where another is better on every axis, whatever noise there was."""
    cost = cost_of(candidate, needs, basis)
    if cost is None:
        return ""
    mine = _standing(candidate, cost, needs)
    for rival in rivals:
        if rival.candidate is not candidate and _cannot_lose(rival, mine, needs):
            ratio = mine.cost.ready_s.median / rival.cost.ready_s.median
            return (
                f"{human_ratio(ratio)} the time of {rival.candidate.serializer} to the first "
                f"answer ({human_seconds(mine.cost.ready_s.median)} against "
                f"{human_seconds(rival.cost.ready_s.median)}), and no better in anything else"
            )
    return ""


def _cannot_lose(rival: _Standing, mine: _Standing, needs: Needs) -> bool:
    """Return whether a rival is faster, and no worse on any other axis, for all the noise."""
    weighed = needs.workers is not None and needs.memory_bytes is None
    memory = MEMORY.name
    if weighed and not (memory in rival.most and memory in mine.least):
        return False
    if rival.most[READY.name] * (_LIKE if weighed else 1.0) >= mine.least[READY.name]:
        return False
    shared = [axis for axis in mine.least if axis in rival.most and axis != READY.name]
    return all(
        rival.most[axis] <= mine.least[axis] or (axis == memory and _as_much(rival, mine))
        for axis in shared
    )


def _as_much(rival: _Standing, mine: _Standing) -> bool:
    """Return whether two take the same memory but for what pages vary by."""
    return rival.least[MEMORY.name] * _MEMORY_NOISE <= mine.most[MEMORY.name] / _MEMORY_NOISE * 1.05


def _rivals(
    in_play: Sequence[Candidate],
    needs: Needs,
    basis: Basis | None,
    versions: Mapping[str, str],
) -> list[_Standing]:
    """Return those that can be taken for all that is known, and what they cost."""
    if basis is None:
        return []
    found = []
    for each in in_play:
        cost = cost_of(each, needs, basis)
        if cost and not violations_of(each, needs, basis, versions) and not _may_fail(each, needs):
            found.append(_standing(each, cost, needs))
    return sorted(found, key=lambda rival: rival.most[READY.name])


def _may_fail(candidate: Candidate, needs: Needs) -> bool:
    """Return whether it may yet miss a need: its memory is near the limit, or unknown."""
    if needs.exact and candidate.exact is None:
        return True
    if needs.memory_bytes is None:
        return False
    tighter = replace(needs, memory_bytes=round(needs.memory_bytes / _MEMORY_NOISE))
    return any(each.need == "memory" for each in violations_of(candidate, tighter, None, {}))


def _standing(candidate: Candidate, cost: Cost, needs: Needs) -> _Standing:
    axes = axes_of(needs)
    download_s = cost.download_s
    least, most = {}, {}
    for name, value in point_of(candidate, cost, axes).items():
        exact_s = download_s if name == READY.name else 0.0
        least[name], most[name] = _ends(name, value.shifted(-exact_s), exact_s)
    return _Standing(candidate, cost, least, most)


def _ends(axis: str, value: Estimate, exact: float) -> tuple[float, float]:
    if axis == SIZE.name:
        return value.median, value.median
    if axis == MEMORY.name:
        return value.least / _MEMORY_NOISE, value.most * _MEMORY_NOISE
    spread = NOISE if value.has_interval else ROUGH
    return exact + value.least / spread, exact + value.most * spread
