"""A file of pickles, from its unpacked bytes to what an inspection says of it."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from savebench.inspecting.faults import NotThis
from savebench.inspecting.found import Container, Inspection, Named, Part
from savebench.inspecting.limits import FREE_OPCODES, OPCODES_A_BYTE
from savebench.inspecting.missing import missing_of
from savebench.inspecting.opened import Opened
from savebench.inspecting.pickles.machine import Beside
from savebench.inspecting.pickles.session import Session
from savebench.inspecting.pickles.tree import tree_of, twins
from savebench.inspecting.pickles.walk import Walked, walk
from savebench.inspecting.pickles.writers import written_by
from savebench.units import human_bytes

_MAGIC = b"\x80"
_LATEST = 5
_FEW_OPCODES = 4
_TOLD_TWINS = 3


def read_pickle(opened: Opened) -> Inspection:
    """Follow a file's pickles, and tell what is in them.

    Raises
    ------
    NotThis
        When the bytes are no pickle.
    """
    most = max(FREE_OPCODES, OPCODES_A_BYTE * opened.file_bytes)
    session, stream = Session(most_opcodes=most), opened.stream()
    with _no_collecting():
        walked = walk(stream, session, Beside(opened))
    if opened.compression == "joblib-zf":
        session.hints.setdefault("joblib", "<0.10")
    names = session.names()
    if not _is_pickle(opened, walked, names, stream.tell()):
        raise NotThis("no pickle")
    size = stream.tell() + session.unpacked_beside
    root = tree_of(walked.value, walked.size + session.unpacked_beside)
    return Inspection(
        source=str(opened.path),
        container=_container(opened, session),
        compression=opened.compression,
        protocol=walked.protocol,
        file_bytes=opened.file_bytes + sum(session.files.values()),
        uncompressed_bytes=size,
        written_by=written_by(session, names, walked.protocol),
        globals=names,
        classes=tuple(name for name, count in session.classes.most_common() if count > 0),
        missing=missing_of(names),
        root=root,
        notes=(*_notes(opened, session, root),),
        damage=walked.damage,
        distrust=tuple(session.distrust),
    )


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Switch the collector of cycles off: it would look at millions of values over and over."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_pickle(opened: Opened, walked: Walked, names: tuple[Named, ...], size: int) -> bool:
    """Whether the bytes are a pickle after all: old ones have no mark at their beginning."""
    head = opened.head[:2]
    if head[:1] == _MAGIC and len(head) > 1 and head[1] <= _LATEST:
        return True
    if opened.compression == "joblib-zf":
        return True
    if walked.complete:
        return bool(names) or walked.size == size or walked.opcodes > _FEW_OPCODES
    return any(_likely(each) for each in names)


def _likely(named: Named) -> bool:
    """Whether a name is one that could be imported."""
    return all(piece.isidentifier() for piece in named.name.split("."))


def _container(opened: Opened, session: Session) -> Container:
    if session.hints.get("pickler") == "joblib" or opened.compression == "joblib-zf":
        return "joblib"
    return "pickle"


def _notes(opened: Opened, session: Session, root: Part) -> list[str]:
    notes = list(session.notes)
    if len(opened.layers) > 1:
        notes.append(f"compressed {len(opened.layers)} times: {', then '.join(opened.layers)}")
    if session.files:
        notes.append(f"{len(session.files):,} files beside it belong to it; move them together")
    for part in twins(root)[:_TOLD_TWINS]:
        same = part.array.same_as if part.array else ""
        notes.append(f"{part.path} holds the same {human_bytes(part.bytes)} as {same}")
    if session.full:
        notes.append("it holds more objects than are listed one by one; sums are right")
    return notes
