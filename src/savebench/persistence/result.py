"""What a test gets back: per serializer an outcome, a reason, a size and times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from savebench.records.schema import Outcome
from savebench.stats import Interval
from savebench.units import human_bytes, human_seconds

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = ("dump_s", "load_s", "load_predict_s")


class PersistenceError(AssertionError):
    """A serializer did not carry the model to another process, or went over a limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What became of the model in the hands of one serializer."""

    serializer: str
    outcome: Outcome
    reason: str = ""
    """Empty when ok; else what happened."""
    size_bytes: int | None = None
    times_s: Mapping[str, Interval] = field(default_factory=dict)
    """Metric -> median over fresh processes and its 95 % interval, where times were measured."""


@dataclass(frozen=True, slots=True)
class Persistence:
    """What became of one model in the hands of each serializer."""

    model: str
    """The model's class."""
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()
    """What a person should know: limits that cannot be told, times that could not be measured."""

    def __getitem__(self, serializer: str) -> Line:
        """Return the line of a serializer.

        Raises
        ------
        KeyError
            When it was not asked for.
        """
        for line in self.lines:
            if line.serializer == serializer:
                return line
        raise KeyError(serializer)

    def __str__(self) -> str:
        """Return a table, and the notes below it."""
        return "\n".join([*self.table(), *self.notes])

    def table(self) -> list[str]:
        """Return the table's lines: a heading, and one a serializer."""
        timed = [name for name in _SHOWN if any(name in line.times_s for line in self.lines)]
        rows = [
            (
                "serializer",
                "outcome",
                "size",
                *timed,
                "reason" if any(line.reason for line in self.lines) else "",
            )
        ]
        for line in self.lines:
            size = "" if line.size_bytes is None else human_bytes(line.size_bytes)
            times = [
                human_seconds(line.times_s[name].median) if name in line.times_s else ""
                for name in timed
            ]
            rows.append((line.serializer, line.outcome, size, *times, line.reason))
        return _aligned(rows)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a serializer: outcome, reason, size, and median times with intervals."""
        import pandas as pd

        return pd.DataFrame([_cells(line) for line in self.lines])


def _cells(line: Line) -> dict[str, object]:
    cells: dict[str, object] = {
        "serializer": line.serializer,
        "outcome": line.outcome,
        "reason": line.reason,
        "size_bytes": line.size_bytes,
    }
    for name, interval in line.times_s.items():
        cells |= {
            name: interval.median,
            f"{name}_low": interval.low,
            f"{name}_high": interval.high,
            f"{name}_n": interval.n,
        }
    return cells


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
