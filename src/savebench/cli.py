"""The command line: one thin function a verb. It parses, calls, prints; only here does it exit."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from savebench.descriptors import too_many_open_files
from savebench.errors import (
    CatalogueError,
    DataError,
    Interrupted,
    NothingMatches,
    SavebenchError,
    UsageError,
)
from savebench.mistyped import by_the_shell, meant

if TYPE_CHECKING:
    from rich.console import Console

    from savebench.api import Results
    from savebench.compared import Compared
    from savebench.foreign.layout import BenchmarkFile

DONE, REGRESSED, BAD_INPUT, INCONCLUSIVE, FAILED_CASES, INTERRUPTED = 0, 1, 2, 3, 4, 130

_WIDTH = 100
_TRACEBACKS = "SAVEBENCH_TRACEBACK"
_WORDS = "savebench.words"
_LONGEST_CONTROLS_S = 3600

PYTEST_BENCHMARK = "pytest-benchmark"


class _Group(click.Group):
    """Turns what savebench raises into one line on stderr and an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return self._invoke_understood(ctx)
        except Interrupted as stop:
            _leave(str(stop), INTERRUPTED)
        except (UsageError, DataError, CatalogueError, SavebenchError) as error:
            _leave(str(error), BAD_INPUT)
        except KeyboardInterrupt:
            _leave("interrupted", INTERRUPTED)
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            said = f"{what}{error.strerror or error}; mend that and run it again"
            _leave(too_many_open_files(error) or said, BAD_INPUT)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get(_TRACEBACKS):
                raise
            if said := too_many_open_files(error):
                _leave(said, BAD_INPUT)
            _leave(  # 1 would say that something has regressed
                f"a fault of savebench itself ({type(error).__name__}: {error}); please report it, "
                f"with what {_TRACEBACKS}=1 in the environment shows",
                BAD_INPUT,
            )

    def _invoke_understood(self, ctx: click.Context) -> Any:
        """Say what was meant, where click and the catalogue can only say what was not found."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if said := meant(error, ctx.meta[_WORDS]):
                raise UsageError(said) from None
            raise
        except NothingMatches as error:
            raise UsageError(f"{error}{by_the_shell(error.pattern)}") from None


def _leave(message: str, code: int) -> NoReturn:
    click.echo(f"savebench: {message}", err=True)
    sys.exit(code)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="savebench")
def main() -> None:
    """How should I save this model? Measured, not folklore.

    \b
    Examples:
      savebench run                                the usual ways on built-in models, two minutes
      savebench run -w 'knn-*@16MB' -s 'joblib*'   some ways on some models
      savebench doctor                             is this machine fit to measure on?
      savebench list serializers                   what can be measured
      savebench report savebench-runs/LAST         the tables of a run, anew
      savebench compare OLD NEW                    what changed between two runs
      savebench ab --base joblib==1.4.2 --head .   does a change make saving or loading worse?
      savebench history savebench-runs             what changed from run to run

    \b
    Completion (bash): eval "$(_SAVEBENCH_COMPLETE=bash_source savebench)"
    """  # noqa: D301 - click reads the escape


def _complete(kind: str) -> Any:
    def names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        del ctx, param
        from savebench.catalogue import load_catalogue

        return [name for name in getattr(load_catalogue(), kind) if name.startswith(incomplete)]

    return names


def _complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    del ctx, param
    from savebench.report.ci.formats import FORMATS

    return [name for name in ("text", *FORMATS) if name.startswith(incomplete)]


def _choosing_rows(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose what to measure."""
    workload = click.option(
        "-w",
        "--workload",
        "workloads",
        multiple=True,
        metavar="GLOB",
        shell_complete=_complete("workloads"),
        help="Workloads to measure: 'knn-*', knn-brute@16MB. Repeat for more.",
    )
    serializer = click.option(
        "-s",
        "--serializer",
        "serializers",
        multiple=True,
        metavar="GLOB",
        shell_complete=_complete("serializers"),
        help="Serializers to measure: pickle, 'joblib*'. Repeat for more.",
    )
    return workload(serializer(command))


