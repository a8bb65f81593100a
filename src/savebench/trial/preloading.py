"""What each worker of a pre-forking server adds: the model is loaded before the fork (Linux).

The trial's process loads the model and has it answer once, then forks `WORKERS` workers, which
share all of its memory: that is what servers promise that load before they fork. Each worker
answers `ANSWERS` times, or as often as it can in `MOST_S`. Whatever is written to in that time is
copied, page by page: Python counts references *in* the objects, so that merely reading an object
writes to its page, and the garbage collector (which stands as a user's would: on, nothing frozen)
writes to every object that it looks at. The numbers in an array are not objects: their pages stay
shared. Pages of a mapped file stay shared, too.

What is counted: by how much the anonymous memory of the parent and all workers grows together, from
the moment when the workers stand ready to that when all have answered, divided by the number of
workers. It is counted in proportional set sizes (``Pss_Anon`` of ``/proc/PID/smaps_rollup``, Linux
5.4): a page that n share counts an n-th in each, so the sum is memory that is really there. With
perfect sharing that is nothing. A file's pages that nobody has written to are not anonymous: all
share them, whoever reads them first. The interpreter's own pages, those from before the load, are
not the model's: each worker has copied them beforehand. `savebench.trial.sharing` counts the other
pattern, where each worker loads for itself, and its share of a mapped file too.
"""

import os
from collections.abc import Callable
from functools import partial
from mmap import PAGESIZE, mmap
from pathlib import Path
from time import monotonic
from typing import Any

from savebench.launch.messages import Answer, Task
from savebench.system.memory import kilobytes, release_free_memory
from savebench.system.pages import ResidentPages, page_map
from savebench.trial.forked import WORKERS, answering, forked, missing, no_value, rollup_bytes
from savebench.units import human_bytes

ANSWERS = 10_000
MOST_S = 2.0
_COUNT_BYTES = 8


def count_preloaded_bytes(
    task: Task,
    gate: Callable[[], None],
    load: Callable[[], Any],
    answer: Callable[[Any], Any],
) -> Answer:
    """Return the answer of a preload trial: ``preload_worker_bytes``, or why there is none.

    The facts say how many ``workers`` there were, and how often the one that answered least did
    (``answers``).
    """
    reason = missing()
    if reason:
        return no_value(reason)
    release_free_memory()
    before = page_map().resident().writable
    anonymous_bytes = rollup_bytes("self", "Anonymous")
    gate()
    loaded = load()
    answer(loaded)
    reason = _lack_of_room(rollup_bytes("self", "Anonymous") - anonymous_bytes)
    if reason:
        return no_value(reason)
    pages = ResidentPages(before, page_map().resident().readable)
    return answering(partial(_count, task, partial(answer, loaded), pages))


def _count(task: Task, answer: Callable[[], Any], pages: ResidentPages) -> Answer:
    with mmap(-1, PAGESIZE) as told:  # shared: the workers write, the parent reads
        uses = [partial(_answer_often, answer, told, number) for number in range(WORKERS)]
        with forked(task, uses, pages) as workers:
            for worker in workers:
                worker.await_still()
            pids = [os.getpid(), *(worker.pid for worker in workers)]
            before_bytes = _together(pids)
            for worker in workers:
                worker.release()
            for worker in workers:
                worker.await_still()
            grown_bytes = _together(pids) - before_bytes
        answers = [_told(told, number) for number in range(WORKERS)]
    return Answer(
        metrics={"preload_worker_bytes": max(0, round(grown_bytes / WORKERS))},
        facts={"workers": WORKERS, "answers": min(answers)},
    )


def _together(pids: list[int]) -> int:
    return sum(rollup_bytes(pid, "Pss_Anon") for pid in pids)


def _answer_often(answer: Callable[[], Any], told: mmap, number: int) -> None:
    """Answer until it is enough, and leave word of how often that was."""
    end_s, answers = monotonic() + MOST_S, 0
    while answers < ANSWERS and monotonic() < end_s:
        answer()
        answers += 1
    start = number * _COUNT_BYTES
    told[start : start + _COUNT_BYTES] = answers.to_bytes(_COUNT_BYTES, "little")


def _told(told: mmap, number: int) -> int:
    start = number * _COUNT_BYTES
    return int.from_bytes(told[start : start + _COUNT_BYTES], "little")


def _lack_of_room(own_bytes: int) -> str:
    """Return why there must be no workers, or ``""``: each might copy all that the load made."""
    free_bytes = kilobytes(Path("/proc/meminfo"), "MemAvailable")
    if WORKERS * own_bytes <= free_bytes:
        return ""
    return (
        f"{WORKERS} workers may copy {human_bytes(WORKERS * own_bytes)}, "
        f"and {human_bytes(free_bytes)} are free"
    )
