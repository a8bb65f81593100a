"""Control kernels: fixed work that imports nothing under test, to see how steady the machine is.

Each is a few milliseconds of what saving and loading are made of. Inputs are made before the clock
starts and results are checked after it has stopped, so that no work can be skipped.
"""

import mmap
import os
import zlib
from pathlib import Path
from time import perf_counter_ns

_NS = 1e-9
_STEPS = 30_000
_MULTIPLIER, _INCREMENT, _MODULUS = 1_103_515_245, 12_345, 2**31
_COPY_BYTES = 16 * 2**20
_OBJECTS = 10_000
_FRESH_BYTES = 4 * 2**20
_WRITE_BYTES = 4 * 2**20
_FILE = "control-kernel"


class WrongResult(Exception):  # noqa: N818 - names the fault
    """A kernel did not do its work, so its time means nothing."""


def time_kernels(folder: Path) -> dict[str, float]:
    """Run every kernel once, and return its time in seconds.

    ``cpu_s``: arithmetic in pure Python. ``copy_s``: 16 MiB from memory to memory that is in use.
    ``zlib_s``: compress a fixed text. ``alloc_s``: 10,000 small objects, and 4 MiB of fresh pages.
    ``write_s``: 4 MiB into a new file in `folder`, closed.

    Raises
    ------
    WrongResult
        When a kernel's result is not what its work yields.
    OSError
        When `folder` cannot be written.
    """
    return {
        "cpu_s": _cpu(),
        "copy_s": _copy(),
        "zlib_s": _zlib(),
        "alloc_s": _alloc(),
        "write_s": _write(folder),
    }


def _cpu() -> float:
    """Time the steps of a linear congruential generator; their end is known in closed form."""
    value = 1
    start = perf_counter_ns()
    for _ in range(_STEPS):
        value = (value * _MULTIPLIER + _INCREMENT) % _MODULUS
    elapsed_ns = perf_counter_ns() - start
    less_one = _MULTIPLIER - 1
    power = pow(_MULTIPLIER, _STEPS, _MODULUS * less_one)
    _check(value == (power + _INCREMENT * ((power - 1) // less_one)) % _MODULUS, "cpu")
    return elapsed_ns * _NS


def _copy() -> float:
    source = bytes(range(256)) * (_COPY_BYTES // 256)
    target = bytearray(b"\xff" * _COPY_BYTES)
    view = memoryview(target)
    start = perf_counter_ns()
    view[:] = source
    elapsed_ns = perf_counter_ns() - start
    _check(target == source, "copy")
    return elapsed_ns * _NS


def _zlib() -> float:
    text = b",".join(b"%d" % (number * number % 9973) for number in range(10_000))
    start = perf_counter_ns()
    packed = zlib.compress(text, 6)
    elapsed_ns = perf_counter_ns() - start
    _check(zlib.decompress(packed) == text, "zlib")
    return elapsed_ns * _NS


def _alloc() -> float:
    """Time small objects and first touches of pages; both outlive the clock."""
    marks = b"x" * (_FRESH_BYTES // mmap.PAGESIZE)
    with mmap.mmap(-1, _FRESH_BYTES) as pages:
        start = perf_counter_ns()
        objects = [[number] for number in range(_OBJECTS)]
        pages[:: mmap.PAGESIZE] = marks
        elapsed_ns = perf_counter_ns() - start
        _check(len(objects) == _OBJECTS and pages[:: mmap.PAGESIZE] == marks, "alloc")
    return elapsed_ns * _NS


def _write(folder: Path) -> float:
    data = bytes(range(256)) * (_WRITE_BYTES // 256)
    path = folder / _FILE
    path.unlink(missing_ok=True)
    try:
        start = perf_counter_ns()
        with path.open("wb", buffering=0) as stream:
            written = stream.write(data)
        elapsed_ns = perf_counter_ns() - start
        _check(written == _WRITE_BYTES == os.stat(path).st_size, "write")  # noqa: PTH116 - as cheap as can be
    finally:
        path.unlink(missing_ok=True)
    return elapsed_ns * _NS


def _check(condition: bool, kernel: str) -> None:  # noqa: FBT001 - a condition is what it takes
    if not condition:
        raise WrongResult(f"the control kernel {kernel!r} gave a wrong result")
