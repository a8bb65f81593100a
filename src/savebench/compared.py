"""Comparisons from Python: ``savebench.compare(base, head)``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from savebench.api import Results
from savebench.arguments import names_given, path_given
from savebench.comparing.ab import AbRequest, SilentWatch, Watch, run_ab
from savebench.comparing.changes import Change, Comparison, exit_code
from savebench.comparing.gate import rule_of
from savebench.comparing.reading import read_side
from savebench.comparing.runs import DETECT, MARGIN, compare_sides
from savebench.comparing.side import Side, side_of_run
from savebench.errors import UsageError
from savebench.units import parse_percent

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_WIDTH = 100


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
        import io

        from rich.console import Console

        text = io.StringIO()
        self.print_to(Console(file=text, width=_WIDTH))
        return text.getvalue()

    def _repr_html_(self) -> str:
        """Return the changes as a notebook shows them, the remarks above."""
        import html

        remarks = "".join(f"<p>{html.escape(each)}</p>" for each in self.comparison.remarks)
        return remarks + str(self.to_frame().to_html(index=False, max_rows=60))


def compare(  # noqa: PLR0913 - what a person may ask for
    base: "str | Path | Results",
    head: "str | Path | Results",
    *,
    margin: str | float = MARGIN,
    detect: str | float = DETECT,
    aliases: Mapping[str, str] | None = None,
    trust_history: bool = False,
    only: Sequence[str] = (),
    strict: bool = False,
) -> Compared:
    """Compare two runs of different moments: exact counts gate, times are advice.

    Parameters
    ----------
    base, head
        Results, or the path of a run's folder or file.
    margin
        A ratio up to 1 + margin is no regression: ``"3%"`` or ``0.03``.
    detect
        The change that must be detectable for a time to pass: ``"10%"`` or ``0.1``.
    aliases
        Old name -> new name, of a serializer, a workload or a series of the base.
    trust_history
        Let times and memory gate too, though other moments measured them.
    only
        Globs over series' names and metrics: ``["*size_bytes"]``.
    strict
        Let `Compared.exit_code` be 3 where something stays open.

    Raises
    ------
    DataError
        When a path holds nothing to compare.
    UsageError
        When an alias or a glob matches nothing, or the two share no series.
    """
    rule = rule_of(_fraction(margin), _fraction(detect))
    comparison = compare_sides(
        _side(base),
        _side(head),
        margin=rule.margin,
        detect=rule.detect,
        aliases=aliases,
        trust_history=trust_history,
        only=(only,) if isinstance(only, str) else only,
    )
    return Compared(comparison, strict)


def ab(  # noqa: PLR0913 - what a person may ask for
    *,
    budget: str | float | None = None,
    margin: str | float = MARGIN,
    detect: str | float = DETECT,
    out: Path | None = None,
    strict: bool = False,
    watch: Watch | None = None,
    **asked: Any,
) -> Compared:
    """Measure two environments in step; ``savebench.ab(base="joblib==1.4.2", head=".")``.

    Parameters
    ----------
    budget
        Wall time of the measuring: ``"5min"``, or seconds.
    margin, detect, strict
        As `compare` has them.
    out
        Folder for every record; a new one under ``savebench-runs/`` where left out.
    watch
        Is told what goes on.
    asked
        The other fields of `AbRequest`: ``base``, ``head``, ``suite``, ``workloads``,
        ``serializers``, ``same_artifact``, ``timeout``, ``launch``, ``threads``, ``storage``,
        ``seed``.

    Raises
    ------
    UsageError
        When something asked for does not exist, makes no sense or cannot be installed.
    Interrupted
        On Ctrl-C; the records so far are kept.
    """
    for name in ("workloads", "serializers"):
        if name in asked:
            asked[name] = names_given(asked[name], f"savebench.ab, {name}")
    for name in ("base", "head"):
        if name in asked and not isinstance(asked[name], str):
            asked[name] = str(path_given(asked[name], f"savebench.ab, {name}"))
    rule = rule_of(_fraction(margin), _fraction(detect))
    folder = out or Path("savebench-runs") / f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-ab"
    try:
        request = AbRequest(budget=budget, rule=rule, out=folder, **asked)
    except TypeError as error:
        raise UsageError(f"savebench.ab: {error}") from None
    return Compared(run_ab(request, watch or SilentWatch()), strict, folder)


def _side(named: "str | Path | Results") -> Side:
    if isinstance(named, Results):
        return side_of_run(named.run, str(named.folder))
    return read_side(path_given(named, "savebench.compare"))


def _fraction(value: str | float) -> float:
    return parse_percent(value) if isinstance(value, str) else value
