"""A subject: the model that is being saved, wherever it comes from.

A recipe of the catalogue built it (`savebench.subjects.builder`), somebody handed it over as an
object (`savebench.subjects.handed`), or named it as a file. What a trial needs is the same: a
folder that holds the model, a probe and the model's own answers to it, and what is known of them.
"""

from dataclasses import dataclass
from pathlib import Path

from savebench.launch.messages import Answer, RowRef
from savebench.subjects.cache import BuiltModel
from savebench.trial.faults import STEP


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Where a model lies and what is known of it, or why there is none to measure with."""

    name: str
    """``knn-brute@16MB``"""
    method: str
    """What answers the probe: ``predict``."""
    modules: tuple[str, ...] = ()
    """What its processes import before the clock starts."""
    folder: Path
    """Holds the model, the probe and its answers (`savebench.trial.reference`)."""
    facts: BuiltModel | None = None
    """None where it could not be built."""
    failure: Answer | None = None
    is_confined: bool = False
    """Whether it comes from a file that nobody vouches for (`savebench.trial.confining`)."""
    recipe: RowRef | None = None
    """The workload that builds it, if one does."""
    target_bytes: int = 0
    """What that is asked for."""

    @property
    def reason(self) -> str:
        """Why there is no model to measure with, or ``""``."""
        if self.failure is None:
            return ""
        was_built = STEP in self.failure.facts
        what = "the model was built, but" if was_built else "the model could not be built:"
        return f"{what} {self.failure.reason}"

    @property
    def size_bytes(self) -> int:
        """How large the model is, as far as that is known; else 0."""
        return (self.facts.model_bytes if self.facts else None) or 0

    @property
    def imports(self) -> tuple[str, ...]:
        """What loading it was seen to import."""
        return tuple(self.facts.imports) if self.facts else ()

    @property
    def rebuilt_by(self) -> RowRef | None:
        """The workload by which each dump trial builds the model, where nothing carries it."""
        return self.recipe if self.facts and not self.facts.is_kept else None
