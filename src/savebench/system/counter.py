"""Count the instructions of one operation, in a process that runs under valgrind's callgrind.

Callgrind counts nothing until it is told to, by a *client request*: a sequence of instructions that
does nothing on a processor and is a call under valgrind (valgrind.h, "magic sequence"; callgrind.h
numbers the requests). C programs compile it in. Here its dozen bytes are put into a page of
executable memory and called through ctypes, so that nothing is compiled at install. Asking from
inside is exact to the instruction, where ``vgdb`` asks from outside whenever valgrind next looks.

An operation is counted from the request that begins to the request that ends, less what nothing at
all counts in the same process. What the kernel does for it is not counted.
"""

import ctypes
import gc
import mmap
import os
import platform
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from savebench.errors import Unsupported
from savebench.system.callgrind import functions_of, total_of

Result = TypeVar("Result")

FOLDER = "SAVEBENCH_COUNTS"
"""The environment variable that names the folder into which callgrind writes."""
OUT_NAME = "counts"
"""What its files are called there: this, the process's number, the number of the count."""

_RUNNING_ON_VALGRIND = 0x1001
_DUMP_STATS = 0x43540000  # callgrind's: 'C' and 'T' in the upper bytes
_START = _DUMP_STATS + 4
_STOP = _DUMP_STATS + 5
_MAGIC: Mapping[str, str] = {
    # mov rax, rdi; xor edx, edx; rol rdi by 3, 13, 61, 51; xchg rbx, rbx; mov rax, rdx; ret
    "x86_64": "4889f8 31d2 48c1c703 48c1c70d 48c1c73d 48c1c733 4887db 4889d0 c3",
    # mov x4, x0; mov x3, 0; ror x12, x12 by 3, 13, 51, 61; orr x10, x10, x10; mov x0, x3; ret
    "aarch64": "e40300aa 030080d2 8c0dcc93 8c35cc93 8ccdcc93 8cf5cc93 4a010aaa e00303aa c0035fd6",
}
_ARGUMENTS = 6
"""Of a request: its number and five arguments."""


def can_request() -> bool:
    """Whether requests can be made on this processor and system."""
    return sys.platform == "linux" and platform.machine() in _MAGIC


@dataclass(frozen=True, slots=True)
class Counted:
    """What one operation came to."""

    instructions: int
    functions: Mapping[str, int]
    """Function -> instructions of its own, the most first; the least are left out."""


@dataclass(slots=True)
class Counter:
    """Counts operations of this process, one after another."""

    _request: Callable[[int], int]
    _out: Path
    _taken: int = 0
    _kept: tuple[object, ...] = ()
    """What must live as long as requests are made: the page, and the arguments in it."""
    _nothing: int = field(default=0)
    """What no operation at all counts."""

    @classmethod
    def begin(cls) -> "Counter":
        """Return a counter for this process.

        Raises
        ------
        Unsupported
            When it does not run under callgrind.
        """
        folder = os.environ.get(FOLDER)
        if folder is None or not can_request():
            raise Unsupported("instructions are counted by the launcher that runs valgrind only")
        request, kept = _requests()
        if not request(_RUNNING_ON_VALGRIND):
            raise Unsupported("this process does not run under valgrind, and counts nothing")
        counter = cls(request, Path(folder) / f"{OUT_NAME}.{os.getpid()}", 0, kept)
        counter._count(_nothing)  # the first call of all takes some dozens more
        counter._nothing = counter._count(_nothing)[1].instructions
        return counter

    def count(self, operation: Callable[[], Result]) -> tuple[Result, Counted]:
        """Return the operation's result and what it came to.

        The garbage collector begins from nothing: when it runs is else decided by how much was
        imported, and that was most of the difference between two equal installs.
        """
        _settle()
        result, counted = self._count(operation)
        return result, Counted(max(0, counted.instructions - self._nothing), counted.functions)

    def _count(self, operation: Callable[[], Result]) -> tuple[Result, Counted]:
        request, start, stop = self._request, _START, _STOP
        call = partial(operation)  # from C: callgrind must see the interpreter's loop be entered
        request(start)
        try:
            result = call()
        finally:
            request(stop)
        request(_DUMP_STATS)
        return result, self._take()

    def _take(self) -> Counted:
        """Read what callgrind wrote, and leave no file behind."""
        self._taken += 1
        path = self._out.with_name(f"{self._out.name}.{self._taken}")
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise Unsupported(f"callgrind wrote no count: {error}") from None
        path.unlink()
        return Counted(total_of(text), functions_of(text))


def _nothing() -> None:
    """Do nothing: what is counted is the counting."""


def _settle() -> None:
    """Leave the collector nothing to do, and nothing to remember."""
    gc.collect()
    gc.freeze()
    gc.collect()  # else it remembers how much outlived the last one, and waits for a quarter of it


def _requests() -> tuple[Callable[[int], int], tuple[object, ...]]:
    """Return what makes a request without arguments, and what must live as long."""
    code = bytes.fromhex(_MAGIC[platform.machine()])
    try:
        page = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    except OSError as error:
        raise Unsupported(f"no executable memory is to be had here: {error}") from None
    page.write(code)
    first = ctypes.c_char.from_buffer(page)
    call = ctypes.CFUNCTYPE(ctypes.c_long, ctypes.c_void_p)(ctypes.addressof(first))
    arguments = (ctypes.c_long * _ARGUMENTS)()
    where = ctypes.addressof(arguments)

    def request(number: int) -> int:
        arguments[0] = number
        return int(call(where))

    return request, (page, first, arguments)
