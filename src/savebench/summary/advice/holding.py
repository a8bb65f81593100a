"""What processes take that hold one model: loaded in each, mapped, loaded before the fork.

The formulas, for N workers; all inputs are measured::

    worker     worker_bytes: what each of 4 processes adds, a page that n share counted an n-th
    peak       load_peak_bytes: of one process while it loads
    size       size_bytes of the file
    model      bytes of the model, pickled uncompressed

    plain row   private = worker                    shared = 0
    mapped row  shared  = min(size, 4 * (worker - min(worker, peak)))
                private = worker - shared / 4

    loaded in each           N * private                  (a mapped row: + shared, once)
    while all of them load   N * max(private, peak)       (a mapped row: + shared, once)
    loaded before the fork   private + shared + N * written
                             written = max(0, private - model)

A mapped load has touched hardly any page of the file when it returns, so its peak is what is
private; what it touches while it answers is shared, and no more than the file. A model that copies
its arrays while it loads, as trees do, has a large peak, and shares nothing.

A fork shares its parent's pages until a worker writes to them. Arrays are not written to; Python
objects are, by counting references, and they are part of what the model takes beyond its pickled
size. So this is an upper estimate. Tried on a k-NN, a forest and a TF-IDF table of 81, 33 and 7 MB
(Linux, Python 3.11): a forked worker wrote to 8.4, 5.5 and 5.7 MB while it first answered, where
the formula says 8.4, 40 and 40 MB. A full garbage collection in a worker writes to 37 MB more of
the interpreter's own objects, whatever the model; `gc.freeze()` before the fork spares it.

Without worker_bytes, private is taken to be the peak, which is more than stays.
"""

from dataclasses import dataclass

from savebench.summary.advice.candidates import Candidate, Estimate

COUNTED_WITH = 4
"""Processes that held the model when ``worker_bytes`` was counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """The memory of one process that holds a model, in bytes."""

    private: Estimate
    """Its own."""
    shared: Estimate
    """Once for all processes."""
    peak: Estimate
    """Private while it loads, never less than `private`."""
    is_bound: bool = False
    """`worker_bytes` was not measured: `private` is the peak, and what stays is less."""

    def in_each(self, workers: int) -> Estimate:
        """Return what so many workers hold that each loaded the model."""
        return self.private.scaled(workers).plus(self.shared)

    def while_loading(self, workers: int) -> Estimate:
        """Return what so many workers take that load at the same moment."""
        return self.peak.scaled(workers).plus(self.shared)

    def before_fork(self, workers: int, model_bytes: int) -> Estimate:
        """Return what so many workers hold that were forked from a process that had loaded it.

        The process that loaded it is not one of the workers, and holds it too.
        """
        once = self.private.plus(self.shared)
        return once.plus(_written(self.private, model_bytes).scaled(workers))


def holding_of(candidate: Candidate) -> Holding | None:
    """Return what a process holds; None where neither its memory nor its peak was measured."""
    worker = candidate.estimates.get("worker_bytes")
    peak = candidate.estimates.get("load_peak_bytes")
    file_bytes = (candidate.size_bytes or 0.0) if candidate.maps_file else 0.0
    if worker is None:
        return None if peak is None else _bound(peak, file_bytes)
    touched = worker.median - min(worker.median, peak.median if peak else 0.0)
    shared = min(file_bytes, COUNTED_WITH * touched)
    private = worker.shifted(-shared / COUNTED_WITH)
    return Holding(
        private=private,
        shared=Estimate.exactly(shared, worker.n),
        peak=_larger(private, peak) if peak else private,
    )


def _bound(peak: Estimate, file_bytes: float) -> Holding:
    """Return what is no less than a process holds: its peak, and all of a mapped file, once."""
    shared = Estimate.exactly(file_bytes, peak.n)
    return Holding(private=peak, shared=shared, peak=peak, is_bound=True)


def _larger(one: Estimate, other: Estimate) -> Estimate:
    return one if one.median >= other.median else other


def _written(private: Estimate, model_bytes: int) -> Estimate:
    """Return what a worker writes to, at the median and at both ends of what is private."""
    return Estimate(
        max(0.0, private.median - model_bytes),
        None if private.low is None else max(0.0, private.low - model_bytes),
        None if private.high is None else max(0.0, private.high - model_bytes),
        private.n,
    )
