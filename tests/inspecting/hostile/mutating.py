"""Files made from good ones by one or several seeded accidents."""

import pickle
import random
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Mutate = Callable[[bytearray, random.Random, Sequence[bytes]], None]
OPCODES = sorted(
    value
    for name in pickle.__all__
    if name.isupper() and isinstance(value := getattr(pickle, name), bytes) and len(value) == 1
)
SHORT = 40
"""So many bytes at the most are taken out, put in or moved."""
ACCIDENTS_EACH = (1, 1, 1, 2, 4)
"""As many befall a file; one alone more often, or hardly a mutant would be read to its end."""
PACKED = 0.2
"""So many of all mutants are packed by zlib as joblib packs them."""


def _place(data: bytearray, draw: random.Random) -> int:
    """Draw a place: one in two near the ends, where the structure of most formats is."""
    if draw.random() < 0.5:
        return draw.randrange(len(data))
    near = min(len(data), 200)
    return draw.choice((draw.randrange(near), len(data) - 1 - draw.randrange(near)))


def _flip(data: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    data[_place(data, draw)] ^= 1 << draw.randrange(8)


def _delete(data: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    at = _place(data, draw)
    del data[at : at + draw.randint(1, SHORT)]


def _insert(data: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    at = _place(data, draw)
    data[at:at] = draw.randbytes(draw.randint(1, 8))


def _splice(data: bytearray, draw: random.Random, others: Sequence[bytes]) -> None:
    """Put a piece of another file in."""
    other = draw.choice(others)
    begin = draw.randrange(len(other))
    at = _place(data, draw)
    data[at:at] = other[begin : begin + draw.randint(1, SHORT)]


def _repeat(data: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    at = _place(data, draw)
    data[at:at] = data[at : at + draw.randint(1, SHORT)]


def _truncate(data: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    del data[_place(data, draw) + 1 :]


def _opcode(data: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    """Put another opcode where one may stand."""
    data[_place(data, draw)] = draw.choice(OPCODES)[0]


def _length(data: bytearray, draw: random.Random, _: Sequence[bytes]) -> None:
    """Put an extreme number where a length may stand."""
    at = _place(data, draw)
    extreme = draw.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**64 - 1))
    width = draw.choice((1, 4, 8))
    data[at : at + width] = extreme.to_bytes(8, "little")[:width]


ACCIDENTS: tuple[Mutate, ...] = (
    _flip, _delete, _insert, _splice, _repeat, _truncate, _opcode, _length,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutant:
    """What came of a good file."""

    data: bytes
    """The file."""
    unpacked: bytes
    """Its bytes below the compression."""


def mutant(seed: int, good: Sequence[bytes]) -> Mutant:
    """Return a mutant of one of the good files; the same seed makes the same."""
    draw = random.Random(seed)  # noqa: S311 - the same seed makes the same mutant
    data = bytearray(draw.choice(good))
    for _ in range(draw.choice(ACCIDENTS_EACH)):
        if data:
            draw.choice(ACCIDENTS)(data, draw, good)
    unpacked = bytes(data)
    if draw.random() < PACKED:  # the damage lies below the compression, which else shows it
        return Mutant(zlib.compress(unpacked, 1), unpacked)
    return Mutant(unpacked, unpacked)
