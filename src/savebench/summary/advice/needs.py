"""What a person needs of a saved model, checked and normalised."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement

from savebench.errors import UsageError
from savebench.units import bytes_of, counted, human_bytes

_RATE = re.compile(
    r"\s*([0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*([KMGTkmgt]?)(bit|Bit|b|B)(ps|\s*/\s*s(?:ec)?)?\s*"
)
_LETTERS = {"": 1.0, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_LARGEST_RATE = 1e15
_RATE_EXAMPLE = "write it like 100MB/s or 800Mbit/s"
_BITS = 8
_MOST_WORKERS = 100_000
_READ_BY_EXAMPLE = "write it like python=3.11,scikit-learn=1.6"
_OPERATOR = re.compile(r"\s*(?:[<>=!~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What matters to one person; None, empty and False: it does not."""

    bandwidth_bytes_per_s: float | None = None
    """The file is downloaded at this rate before it is loaded."""
    loads_per_dump: float | None = None
    """How often it is loaded each time it is saved."""
    workers: int | None = None
    """Processes on one machine that each hold the model."""
    memory_bytes: int | None = None
    """What loading, or all workers together, may take."""
    cold: bool = False
    """The file is not in the page cache when it is loaded."""
    safe: bool = False
    """Only formats that run no code on load."""
    exact: bool = False
    """Only what comes back bit for bit."""
    read_by: tuple[Requirement, ...] = ()
    """What is installed where it will be loaded; ``python`` is the interpreter."""
    max_size_bytes: int | None = None
    """The file may not be larger."""

    @classmethod
    def of(  # noqa: PLR0913 - one argument a need, as the command line has options
        cls,
        *,
        bandwidth: str | float | None = None,
        loads_per_dump: str | float | None = None,
        workers: str | int | None = None,
        memory: str | int | None = None,
        cold: bool = False,
        safe: bool = False,
        exact: bool = False,
        read_by: str | Iterable[str | Requirement] | None = None,
        max_size: str | int | None = None,
    ) -> "Needs":
        """Return needs from what people write: ``"100MB/s"``, ``"512MB"``, 50.

        Parameters
        ----------
        bandwidth
            ``"100MB/s"``, ``"1 GB/s"``, ``"800Mbit/s"``; a number is bytes per second.
        loads_per_dump
            A number above zero.
        workers
            A whole number from 1 on.
        memory, max_size
            ``"512MB"``; a number is bytes.
        cold, safe, exact
            See the fields.
        read_by
            ``"python=3.11,scikit-learn=1.6"``; one ``=`` is as good as two.

        Raises
        ------
        UsageError
            When one makes no sense; the message names the option.
        """
        return cls(
            bandwidth_bytes_per_s=None if bandwidth is None else rate_of(bandwidth, "bandwidth"),
            loads_per_dump=_loads(loads_per_dump),
            workers=_workers(workers),
            memory_bytes=_bytes(memory, "memory"),
            cold=bool(cold),
            safe=bool(safe),
            exact=bool(exact),
            read_by=() if read_by is None else requirements_of(read_by),
            max_size_bytes=_bytes(max_size, "max-size"),
        )

    def to_json(self) -> dict[str, Any]:
        """Return every need by its field's name, in units of the name; None where not asked."""
        return {
            "bandwidth_bytes_per_s": self.bandwidth_bytes_per_s,
            "loads_per_dump": self.loads_per_dump,
            "workers": self.workers,
            "memory_bytes": self.memory_bytes,
            "cold": self.cold,
            "safe": self.safe,
            "exact": self.exact,
            "read_by": [str(each) for each in self.read_by],
            "max_size_bytes": self.max_size_bytes,
        }

    def said(self) -> tuple[str, ...]:
        """Return all that was asked, a few words each; nothing asked, nothing said."""
        rate, loads, workers = self.bandwidth_bytes_per_s, self.loads_per_dump, self.workers
        found = [
            "" if rate is None else f"download at {human_rate(rate)}",
            "" if loads is None else f"{loads:g} loads per save",
            "" if workers is None else counted(workers, "worker"),
            "cold file" if self.cold else "",
        ]
        return (*filter(None, found), *self.limits())

    def limits(self) -> tuple[str, ...]:
        """Return what rules rows out, a few words each: ``("no code on load",)``."""
        memory, size = self.memory_bytes, self.max_size_bytes
        found = [
            "" if memory is None else f"memory up to {human_bytes(memory)}",
            "" if size is None else f"a file up to {human_bytes(size)}",
            "no code on load" if self.safe else "",
            "every bit as before" if self.exact else "",
            f"a reader of {', '.join(map(str, self.read_by))}" if self.read_by else "",
        ]
        return tuple(filter(None, found))


