"""NumPy's archive of arrays: a zip of `.npy` files."""

from savebench.inspecting.drafts import Draft
from savebench.inspecting.formats import zips
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.formats.nested import follow_items
from savebench.inspecting.formats.npy import MAGIC, read_array
from savebench.inspecting.found import Inspection
from savebench.inspecting.opened import Opened
from savebench.inspecting.pickles.session import Session

_ENDING = ".npy"
_SPARSE = frozenset({"data", "format", "shape"})


def recognises(head: bytes, opened: Opened) -> bool:
    """Whether it is a zip archive whose members are arrays."""
    if not head.startswith(zips.MAGIC):
        return False
    try:
        with zips.open_archive(opened) as archive:
            return any(name.endswith(_ENDING) for name in archive.names) and not any(
                name == "schema.json" for name in archive.names
            )
    except Exception:  # noqa: BLE001 - whatever is wrong with it, its beginning decides
        return b".npy" in head[:512]


def read(opened: Opened) -> Inspection:
    """Return what an archive of arrays holds."""
    report = Report(opened, "npz")
    session, report.root = Session(), Draft(path="", type="numpy.lib.npyio.NpzFile")
    with report.catching(), zips.open_archive(opened) as archive:
        if archive.doubled:
            report.notes.append("several of its members have one name; NumPy reads the last")
        if archive.is_compressed:
            report.notes.append("its members are deflated: they cannot be mapped into memory")
        for name in archive.names:
            _member(report, session, archive, name)
        names = {name.removesuffix(_ENDING) for name in archive.names}
        if names >= _SPARSE:
            report.notes.append("it looks like a sparse matrix that scipy.sparse.save_npz wrote")
    return report.inspection()


def _member(report: Report, session: Session, archive: zips.Archive, name: str) -> None:
    """Add a member to the tree; one that is damaged is said, and the next is read."""
    draft = Draft(path=f"[{name.removesuffix(_ENDING)!r}]", type="numpy.ndarray")
    if report.root is not None:
        report.root.parts.append(draft)
    with report.catching(), archive.member(name) as stream:
        if stream.peek(len(MAGIC)) == MAGIC:
            sampler, is_pickled = read_array(stream, draft)
            report.mark_equal(draft, sampler)
            if is_pickled:
                follow_items(report, session, stream, draft)
        else:
            draft.type, draft.what = "bytes", "not an array; NumPy hands out its bytes"
            stream.drain()
            draft.bytes = stream.tell()
        stream.drain()
        if stream.fault is not None:
            raise stream.fault
