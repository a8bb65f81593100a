"""One file looked at: opened, recognised by content, read without loading it."""

import stat
from pathlib import Path

from savebench.errors import DataError
from savebench.inspecting.explaining import explained
from savebench.inspecting.faults import Damaged, NotThis, TooLarge
from savebench.inspecting.formats import READERS
from savebench.inspecting.found import Inspection
from savebench.inspecting.looks import looks_like
from savebench.inspecting.opened import Opened
from savebench.inspecting.pickles.reading import read_pickle


def inspect_file(path: Path | str) -> Inspection:
    """Return what is in a file; nothing of it is loaded, imported or run.

    A file that is damaged gives an inspection whose `damage` says so, with what could be read.

    Raises
    ------
    DataError
        When there is no such file, it cannot be read, or it is no model.
    """
    path = Path(path)
    opened = _opened(path)
    try:
        return explained(_read(opened))
    except (TooLarge, Damaged) as fault:
        return _damaged(opened, fault)
    except OSError as fault:
        raise DataError(f"{path}: cannot be read ({fault.strerror or fault})") from None


def _opened(path: Path) -> Opened:
    """Open what must be a regular file with something in it."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise DataError(f"{path}: is a folder; name the file in it that holds the model")
        if not stat.S_ISREG(about.st_mode):
            raise DataError(f"{path}: is no regular file; copy it to one first")
        if about.st_size == 0:
            raise DataError(f"{path}: is empty (0 bytes); save the model again")
        return Opened(path)
    except FileNotFoundError:
        raise DataError(f"{path}: there is no such file") from None
    except (OSError, ValueError) as fault:
        said = fault.strerror if isinstance(fault, OSError) else fault
        raise DataError(f"{path}: cannot be read ({said})") from None


def _read(opened: Opened) -> Inspection:
    """Let the first reader that knows the bytes read them."""
    for reader in READERS:
        if reader.recognises(opened.head, opened):
            try:
                return reader.read(opened)
            except NotThis:
                continue
    try:
        return read_pickle(opened)
    except NotThis:
        if opened.layers and len(opened.head) < _TOO_FEW:
            raise _broken_off(opened) from None
        raise DataError(_no_model(opened)) from None


_TOO_FEW = 16
"""Unpacked bytes; from fewer nobody can tell what a file was to be."""


def _broken_off(opened: Opened) -> Damaged | DataError:
    """Return what to raise of a compressed file of which nothing, or hardly anything, unpacks."""
    stream = opened.stream()
    stream.drain()
    if stream.fault is not None:
        return stream.fault
    if not opened.head and "zstd" in opened.layers:  # its library does not say where data end
        return Damaged("its zstd data break off, or hold nothing; get a whole copy of the file")
    return DataError(_no_model(opened))


def _no_model(opened: Opened) -> str:
    packed = f"{', then '.join(opened.layers)}-compressed, and " if opened.layers else ""
    look = looks_like(opened.head)
    advice = look.advice or "name a pickle, joblib, skops, ONNX, npz, XGBoost or LightGBM file"
    return f"{opened.path}: is no model: {packed}looks like {look.words}; {advice}"


def _damaged(opened: Opened, fault: Damaged) -> Inspection:
    return Inspection(
        source=str(opened.path),
        container="unknown",
        compression=opened.compression,
        file_bytes=opened.file_bytes,
        uncompressed_bytes=0,
        damage=str(fault),
    )
