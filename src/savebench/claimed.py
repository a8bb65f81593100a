"""What testing folklore returns: it prints, tabulates, shows itself in a notebook."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from savebench.errors import UsageError
from savebench.records.schema import Run
from savebench.report.console import text_of
from savebench.summary.claims import Judged, judge_claims

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Claims:
    """What a run says of each line of each claim; `judged` has all of it, as values."""

    judged: tuple[Judged, ...]

    @classmethod
    def of(cls, run: Run) -> "Claims":
        """Judge every claim by a run."""
        return cls(tuple(judge_claims(run)))

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a line: claim, verdict, ratio with its interval, how many models."""
        from savebench.report.claims.rows import to_frame

        return to_frame(self.judged)

    def to_json(self) -> str:
        """Return the objects that ``savebench claims --json`` prints, as text."""
        from savebench.report.claims.rows import as_json

        return as_json(self.judged)

    def write_report(self, folder: Path | str) -> Path:
        """Write ``claims.md`` into a folder; return the page's path.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.claims.page import write_claims

        try:
            return write_claims(self.judged, Path(folder))
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot write the page ({error.strerror}); name another folder"
            ) from error

    def __str__(self) -> str:
        """Return what the command line prints."""
        return text_of(self.print_to)

    def __repr__(self) -> str:
        """Return what the command line prints: it stands for itself in a console, too."""
        return str(self)

    def print_to(self, console: "Console") -> None:
        """Print each claim with its verdicts, and what would tell the rest."""
        from savebench.report.claims.terminal import print_claims

        print_claims(self.judged, console)

    def _repr_html_(self) -> str:
        """Return verdicts and figures as a notebook shows them."""
        from savebench.report.claims.rows import to_table

        return str(to_table(self.judged).to_html(index=False, max_rows=None))
