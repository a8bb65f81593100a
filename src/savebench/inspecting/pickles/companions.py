"""Files beside a pickle: joblib before 0.10 kept each array in one of its own."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from savebench.inspecting.compressions import unpacked
from savebench.inspecting.faults import Damaged
from savebench.inspecting.limits import FREE_BYTES, RATIO
from savebench.inspecting.pickles.calls import array_facts
from savebench.inspecting.pickles.content import Content
from savebench.inspecting.pickles.dtypes import spelled
from savebench.inspecting.pickles.machine import Machine
from savebench.inspecting.pickles.values import Array, Blob, DType, Node, items_of
from savebench.inspecting.streams import Stream, chunks_of

_NPY = b"\x93NUMPY"
_ZIP = b"PK\x03\x04"
_LONGEST_HEADER = 1 << 16


def read(m: Machine, node: Node, *, zipped: bool) -> None:
    """Find an array's file beside the pickle, and read it as joblib would.

    Raises
    ------
    Damaged
        Where the name leads out of the folder, or no such file is there.
    """
    name = (node.known or {}).get("filename")
    if not isinstance(name, str):
        raise m.fault("joblib's wrapper of an array does not name its file")
    path = m.beside.find(name)
    if path is None:
        if "/" in name or "\\" in name or name in {"", ".", ".."}:
            m.session.suspect(f"it reads a file elsewhere: {name[:200]!r}")
            raise m.fault("an array is said to lie in another folder")
        raise Damaged(f"its array {name[:200]} is not beside it; put all files of it in one folder")
    m.session.files[name] = path.stat().st_size
    with path.open("rb") as file:
        chunks = chunks_of(file.read)
        node.facts = _zipped(m, node, chunks, path) if zipped else _npy(m, node, Stream(chunks))


def _zipped(m: Machine, node: Node, chunks: Iterator[bytes], path: Path) -> Array:
    """Read an array's zipped bytes."""
    stream = Stream(_bounded(unpacked(chunks, "joblib-zf"), path))
    if stream.fault is not None:
        raise stream.fault
    known = node.known or {}
    items = items_of(known.get("state")) or ()
    if len(items) < 3:  # noqa: PLR2004 - shape, dtype, order
        raise m.fault("joblib's wrapper of a zipped array has no state that could be read")
    facts = array_facts(items[-2], items[-3], "F" if items[-1] else "C", None)
    content = Content(facts.nbytes, m.session)
    stream.skip(facts.nbytes, content.update)
    m.session.unpacked_beside += facts.nbytes
    facts.digest, facts.shrinks_to = content.digest, content.shrinks_to
    return facts


def _bounded(chunks: Iterator[bytes], path: Path) -> Iterator[bytes]:
    most, seen = max(FREE_BYTES, RATIO * path.stat().st_size), 0
    try:
        for chunk in chunks:
            seen += len(chunk)
            if seen > most:
                raise Damaged(f"{path.name}: too large when unpacked")
            yield chunk
    except zlib.error as fault:
        raise Damaged(f"{path.name}: its data are corrupt ({fault})") from None


def _npy(m: Machine, node: Node, stream: Stream) -> Array:
    """Read a .npy file; what is none, NumPy loads as a pickle."""
    head = stream.peek(len(_NPY))
    if head.startswith(_ZIP):
        m.session.suspect("an array's file is an archive, which joblib never wrote")
        raise Damaged("an array's file beside it is a zip archive")
    if head != _NPY:
        return _pickled(m, node, stream)
    dtype, shape, is_fortran = npy_header(stream)
    facts = array_facts(dtype, shape, "F" if is_fortran else "C", None)
    if dtype.hasobject:
        return _pickled(m, node, stream, facts)
    content = Content(facts.nbytes, m.session)
    stream.skip(facts.nbytes, content.update)
    m.session.unpacked_beside += stream.tell()
    facts.digest, facts.shrinks_to = content.digest, content.shrinks_to
    return facts


def _pickled(m: Machine, node: Node, stream: Stream, facts: Array | None = None) -> Array:
    from savebench.inspecting.pickles.walk import HANDLERS

    inner = Machine(stream, m.session, m.beside, m.depth + 1)
    value = inner.run(HANDLERS)
    m.session.unpacked_beside += stream.tell()
    if isinstance(value, Node):
        node.kids, node.texts = value.kids, value.texts
    if facts is not None:
        return facts
    found = value.facts if isinstance(value, Node) else None
    return found if isinstance(found, Array) else array_facts(None, (), "C", Blob("bytes", 0))


def npy_header(stream: Stream) -> tuple[DType, tuple[int, ...], bool]:
    """Read the header of a .npy file: dtype, shape, whether in Fortran's order.

    Raises
    ------
    Damaged
        Where it is none.
    """
    import ast

    major = stream.take(8)[6]
    size = int.from_bytes(stream.take(2 if major == 1 else 4), "little")
    if size > _LONGEST_HEADER:
        raise Damaged(f"the header of an array says it is {size:,} bytes long")
    try:
        header = ast.literal_eval(stream.take(size).decode("latin1").strip())
        descr, shape, is_fortran = header["descr"], header["shape"], header["fortran_order"]
    except (ValueError, SyntaxError, KeyError, TypeError, RecursionError, MemoryError):
        raise Damaged("the header of an array makes no sense") from None
    if not isinstance(shape, tuple) or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise Damaged("the header of an array has no shape")
    return _described(descr), shape, bool(is_fortran)


def _described(descr: object) -> DType:
    """Return the dtype of a header's description, a string or a list of fields."""
    if not isinstance(descr, list):
        found = spelled(descr)
        if found is None:
            raise Damaged("the header of an array has no dtype that is known")
        return found
    import numpy as np

    try:
        dtype = np.dtype(descr)
    except (TypeError, ValueError):
        raise Damaged("the header of an array has no dtype that is known") from None
    return DType(f"V{dtype.itemsize} of {len(descr)} fields", dtype.itemsize, dtype.hasobject)
