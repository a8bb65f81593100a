"""Limits that a test sets, and what came of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from savebench.persistence.asked import SIZE, Asked, RatioLimit
from savebench.persistence.carrying import Carried
from savebench.persistence.timing import Times
from savebench.stats import paired_ratio
from savebench.units import human_bytes, human_ratio


@dataclass(frozen=True, slots=True)
class LimitResult:
    """What came of one limit for one serializer."""

    serializer: str
    metric: str
    found: str
    """The value, for a person."""
    limit: str
    holds: bool | None
    """None: it cannot be told."""
    unchecked: str = ""
    """Why there is no value to hold against the limit, which then does not hold."""

    def __str__(self) -> str:
        """Return the verdict in a line."""
        if self.unchecked:
            return (
                f"{self.serializer}: the limit of {self.limit} on {self.metric} "
                f"cannot be checked: {self.unchecked}"
            )
        what = f"{self.serializer}: {self.metric} {self.found}"
        if self.holds is None:
            return (
                f"{what}; whether that is within the limit of {self.limit} cannot be told: "
                "ask for more rounds=, or on a quieter machine"
            )
        return f"{what}, {'within' if self.holds else 'above'} the limit of {self.limit}"


def judge(asked: Asked, carried: Mapping[str, Carried], times: Times) -> tuple[LimitResult, ...]:
    """Judge every limit for every serializer that carries the model."""
    return tuple(
        verdict
        for name, each in carried.items()
        if each.outcome == "ok"
        for verdict in _judge_one(name, asked, carried, times)
    )


def _judge_one(
    name: str, asked: Asked, carried: Mapping[str, Carried], times: Times
) -> Iterator[LimitResult]:
    size_bytes = carried[name].size_bytes or 0
    if name in asked.max_size_bytes:
        most_bytes = asked.max_size_bytes[name]
        yield LimitResult(
            name,
            SIZE,
            _exactly(size_bytes),
            _exactly(most_bytes),
            size_bytes <= most_bytes,
        )
    for limit in asked.ratios:
        if name == limit.baseline:
            continue
        if limit.metric == SIZE:
            yield _judge_size_ratio(name, limit, size_bytes, carried[limit.baseline])
        else:
            yield _judge_time_ratio(name, limit, times)


def _judge_size_ratio(
    name: str, limit: RatioLimit, size_bytes: int, baseline: Carried
) -> LimitResult:
    if baseline.outcome != "ok" or not baseline.size_bytes:
        return _no_value(name, limit, f"{limit.baseline} does not carry the model")
    ratio = size_bytes / baseline.size_bytes
    found = f"is {human_ratio(ratio)} {limit.baseline}'s ({human_bytes(size_bytes)})"
    return LimitResult(name, limit.metric, found, human_ratio(limit.ratio), ratio <= limit.ratio)


def _judge_time_ratio(name: str, limit: RatioLimit, times: Times) -> LimitResult:
    """Call a limit broken only when the whole interval of the ratio lies above it."""
    try:
        ratio = paired_ratio(times.of(name, limit.metric), times.of(limit.baseline, limit.metric))
    except ValueError:
        return _no_value(name, limit, times.no_dumps or "no process measured both")
    found = (
        f"is {human_ratio(ratio.median)} {limit.baseline}'s (95 % interval "
        f"{human_ratio(ratio.low)} to {human_ratio(ratio.high)}, {ratio.n} processes each)"
    )
    holds = None
    if ratio.high <= limit.ratio:
        holds = True
    elif ratio.low > limit.ratio and not ratio.is_range:
        holds = False
    return LimitResult(name, limit.metric, found, human_ratio(limit.ratio), holds)


def _no_value(name: str, limit: RatioLimit, why: str) -> LimitResult:
    return LimitResult(name, limit.metric, "", human_ratio(limit.ratio), holds=False, unchecked=why)


def _exactly(size_bytes: int) -> str:
    return f"{human_bytes(size_bytes)} ({size_bytes:,} bytes)"
