"""What one candidate costs one person: time to the first answer, per use, and memory.

The formulas; every input is an estimate that was measured, or what the person said::

    ready_s   = size_bytes / bandwidth + load_predict_s
    per_use_s = ready_s + dump_s / loads_per_dump
    memory    = load_peak_bytes                      of one process, while it loads
              = what all workers take (`holding`)    where there are workers

``size / bandwidth`` counts only where a bandwidth was given, ``dump_s / loads_per_dump`` only where
the loads were. Of a cold file ``load_cold_predict_s`` stands for ``load_predict_s``; where the
model was not made to answer, ``load_s`` and ``load_cold_s`` do. One metric serves all candidates.

What decides is `Cost.deciding`, least first: ``per_use_s``. Workers whose memory has no limit make
memory matter as much as time, and there is no price that turns one into the other; so the product
decides, in byte-seconds, as a cloud bills it: twice the time is worth half of the memory::

    deciding  = per_use_s * (workers * PROCESS_BYTES + memory of all workers)

Memory of fewer rounds than an interval takes counts with 5 % either way: it varies by pages.
Ends of intervals are combined low with low and high with high: the true interval is narrower.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from savebench.summary.advice.candidates import Candidate, Estimate
from savebench.summary.advice.holding import holding_of
from savebench.summary.advice.needs import Needs

PROCESS_BYTES = 100_000_000
"""What a worker holds beside the model: an interpreter with scikit-learn imported. Measured as
private memory on Linux, Python 3.11, scikit-learn 1.9: 110 MB after ``import sklearn.ensemble``."""

_PAGES = 0.05
"""A share that memory varies by from one process to the next; of fewer rounds than an interval
takes, its ends are taken to lie so far off."""
_WARM = ("load_predict_s", "load_s")
_COLD = ("load_cold_predict_s", "load_cold_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Which metrics the costs are made of, the same for all candidates."""

    load: str
    """``"load_predict_s"``, unless it was not measured."""
    counts_dump: bool = False
    weighs_memory: bool = False
    """Time and memory of all workers are multiplied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one candidate costs; seconds and bytes."""

    download_s: float
    load_s: Estimate
    """Load and first answer."""
    ready_s: Estimate
    """From the start of the download to the first answer."""
    dump_share_s: Estimate | None
    """Of one dump, what each load bears; None: it does not count."""
    per_use_s: Estimate
    memory_bytes: Estimate | None
    """Of one process while it loads, or of all workers; None: not measured."""
    deciding: Estimate
    """What is compared: `per_use_s`, or its product with memory."""


def basis_of(candidates: Iterable[Candidate], needs: Needs) -> Basis | None:
    """Return what costs can be made of; None where no load was timed.

    The wanted metric is the first that some sound candidate has: a cold file's, the load with the
    first answer, the load alone.
    """
    sound = [each for each in candidates if each.outcome == "ok" and each.kind != "floor"]
    wanted = (*_COLD, *_WARM) if needs.cold else _WARM
    load = next((name for name in wanted if any(name in each.estimates for each in sound)), None)
    if load is None:
        return None
    counts_dump = needs.loads_per_dump is not None
    basis = Basis(load=load, counts_dump=counts_dump, weighs_memory=True)
    if needs.workers is not None and needs.memory_bytes is None and _tells(sound, needs, basis):
        return basis
    return Basis(load=load, counts_dump=counts_dump)


def _tells(sound: Sequence[Candidate], needs: Needs, basis: Basis) -> bool:
    """Return whether the memory of all that may win is known.

    Who has none yet cannot win if it costs more than another even if the model took no memory.
    """
    running = [
        each
        for each in sound
        if each.gives_back and not each.dropped and not (needs.safe and each.runs_code)
    ]
    costs = [cost.deciding.median for each in running if (cost := cost_of(each, needs, basis))]
    timed = Basis(load=basis.load, counts_dump=basis.counts_dump)
    alone = [
        cost.per_use_s.median * (needs.workers or 1) * PROCESS_BYTES
        for each in running
        if holding_of(each) is None and (cost := cost_of(each, needs, timed))
    ]
    return bool(costs) and min(alone, default=math.inf) >= min(costs)


def cost_of(candidate: Candidate, needs: Needs, basis: Basis) -> Cost | None:
    """Return what a candidate costs; None where a part was not measured (`unmeasured`)."""
    if unmeasured(candidate, needs, basis):
        return None
    load = candidate.estimates[basis.load]
    download_s = download_of(candidate, needs)
    ready = load.shifted(download_s)
    share = None
    if needs.loads_per_dump is not None:
        share = candidate.estimates["dump_s"].scaled(1 / needs.loads_per_dump)
    per_use = ready if share is None else ready.plus(share)
    memory = memory_of(candidate, needs)
    memory = None if memory is None else _settled(memory)
    deciding = per_use
    if basis.weighs_memory and memory is not None and needs.workers is not None:
        deciding = per_use.times(_with_processes(memory, needs.workers))
    return Cost(
        download_s=download_s,
        load_s=load,
        ready_s=ready,
        dump_share_s=share,
        per_use_s=per_use,
        memory_bytes=memory,
        deciding=deciding,
    )


def with_processes(cost: Cost, workers: int) -> Estimate:
    """Return the memory of all workers, what each holds beside the model included."""
    return _with_processes(cost.memory_bytes or Estimate.exactly(0.0), workers)


def _with_processes(memory: Estimate, workers: int) -> Estimate:
    return memory.shifted(workers * PROCESS_BYTES)


def _settled(memory: Estimate) -> Estimate:
    """Return memory with ends: counts vary by pages, so that a few rounds tell them."""
    if memory.has_interval:
        return memory
    low, high = memory.median * (1 - _PAGES), memory.median * (1 + _PAGES)
    return Estimate(memory.median, low, high, memory.n)


def unmeasured(candidate: Candidate, needs: Needs, basis: Basis) -> tuple[str, ...]:
    """Return the metrics that a cost takes and that the candidate does not have."""
    wanted = [basis.load]
    if needs.bandwidth_bytes_per_s is not None:
        wanted.append("size_bytes")
    if basis.counts_dump:
        wanted.append("dump_s")
    missing = [name for name in wanted if name not in candidate.estimates]
    if basis.weighs_memory and holding_of(candidate) is None:
        missing.append("worker_bytes")
    return tuple(missing)


def download_of(candidate: Candidate, needs: Needs) -> float:
    """Return the seconds of the download; 0 where none was asked for or the size is unknown."""
    if needs.bandwidth_bytes_per_s is None or candidate.size_bytes is None:
        return 0.0
    return candidate.size_bytes / needs.bandwidth_bytes_per_s


def memory_of(candidate: Candidate, needs: Needs) -> Estimate | None:
    """Return what this person needs of memory: of one process while it loads, or of all workers.

    All workers may load at the same moment, so where memory has a limit each counts with its peak.
    """
    if needs.workers is None:
        return candidate.estimates.get("load_peak_bytes")
    holding = holding_of(candidate)
    if holding is None:
        return None
    if needs.memory_bytes is None:
        return holding.in_each(needs.workers)
    return holding.while_loading(needs.workers)


def costs_of(candidates: Sequence[Candidate], needs: Needs, basis: Basis) -> Mapping[str, Cost]:
    """Return the costs of the candidates that have one, by name."""
    found = {each.serializer: cost_of(each, needs, basis) for each in candidates}
    return {name: cost for name, cost in found.items() if cost is not None}
