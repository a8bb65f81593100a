"""Why a model could not be saved: what stands in the way, and what to do about it."""

from dataclasses import dataclass

from savebench.obstacles.depth import Chain
from savebench.obstacles.mends import listed, sentences
from savebench.obstacles.search import Obstacle

_SHOWN = 3
_SHOWN_MENDS = 2
_FRAMES_A_STEP = 20
"""Calls that the slowest pickler takes for a step down; joblib's takes about seven."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a model could not be saved; false where that is not known."""

    error: str = ""
    """What was raised, in its own words."""
    obstacles: tuple[Obstacle, ...] = ()
    """What stood in the way, each with its path, what it is, and what to do about it."""
    is_complete: bool = True
    """Whether no others stand in the way."""
    chain: Chain | None = None
    """The long way down, where saving ran out of calls."""
    limit_helps: bool = False
    """Whether a higher ``sys.setrecursionlimit`` lets it be saved."""
    carriers: tuple[str, ...] = ()
    """Rows of the catalogue that save this model as it is; found by trying."""

    def __bool__(self) -> bool:
        """Return whether anything is known."""
        return bool(self.obstacles or self.chain)

    @property
    def what(self) -> str:
        """What cannot be saved: ``steps[-1][1].lock_: a lock, log: an open file and 3 more``."""
        if self.chain is not None:
            return str(self.chain)
        shown = [str(each) for each in self.obstacles[:_SHOWN]]
        rest = len(self.obstacles) - len(shown)
        if rest or not self.is_complete:
            shown.append(
                f"{rest:,} {'' if self.is_complete else 'or '}more" if rest else "maybe more"
            )
        return listed(shown, most=len(shown))

    @property
    def mends(self) -> list[str]:
        """What to do about it, a clause each."""
        if self.chain is None:
            return sentences(each.mend for each in self.obstacles)
        ways = []
        if self.chain.owner:
            ways.append(
                f"write __getstate__ on {self.chain.owner} that keeps a list of what it holds, "
                "instead of one inside the other"
            )
        if self.limit_helps:
            limit = -(-self.chain.depth * _FRAMES_A_STEP // 1000) * 1000
            ways.append(f"raise the limit before saving: sys.setrecursionlimit({limit:_})")
        return [", or ".join(ways)] if ways else []

    @property
    def cannot(self) -> str:
        """``cannot store lock_: a lock (TypeError: cannot pickle '_thread.lock' object)``."""
        first = self.obstacles[:1]
        told = any(each.home is not None or self.error in each.what for each in first)
        return f"cannot store {self.what}{'' if told else f' ({self.error})'}"

    def __str__(self) -> str:
        """Return in a line what cannot be stored, why, and what to do about that."""
        if not self:
            return self.error
        return "; ".join([self.cannot, *self.mends[:_SHOWN_MENDS]])
