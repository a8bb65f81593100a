"""Where a claim holds, in few words: by kind, by size, by row, or the models themselves."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from savebench.summary.claims.ground import kind_of_model
from savebench.summary.kinds import KINDS, Kind
from savebench.units import human_bytes

_FEW = 3
"""So many models are named one by one."""
_APART = 1.5
"""Sizes that differ by less are one size: a model may be a quarter off its name."""


class Named(Protocol):
    """A row on a model."""

    @property
    def row(self) -> str:
        """Its name."""

    @property
    def model(self) -> str:
        """Its sized name."""


def where(held: Sequence[Named], rest: Sequence[Named], sizes: Mapping[str, int]) -> str:
    """Return what tells points that hold from those that do not: neither may be empty.

    What parts the two where anything does; else each kind by itself, with its size, its models or
    their number.
    """
    return parted(held, rest, sizes) or "; ".join(
        _of_kind(
            kind,
            [each for each in held if kind_of_model(each.model) == kind],
            [each for each in rest if kind_of_model(each.model) == kind],
            sizes,
        )
        for kind in _kinds(held)
    )


def parted(held: Sequence[Named], rest: Sequence[Named], sizes: Mapping[str, int]) -> str:
    """Return the kinds, the size or the rows that part the two; empty where nothing does."""
    kinds = _kinds(held)
    if not set(kinds) & set(_kinds(rest)):
        return listed(kinds)
    limit = _limit(held, rest, sizes)
    return f"models of {limit}" if limit else _rows(held, rest)


def listed(names: Sequence[str]) -> str:
    """Return ``"a"``, ``"a and b"`` or ``"a, b and c"``."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _kinds(points: Sequence[Named]) -> list[Kind]:
    found = {kind_of_model(point.model) for point in points}
    return [kind for kind in KINDS if kind in found]


def _limit(held: Sequence[Named], rest: Sequence[Named], sizes: Mapping[str, int]) -> str:
    """Return the size that parts the two, as a model is named by it; empty where none does."""
    ours, theirs = (sorted(sizes.get(each.model, 0) for each in side) for side in (held, rest))
    if not (ours[0] and theirs[0]):
        return ""
    least, most = (end(held, key=lambda each: sizes[each.model]).model for end in (min, max))
    if ours[0] >= _APART * theirs[-1]:
        return f"{_size_in(least, ours[0])} and more"
    return f"{_size_in(most, ours[-1])} and less" if _APART * ours[-1] <= theirs[0] else ""


def _size_in(model: str, size_bytes: int) -> str:
    return model.rpartition("@")[2] if "@" in model else human_bytes(size_bytes)


def _rows(held: Sequence[Named], rest: Sequence[Named]) -> str:
    """Return the rows that part the two, or all but which do; empty where too many do in part."""
    ours, theirs = (list(dict.fromkeys(each.row for each in side)) for side in (held, rest))
    partly = [row for row in theirs if row in ours]
    wholly = [row for row in ours if row not in partly]
    if not wholly or len(partly) > _FEW - 1:
        return ""
    if not partly and len(wholly) <= len(theirs):
        return listed(wholly)
    return f"all rows but {listed([_part(row, held, rest) for row in theirs])}"


def _part(row: str, held: Sequence[Named], rest: Sequence[Named]) -> str:
    yes, no = (sum(each.row == row for each in side) for side in (held, rest))
    return f"{row} ({no} of {yes + no} models)" if yes else row


def _of_kind(
    kind: Kind, held: Sequence[Named], rest: Sequence[Named], sizes: Mapping[str, int]
) -> str:
    if not rest:
        return kind
    if limit := _limit(held, rest, sizes):
        return f"{kind} of {limit}"
    ours, theirs = (list(dict.fromkeys(each.model for each in side)) for side in (held, rest))
    if not set(ours) & set(theirs):
        if len(ours) <= _FEW:
            return listed(ours)
        if len(theirs) <= _FEW:
            return f"{kind} but {listed(theirs)}"
    count = f"{len(held)} of {len(held) + len(rest)}"
    return f"{count} other models" if kind == "other" else f"{count} models of {kind}"
