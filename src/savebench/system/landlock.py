"""Take rights from this thread, and from all that it starts, by Landlock (Linux 5.13; landlock(7)).

Once taken they do not come back. Files are read as before, and so libraries are loaded. Threads
that run already keep their rights: call it while there are none that matter.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""System calls; the numbers are the same on all architectures."""
_ASK_VERSION = 1
_PATH_BENEATH = 1
_PR_SET_NO_NEW_PRIVS = 38

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_CHANGE_FOLDER = 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8
"""Remove a folder or a file; make a folder or a file."""
_MAKE_SPECIAL = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12
"""Make devices, sockets, pipes and symbolic links: granted nowhere."""
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_FILE_RIGHTS = _WRITE_FILE | _TRUNCATE | _IOCTL_DEVICE
_SINCE_TCP, _SINCE_SCOPES = 4, 6
_TCP = 1 << 0 | 1 << 1
"""Bind, connect."""
_SCOPES = 1 << 0 | 1 << 1
"""Abstract sockets and signals of processes that are not restricted alike."""

_pinned: list[int] = []
"""Descriptors of files that may be written: what is in /proc goes by an entry that must stay."""


def version() -> int:
    """Return the version of Landlock's interface; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _ASK_VERSION))


def restrict(folders: Iterable[Path], files: Iterable[Path]) -> bool:
    """Write only under the folders and to the files, start no program, use no TCP.

    Return whether that holds: False where there is no Landlock, or a container forbids it. What a
    version does not know yet is not taken: moving between folders (always refused before 2),
    truncating (3), TCP (4), signals (6).
    """
    known = version()
    if not known:
        return False
    handled = _handled(known)
    attributes = _attributes(known, handled)
    ruleset = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        return False
    try:
        below = _FILE_RIGHTS | _CHANGE_FOLDER | _REFER
        granted = [_grant(ruleset, folder, below & handled) for folder in folders]
        granted += [_grant(ruleset, file, _FILE_RIGHTS & handled) for file in files]
        ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return all(granted) and _call(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _attributes(known: int, handled: int) -> bytes:
    """Return what is handled, as long as a version knows it: files, then TCP, then scopes."""
    if known < _SINCE_TCP:
        return struct.pack("=Q", handled)
    if known < _SINCE_SCOPES:
        return struct.pack("=QQ", handled, _TCP)
    return struct.pack("=QQQ", handled, _TCP, _SCOPES)


def _handled(known: int) -> int:
    rights = _EXECUTE | _WRITE_FILE | _CHANGE_FOLDER | _MAKE_SPECIAL
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEVICE)):
        if known >= since:
            rights |= right
    return rights


def _grant(ruleset: int, path: Path, rights: int) -> bool:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    _pinned.append(descriptor)
    rule = struct.pack("=Qi", rights, descriptor)
    return _call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) == 0


def _call(number: int, *arguments: int | bytes | None) -> int:
    libc = ctypes.CDLL(None)
    libc.syscall.restype = ctypes.c_long
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return int(libc.syscall(ctypes.c_long(number), *given))
