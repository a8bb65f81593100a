"""What each further process adds when several hold the loaded, used model (Linux).

The trial's process forks `WORKERS` workers. Each loads the model, has it answer once, and stands
still; between those two moments its proportional set size grows (``Pss`` of
``/proc/PID/smaps_rollup``; see proc_pid_smaps(5)): a page of its own counts whole, a page that n
processes map counts an n-th in each. So the mean growth is what a further worker costs, and a page
that all of them share counts once in the sum. The first worker goes first, and alone.

A fork shares its parent's pages until it writes to them, and such a copy would count as memory of
the model though a worker that imports for itself has it anyway. So each worker first populates the
pages that a rehearsal touched (see `savebench.trial.rehearsal`), or all of them where the rehearsal
took too long; only then is its level read. The workers stand still while their parent reads.

What the figure cannot see: pages of the file in the page cache that nobody maps, memory of
processes that the serializer starts, the kernel's own memory, memory of a GPU, and free memory of
the interpreter that the load could use again.
"""

import gc
from collections.abc import Callable, Sequence
from pathlib import Path

from savebench.launch.messages import Answer, Task
from savebench.system.memory import kilobytes, release_free_memory, status_bytes
from savebench.system.pages import ResidentPages, page_map
from savebench.trial.forked import (
    WORKERS,
    Use,
    Worker,
    answering,
    forked,
    missing,
    no_value,
    rollup_bytes,
)
from savebench.trial.rehearsal import Rehearsal
from savebench.units import human_bytes


def count_worker_bytes(task: Task, gate: Callable[[], None], use: Use) -> Answer:
    """Return the answer of a workers trial: ``worker_bytes``, or why there is none.

    `use` loads the model and has it answer. The facts say how many ``workers`` there were, and by
    how many bytes the first of them grew while it was alone (``alone_bytes``).
    """
    reason = missing()
    if reason:
        return no_value(reason)
    pages = _pages_used(task, use)
    gate()

    def measure() -> Answer:
        with forked(task, [use] * WORKERS, pages) as workers:
            return _count(workers)

    return answering(measure)


def _pages_used(task: Task, use: Use) -> ResidentPages:
    """Return this process's pages that the operation touches, or all, if that takes too long."""
    release_free_memory()
    gc.freeze()  # a collection in a worker would write to every object of its parent
    pages = page_map()
    rehearsal = Rehearsal.begin(task, pages, lambda _: use())
    try:
        return rehearsal.touched() or pages.resident()
    finally:
        rehearsal.end()


def _count(workers: Sequence[Worker]) -> Answer:
    for worker in workers:
        worker.await_still()
    before_bytes = [worker.pss_bytes() for worker in workers]
    first, *others = workers
    anonymous_bytes = rollup_bytes(first.pid, "Anonymous")
    first.release()
    first.await_still()
    alone_bytes = first.pss_bytes() - before_bytes[0]
    reason = _lack_of_room(first, anonymous_bytes, len(others))
    if reason:
        return no_value(reason)
    for worker in others:
        worker.release()
    for worker in others:
        worker.await_still()
    grown_bytes = sum(worker.pss_bytes() for worker in workers) - sum(before_bytes)
    return Answer(
        metrics={"worker_bytes": max(0, round(grown_bytes / len(workers)))},
        facts={"workers": len(workers), "alone_bytes": max(0, alone_bytes)},
    )


def _lack_of_room(first: Worker, anonymous_bytes: int, others: int) -> str:
    """Return why the others must not do what the first did, or ``""``.

    Each needs what the first has for itself by now, and what it had for a while at its peak.
    """
    for_a_while = status_bytes("VmHWM", first.pid) - status_bytes("VmRSS", first.pid)
    own_bytes = rollup_bytes(first.pid, "Anonymous") - anonymous_bytes + max(0, for_a_while)
    free_bytes = kilobytes(Path("/proc/meminfo"), "MemAvailable")
    if others * own_bytes <= free_bytes:
        return ""
    return (
        f"{others} more processes need {human_bytes(others * own_bytes)}, "
        f"and {human_bytes(free_bytes)} are free"
    )
