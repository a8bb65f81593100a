"""How far a fast codec shrinks bytes, told from a sample; and bytes that are there twice."""

import hashlib
import zlib
from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

_PIECES = 4
_PIECE_BYTES = 64 * 1024
_LEAST_BYTES = 4096
"""Below, a codec's own header counts for too much, and nobody minds."""
_LEVEL = 1
_CHUNK_BYTES = 1 << 24


def shrinks_to(content: memoryview | bytes) -> float | None:
    """Return what zlib's fastest level leaves of a sample, as a share; None: too small to tell.

    The sample is four pieces of 64 KB, spread evenly; all of it where it is smaller.
    """
    view = memoryview(content).cast("B")
    return _shrunk(b"".join(view[start:stop] for start, stop in _windows(view.nbytes)))


def raw_bytes(array: "np.ndarray[Any, Any]") -> memoryview:
    """Return an array's bytes as pickle stores them; a copy only where it has gaps."""
    import numpy as np

    flat = array.reshape(-1, order="A") if _whole(array) else np.ascontiguousarray(array)
    return flat.reshape(-1).view(np.uint8).data if flat.nbytes else memoryview(b"")


def _whole(array: "np.ndarray[Any, Any]") -> bool:
    return bool(array.flags.c_contiguous or array.flags.f_contiguous)


def digest(content: memoryview) -> bytes:
    """Return a hash by which equal bytes are told from others."""
    found = hashlib.blake2b(digest_size=16)
    for start in range(0, content.nbytes, _CHUNK_BYTES):
        found.update(content[start : start + _CHUNK_BYTES])
    return found.digest()


def with_equals(keys: Iterable[Hashable]) -> set[Hashable]:
    """Return the keys that come more than once: only these need a closer look."""
    seen: set[Hashable] = set()
    twice: set[Hashable] = set()
    for key in keys:
        (twice if key in seen else seen).add(key)
    return twice


class Sampler:
    """Takes bytes piece by piece, in order, and keeps a hash of all and a sample of some."""

    def __init__(self, size: int) -> None:
        """Expect so many bytes."""
        self._hash = hashlib.blake2b(digest_size=16)
        self._windows = _windows(size)
        self._kept: list[bytes] = []
        self._seen = 0
        self.size = size

    def __call__(self, piece: bytes | memoryview) -> None:
        """Take the next piece."""
        self._hash.update(piece)
        end = self._seen + len(piece)
        for start, stop in self._windows:
            if start < end and stop > self._seen:
                within = slice(max(0, start - self._seen), min(len(piece), stop - self._seen))
                self._kept.append(bytes(piece[within]))
        self._seen = end

    @property
    def digest(self) -> bytes:
        """The hash of all that was taken."""
        return self._hash.digest()

    def shrinks_to(self) -> float | None:
        """Return what zlib's fastest level leaves of the sample, as a share."""
        return _shrunk(b"".join(self._kept))


def _windows(size: int) -> list[tuple[int, int]]:
    """Return where the pieces of a sample begin and end."""
    if size <= _PIECES * _PIECE_BYTES:
        return [(0, size)]
    # Whole doubles: bytes of one meaning lie under one another.
    starts = [(size - _PIECE_BYTES) * number // (_PIECES - 1) for number in range(_PIECES)]
    return [(start - start % 8, start - start % 8 + _PIECE_BYTES) for start in starts]


def _shrunk(sample: bytes) -> float | None:
    if len(sample) < _LEAST_BYTES:
        return None
    return round(len(zlib.compress(sample, _LEVEL)) / len(sample), 3)
