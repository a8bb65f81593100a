"""``savebench history``."""

import sys
from pathlib import Path

import click

from savebench.cli import options
from savebench.cli.exits import BAD_INPUT, DONE
from savebench.cli.showing import console_of, while_read
from savebench.errors import UsageError


@click.command()
@click.argument("folder", metavar="DIR", type=options.PATH)
@click.option("--since", metavar="RUN", help="What changed since a run: its number or its folder.")
@click.option("--out", type=options.PATH, help="Write history.md and plots/ there.")
@click.option("--json", "as_json", is_flag=True, help="For a script.")
@click.option("--prune", metavar="POLICY", help="Which runs to keep; says what it would delete.")
@click.option("--yes", is_flag=True, help="With --prune: delete.")
def history(  # noqa: PLR0913 - what a person may ask for
    *,
    folder: Path,
    since: str | None,
    out: Path | None,
    as_json: bool,
    prune: str | None,
    yes: bool,
) -> None:
    """Follow every series over the runs under a folder: trends, and when a level changed.

    A run is a folder with run.jsonl or run.jsonl.gz, at any depth. Times are read relative to the
    control kernels of their run, and need about five runs on each side of a change. What cannot be
    read is named and passed over. Nothing but run.jsonl is needed of a run: add new folders to a
    branch of their own, or sync them with a bucket.

    \b
    Examples:
      savebench history runs
      savebench history runs --since 40 --out page
      savebench history runs --since 20261123-100000-quick --json
      savebench history runs --prune 'last:50,daily:30,weekly:52'
      savebench history runs --prune 'all:30d,daily:1y,monthly:5y' --yes

    \b
    Exit codes: 0 done, with changes too; 2 wrong usage, or no run there.
    """  # noqa: D301 - click reads the escape
    from savebench.api import load_history
    from savebench.history.collecting import said

    if prune is not None and (since is not None or out is not None):
        raise UsageError("--prune goes alone: leave out --since and --out")
    if yes and prune is None:
        raise UsageError("--yes is for --prune: say which runs to keep with --prune POLICY")
    if prune is not None:
        _prune(folder, prune, yes=yes, as_json=as_json)
        return
    found = load_history(folder)
    for each in found.skipped:
        click.echo(f"savebench: passed over: {said(each)}", err=True)
    number = None if since is None else found.number(since)
    with while_read():
        if as_json:
            from savebench.report.history.json import as_json as render_json

            click.echo(render_json(found, number))
        else:
            from savebench.report.history.terminal import print_history, print_since

            if number is None:
                print_history(found, console_of())
            else:
                print_since(found, number, console_of())
    if out is not None:
        from savebench.report.history.page import write_history

        click.echo(f"savebench: page: {write_history(found, out, number)}", err=True)


def _prune(folder: Path, policy: str, *, yes: bool, as_json: bool) -> None:
    """Say what a policy keeps; delete the rest when told to."""
    from savebench.history.policy import parse_policy
    from savebench.history.pruning import carry_out, plan

    pruning = plan(folder, parse_policy(policy))
    gone, stayed = carry_out(pruning) if yes else ([], [])
    with while_read():
        if as_json:
            from savebench.report.history.json import pruning_as_json

            click.echo(pruning_as_json(pruning, [str(path) for path in gone]))
        else:
            from savebench.report.history.terminal import print_pruning

            print_pruning(pruning, console_of())
            click.echo(f"Deleted {len(gone)}." if yes else "Nothing was deleted: add --yes.")
    for each in stayed:
        click.echo(f"savebench: {each.path} stays: {each.why}", err=True)
    sys.exit(BAD_INPUT if stayed else DONE)
