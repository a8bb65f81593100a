"""Raw bytes as they stream by: hashed to find them again, sampled to see how far they shrink."""

import hashlib
import zlib

from savebench.inspecting.limits import COMPARED_BYTES, LARGE_ARRAY_BYTES, SAMPLE_BYTES
from savebench.inspecting.pickles.session import Session

_SLICES = 4
_LEAST_SAMPLE = 1 << 16


class Content:
    """A sink for one run of bytes whose length is known beforehand."""

    __slots__ = ("_hash", "_sample", "_size", "_step", "_taken", "_wanted", "seen")

    def __init__(self, size: int, session: Session) -> None:
        """Plan slices of a sample, evenly spread, as far as the session still pays for them."""
        self._size = size
        is_compared = LARGE_ARRAY_BYTES <= size <= COMPARED_BYTES
        self._hash = hashlib.blake2b(digest_size=16) if is_compared else None
        wanted = min(size, SAMPLE_BYTES, max(_LEAST_SAMPLE, session.samples // 16))
        large = size >= LARGE_ARRAY_BYTES and session.samples >= wanted
        self._wanted = wanted // _SLICES if large else 0
        session.samples -= self._wanted * _SLICES
        self._step = size // _SLICES
        self._sample: list[bytes] = []
        self._taken = 0
        self.seen = 0

    def update(self, piece: bytes | memoryview) -> None:
        """Take the next piece."""
        start, end = self.seen, self.seen + len(piece)
        self.seen = end
        if self._hash is not None:
            self._hash.update(piece)
        while self._wanted and self._taken < _SLICES * self._wanted:
            slice_, within = divmod(self._taken, self._wanted)
            place = slice_ * self._step + within
            if not start <= place < end:
                break
            last = min(end, place + self._wanted - within)
            self._sample.append(bytes(piece[place - start : last - start]))
            self._taken += last - place

    @property
    def digest(self) -> bytes:
        """A hash of all of it; empty for what is small."""
        return self._hash.digest() if self._hash is not None else b""

    @property
    def shrinks_to(self) -> float | None:
        """What zlib at level 1 leaves of the sample, as a share; None: not tried."""
        if not self._taken:
            return None
        return len(zlib.compress(b"".join(self._sample), 1)) / self._taken
