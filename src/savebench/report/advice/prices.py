"""What choosing another row would cost, in words."""

from collections.abc import Iterator

from savebench.summary.advice.answer import Answer
from savebench.summary.advice.otherwise import Otherwise
from savebench.units import human_bytes, human_ratio, human_seconds


def price_lines(answer: Answer, names: set[str]) -> Iterator[str]:
    """Yield what choosing each of some rows would cost, the best first."""
    for each in answer.otherwise:
        if each.name in names:
            yield f"{each.name}: {', '.join(_price(each))}"


def _price(each: Otherwise) -> Iterator[str]:
    """Yield what another row costs more or less than the taken one."""
    ends = ""
    if each.seconds_low is not None and each.seconds_high is not None:
        ends = f" [{signed_seconds(each.seconds_low)} to {signed_seconds(each.seconds_high)}]"
    alike = "; cannot be told apart" if each.is_alike else ""
    yield f"{signed_seconds(each.seconds)}{ends} ({human_ratio(each.ratio)}{alike})"
    if each.size_bytes is not None:
        yield f"size {signed_bytes(each.size_bytes)}"
    if each.memory_bytes is not None:
        yield f"memory {signed_bytes(each.memory_bytes)}"


def signed_seconds(value: float) -> str:
    """Return seconds more or less: ``"+12.4 ms"``, ``"-1.2 s"``, ``"+0 s"``."""
    return f"{'' if value < 0 else '+'}{human_seconds(value)}"


def signed_bytes(value: float) -> str:
    """Return bytes more or less: ``"+149 MB"``, ``"-3.58 GB"``, ``"+0 B"``."""
    return f"{'' if value < 0 else '+'}{human_bytes(value)}"
