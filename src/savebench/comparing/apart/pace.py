"""How fast one moment was against another, by the control kernels. Pure functions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from savebench.machine.noise import KERNELS, percent

_DISK = "write_s"
_TO_DISK = frozenset({"dump_s", "dump_sync_s", "load_cold_s", "load_cold_predict_s"})
"""Metrics that the file write speaks for as well; a load from the page cache touches no disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """By what the times of head must be divided, and how sure that is."""

    log_ratio: float
    """Natural logarithm of the geometric mean over the kernels of head's median over base's."""
    log_spread: float
    """How far the kernel that differs most lies from that mean."""
    kernels: tuple[str, ...]


UNKNOWN = Pace(log_ratio=0.0, log_spread=0.0, kernels=())
"""No kernel was timed on both sides: times stand as they are."""


def pace_between(
    base: Sequence[Mapping[str, float]], head: Sequence[Mapping[str, float]], *, to_disk: bool
) -> Pace:
    """Return head's pace against base's, over the kernels that every process of both timed.

    Parameters
    ----------
    base, head
        One mapping a process: kernel -> seconds, above zero.
    to_disk
        Whether the file write counts, for metrics that touch the disk.
    """
    if not base or not head:
        return UNKNOWN
    shared = set.intersection(*(set(times) for times in (*base, *head)))
    names = [name for name in sorted(shared) if to_disk or name != _DISK]
    if not names:
        return UNKNOWN
    logs = [math.log(_median(head, name)) - math.log(_median(base, name)) for name in names]
    mean = math.fsum(logs) / len(logs)
    return Pace(
        log_ratio=mean,
        log_spread=max(abs(log - mean) for log in logs),
        kernels=tuple(names),
    )


def touches_disk(metric: str) -> bool:
    """Whether a metric's time depends on the disk."""
    return metric in _TO_DISK


def pace_remark(pace: Pace) -> str:
    """Return what a reader must know of the two moments, in a sentence or two."""
    if not pace.kernels:
        return (
            "No control kernel was timed on both sides: times are compared as they stand, whatever "
            "the two moments were like."
        )
    names = ", ".join(KERNELS.get(name, name) for name in pace.kernels)
    return (
        f"Fixed work took {math.exp(pace.log_ratio):.2f} times as long at head's moment ({names}); "
        f"times are divided by that. The kernels differ from it by up to "
        f"{percent(math.expm1(pace.log_spread))}, by which the intervals of times are widened."
    )


def _median(processes: Sequence[Mapping[str, float]], name: str) -> float:
    return median(times[name] for times in processes)
