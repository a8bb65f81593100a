"""``savebench ab``."""

import signal
import sys
from pathlib import Path
from typing import Any

import click

from savebench.cli.exits import interrupt
from savebench.cli.options import choosing_rows, complete_formats
from savebench.cli.showing import console_of, show_compared


@click.command()
@click.option("--base", required=True, metavar="ENV", help="What it is compared with.")
@click.option("--head", required=True, metavar="ENV", help="What must not be worse.")
@click.option("--suite", default="smoke", show_default=True, help="Rows where -w, -s name none.")
@choosing_rows
@click.option("--budget", metavar="TIME", help="Wall time of the measuring: 5min (the default).")
@click.option("--margin", default="3%", show_default=True, help="A change within is none.")
@click.option(
    "--detect", default="10%", show_default=True, help="A change that must be found to pass."
)
@click.option(
    "--same-artifact",
    is_flag=True,
    help="Have head load what base wrote: does it, and how fast?",
)
@click.option("--timeout", metavar="TIME", help="Of one trial: 30s.")
@click.option("--launch", metavar="HOW", help="zygote (the default on Linux) or spawn.")
@click.option("--threads", type=int, default=1, show_default=True, help="BLAS and OpenMP threads.")
@click.option(
    "--storage",
    type=click.Path(path_type=Path),
    help="Folder on the disk to measure; else the folder of --out.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder for every record.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of models and order.")
@click.option("--strict", is_flag=True, help="Exit with 3 where something stays open.")
@click.option(
    "--format",
    "form",
    metavar="NAME",
    default="text",
    show_default=True,
    shell_complete=complete_formats,
    help="text, markdown, github, json, junit, bmf or customSmallerIsBetter.",
)
@click.option("--all", "show_all", is_flag=True, help="Show the passed series, too.")
def ab(*, strict: bool, form: str, show_all: bool, **asked: Any) -> None:
    """Measure two environments in step: the gate that may fail a build.

    ENV is a Python interpreter's path, or what to install into an environment that savebench makes
    and keeps: 'joblib==1.4.2', '.', 'git+file:///repo@main'. A name that is not installed here
    needs a version, if only 'x>=0'. One harness, this one, measures both. Each trial of one has
    the same trial of the other beside it; every series is screened, suspects are confirmed in fresh
    rounds, and only what those prove is called a change.

    \b
    Examples:
      savebench ab --base joblib==1.4.2 --head joblib==1.5.3
      savebench ab --base git+file://$PWD@main --head . --budget 5min --format github
      savebench ab --base old/bin/python --head new/bin/python -w 'knn-*@1MB' -s joblib
      savebench ab --base scikit-learn==1.7.2 --head scikit-learn==1.8.0 --same-artifact

    \b
    Exit codes: 0 passed, 1 regressed, 2 wrong usage or data, 3 open under --strict,
    130 interrupted.
    """  # noqa: D301 - click reads the escape
    from savebench.api import ab as measure_ab
    from savebench.progress import Bar
    from savebench.report.ci.formats import check_format
    from savebench.units import seconds_of

    check_format(form)
    budget = asked.pop("budget")
    budget_s = seconds_of("5min" if budget is None else budget, "budget")
    signal.signal(signal.SIGTERM, interrupt)
    bar = Bar(console_of(stderr=True), budget_s)
    try:
        compared = measure_ab(budget=budget_s, watch=bar, strict=strict, **asked)
    finally:
        bar.close()
    show_compared(compared, form, show_all=show_all)
    if compared.folder is not None:
        click.echo(f"savebench: every record is kept in {compared.folder}", err=True)
    sys.exit(compared.exit_code)
