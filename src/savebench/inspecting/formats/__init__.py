"""Formats beside the pickles: a table of readers, each of which knows its own by content.

A reader is asked in the order of the table; who recognises a file reads it. What none
recognises is tried as a pickle.

A `read` returns an `Inspection` whatever the bytes are: what is damaged stands in its `damage`,
with what could be read beside it. It may raise `Damaged` where nothing could be read, and
`NotThis` where the bytes are of another kind after all (the next reader is asked). It must not
load anything, must stay under 200 MB, and must not recurse as deep as the file says.
"""

from collections.abc import Callable
from dataclasses import dataclass

from savebench.inspecting.formats import lightgbm, npy, npz, onnx, oob, skops, xgboost
from savebench.inspecting.found import Inspection
from savebench.inspecting.opened import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class FormatReader:
    """One format."""

    name: str
    """As in `found.Container`."""
    recognises: Callable[[bytes, Opened], bool]
    """Of the first unpacked bytes (up to 64 KiB), and of the file where those do not tell."""
    read: Callable[[Opened], Inspection]


READERS: tuple[FormatReader, ...] = (
    FormatReader(name="npy", recognises=npy.recognises, read=npy.read),
    FormatReader(name="skops", recognises=skops.recognises, read=skops.read),
    FormatReader(name="npz", recognises=npz.recognises, read=npz.read),
    FormatReader(name="savebench-oob", recognises=oob.recognises, read=oob.read),
    FormatReader(name="xgboost", recognises=xgboost.recognises, read=xgboost.read),
    FormatReader(name="lightgbm", recognises=lightgbm.recognises, read=lightgbm.read),
    FormatReader(name="onnx", recognises=onnx.recognises, read=onnx.read),
)
"""In the order in which they are asked."""
