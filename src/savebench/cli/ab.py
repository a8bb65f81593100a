"""``savebench ab``."""

import signal
import sys
from contextlib import closing
from pathlib import Path

import click

from savebench.cli import options
from savebench.cli.exits import interrupt
from savebench.cli.resuming import refuse_with_resume
from savebench.cli.showing import console_of, show_compared
from savebench.defaults import AB_BUDGET, AB_SUITE
from savebench.errors import UsageError


@click.command()
@click.option("--base", metavar="ENV", help="What it is compared with.")
@click.option("--head", metavar="ENV", help="What must not be worse.")
@click.option("--suite", default=AB_SUITE, show_default=True, help="Rows where -w, -s name none.")
@options.choosing_rows
@click.option(
    "--budget", metavar="TIME", help=f"Wall time of the measuring: {AB_BUDGET} (the default)."
)
@options.judging
@click.option(
    "--same-artifact",
    is_flag=True,
    help="Have head load what base wrote: does it, and how fast?",
)
@click.option(
    "--by",
    type=click.Choice(["times", "counts", "both"]),
    default="times",
    show_default=True,
    help="Compare times, instructions counted under valgrind, or both.",
)
@options.timeout
@options.launch
@options.threads
@click.option(
    "--storage",
    type=options.PATH,
    help="Folder on the disk to measure; else the folder of --out.",
)
@click.option("--out", type=options.PATH, help="Folder for every record.")
@options.seed
@click.option(
    "--resume",
    type=options.PATH,
    help="Go on with the interrupted comparison in this folder.",
)
@options.strict
@options.comparison_format
@options.show_all
def ab(  # noqa: PLR0913 - what a person may ask for
    *,
    base: str | None,
    head: str | None,
    suite: str,
    workloads: tuple[str, ...],
    serializers: tuple[str, ...],
    budget: str | None,
    margin: str,
    detect: str,
    same_artifact: bool,
    by: str,
    timeout: str | None,
    launch: str | None,
    threads: int,
    storage: Path | None,
    out: Path | None,
    seed: int,
    resume: Path | None,
    strict: bool,
    form: str,
    show_all: bool,
) -> None:
    """Measure two environments in step: the gate that may fail a build.

    ENV is a Python interpreter's path, or what to install into an environment that savebench makes
    and keeps: 'joblib==1.4.2', '.', 'git+file:///repo@main'. A name that is not installed here
    needs a version, if only 'x>=0'. Both get the same versions of everything else, as far as their
    requirements allow, and one harness, this one, measures both. Each trial of one has the same
    trial of the other beside it; every series is screened, suspects are confirmed in fresh rounds,
    and only what those prove is called a change: one-sided, against the margin, with Holm's
    correction. What no round could have shown is inconclusive. A file that is a byte larger in
    every dump has regressed.

    \b
    Examples:
      savebench ab --base joblib==1.4.2 --head joblib==1.5.3
      savebench ab --base git+file://$PWD@main --head . --budget 5min --format github
      savebench ab --base old/bin/python --head new/bin/python -w 'knn-*@1MB' -s joblib
      savebench ab --base scikit-learn==1.7.2 --head scikit-learn==1.8.0 --same-artifact
      savebench ab --base joblib==1.3.2 --head joblib==1.5.3 --by counts
      savebench ab --resume savebench-runs/LAST-ab

    \b
    Exit codes: 0 passed, 1 regressed, 2 wrong usage or data, 3 open under --strict,
    130 interrupted.
    """  # noqa: D301 - click reads the escape
    from savebench.api import ab as measure_ab
    from savebench.api import resume_ab
    from savebench.progress import Bar
    from savebench.report.ci.formats import check_format
    from savebench.units import seconds_of

    check_format(form)
    if resume is not None:
        refuse_with_resume({"resume", "budget", "strict", "form", "show_all"})
    elif base is None or head is None:
        raise UsageError("name both environments: --base ENV --head ENV; or --resume FOLDER")
    budget_s = seconds_of(AB_BUDGET if budget is None else budget, "budget")
    signal.signal(signal.SIGTERM, interrupt)
    bar = Bar(console_of(stderr=True), budget_s)
    with closing(bar):
        if base is None or head is None or resume is not None:
            compared = resume_ab(resume or Path(), budget, strict=strict, watch=bar)
        else:
            compared = measure_ab(
                base=base,
                head=head,
                suite=suite,
                workloads=workloads,
                serializers=serializers,
                budget=budget_s,
                margin=margin,
                detect=detect,
                same_artifact=same_artifact,
                by=by,
                timeout=timeout,
                launch=launch,
                threads=threads,
                storage=storage,
                out=out,
                seed=seed,
                strict=strict,
                watch=bar,
            )
    show_compared(compared, form, show_all=show_all)
    if compared.folder is not None:
        click.echo(f"savebench: every record is kept in {compared.folder}", err=True)
    sys.exit(compared.exit_code)
