"""``savebench run``."""

import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from savebench.cli import options
from savebench.cli.exits import DONE, FAILED_CASES, interrupt
from savebench.cli.resuming import refuse_with_resume
from savebench.cli.showing import console_of, show
from savebench.defaults import PRECISION, SUITE
from savebench.errors import DataError

if TYPE_CHECKING:
    from savebench.results import Results

PYTEST_BENCHMARK = "pytest-benchmark"


@click.command()
@click.option(
    "--suite", default=SUITE, help=f"smoke, {SUITE} (the default), standard, large or full."
)
@options.choosing_rows
@click.option("--budget", metavar="TIME", help="Wall time of it all: 90s, 2min, 1h; 90: seconds.")
@click.option("--rounds", type=int, help="Just so many rounds.")
@click.option(
    "--precision", metavar="P%", help=f"Stop a case when its intervals are within: {PRECISION}."
)
@options.timeout
@click.option("--memory-limit", metavar="SIZE", help="Of one trial's process: 8GB (Linux).")
@options.launch
@options.threads
@options.count
@click.option(
    "--storage",
    type=options.PATH,
    help="Folder on the disk to measure; else the run's own folder.",
)
@click.option("--out", type=options.PATH, help="The run's folder; must hold no run.")
@options.seed
@click.option("--steady", is_flag=True, help="Also time a hot loop, and say where it misleads.")
@click.option("--hundredth", is_flag=True, help="Also time load and the first hundred answers.")
@click.option("--serving", is_flag=True, help="Also load in a thread while another model answers.")
@click.option("--preload", is_flag=True, help="Also count workers forked after the load (Linux).")
@click.option(
    "--resume",
    type=options.PATH,
    help="Go on with the interrupted run in this folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary for a script, no tables.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([PYTEST_BENCHMARK]),
    help="Also write pytest-benchmark.json into the folder, for pytest-benchmark compare.",
)
def run(  # noqa: PLR0913 - what a person may ask for
    *,
    suite: str,
    workloads: tuple[str, ...],
    serializers: tuple[str, ...],
    budget: str | None,
    rounds: int | None,
    precision: str | None,
    timeout: str | None,
    memory_limit: str | None,
    launch: str | None,
    threads: int,
    count: bool,
    storage: Path | None,
    out: Path | None,
    seed: int,
    steady: bool,
    hundredth: bool,
    serving: bool,
    preload: bool,
    resume: Path | None,
    as_json: bool,
    format_name: str | None,
) -> None:
    """Measure, and say how to save.

    Results go to a folder: run.jsonl (every record), summary.csv, report.md and plots/.

    \b
    Suites:
      smoke     5 serializers, 5 small models: does it work here?  20 s
      quick     15 serializers, 9 models to 4 MB                   2 min
      standard  every serializer, 23 models to 16 MB               20 min
      large     9 to 16 serializers, 12 models of 128 MB to 4 GB   1 h
      full      everything at every size, to 4 GB                  hours

    \b
    Examples:
      savebench run
      savebench run --suite smoke --out DIR
      savebench run -w knn-brute@16MB -s pickle -s 'joblib*' --budget 1min
      savebench run -w home-prices -s pickle -s joblib --count
      savebench run --resume DIR
      savebench run --suite smoke --format pytest-benchmark

    \b
    Exit codes: 0 done, 2 wrong usage or data, 4 a case failed unexpectedly, 130 interrupted.
    """  # noqa: D301 - click reads the escape
    from savebench.api import run as measure
    from savebench.measuring.settings import budget_s_of, suite_named
    from savebench.progress import Bar
    from savebench.running import resume_run

    if resume is not None:
        refuse_with_resume({"resume", "budget", "as_json", "format_name"})
    budget_s = budget_s_of(budget, rounds, suite_named(suite))
    signal.signal(signal.SIGTERM, interrupt)
    bar = Bar(console_of(stderr=True), None if resume is not None else budget_s)
    with closing(bar):
        if resume is not None:
            results = resume_run(resume, budget, bar)
        else:
            results = measure(
                suite=suite,
                workloads=workloads,
                serializers=serializers,
                budget=budget,
                precision=precision,
                rounds=rounds,
                timeout=timeout,
                memory_limit=memory_limit,
                launch=launch,
                threads=threads,
                count=count,
                storage=storage,
                out=out,
                seed=seed,
                steady=steady,
                hundredth=hundredth,
                serving=serving,
                preload=preload,
                watcher=bar,
            )
    show(results, as_json=as_json)
    if format_name is not None:
        _write_for_pytest_benchmark(results)
    sys.exit(FAILED_CASES if results.failures else DONE)


def _write_for_pytest_benchmark(results: "Results") -> None:
    """Write the run for pytest-benchmark, and name the file where it is in nobody's way."""
    try:
        click.echo(f"pytest-benchmark file: {results.write_pytest_benchmark()}", err=True)
    except DataError as error:  # the run itself is whole, and its exit code tells of failures
        click.echo(f"savebench: {error}", err=True)
