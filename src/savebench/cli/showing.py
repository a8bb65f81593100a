"""What the verbs print: results to stdout, in a width that can be read."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from savebench.results import Compared, Results

_WIDTH = 100


def show(results: "Results", *, as_json: bool) -> None:
    """Print the results."""
    with while_read():
        if as_json:
            from savebench.report.run.content import content_of
            from savebench.report.run.json import as_json as render_json

            click.echo(render_json(content_of(results.run)))
            return
        results.print_to(console_of())
        click.echo(f"\nReport: {results.folder / 'report.md'}")


def show_compared(compared: "Compared", form: str, *, show_all: bool) -> None:
    """Print a comparison."""
    with while_read():
        if form == "text":
            compared.print_to(console_of(), show_all=show_all)
            return
        from savebench.report.ci.formats import render

        print_bytes(render(compared.comparison, form))


def print_bytes(text: str) -> None:
    """Print what a program reads: the same bytes on every platform."""
    click.echo(text.encode(), nl=not text.endswith("\n"))


@contextmanager
def while_read() -> Iterator[None]:
    """Print to a reader who may have had enough (``| head``): that is no error."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich turns a closed pipe into an exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console_of(*, stderr: bool = False) -> "Console":
    """Return a console of 100 columns at most, without colour where it is no terminal.

    ``COLUMNS`` names another width, for a terminal and for a file or pipe alike.
    """
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False)
    named = os.environ.get("COLUMNS", "")
    is_known = console.is_terminal or (named.isdigit() and int(named) > 0)
    if not is_known or not 0 < console.width <= _WIDTH:
        console.width = _WIDTH
    return console
