"""What measuring and comparing return: it prints, tabulates, shows itself in a notebook."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from savebench.comparing.comparison import Change, Comparison, exit_code
from savebench.errors import Interrupted, UsageError
from savebench.records.schema import UNEXPECTED, Record, Run, of_cases
from savebench.report.console import text_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from savebench.summary.regimes import Regimes


@dataclass(frozen=True, slots=True)
class Results:
    """A run that was measured: it prints, turns into a DataFrame and shows itself in a notebook."""

    run: Run
    folder: Path

    @property
    def failures(self) -> list[Record]:
        """The records whose outcome is somebody's fault."""
        return [each for each in of_cases(self.run.records) if each.outcome in UNEXPECTED]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per workload, size, serializer and metric, with intervals and ratios."""
        from savebench.summary import summarize

        return summarize(self.run)

    @property
    def regimes(self) -> "Regimes":
        """What to take where, and from which size on: ``cells``, ``crossovers``, ``missing``."""
        from savebench.summary import outcomes_of, rows_of
        from savebench.summary.regimes import regimes_of

        return regimes_of(self.run, rows_of(self.run), outcomes_of(self.run))

    def write_report(self) -> Path:
        """Write report.md, its tables and plots/ into the run's folder; return the report's path.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.run.page import write_report

        try:
            return write_report(self.run, self.folder)
        except OSError as error:
            raise UsageError(
                f"{self.folder}: cannot write the report ({error.strerror}); the records are kept. "
                f"Make room, then: savebench report {self.folder}"
            ) from error
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted while the report was being written; the records are kept. "
                f"Make it with: savebench report {self.folder}"
            ) from None

    def write_pytest_benchmark(self) -> Path:
        """Write ``pytest-benchmark.json`` into the run's folder; return its path.

        Raises
        ------
        DataError
            When no case has a time to write.
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.pytest_benchmark import write_pytest_benchmark

        return write_pytest_benchmark(self.run, self.folder)

    def __str__(self) -> str:
        """Return the tables that the command line prints."""
        return text_of(self.print_to)

    def __repr__(self) -> str:
        """Return what the command line prints: it stands for itself in a console, too."""
        return str(self)

    def print_to(self, console: "Console") -> None:
        """Print the tables, one a workload, and the answer."""
        from savebench.report.run.content import content_of
        from savebench.report.run.terminal import print_report

        print_report(content_of(self.run), console)

    def _repr_html_(self) -> str:
        """Return the summary as a notebook shows it."""
        return str(self.to_frame().to_html(index=False, max_rows=60))


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison: it prints, turns into a DataFrame and shows itself in a notebook."""

    comparison: Comparison
    strict: bool = False
    """Whether what stays open has an exit code of its own."""
    folder: Path | None = None
    """Where the records lie, if it was measured just now."""

    @property
    def exit_code(self) -> int:
        """0 passed, 1 a series that gates has regressed, 3 something stays open and `strict`."""
        return exit_code(self.comparison, strict=self.strict)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a series, worst first; columns are the fields of a `Change`."""
        import pandas as pd

        fields = [each.name for each in msgspec.structs.fields(Change)]
        rows = [msgspec.structs.asdict(change) for change in self.comparison.changes]
        return pd.DataFrame(rows, columns=fields)

    def print_to(self, console: "Console", *, show_all: bool = False) -> None:
        """Print the tables and what to do."""
        from savebench.report.comparison.terminal import print_comparison

        print_comparison(self.comparison, console, show_all=show_all)

    def __str__(self) -> str:
        """Return what the command line prints."""
        return text_of(self.print_to)

    def __repr__(self) -> str:
        """Return what the command line prints: it stands for itself in a console, too."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the changes as a notebook shows them, the remarks above."""
        import html

        remarks = "".join(f"<p>{html.escape(each)}</p>" for each in self.comparison.remarks)
        return remarks + str(self.to_frame().to_html(index=False, max_rows=60))
