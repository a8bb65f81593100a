"""What was raised, in a line: the error's own words, and where, unless that is savebench itself."""

import copyreg
import pickle
import re
import traceback
from pathlib import Path

_OWN = Path(__file__).parents[1]
_MACHINERY = frozenset({pickle.__file__, copyreg.__file__})
"""The standard library's picklers: a line of theirs says nothing of a model."""
_ADDRESSES = re.compile(r"0x[0-9a-fA-F]+|\d+")


def one_line(text: str) -> str:
    """Return the text in one line of at most 500 characters that UTF-8 can carry."""
    return " ".join(text.split())[:500].encode("utf-8", "replace").decode("utf-8")


def text_of(error: BaseException) -> str:
    """Return an error's message in a line, or ``""``."""
    try:
        return one_line(str(error))
    except Exception:  # noqa: BLE001 - an exception may not even be able to say what it is
        return ""


def named(error: BaseException) -> str:
    """Return an error's type and message in a line: ``ValueError: no such column``."""
    text = text_of(error)
    return f"{type(error).__name__}{': ' if text else ''}{text}"


def place_of(error: BaseException) -> str:
    """Return ``models.py, line 12, in predict``: where the error was raised.

    Empty where that is a file of savebench's own or of the standard library's picklers: such a line
    says nothing of the model or the serializer.
    """
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or is_own(frames[-1].filename):
        return ""
    where = frames[-1]
    return f"{Path(where.filename).name}, line {where.lineno}, in {where.name}"


def is_own(filename: str) -> bool:
    """Return whether a file is savebench's own, or one of the standard library's picklers."""
    return filename in _MACHINERY or Path(filename).is_relative_to(_OWN)


def texts_of(error: BaseException) -> frozenset[str]:
    """Return the messages of an error and of what led to it, without addresses and numbers.

    Two errors that share one have the same cause.
    """
    found: set[str] = set()
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        found.add(f"{type(link).__name__}: {_ADDRESSES.sub('#', text_of(link))}")
        if isinstance(link, RecursionError):
            found.add("RecursionError")  # its text says where calls ran out, by chance
        link = link.__cause__ or link.__context__
    return frozenset(found)


def is_too_deep(error: BaseException) -> bool:
    """Return whether an error, or what led to it, is that calls went too deep."""
    return "RecursionError" in texts_of(error)
