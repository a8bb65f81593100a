"""Memory as multiples of the model's size: peaks of dump and load, what stays, a worker's."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from savebench.summary.ranks import baseline_first
from savebench.summary.table import SummaryRow

PEAKS = ("dump_peak_bytes", "load_peak_bytes")
_WORKERS = "worker_bytes"
_RESIDENT = "resident_bytes"
LEAST_MODEL_BYTES = 750_000
"""Of smaller models a page of memory is too large a share; a named 1MB may be a quarter off."""

Multiples = dict[str, dict[str, list[float]]]
"""serializer -> metric -> one multiple a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Multiples over models: the median and the ends."""

    median: float
    least: float
    most: float
    models: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Peaks:
    """One serializer's memory as multiples of the model's size; None where not measured."""

    serializer: str
    dump: Spread | None
    load: Spread | None
    resident: Spread | None
    """What stays when the load has returned; older runs have none."""
    worker: Spread | None
    """What a further process adds that holds the loaded, used model."""


def peaks_of(rows: Sequence[SummaryRow]) -> list[Peaks]:
    """Return the memory of each serializer whose peak was measured, the baseline first."""
    workers = model_multiples(rows, (_WORKERS,))
    resident = model_multiples(rows, (_RESIDENT,))
    return [
        Peaks(
            serializer=name,
            dump=_spread(peaks["dump_peak_bytes"]),
            load=_spread(peaks["load_peak_bytes"]),
            resident=_spread(resident.get(name, {}).get(_RESIDENT, ())),
            worker=_spread(workers.get(name, {}).get(_WORKERS, ())),
        )
        for name, peaks in peak_multiples(rows).items()
    ]


def peak_multiples(rows: Sequence[SummaryRow]) -> Multiples:
    """Return each serializer's peaks as multiples of model size, over models large enough."""
    return model_multiples(rows, PEAKS)


def model_multiples(rows: Sequence[SummaryRow], metrics: tuple[str, ...]) -> Multiples:
    """Return each serializer's bytes as multiples of model size, over models large enough."""
    multiples: Multiples = {}
    used, _ = models_that_show(rows, metrics)
    for name in baseline_first({row.serializer: row.kind for row in used}):
        multiples[name] = {metric: [] for metric in metrics}
    for row in used:
        multiples[row.serializer][row.metric].append(row.median / (row.model_bytes or 1))
    return multiples


def models_that_show(
    rows: Sequence[SummaryRow], metrics: tuple[str, ...]
) -> tuple[list[SummaryRow], bool]:
    """Return the rows of models large enough, and whether there are such; else all rows."""
    measured = [row for row in rows if row.metric in metrics and row.model_bytes]
    large = [row for row in measured if (row.model_bytes or 0) >= LEAST_MODEL_BYTES]
    return large or measured, bool(large)


def _spread(values: Sequence[float]) -> Spread | None:
    if not values:
        return None
    return Spread(
        median=statistics.median(values), least=min(values), most=max(values), models=len(values)
    )
