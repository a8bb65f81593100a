"""What advice returns: it prints, tabulates, draws, and shows itself in a notebook."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from savebench.errors import UsageError
from savebench.report.console import text_of
from savebench.summary.advice.answer import AdviceRow, Answer
from savebench.summary.advice.candidates import Estimate

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from rich.console import Console

_MEASURED = (
    "load_predict_s",
    "load_s",
    "load_cold_predict_s",
    "dump_s",
    "size_bytes",
    "load_peak_bytes",
    "worker_bytes",
)
_PLOTS = {"bandwidth": "ready-by-bandwidth", "workers": "memory-by-workers"}


@dataclass(frozen=True, slots=True)
class Advice:
    """The answer to how one model should be saved."""

    answer: Answer

    @property
    def take(self) -> str | None:
        """The serializer to take; None where nobody can be taken."""
        return self.answer.take

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a candidate, those that can be taken first, by cost.

        Columns: ``serializer``, ``kind``, ``taken``, ``on_front``, ``exact``; ``ready_s`` and
        ``per_use_s`` with ``_low`` and ``_high``; ``memory_bytes`` (of one process while it loads,
        or of all workers); each metric that was measured with ``_low``, ``_high`` and ``_n``; and
        ``out``, why it cannot be taken. Seconds and bytes; missing where not measured.
        """
        import pandas as pd

        return pd.DataFrame(
            [self._record(each) for each in (*self.answer.rows, *self.answer.apart)]
        )

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints: see DESIGN, section 11."""
        return self.answer.as_json()

    def plot(self, what: str = "bandwidth") -> "Figure":
        """Return a figure: time to the first answer by "bandwidth", or memory by "workers".

        Raises
        ------
        UsageError
            When there is no such plot, or nothing was measured that it could show.
        """
        from savebench.report.advice.plots import plots_of

        if what not in _PLOTS:
            raise UsageError(f"there is no plot {what!r}; choose one of {', '.join(_PLOTS)}")
        for plot in plots_of(self.answer):
            if plot.name == _PLOTS[what]:
                return plot.figure
        raise UsageError(f"nothing was measured that a plot by {what} could show")

    def write_report(self, folder: Path) -> Path:
        """Write ``advice.md`` and ``plots/`` into a folder; return the page's path.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.advice.page import write_advice

        try:
            return write_advice(self.answer, folder)
        except OSError as error:
            raise UsageError(
                f"{folder}: cannot write the advice ({error.strerror}); name another folder"
            ) from error

    def print_to(self, console: "Console", *, show_all: bool = False) -> None:
        """Print what the command line prints; `show_all`: with ``--all``."""
        from savebench.report.advice.content import content_of
        from savebench.report.advice.terminal import print_advice

        print_advice(content_of(self.answer), console, show_all=show_all)

    def __str__(self) -> str:
        """Return what the command line prints."""
        return text_of(self.print_to)

    def __repr__(self) -> str:
        """Return what the command line prints: it stands for itself in a console, too."""
        return str(self)

    def _repr_html_(self) -> str:
        """Return the table and the plots as a notebook shows them."""
        from savebench.report.advice.html import html_of

        return html_of(self.answer)

    def _record(self, row: AdviceRow) -> dict[str, Any]:
        cost = row.cost
        record: dict[str, Any] = {
            "serializer": row.name,
            "kind": row.candidate.kind,
            "taken": row.name == self.answer.take,
            "on_front": row.on_front,
            "exact": row.candidate.exact,
            **_columns("ready_s", cost.ready_s if cost else None),
            **_columns("per_use_s", cost.per_use_s if cost else None),
            **_columns("memory_bytes", cost.memory_bytes if cost else None),
        }
        for metric in _MEASURED:
            found = row.estimate(metric)
            record |= _columns(metric, found)
            record[f"{metric}_n"] = found.n if found else 0
        return {**record, "out": row.out}


def _columns(name: str, value: Estimate | None) -> dict[str, float | None]:
    return {
        name: value.median if value else None,
        f"{name}_low": value.low if value else None,
        f"{name}_high": value.high if value else None,
    }
