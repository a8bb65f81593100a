"""What a hostile file is to the tests: how it is written, what must be said, how it strikes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Verdict = Literal["refused", "damaged"]
"""Refused: read (exit 0), and not trusted. Damaged: not a model, broken or too large (exit 2)."""
Loader = Literal["pickle", "joblib", "numpy", "dill", "none"]
"""What a victim would load it with, so that it strikes; "none": nothing here that it could hit."""
Body = Callable[[str], bytes]
"""Marker -> a pickle's opcodes without head and STOP, or a whole file."""
Writer = Callable[[Path, str], Path]
"""(an empty folder of its own, the marker to leave) -> the file to inspect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One file that means harm."""

    name: str
    write: Writer
    verdict: Verdict = "refused"
    strikes: Loader = "none"
    culprit: str = ""
    """A name that must be listed as not trusted."""


def file_of(body: Body, called: str = "model.pkl") -> Writer:
    """Return a writer of these bytes."""

    def write(folder: Path, marker: str) -> Path:
        path = folder / called
        path.write_bytes(body(marker))
        return path

    return write


def refused(
    bodies: Mapping[str, Body], *, strikes: Loader = "pickle", culprits: bool = False
) -> Iterator[Hostile]:
    """Yield one file for each of whole pickles; with `culprits` their names are those to find."""
    for name, body in bodies.items():
        culprit = name.split(" ")[0] if culprits else ""
        yield Hostile(name=name, write=file_of(body), strikes=strikes, culprit=culprit)


def damaged(bodies: Mapping[str, Body]) -> Iterator[Hostile]:
    """Yield one file for each of bytes that nobody can read to their end."""
    for name, body in bodies.items():
        yield Hostile(name=name, write=file_of(body), verdict="damaged")
