"""Many runs as trends: what `follow` returns, as objects and as a frame."""

import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from savebench.errors import UsageError
from savebench.history.collecting import Skipped, collect
from savebench.history.machines import Machine, Trend, machines_of
from savebench.history.reading import RunMedians

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Many runs as trends."""

    folder: Path
    runs: tuple[RunMedians, ...]
    """Run 1 first."""
    machines: tuple[Machine, ...]
    skipped: tuple[Skipped, ...]

    def run(self, number: int) -> RunMedians:
        """Return a run by its number, from 1."""
        return self.runs[number - 1]

    def label(self, number: int) -> str:
        """Return a run's folder, relative to the history's."""
        folder = self.run(number).folder
        return str(folder.relative_to(self.folder)) if folder != self.folder else folder.name

    def number(self, text: str) -> int:
        """Return the number of the run that a person names by number or by folder.

        Raises
        ------
        UsageError
            When there is no such run.
        """
        if text.isdecimal() and text[0] != "0" and 1 <= int(text) <= len(self.runs):
            return int(text)
        numbers = range(1, len(self.runs) + 1)
        by_name = {self.label(each): each for each in numbers}
        by_name |= {str(self.run(each).folder): each for each in numbers}
        if (found := by_name.get(text.rstrip("/"))) is not None:
            return found
        raise UsageError(
            f"there is no run {text!r}: name one from 1 to {len(self.runs)}, or its folder under "
            f"{self.folder}"
        )

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per machine, series and run: value, raw value, level, whether it changed.

        Columns: machine, run, started, folder, series, metric, unit, value, raw, level, ratio (of
        the level to the one before, where a level begins; else NaN).
        """
        import pandas as pd

        return pd.DataFrame(
            [
                row
                for machine in self.machines
                for series in machine.series
                for row in _rows(self, machine, series)
            ],
            columns=[
                *("machine", "run", "started", "folder", "series", "metric", "unit"),
                *("value", "raw", "level", "ratio"),
            ],
        )

    def __str__(self) -> str:
        """Return what there is, in one line."""
        from savebench.history.words import summary_sentence

        return summary_sentence(self)


def follow(folder: Path) -> History:
    """Read every run under a folder and follow each series over time.

    Raises
    ------
    UsageError
        When the folder is none.
    DataError
        When no run in it can be read; what else cannot be is in the result's `skipped`.
    """
    collected = collect(folder)
    return History(
        folder=folder,
        runs=collected.runs,
        machines=machines_of(collected.runs),
        skipped=collected.skipped,
    )


def _rows(history: History, machine: Machine, series: Trend) -> list[tuple[object, ...]]:
    ratios = {change.index: change.ratio for change in series.changes}
    rows: list[tuple[object, ...]] = []
    for start, end in pairwise(series.edges):
        level = median(series.adjusted[start:end])
        for at in range(start, end):
            run = series.runs[at]
            rows.append(
                (
                    machine.number,
                    run,
                    history.run(run).started,
                    history.label(run),
                    series.name,
                    series.metric,
                    series.unit,
                    series.adjusted[at],
                    series.raw[at],
                    level,
                    ratios.get(at, math.nan),
                )
            )
    return rows
