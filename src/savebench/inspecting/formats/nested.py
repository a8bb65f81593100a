"""A pickle within another format, followed as a pickle of its own is."""

from collections.abc import Iterator

from savebench.inspecting.drafts import Draft, thawed
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.missing import missing_of
from savebench.inspecting.pickles.machine import Beside
from savebench.inspecting.pickles.session import Session
from savebench.inspecting.pickles.tree import tree_of
from savebench.inspecting.pickles.walk import Walked, walk
from savebench.inspecting.pickles.writers import written_by
from savebench.inspecting.streams import Stream

_PICKLED = "an array of objects, stored as a pickle"


def follow(report: Report, session: Session, stream: Stream) -> Walked:
    """Follow a pickle that begins at the next byte, and put what it names into the report.

    One session serves all pickles of a file: its names are told together.
    """
    beside = Beside(report.opened)
    walked = walk(stream, session, beside)
    report.names = session.names()
    report.protocol = max(report.protocol or 0, walked.protocol)
    report.written_by |= written_by(session, report.names, walked.protocol)
    report.classes = tuple(name for name, count in session.classes.most_common() if count > 0)
    report.missing = missing_of(report.names)
    for reason in session.distrust:
        if reason not in report.distrust:
            report.distrust.append(reason)
    for note in session.notes:
        if note not in report.notes:
            report.notes.append(note)
    report.damage = report.damage or walked.damage
    return walked


def follow_items(report: Report, session: Session, stream: Stream, draft: Draft) -> None:
    """Follow the pickle of an array of objects; its array's facts stay as its header tells."""
    start = stream.tell()
    walked = follow(report, session, stream)
    tree = thawed(tree_of(walked.value, stream.tell() - start), draft.path)
    draft.parts, draft.bytes, draft.what = tree.parts, tree.bytes, _PICKLED


def pieces(stream: Stream, size: int) -> Iterator[bytes]:
    """Yield the next so many bytes of a stream, chunk by chunk."""
    while size > 0:
        if not stream.fill(1):
            raise stream.broken_off()
        piece = stream.take(min(size, len(stream.buf) - stream.pos))
        size -= len(piece)
        yield piece
