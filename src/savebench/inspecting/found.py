"""What an inspection found, as values: names, arrays, parts by attribute path, who wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Container = Literal[
    "pickle",
    "joblib",
    "skops",
    "npz",
    "npy",
    "onnx",
    "xgboost",
    "lightgbm",
    "savebench-oob",
    "unknown",
]
Compression = Literal["none", "gzip", "zlib", "bz2", "xz", "lzma", "lz4", "zstd", "joblib-zf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something outside the file that loading it would import, and perhaps call."""

    name: str
    """`module.attribute`, as the file spells it: "sklearn.svm.classes.SVC"."""
    trusted: bool
    """It stands on the reviewed list, and the file uses it in the way that was reviewed."""
    count: int
    """How often the file names it."""
    called: bool
    """The file has it called; else it is only referred to."""
    at: int
    """Where it is named first: bytes from the start of the (unpacked) stream."""
    why: str
    """The reason on the reviewed list; or what it could mean that it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayFacts:
    """One array: what it is and how it lies."""

    dtype: str
    shape: tuple[int, ...]
    order: Literal["C", "F", "strided"]
    shrinks_to: float | None = None
    """What a fast codec leaves of a sample, as a share of it; None: not tried."""
    same_as: str = ""
    """Path of an array earlier in the tree that holds the same bytes a second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One place in a model, by its attribute path, and what lies below it."""

    path: str
    """From the top: "steps[1][1].tree_.nodes"; "" is the model itself."""
    type: str
    """Dotted name of its class: "numpy.ndarray"."""
    bytes: int
    """Bytes in the unpacked file (or in memory, for an object), of all below it too."""
    what: str = ""
    """What it is for, where that is known: "state of the optimizer, not read by predict"."""
    array: ArrayFacts | None = None
    count: int = 1
    """How many siblings are told as this one; its bytes are theirs together."""
    parts: tuple["Part", ...] = ()
    """What it consists of, in the order of the file; small siblings may be one part, named so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """All that was found in one file or object; what is unknown is empty, and notes say why."""

    source: str
    """Path of the file as given, or the type of the object."""
    container: Container
    compression: Compression = "none"
    protocol: int | None = None
    """The pickle protocol that the file names or needs."""
    file_bytes: int
    """On the disk, of all files that belong to it; of an object: bytes in memory."""
    uncompressed_bytes: int
    written_by: Mapping[str, str] = field(default_factory=dict)
    """Distribution -> version that wrote it, as far as the file tells ("<0.10" is possible)."""
    globals: tuple[Named, ...] = ()
    classes: tuple[str, ...] = ()
    """Dotted names of the classes whose objects the file holds, most frequent first."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Class or module that is not importable here -> what would bring it, if known, else ""."""
    root: Part | None = None
    """The model as a tree; None where the format has none or nothing could be read."""
    notes: tuple[str, ...] = ()
    """Facts and what could be done about them, a line each."""
    left_out: tuple[str, ...] = ()
    """What could not be told without loading it."""
    damage: str = ""
    """What is wrong with the file, where, what to do; empty: read to its end."""
    distrust: tuple[str, ...] = ()
    """What else speaks against loading it, beside names: an extension code, a persistent id."""

    @property
    def trusted(self) -> bool:
        """Whether everything that loading it would run is on the reviewed list."""
        return not self.damage and not self.distrust and all(each.trusted for each in self.globals)
