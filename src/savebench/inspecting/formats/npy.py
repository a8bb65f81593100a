"""NumPy's own file of one array: a header in Python's syntax, then the bytes.

Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import ast
import math
import re
from dataclasses import dataclass
from typing import Any, Literal

from savebench.inspecting.drafts import Draft
from savebench.inspecting.faults import Damaged
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.formats.nested import follow_items
from savebench.inspecting.found import ArrayFacts, Inspection
from savebench.inspecting.opened import Opened
from savebench.inspecting.pickles.session import Session
from savebench.inspecting.sampling import Sampler
from savebench.inspecting.streams import Stream

MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 1 << 16
_DEEP = re.compile(r"[-+~(\[{]{40}")
"""Python's own parser is not to be tried with towers of brackets."""
_MOST_DIMENSIONS = 64
_MOST_FIELDS = 10_000
_SIMPLE = re.compile(r"[<>|=]?([?a-zA-Z])(\d{0,9})(?:\[(.{0,40})\])?")
_NAMES = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
_FAULTS = (ValueError, LookupError, SyntaxError, TypeError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What an array's header says."""

    dtype: str
    """``"float64"``; of a structured one the list of its fields."""
    itemsize: int
    has_objects: bool
    """The items are Python objects: a pickle follows, not an array's bytes."""
    shape: tuple[int, ...]
    fortran: bool

    @property
    def nbytes(self) -> int:
        """Bytes of the array."""
        return math.prod(self.shape) * self.itemsize

    def facts(self, shrinks_to: float | None) -> ArrayFacts:
        """Return it as facts."""
        order: Literal["C", "F"] = "F" if self.fortran and len(self.shape) > 1 else "C"
        return ArrayFacts(dtype=self.dtype, shape=self.shape, order=order, shrinks_to=shrinks_to)


def read_header(stream: Stream) -> Header:
    """Read a header; the array's bytes are next.

    Raises
    ------
    Damaged
        Where it is none.
    """
    if stream.take(len(MAGIC)) != MAGIC:
        raise Damaged("no array in NumPy's format where one should be")
    major = stream.take(2)[0]
    size = int.from_bytes(stream.take(2 if major == 1 else 4), "little")
    if size > _LONGEST_HEADER:
        raise Damaged(f"an array's header of {size:,} bytes; none is so long")
    text = stream.take(size).decode("latin-1")
    try:
        return _header(text)
    except _FAULTS:
        raise Damaged("an array's header is not what NumPy writes; get a whole copy") from None


def _header(text: str) -> Header:
    if _DEEP.search(text):
        raise ValueError
    found = ast.literal_eval(text.strip())
    descr, fortran, shape = found["descr"], found["fortran_order"], found["shape"]
    if not isinstance(shape, tuple) or len(shape) > _MOST_DIMENSIONS:
        raise ValueError
    if not all(type(each) is int and 0 <= each < 2**63 for each in shape):
        raise ValueError
    itemsize, has_objects = _size_of(descr, [_MOST_FIELDS])
    return Header(
        dtype=_name_of(descr, itemsize),
        itemsize=itemsize,
        has_objects=has_objects,
        shape=shape,
        fortran=bool(fortran),
    )


def _size_of(descr: Any, room: list[int]) -> tuple[int, bool]:
    """Return the bytes of an item, and whether Python objects are among them."""
    room[0] -= 1
    if room[0] < 0:
        raise ValueError
    if isinstance(descr, str):
        found = _SIMPLE.fullmatch(descr)
        if found is None:
            raise ValueError
        kind, size = found[1], int(found[2] or 1)
        return (8 if kind == "O" else 4 * size if kind == "U" else size), kind == "O"
    if isinstance(descr, tuple):  # an array within each item
        size, has_objects = _size_of(descr[0], room)
        return size * math.prod(_shape(descr[1])), has_objects
    if not isinstance(descr, list):
        raise TypeError
    sizes = [
        _size_of(field[1] if len(field) == 2 else (field[1], field[2]), room)  # noqa: PLR2004
        for field in descr
    ]
    return sum(size for size, _ in sizes), any(has_objects for _, has_objects in sizes)


def _shape(given: Any) -> tuple[int, ...]:
    shape = (given,) if isinstance(given, int) else tuple(given)
    if len(shape) > _MOST_DIMENSIONS or not all(type(each) is int and each >= 0 for each in shape):
        raise ValueError
    return shape


def _name_of(descr: Any, itemsize: int) -> str:
    found = _SIMPLE.fullmatch(descr) if isinstance(descr, str) else None
    if found is None:
        return str(descr)
    if found[1] == "O":
        return "object"
    if found[1] in {"b", "?"} and itemsize == 1:
        return "bool"
    name = _NAMES.get(found[1])
    return f"{name}{8 * itemsize}" if name else str(descr)


def read_array(stream: Stream, draft: Draft) -> tuple[Sampler, bool]:
    """Read an array into a part; return what tells equal ones, and whether a pickle follows.

    An array of objects is such a pickle: the part has no bytes yet then.

    Raises
    ------
    Damaged
        Where its header is none, or promises more than the stream holds.
    """
    header = read_header(stream)
    draft.array = header.facts(None)
    sampler = Sampler(0 if header.has_objects else header.nbytes)
    if not header.has_objects:
        start = stream.tell()
        try:
            stream.skip(header.nbytes, sampler)
        finally:
            draft.bytes = stream.tell() - start
    draft.array = header.facts(sampler.shrinks_to())
    return sampler, header.has_objects


def recognises(head: bytes, _: Opened) -> bool:
    """Whether it begins as an array does."""
    return head.startswith(MAGIC)


def read(opened: Opened) -> Inspection:
    """Return what a file of one array holds."""
    report = Report(opened, "npy")
    report.root = draft = Draft(path="", type="numpy.ndarray")
    with report.catching():
        stream = opened.stream()
        _, is_pickled = read_array(stream, draft)
        if is_pickled:
            follow_items(report, Session(), stream, draft)
        elif not stream.at_end():
            report.notes.append("bytes follow behind the array; NumPy does not read them")
    return report.inspection()