@main.command()
@click.option("--suite", help="smoke, quick (the default), standard or full.")
@_choosing_rows
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
    from savebench.api import measure, resume_run
    from savebench.progress import Bar
    from savebench.request import Request
    from savebench.suites import SUITES
    from savebench.units import seconds_of

    given = {name: value for name, value in asked.items() if value not in (None, ())}
    suite = SUITES.get(given.get("suite", "quick"))
    budget = given.get("budget", None if "rounds" in given or suite is None else suite.budget_s)
    if resume is not None:
        _refuse_with_resume()
    budget_s = None if budget is None else seconds_of(budget, "budget")
    signal.signal(signal.SIGTERM, _interrupt)
    bar = Bar(_console(stderr=True), None if resume is not None else budget_s)
    try:
        if resume is not None:
            results = resume_run(resume, given.get("budget"), bar)
        else:
            results = measure(Request(**given), bar)
    finally:
        bar.close()
    _show(results, as_json=as_json)
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


def _interrupt(number: int, frame: object) -> NoReturn:
    del number, frame
    raise KeyboardInterrupt


@main.command("list")
@click.argument("what", required=False, type=click.Choice(["workloads", "serializers"]))
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def list_rows(what: str | None, *, as_json: bool) -> None:
    """Show what can be measured, and how to install what is missing.

    \b
    Examples:
      savebench list
      savebench list serializers
      savebench list workloads --json
    """  # noqa: D301 - click reads the escape
    from savebench.catalogue import load_catalogue

    catalogue = load_catalogue()
    for problem in catalogue.problems:
        click.echo(f"savebench: {problem}", err=True)
    kinds = (what,) if what else ("serializers", "workloads")
    if as_json:
        from savebench.report.listing import as_json as render_json

        click.echo(render_json(catalogue, kinds))
        return
    from savebench.report.listing import render

    render(catalogue, kinds, _console())


