"""The advice in a terminal: whom to take first, in 100 characters, or 80."""

from typing import TYPE_CHECKING

from savebench.report.advice.content import MARK, Cells, Content
from savebench.report.columns import Column, fitting, new_table
from savebench.report.lines import print_wrapped
from savebench.report.words import one_line

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_NAME = 18
_LEAVING = {"load peak": 1, "save": 2, "load+answer": 3, "cold load+answer": 3, "load": 3}


def print_advice(content: Content, console: "Console", *, show_all: bool = False) -> None:
    """Print the answer, the code, the candidates, and what it rests on.

    `show_all` also shows who is beaten in all that matters, memory of workers that nobody asked
    for, and the calculations; the page that is written has all of it.
    """
    from rich.text import Text

    console.print(Text(one_line(content.title), style="bold"), soft_wrap=True)
    print_wrapped(f"{content.measured}", console)
    print_wrapped(content.needs, console)
    console.print()
    heading = f"Take {content.take}" if content.take else "Take none of them"
    console.print(Text(heading, style="bold"))
    print_wrapped(one_line(content.reason), console)
    _print_code(content, console)
    _print_candidates(content, console, show_all=show_all)
    if show_all or content.asks_for_workers:
        _print_workers(content, console)
    _print_lists(content, console, show_all=show_all)


def _print_code(content: Content, console: "Console") -> None:
    from rich.text import Text

    if not content.save:
        console.print()
        return
    for what, text in (("save", content.save), ("load", content.load)):
        console.print()
        console.print(Text(f"  # {what}", style="italic"))
        for line in text.splitlines():
            console.print(Text(f"  {line}"), soft_wrap=True)
    if content.code_remark:
        print_wrapped(content.code_remark, console, first="  # ")
    console.print()


def _print_candidates(content: Content, console: "Console", *, show_all: bool) -> None:
    if not content.front:
        return
    print_wrapped(f"On the Pareto front of {content.axes}:", console, style="bold")
    console.print(_table(content, content.front, console.width))
    if content.others and show_all:
        console.print()
        print_wrapped("Beaten in all of that:", console, style="bold")
        console.print(_table(content, content.others, console.width))
    elif content.others:
        names = ", ".join(each.name for each in content.others)
        print_wrapped(f"Beaten in all of that: {names}", console)
    console.print()


def _table(content: Content, rows: tuple[Cells, ...], room: int) -> "Table":
    from rich.text import Text

    columns = [Column(heading="", width=1), Column(heading="serializer", width=_NAME, left=True)]
    columns += [
        Column(heading=_wrapped(heading), width=9, leaves=_LEAVING.get(heading, 0))
        for heading in content.columns
    ]
    kept, gap = fitting(columns, room)
    table = new_table(kept, box=None, padding=(0, gap, 0, 0))
    names = [each.heading for each in columns]
    for row in rows:
        texts = dict(zip(names, (MARK if row.taken else "", row.name, *row.texts), strict=True))
        style = "bold" if row.taken else ""
        table.add_row(*(Text(one_line(texts[each.heading]), style=style) for each in kept))
    return table


def _wrapped(heading: str) -> str:
    """Return a heading over two lines where it is long."""
    return heading.replace("+", "\n+") if "+" in heading else heading


def _print_workers(content: Content, console: "Console") -> None:
    from rich.text import Text

    if not content.workers:
        return
    print_wrapped("Memory of all workers, of the model alone:", console, style="bold")
    columns = [
        Column(heading="", width=18, least=18, left=True),
        Column(heading="serializer", width=_NAME, left=True),
        *(
            Column(heading=str(count), width=8, leaves=position)
            for position, count in enumerate(content.counts)
        ),
    ]
    kept, gap = fitting(columns, console.width)
    table = new_table(kept, box=None, padding=(0, gap, 0, 0))
    headings = [each.heading for each in columns]
    for line in content.workers:
        texts = dict(zip(headings, (line.way, line.name, *line.texts), strict=True))
        table.add_row(*(Text(one_line(texts[each.heading])) for each in kept))
    console.print(table)
    console.print()


def _print_lists(content: Content, console: "Console", *, show_all: bool) -> None:
    lists = (
        ("Choosing otherwise:", content.otherwise),
        ("How sure:", content.sure),
        ("At another bandwidth:", tuple(filter(None, (content.crossovers,)))),
        (
            "To check by hand:",
            (*content.formulas, *content.crossover_lines) if show_all else (),
        ),
        ("Must be known:", content.remarks),
        ("Answers only:", content.apart),
        ("Cannot be taken:", content.out_lines),
    )
    for heading, lines in lists:
        if lines:
            print_wrapped(heading, console, style="bold")
            for line in lines:
                print_wrapped(one_line(line), console, first="* ")
