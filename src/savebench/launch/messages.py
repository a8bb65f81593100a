"""What the parent and a trial's process say to each other: one JSON line a message, both ways.

Parent to child: a `Task`, then ``go``. Child to parent: ``ready`` when everything but the measured
operation is done, then an `Answer`. A child that fails while it prepares answers at once.
"""

from typing import Any, Literal

import msgspec

from savebench.records.schema import Outcome, TrialKind

GO = b"go\n"
READY = b"ready\n"
OUTPUT = "output.txt"
"""In a trial's scratch folder: what its process printed."""

Memory = Literal["as-forked", "all", "rehearsed"]
"""Leave pages shared (for what is not timed), populate all, or those that a rehearsal touched."""


class RowRef(msgspec.Struct, frozen=True):
    """Where a worker finds a catalogue row, by the provider's entry point, and what it is told."""

    provider: str
    name: str
    trust: tuple[str, ...] = ()
    """Types that the person trusts, for a row that loads reviewed types only (skops)."""


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Where a person's own model is, and how it is asked."""

    loader: str
    """How it is loaded, as ``joblib``: a key of `savebench.trial.opening.LOADERS`."""
    where: str
    """The file, or ``package.module:attribute``."""
    compression: str = "none"
    """Of the file, as it was found."""
    probe: str = ""
    """A file with the input to ask with; empty: an input is made."""
    method: str = ""
    """What answers; empty: the first that the model has."""
    trust: bool = False
    """Whether a loader that knows reviewed types only may load the others, too."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """All that a fresh process needs to know to do one thing once."""

    kind: TrialKind
    serializer: RowRef | None = None
    """None when a model is built."""
    workload: RowRef | None = None
    """Named when a model is built: by a build, or by a dump that no reference can serve."""
    source: Source | None = None
    """Named when a model is there already and is taken as it is, instead of built."""
    carriers: tuple[RowRef, ...] = ()
    """Of a build: the rows by which the reference may be kept, the first that carries it."""
    reference: RowRef | None = None
    """The row by which the reference was kept, and loads; None: a pickle (`LayoutPickler`)."""
    method: str = "predict"
    answers: bool = True
    """Whether what is loaded answers the method (a floor does not)."""
    modules: tuple[str, ...] = ()
    """Imported before anything else."""
    imports: tuple[str, ...] = ()
    """What loading the model was seen to import: imported too, as far as that is possible."""
    model_folder: str
    """Where the built model, its probe and its answers lie (or shall lie)."""
    artifact: str = ""
    """What to make or to load."""
    scratch: str
    """This trial's own folder: working directory, TMPDIR and captured output."""
    target_bytes: int = 0
    seed: int = 0
    memory_limit_bytes: int | None = None
    memory: Memory = "all"
    """How a forked process prepares its memory; a spawned one has no need to."""
    expected: str = ""
    """Of a check: the answers to compare with, by file name; those of the model by default."""
    keep: str = ""
    """Of a check: the file name under which it leaves its own answers, or ``""``."""
    is_confined: bool = False
    """Whether what is loaded is a person's file: it may write nowhere else, and start nothing."""
    absent: tuple[str, ...] = ()
    """Modules that the process shall not find: those that only a test run can import."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the process found out."""

    outcome: Outcome = "ok"
    reason: str = ""
    metrics: dict[str, float] = {}
    facts: dict[str, Any] = {}


class ZygoteCommand(msgspec.Struct, frozen=True):
    """What a zygote is asked to do; the socket that the new process speaks on travels along.

    ``branch``: fork a zygote that imports `modules` more. ``trial``: fork a child for one trial.
    """

    do: Literal["branch", "trial"]
    modules: tuple[str, ...] = ()
    task: Task | None = None


class ZygoteEvent(msgspec.Struct, frozen=True):
    """What a zygote reports: it is ready, a child was forked (no status yet), or a child ended."""

    what: Literal["ready", "forked", "ended"]
    pid: int = 0
    status: int = 0
    """As `subprocess` gives it: an exit code, or a signal's number negated."""
