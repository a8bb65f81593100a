"""A model is loaded in a thread while another one serves: how long the answers stand still.

The process has one model loaded already, by the same row, and answers with it in its main thread,
one answer after another. When it is known how far apart answers usually end (the median), another
thread loads the next model, as a server does that takes up a new version. The stall is the longest
time between the ends of two answers in a row while that load went on, less the usual one.

What makes a stall is the GIL: of two threads, one runs Python at a time. A load that is Python code
gives way when the other thread has waited for `sys.getswitchinterval` (5 ms), so that each answer
may take so much longer; C code keeps the lock until it lets go by itself, and that is where the
long stalls come from: the unpickler in C, for as long as it calls nothing in Python, or a copy of a
large array. Reading a file and most codecs (zlib, lz4, zstd, xz) let go of it while they work. On
an interpreter without a GIL there is none of that.

The process loads for the second time here, and shares the processor and the GIL with the answers:
``load_in_thread_s`` is no first operation, and not to be set beside ``load_s`` as its equal.
"""

from array import array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any

_USUAL_S = 0.1
_FEWEST, _MOST = 3, 10_000


@dataclass(frozen=True, slots=True)
class Served:
    """How answers went on while a model was loaded; times in seconds."""

    stall_s: float
    """The longest gap less the usual one, at least 0."""
    load_s: float
    usual_gap_s: float
    answers: int
    """Those from the beginning of the load on, the one after its end included."""


def serve_while_loading(load: Callable[[], Any], answer: Callable[[], Any]) -> Served:
    """Answer, load in another thread, and answer on until the load has returned.

    What `load` raises is raised here.
    """
    usual_s = _usual_gap_s(answer)
    with ThreadPoolExecutor(1) as pool:
        longest_s, answers, last = 0.0, 0, perf_counter()  # before: the thread may keep the GIL
        pending = pool.submit(_timed, load)
        is_over = False
        while not is_over:
            is_over = pending.done()
            answer()
            now = perf_counter()
            longest_s, answers, last = max(longest_s, now - last), answers + 1, now
    _, load_s = pending.result()
    return Served(max(0.0, longest_s - usual_s), load_s, usual_s, answers)


def _usual_gap_s(answer: Callable[[], Any]) -> float:
    """Return the median time from the end of one answer to that of the next, nothing else on."""
    answer()
    gaps_s = array("d")
    last = begun = perf_counter()
    while len(gaps_s) < _FEWEST or (last - begun < _USUAL_S and len(gaps_s) < _MOST):
        answer()
        now = perf_counter()
        gaps_s.append(now - last)
        last = now
    return median(gaps_s)


def _timed(load: Callable[[], Any]) -> tuple[Any, float]:
    """Return what is loaded, which outlives the time, and the time."""
    start = perf_counter()
    loaded = load()
    return loaded, perf_counter() - start
