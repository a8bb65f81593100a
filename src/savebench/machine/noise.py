"""How steady the machine was: from control kernels' times to a verdict. Pure functions."""

import math
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Literal

import msgspec

from savebench.records.schema import KernelNoise, Noise, Record, Run
from savebench.stats import detectable_change, relative_span, robust_spread

FEWEST = 5
"""Fewer processes say nothing of a spread."""
NOISY_SPREAD = 0.07

KERNELS = {
    "cpu_s": "arithmetic",
    "copy_s": "memory copy",
    "zlib_s": "compression",
    "alloc_s": "allocation",
    "write_s": "file write",
}
"""The control kernels, in the order in which they are shown."""


def kernel_times(facts: Mapping[str, object]) -> dict[str, float] | None:
    """Return the times that a control trial's facts hold, None where they hold none that count."""
    try:
        times = msgspec.convert(facts.get("kernels"), dict[str, float])
    except msgspec.ValidationError:
        return None
    sound = all(math.isfinite(time_s) and time_s > 0 for time_s in times.values())
    return times if times and sound else None


def noise_of(
    trials: Sequence[Mapping[str, float]],
    when: Literal["before", "throughout"] = "before",
) -> Noise | None:
    """Return the noise of each kernel that every trial timed; None below `FEWEST` trials.

    Parameters
    ----------
    trials
        One mapping a process: kernel -> time in seconds, above zero.
    when
        Whether the trials ran before a run's rounds or throughout them.
    """
    if len(trials) < FEWEST:
        return None
    shared = set.intersection(*(set(times) for times in trials))
    order = [*KERNELS, *sorted(shared - KERNELS.keys())]
    by_kernel = {name: [times[name] for times in trials] for name in order if name in shared}
    return Noise(
        kernels={name: _kernel_noise(times_s) for name, times_s in by_kernel.items()}, when=when
    )


def _kernel_noise(times_s: Sequence[float]) -> KernelNoise:
    return KernelNoise(
        median_s=median(times_s),
        spread=robust_spread(times_s),
        span=relative_span(times_s),
        n=len(times_s),
    )


def noise_of_run(run: Run) -> Noise | None:
    """Return a run's noise: from its rounds' control trials where they are enough, else its header.

    They tell of the run's whole time, the header's of the second before it. Older runs keep the
    times of a round's control trial in the facts of the round's first record.
    """
    times = [kernel_times(record.facts) for record in run.records]
    return noise_of([each for each in times if each], "throughout") or run.header.noise


def noisy_kernels(noise: Noise) -> dict[str, KernelNoise]:
    """Return the kernels whose times spread by more than `NOISY_SPREAD`, 7 %.

    Why 7 %: it is the upper end of the 5 to 7 % of noise that savebench's comparisons were designed
    for. Above it ten rounds, about what the `quick` suite gives a case, find a difference of 13 %
    with a probability below 0.9 (`stats.detectable_change`): whether something takes 10 % more or
    less, the usual question, then stays open.
    """
    return {
        name: kernel
        for name, kernel in noise.kernels.items()
        if kernel.n >= FEWEST and kernel.spread > NOISY_SPREAD
    }


def noise_sentence(run: Run) -> str:
    """Return what to say at the head of a noisy run's report; empty for a quiet or unknown one."""
    noise = noise_of_run(run)
    noisy = noisy_kernels(noise) if noise else {}
    if noise is None or not noisy:
        return ""
    spreads = ", ".join(
        f"{KERNELS.get(name, name)} {percent(kernel.spread)}" for name, kernel in noisy.items()
    )
    count = max(kernel.n for kernel in noisy.values())
    moment = "during its rounds" if noise.when == "throughout" else "just before its rounds"
    return (
        f"This run was noisy: between {count} processes {moment}, the times of fixed work spread "
        f"by more than {percent(NOISY_SPREAD)} ({spreads}){_meaning(run, noise)}."
    )


def _meaning(run: Run, noise: Noise) -> str:
    """Return what the middle kernel's noise means: it comes near that of the measured cases."""
    rounds = typical_rounds(run.records)
    if not rounds:
        return ""
    change = detectable_change(median(kernel.spread for kernel in noise.kernels.values()), rounds)
    return (
        f"; with {rounds} round{'' if rounds == 1 else 's'} a case, differences below about "
        f"{percent(change)} may be chance (by the middle kernel)"
    )


def typical_rounds(records: Iterable[Record]) -> int:
    """Return the median number of good loads over the cases that have one, 0 where none has."""
    counts: dict[object, int] = {}
    for record in records:
        if record.trial == "load" and record.outcome == "ok":
            counts[record.case] = counts.get(record.case, 0) + 1
    return int(median(counts.values())) if counts else 0


def percent(fraction: float) -> str:
    """Return a fraction as a percentage of two digits: ``"3.4 %"``, ``"27 %"``, ``"120 %"``."""
    value = 100 * fraction
    return f"{value:.1f} %" if value < 9.95 else f"{value:.0f} %"  # noqa: PLR2004 - two digits
