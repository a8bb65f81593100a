"""``savebench claims``."""

from pathlib import Path

import click

from savebench.cli import options
from savebench.cli.showing import console_of, print_bytes, while_read


@click.command()
@click.argument("path", metavar="RUN", type=options.PATH)
@click.option("--json", "as_json", is_flag=True, help="An object a line of a claim, for a script.")
@click.option("--out", type=options.PATH, help="Folder for the same as a page, claims.md.")
def claims(path: Path, *, as_json: bool, out: Path | None) -> None:
    """Say what a run says of what people say about saving models.

    Is joblib better on large arrays, lz4 faster than nothing, a bigger protocol never worse? Each
    claim of documentation and forums gets its verdict from the run at hand: holds, holds when,
    does not hold, cannot be told apart, or cannot tell here, with the command that would tell.

    RUN is a run's folder, or run.jsonl or run.jsonl.gz in it. Sources are in the page and in JSON.

    \b
    Examples:
      savebench claims savebench-runs/20261123-100000-standard
      savebench claims DIR --json
      savebench claims DIR/run.jsonl.gz --out DIR

    \b
    Exit codes: 0 judged, whatever the verdicts; 2 no run, or a damaged one.
    """  # noqa: D301 - click reads the escape
    from savebench.api.claiming import claims as judged

    found = judged(path)
    with while_read():
        if as_json:
            print_bytes(found.to_json())
        else:
            found.print_to(console_of())
    if out is not None:
        click.echo(f"Page: {found.write_report(out)}", err=as_json)
