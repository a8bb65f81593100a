"""What a run says of folklore, for a terminal of 100 columns or less."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from savebench.report.claims.words import Told, commands_of, told_claims
from savebench.report.columns import Column, fitting, new_table
from savebench.report.lines import print_wrapped
from savebench.summary.claims import Judged

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_COLUMNS = (
    Column(heading="aspect", width=20, least=15, left=True),
    Column(heading="verdict", width=41, least=28, left=True),
    Column(heading="figure", width=33, least=20, left=True),
)
_INDENT = "  "


def print_claims(judged: Sequence[Judged], console: "Console") -> None:
    """Print each claim with its verdicts, and what would tell the rest."""
    from rich.padding import Padding

    claims = told_claims(judged)
    for told in claims:
        print_wrapped(told.claim.sentence, console, style="bold")
        console.print(Padding(_table(told, room=console.width), (0, 0, 0, len(_INDENT))))
        remarks = "; ".join(filter(None, (told.of, told.claim.note)))
        if remarks:
            print_wrapped(f"({remarks})", console, first=_INDENT)
    commands = commands_of(claims)
    if commands:
        console.print()
        print_wrapped("What cannot be told here would be measured by:", console)
    for command in commands:
        print_wrapped(command, console, first=_INDENT, rest=_INDENT * 2)


def _table(told: Told, *, room: int) -> "Table":
    from rich.text import Text

    columns, gap = fitting(_COLUMNS, room - len(_INDENT))
    table = new_table(columns, box=None, padding=(0, gap, 0, 0), show_header=False)
    for row in told.rows:
        table.add_row(*(Text(getattr(row, each.heading)) for each in columns))
    return table
