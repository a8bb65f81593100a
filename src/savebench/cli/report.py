"""``savebench report``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from savebench.cli import options
from savebench.cli.showing import console_of, print_bytes, show, show_compared, while_read
from savebench.errors import UsageError

if TYPE_CHECKING:
    from savebench.pytest_benchmark.layout import BenchmarkFile


@click.command()
@click.argument("path", metavar="RUN", type=options.PATH)
@click.option("--json", "as_json", is_flag=True, help="The summary, for a script; writes nothing.")
@options.stored_format
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
    from savebench.comparing.comparison import Comparison
    from savebench.records.schema import Run
    from savebench.report.export import export, read_stored
    from savebench.results import Compared, Results

    if format_name is not None and as_json:
        raise UsageError("--json and --format both say what to print; leave one of them out")
    stored = read_stored(path)
    if isinstance(stored, Comparison):
        name = format_name or ("json" if as_json else "text")
        show_compared(Compared(stored), name, show_all=show_all)
    elif format_name is not None:
        with while_read():
            print_bytes(export(stored, path, format_name))
    elif isinstance(stored, Run):
        results = Results(stored, path if path.is_dir() else path.parent)
        if not as_json:
            results.write_report()
        show(results, as_json=as_json)
    else:
        _show_file(stored, path, as_json=as_json)


def _show_file(file: "BenchmarkFile", path: Path, *, as_json: bool) -> None:
    """Print a pytest-benchmark file."""
    import msgspec

    from savebench.report.benchmarks import benchmark_rows, print_benchmarks

    with while_read():
        if as_json:
            click.echo(msgspec.json.encode(benchmark_rows(file)))
            return
        print_benchmarks(file, str(path), console_of())
