"""``savebench run``."""

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from savebench.cli.exits import DONE, FAILED_CASES, interrupt
from savebench.cli.options import choosing_rows
from savebench.cli.showing import console_of, show
from savebench.errors import DataError, UsageError

if TYPE_CHECKING:
    from savebench.results import Results

PYTEST_BENCHMARK = "pytest-benchmark"


@click.command()
@click.option("--suite", help="smoke, quick (the default), standard or full.")
@choosing_rows
@click.option("--budget", metavar="TIME", help="Wall time of it all: 90s, 2min, 1h; 90: seconds.")
@click.option("--rounds", type=int, help="Just so many rounds.")
@click.option("--precision", metavar="P%", help="Stop a case when its intervals are within: 5%.")
@click.option("--timeout", metavar="TIME", help="Of one trial: 30s.")
@click.option("--memory-limit", metavar="SIZE", help="Of one trial's process: 8GB (Linux).")
@click.option("--launch", metavar="HOW", help="zygote (the default on Linux) or spawn.")
@click.option("--threads", type=int, default=1, show_default=True, help="BLAS and OpenMP threads.")
@click.option(
    "--storage",
    type=click.Path(path_type=Path),
    help="Folder on the disk to measure; else the run's own folder.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The run's folder; must hold no run.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of models and order.")
@click.option(
    "--resume",
    type=click.Path(path_type=Path),
    help="Go on with the interrupted run in this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary for a script, no tables.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([PYTEST_BENCHMARK]),
    help="Also write pytest-benchmark.json into the folder, for pytest-benchmark compare.",
)
def run(resume: Path | None, format_name: str | None, *, as_json: bool, **asked: Any) -> None:
    """Measure, and say how to save.

    Results go to a folder: run.jsonl (every record), summary.csv, report.md and plots/.

    \b
    Examples:
      savebench run
      savebench run --suite smoke --out DIR
      savebench run -w knn-brute@16MB -s pickle -s 'joblib*' --budget 1min
      savebench run --resume DIR
      savebench run --suite smoke --format pytest-benchmark

    \b
    Exit codes: 0 done, 2 wrong usage or data, 4 a case failed unexpectedly, 130 interrupted.
    """  # noqa: D301 - click reads the escape
    from savebench.progress import Bar
    from savebench.request import Request
    from savebench.running import measure, resume_run
    from savebench.suites import SUITES
    from savebench.units import seconds_of

    given = {name: value for name, value in asked.items() if value not in (None, ())}
    suite = SUITES.get(given.get("suite", "quick"))
    budget = given.get("budget", None if "rounds" in given or suite is None else suite.budget_s)
    if resume is not None:
        _refuse_with_resume()
    budget_s = None if budget is None else seconds_of(budget, "budget")
    signal.signal(signal.SIGTERM, interrupt)
    bar = Bar(console_of(stderr=True), None if resume is not None else budget_s)
    try:
        if resume is not None:
            results = resume_run(resume, given.get("budget"), bar)
        else:
            results = measure(Request(**given), bar)
    finally:
        bar.close()
    show(results, as_json=as_json)
    if format_name is not None:
        _write_for_pytest_benchmark(results)
    sys.exit(FAILED_CASES if results.failures else DONE)


def _refuse_with_resume() -> None:
    """Refuse options that would change a run half-way."""
    context = click.get_current_context()
    for name in context.params:
        source = context.get_parameter_source(name)
        given = source is not None and source.name == "COMMANDLINE"
        if given and name not in {"resume", "budget", "as_json", "format_name"}:
            raise UsageError(
                f"--resume goes on with the run's own settings; leave out {name!r} "
                "(only --budget may be given anew)"
            )


def _write_for_pytest_benchmark(results: "Results") -> None:
    """Write the run for pytest-benchmark, and name the file where it is in nobody's way."""
    try:
        click.echo(f"pytest-benchmark file: {results.write_pytest_benchmark()}", err=True)
    except DataError as error:  # the run itself is whole, and its exit code tells of failures
        click.echo(f"savebench: {error}", err=True)
