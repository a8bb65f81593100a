"""What to say where file descriptors ran out: which limit it was, and how to raise it."""

import errno
import os
import sys

_ENOUGH = 65536


def too_many_open_files(error: BaseException, held_by: str = "") -> str:
    """Return what an error says of file descriptors that ran out, ``""`` where it says nothing.

    What wraps such an error counts too, and what has only its words, as a compiled library's.

    Parameters
    ----------
    error
        What was raised.
    held_by
        What is likely to hold them, if known: ``"a mapped array keeps one open"``.
    """
    cause: BaseException | None = error
    seen: set[int] = set()
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        text = _text_of(cause)
        if os.strerror(errno.ENFILE) in text:  # begins with the words of the other
            return "found no file descriptor left in the system (fs.file-max); end what holds many"
        if os.strerror(errno.EMFILE) in text:
            return _of_this_process(held_by)
        cause = cause.__cause__ or cause.__context__
    return ""


def _of_this_process(held_by: str) -> str:
    ran_out, because = "ran out of file descriptors", f", and {held_by}" if held_by else ""
    if sys.platform == "win32":
        return f"{ran_out}{because}"
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    said = f"{ran_out}: ulimit -n allows {soft}{because}"
    if soft == hard:
        return f"{said}; it is the hard limit, which only root or who started this shell can raise"
    more = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
    return f"{said}; raise it with: ulimit -n {more}"


def _text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - an exception may not even be able to say what it is
        return ""
