"""savebench's own container: a pickle stream, and the arrays' buffers beside it, aligned.

The layout stands in `savebench.serializers._buffers`, which writes it.
"""

import struct
from collections.abc import Iterator
from typing import Any

from savebench.inspecting.drafts import Draft, thawed
from savebench.inspecting.faults import Damaged
from savebench.inspecting.formats.assembling import Report
from savebench.inspecting.formats.nested import follow, pieces
from savebench.inspecting.found import ArrayFacts, Inspection
from savebench.inspecting.opened import Opened
from savebench.inspecting.pickles.machine import Beside
from savebench.inspecting.pickles.session import Session
from savebench.inspecting.pickles.tree import tree_of
from savebench.inspecting.pickles.values import Blob
from savebench.inspecting.pickles.walk import walk
from savebench.inspecting.sampling import Sampler
from savebench.inspecting.streams import Stream

MAGIC = b"SBBUF\x01\r\n"
_ALIGNMENT_BYTES = 64
_HEADER = struct.Struct("<8sQQQ")
_LENGTH = struct.Struct("<Q")
_MOST_BUFFERS = 1_000_000
_SHOWN_BUFFERS = 1_000
_BYTEARRAY8 = b"\x96"


def recognises(head: bytes, _: Opened) -> bool:
    """Whether it begins as the container does."""
    return head.startswith(MAGIC)


def read(opened: Opened) -> Inspection:
    """Return what the container holds: its pickle's tree, or its buffers where there is none."""
    report = Report(opened, "savebench-oob")
    with report.catching():
        stream = opened.stream()
        _, stream_bytes, count, file_bytes = _HEADER.unpack(stream.take(_HEADER.size))
        if count > _MOST_BUFFERS:
            raise Damaged(f"{count:,} buffers are promised; no model has as many")
        stream.skip(stream_bytes)
        lengths = [_LENGTH.unpack(stream.take(_LENGTH.size))[0] for _ in range(count)]
        start = stream.tell()
        if stream_bytes:
            _read_pickle(report, stream_bytes, start, lengths)
        else:
            _read_buffers(report, stream, lengths)
        end = start
        for length in lengths:
            end += -end % _ALIGNMENT_BYTES + length
        if end != file_bytes or end != opened.size:
            raise Damaged(
                f"{opened.size:,} bytes long where its header says {file_bytes:,}; "
                "save the model again"
            )
    return report.inspection()


def _read_pickle(report: Report, size: int, start: int, lengths: list[int]) -> None:
    """Follow the pickle as though each buffer stood where the pickle refers to it.

    It is followed twice: first to learn at which of its bytes it asks for a buffer.
    """
    places: list[int] = []
    source = report.opened.stream()
    source.skip(_HEADER.size)
    first = Stream(pieces(source, size))

    def asked() -> Iterator[Any]:
        for length in lengths:
            places.append(first.tell() - 1)
            yield Blob("bytearray", length)

    walk(first, Session(), Beside(report.opened), asked())
    whole = Stream(_in_band(report.opened, (size, start), places, lengths))
    walked = follow(report, Session(), whole)
    tree = tree_of(walked.value, whole.tell())
    report.root = thawed(tree, "")
    unused = len(lengths) - len(places)
    if unused > 0:
        report.notes.append(f"{unused:,} of its buffers are asked for by nothing in its pickle")


def _in_band(
    opened: Opened, extent: tuple[int, int], places: list[int], lengths: list[int]
) -> Iterator[bytes]:
    """Yield the pickle with each buffer in the place of the opcode that asks for it."""
    size, at = extent
    pickled, buffers = opened.stream(), opened.stream()
    pickled.skip(_HEADER.size)
    buffers.skip(at)
    done = 0
    for place, length in zip(places, lengths, strict=False):
        yield from pieces(pickled, place - done)
        pickled.skip(1)
        done = place + 1
        yield _BYTEARRAY8 + _LENGTH.pack(length)
        buffers.skip(-buffers.tell() % _ALIGNMENT_BYTES)
        yield from pieces(buffers, length)
    yield from pieces(pickled, size - done)


def _read_buffers(report: Report, stream: Stream, lengths: list[int]) -> None:
    """Pass over buffers that belong to no pickle, each a part of the tree."""
    report.root = root = Draft(path="", type="buffers")
    for number, length in enumerate(lengths):
        stream.skip(-stream.tell() % _ALIGNMENT_BYTES)
        sampler = Sampler(length)
        stream.skip(length, sampler)
        if number >= _SHOWN_BUFFERS:
            root.bytes += length
            continue
        draft = Draft(path=f"buffers[{number}]", type="bytes", bytes=length)
        draft.array = ArrayFacts(
            dtype="uint8", shape=(length,), order="C", shrinks_to=sampler.shrinks_to()
        )
        report.mark_equal(draft, sampler)
        root.parts.append(draft)