def human_rate(bytes_per_s: float) -> str:
    """Return a rate with three significant digits: ``"240 MB/s"``."""
    return f"{human_bytes(bytes_per_s)}/s"


def rate_of(asked: object, name: str = "") -> float:
    """Return bytes per second: ``"100MB/s"`` -> 1e8, ``"800Mbit/s"`` -> 1e8, 1e8 -> 1e8.

    Raises
    ------
    UsageError
        When it is no rate above zero, has no unit, or ``Mb/s`` leaves open whether bits or bytes.
    """
    if isinstance(asked, str):
        return _rate_of_text(asked, name)
    rate = _number(asked)
    if rate is None or not 0 < rate <= _LARGEST_RATE:
        raise UsageError(f"{name} {asked!r} is not a rate; {_RATE_EXAMPLE}".lstrip())
    return rate


def _rate_of_text(asked: str, name: str) -> float:
    found = _RATE.fullmatch(asked)
    if not found:
        raise UsageError(f"{name} {asked!r} is not a rate; {_RATE_EXAMPLE}".lstrip())
    number, letter, unit, per_s = found.groups()
    if not per_s:
        raise UsageError(f"{name} {asked!r} is a size, not a rate; {_RATE_EXAMPLE}".lstrip())
    if unit == "b" and per_s != "ps":  # Mbps is bits to everybody, Mb/s to some
        clear = f"{number}{letter.upper()}"
        raise UsageError(
            f"{name} {asked!r} may be bits or bytes; write {clear}bit/s or {clear}B/s".lstrip()
        )
    rate = float(number) * _LETTERS[letter.upper()] / (1 if unit == "B" else _BITS)
    if not 0 < rate <= _LARGEST_RATE:
        fault = "is faster than any network" if rate else "is no rate above zero"
        raise UsageError(f"{name} {asked!r} {fault}; {_RATE_EXAMPLE}".lstrip())
    return rate


def requirements_of(asked: str | Iterable[str | Requirement]) -> tuple[Requirement, ...]:
    """Return what is installed where the model is read: ``"python=3.11"`` -> ``python==3.11``.

    Raises
    ------
    UsageError
        When a part is no requirement.
    """
    parts = _split(asked) if isinstance(asked, str) else list(asked)
    found = tuple(each if isinstance(each, Requirement) else _requirement(each) for each in parts)
    if not found:
        raise UsageError(f"read-by names nothing; {_READ_BY_EXAMPLE}")
    return found


def _split(text: str) -> list[str]:
    """Split at commas, but ``numpy>=1.20,<2`` stays one."""
    parts: list[str] = []
    for part in text.split(","):
        if parts and _OPERATOR.match(part):
            parts[-1] += f",{part}"
        elif part.strip():
            parts.append(part)
    return parts


def _requirement(text: object) -> Requirement:
    fault = UsageError(f"read-by {text!r} is not a name and a version; {_READ_BY_EXAMPLE}")
    if not isinstance(text, str):
        raise fault
    try:
        found = Requirement(re.sub(r"(?<![<>=!~])=(?!=)", "==", text.strip()))
    except InvalidRequirement:
        raise fault from None
    says_nothing = found.name.lower() == "python" and not str(found.specifier)
    if says_nothing or found.url or found.marker or not re.search("[A-Za-z]", found.name):
        raise fault
    return found


def _loads(asked: object) -> float | None:
    if asked is None:
        return None
    number = _number(asked)
    if number is None or number <= 0:
        raise UsageError(
            f"loads-per-dump {asked!r} is not a number above zero; write it like 50: loaded fifty "
            "times each time it is saved"
        )
    return number


def _workers(asked: object) -> int | None:
    if asked is None:
        return None
    number = _number(asked)
    if number is None or not number.is_integer() or not 1 <= number <= _MOST_WORKERS:
        raise UsageError(f"workers {asked!r} is not a whole number from 1 on; write it like 4")
    return int(number)


def _bytes(asked: object, name: str) -> int | None:
    if asked is None:
        return None
    size_bytes = bytes_of(asked, name)
    if size_bytes <= 0:
        raise UsageError(f"{name} {asked!r} is not a size above zero; write it like 512MB")
    return size_bytes


def _number(asked: object) -> float | None:
    """Return a finite number from a number or its text; a truth is none."""
    if isinstance(asked, bool):
        return None
    try:
        number = float(asked)  # type: ignore[arg-type] # what has no number raises
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
