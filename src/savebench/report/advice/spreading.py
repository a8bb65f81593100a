"""Labels along one axis that keep clear of one another and move as little as can be."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class _Block:
    """Neighbours that touch, as one."""

    middle: float
    size: float
    members: list[int]


def spread(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return where the middles of labels stand so that none overlap, in the order given.

    Each is wanted at its own place and has a size along the axis, in one unit. Labels that would
    overlap become a block around the mean of their places (least squares of what they move;
    R. Barlow, H. Brunk, Isotonic Regression, 1972: pool adjacent violators).
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    blocks: list[_Block] = []
    for index in order:
        blocks.append(_Block(wanted[index], sizes[index], [index]))
        while len(blocks) > 1 and _overlap(blocks[-2], blocks[-1]):
            blocks[-2:] = [_pooled(blocks[-2], blocks[-1], wanted, sizes)]
    places = [0.0] * len(wanted)
    for block in blocks:
        start = block.middle - block.size / 2
        for index in block.members:
            places[index] = start + sizes[index] / 2
            start += sizes[index]
    return places


def _overlap(lower: _Block, upper: _Block) -> bool:
    return upper.middle - lower.middle < (lower.size + upper.size) / 2


def _pooled(
    lower: _Block, upper: _Block, wanted: Sequence[float], sizes: Sequence[float]
) -> _Block:
    """Return two as one, where its members would have to move least."""
    members = [*lower.members, *upper.members]
    size = lower.size + upper.size
    offset, asked = 0.0, []
    for index in members:
        asked.append(wanted[index] - (offset + sizes[index] / 2))
        offset += sizes[index]
    return _Block(sum(asked) / len(asked) + size / 2, size, members)