@main.command()
@click.argument("path", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The summary, for a script; writes nothing.")
@click.option(
    "--format",
    "format_name",
    metavar="NAME",
    help="Print it for a service instead, write nothing. Of a run: pytest-benchmark, bmf, "
    "customSmallerIsBetter; of a comparison: text, markdown, github, json, junit, bmf, "
    "customSmallerIsBetter.",
)
@click.option("--all", "show_all", is_flag=True, help="Of a comparison: the passed series, too.")
def report(path: Path, format_name: str | None, *, as_json: bool, show_all: bool) -> None:
    """Write a run's report anew, and show its tables; or show what else is stored.

    A run's folder, the comparison that `savebench ab` left, or a pytest-benchmark file.

    \b
    Examples:
      savebench report savebench-runs/20261123-100000-quick
      savebench report DIR --json
      savebench report DIR --format pytest-benchmark > run.json
      savebench report DIR/comparison.json --format markdown
      savebench report .benchmarks/Linux-CPython-3.11-64bit/0001_main.json
    """  # noqa: D301 - click reads the escape
    from savebench.api import Results
    from savebench.compared import Compared
    from savebench.comparing.changes import Comparison
    from savebench.records import Run
    from savebench.report.export import export, read_stored

    if format_name is not None and as_json:
        raise UsageError("--json and --format both say what to print; leave one of them out")
    stored = read_stored(path)
    if isinstance(stored, Comparison):
        name = format_name or ("json" if as_json else "text")
        _show_compared(Compared(stored), name, show_all=show_all)
    elif format_name is not None:
        with _while_read():
            _print_bytes(export(stored, path, format_name))
    elif isinstance(stored, Run):
        results = Results(stored, path if path.is_dir() else path.parent)
        if not as_json:
            results.write_report()
        _show(results, as_json=as_json)
    else:
        _show_file(stored, path, as_json=as_json)


@main.command()
@click.argument("base", type=click.Path(path_type=Path))
@click.argument("head", type=click.Path(path_type=Path))
@click.option("--margin", default="3%", show_default=True, help="A change within is none.")
@click.option(
    "--detect", default="10%", show_default=True, help="A change that must be found to pass."
)
@click.option(
    "--alias",
    "aliases",
    multiple=True,
    metavar="OLD=NEW",
    help="What base calls OLD (a serializer, workload or series), head calls NEW. Repeat for more.",
)
@click.option("--trust-history", is_flag=True, help="Let times and memory fail it, too.")
@click.option(
    "--only",
    multiple=True,
    metavar="GLOB",
    help="Series to compare: '*size_bytes', 'knn-*'. Repeat for more.",
)
@click.option("--strict", is_flag=True, help="Exit with 3 where something stays open.")
@click.option(
    "--format",
    "form",
    metavar="NAME",
    default="text",
    show_default=True,
    shell_complete=_complete_formats,
    help="text, markdown, github, json, junit, bmf or customSmallerIsBetter.",
)
@click.option("--all", "show_all", is_flag=True, help="Show the passed series, too.")
def compare(
    base: Path, head: Path, *, aliases: tuple[str, ...], form: str, show_all: bool, **asked: Any
) -> None:
    """Compare two runs: sizes to the byte, times as advice.

    Sizes of the same models under the same versions may differ only where the code does, so a byte
    more fails. Times of different moments are read at the pace of fixed work, and fail nothing
    unless --trust-history says so; `savebench ab` measures both in step, and gates them.

    \b
    Examples:
      savebench compare results/baseline savebench-runs/LAST
      savebench compare OLD NEW --only '*size_bytes' --strict
      savebench compare OLD NEW --alias joblib-lz4=joblib+lz4
      savebench compare OLD NEW --trust-history --margin 5%

    \b
    Exit codes: 0 passed, 1 regressed, 2 wrong usage or data, 3 open under --strict.
    """  # noqa: D301 - click reads the escape
    from savebench.compared import compare as compare_runs
    from savebench.report.ci.formats import check_format

    check_format(form)
    renamed = dict(_alias(each) for each in aliases)
    compared = compare_runs(base, head, aliases=renamed, **asked)
    _show_compared(compared, form, show_all=show_all)
    sys.exit(compared.exit_code)


def _alias(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise UsageError(f"--alias {text!r}: write the old name, =, and the new: OLD=NEW")
    return old, new


def _show_compared(compared: "Compared", form: str, *, show_all: bool) -> None:
    """Print a comparison."""
    with _while_read():
        if form == "text":
            compared.print_to(_console(), show_all=show_all)
            return
        from savebench.report.ci.formats import render

        _print_bytes(render(compared.comparison, form))


def _print_bytes(text: str) -> None:
    """Print what a program reads: the same bytes on every platform."""
    click.echo(text.encode(), nl=not text.endswith("\n"))


@main.command()
@click.option("--base", required=True, metavar="ENV", help="What it is compared with.")
@click.option("--head", required=True, metavar="ENV", help="What must not be worse.")
@click.option("--suite", default="smoke", show_default=True, help="Rows where -w, -s name none.")
@_choosing_rows
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
    shell_complete=_complete_formats,
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
    from savebench.compared import ab as measure_ab
    from savebench.progress import Bar
    from savebench.report.ci.formats import check_format
    from savebench.units import seconds_of

    check_format(form)
    budget = asked.pop("budget")
    budget_s = seconds_of("5min" if budget is None else budget, "budget")
    signal.signal(signal.SIGTERM, _interrupt)
    bar = Bar(_console(stderr=True), budget_s)
    try:
        compared = measure_ab(budget=budget_s, watch=bar, strict=strict, **asked)
    finally:
        bar.close()
    _show_compared(compared, form, show_all=show_all)
    if compared.folder is not None:
        click.echo(f"savebench: every record is kept in {compared.folder}", err=True)
    sys.exit(compared.exit_code)


@main.command()
@click.option(
    "--storage",
    type=click.Path(path_type=Path),
    default=".",
    help="Folder on the disk that a run would measure; else this one.",
)
@click.option("--suite", default="quick", show_default=True, help="The run that you think of.")
@click.option("--budget", metavar="TIME", help="And its wall time: 2min; else the suite's own.")
@click.option(
    "--seconds",
    metavar="TIME",
    default="5",
    show_default=True,
    help="How long control kernels run: 5, 1min; 0: not at all.",
)
@click.option("--json", "as_json", is_flag=True, help="For a script.")
def doctor(storage: Path, suite: str, budget: str | None, seconds: str, *, as_json: bool) -> None:
    """Look at this machine before it matters: what disturbs, how much, what a run could find.

    Runs fixed work (arithmetic, memory copy, compression, allocation, file write) in fresh
    processes, one at a time, and says how much its times spread and which difference a run of
    the suite could tell from chance. Each run does the same for a second, and keeps it on record.

    \b
    Examples:
      savebench doctor
      savebench doctor --suite standard --budget 20min
      savebench doctor --storage /mnt/models --seconds 20
      savebench doctor --json

    \b
    Exit codes: 0 done, with warnings too; 2 wrong usage or data.
    """  # noqa: D301 - click reads the escape
    from savebench.doctor import check_storage, examine, plan_of
    from savebench.request import suite_named
    from savebench.units import human_duration, seconds_of

    controls_s = _controls_s(seconds)
    budget_s = None if budget is None else seconds_of(budget, "budget")
    plan = plan_of(suite_named(suite), budget_s)
    check_storage(storage)
    click.echo(f"savebench: running control kernels for {human_duration(controls_s)}", err=True)
    diagnosis = examine(storage, plan, controls_s)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(diagnosis))
        return
    from savebench.report.diagnosis import render

    render(diagnosis, _console())


def _controls_s(text: str) -> float:
    """Return how long control kernels are to run: a duration, or none at all."""
    from savebench.units import seconds_of

    try:
        time_s = float(text)
    except ValueError:
        time_s = seconds_of(text, "seconds")
    if not 0 <= time_s <= _LONGEST_CONTROLS_S:
        raise UsageError(f"--seconds {text}: name a time from 0 to {_LONGEST_CONTROLS_S} s")
    return time_s


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--since", metavar="RUN", help="What changed since a run: its number or its folder.")
@click.option("--out", type=click.Path(path_type=Path), help="Write history.md and plots/ there.")
@click.option("--json", "as_json", is_flag=True, help="For a script.")
@click.option("--prune", metavar="POLICY", help="Which runs to keep; says what it would delete.")
@click.option("--yes", is_flag=True, help="With --prune: delete.")
def history(
    folder: Path, since: str | None, out: Path | None, prune: str | None, **flags: bool
) -> None:
    """Follow every series over the runs under a folder: trends, and when a level changed.

    A run is a folder with run.jsonl or run.jsonl.gz, at any depth. Times are read relative to the
    control kernels of their run. What cannot be read is named and passed over.

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
    from savebench.history.collecting import said
    from savebench.history.trends import load_history

    if prune is not None and (since is not None or out is not None):
        raise UsageError("--prune goes alone: leave out --since and --out")
    if flags["yes"] and prune is None:
        raise UsageError("--yes is for --prune: say which runs to keep with --prune POLICY")
    if prune is not None:
        _prune(folder, prune, yes=flags["yes"], as_json=flags["as_json"])
        return
    found = load_history(folder)
    for each in found.skipped:
        click.echo(f"savebench: passed over: {said(each)}", err=True)
    number = None if since is None else found.number(since)
    with _while_read():
        if flags["as_json"]:
            from savebench.report.history.json import as_json

            click.echo(as_json(found, number))
        else:
            from savebench.report.history.terminal import print_history, print_since

            if number is None:
                print_history(found, _console())
            else:
                print_since(found, number, _console())
    if out is not None:
        from savebench.report.history.page import write_history

        click.echo(f"savebench: page: {write_history(found, out, number)}", err=True)


def _prune(folder: Path, policy: str, *, yes: bool, as_json: bool) -> None:
    """Say what a policy keeps; delete the rest when told to."""
    from savebench.history.policy import parse_policy
    from savebench.history.pruning import carry_out, plan

    pruning = plan(folder, parse_policy(policy))
    gone, stayed = carry_out(pruning) if yes else ([], [])
    with _while_read():
        if as_json:
            from savebench.report.history.json import pruning_as_json

            click.echo(pruning_as_json(pruning, [str(path) for path in gone]))
        else:
            from savebench.report.history.terminal import print_pruning

            print_pruning(pruning, _console())
            click.echo(f"Deleted {len(gone)}." if yes else "Nothing was deleted: add --yes.")
    for each in stayed:
        click.echo(f"savebench: {each.path} stays: {each.why}", err=True)
    sys.exit(BAD_INPUT if stayed else DONE)


def _show(results: "Results", *, as_json: bool) -> None:
    """Print the results."""
    with _while_read():
        if as_json:
            from savebench.report.run.content import content_of
            from savebench.report.run.json import as_json as render_json

            click.echo(render_json(content_of(results.run)))
            return
        results.print_to(_console())
        click.echo(f"\nReport: {results.folder / 'report.md'}")


def _show_file(file: "BenchmarkFile", path: Path, *, as_json: bool) -> None:
    """Print a pytest-benchmark file."""
    import msgspec

    from savebench.report.benchmarks import benchmark_rows, print_benchmarks

    with _while_read():
        if as_json:
            click.echo(msgspec.json.encode(benchmark_rows(file)))
            return
        print_benchmarks(file, str(path), _console())


def _write_for_pytest_benchmark(results: "Results") -> None:
    """Write the run for pytest-benchmark, and name the file where it is in nobody's way."""
    try:
        click.echo(f"pytest-benchmark file: {results.write_pytest_benchmark()}", err=True)
    except DataError as error:  # the run itself is whole, and its exit code tells of failures
        click.echo(f"savebench: {error}", err=True)


@contextmanager
def _while_read() -> Iterator[None]:
    """Print to a reader who may have had enough (``| head``): that is no error."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich turns a closed pipe into an exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _console(*, stderr: bool = False) -> "Console":
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


if __name__ == "__main__":
    main()
