"""``savebench compare``."""

import sys
from pathlib import Path

import click

from savebench.cli import options
from savebench.cli.showing import show_compared
from savebench.errors import UsageError


@click.command()
@click.argument("base", type=options.PATH)
@click.argument("head", type=options.PATH)
@options.judging
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
@options.strict
@options.comparison_format
@options.show_all
def compare(  # noqa: PLR0913 - what a person may ask for
    base: Path,
    head: Path,
    *,
    margin: str,
    detect: str,
    aliases: tuple[str, ...],
    trust_history: bool,
    only: tuple[str, ...],
    strict: bool,
    form: str,
    show_all: bool,
) -> None:
    """Compare two runs: sizes to the byte, times as advice.

    Sizes of the same models under the same versions may differ only where the code does, so a byte
    more fails. Times of different moments are read at the pace of fixed work, and fail nothing
    unless --trust-history says so; `savebench ab` measures both in step, and gates them. Every
    format marks what fails nothing as (advice); bmf has no place for verdicts. Either side may be a
    pytest-benchmark file.

    \b
    Examples:
      savebench compare results/baseline savebench-runs/LAST
      savebench compare OLD NEW --only '*size_bytes' --strict
      savebench compare OLD NEW --alias joblib-lz4=joblib+lz4
      savebench compare OLD NEW --trust-history --margin 5%

    \b
    Exit codes: 0 passed, 1 regressed, 2 wrong usage or data, 3 open under --strict.
    """  # noqa: D301 - click reads the escape
    from savebench.api import compare as compare_runs
    from savebench.report.ci.formats import check_format

    check_format(form)
    compared = compare_runs(
        base,
        head,
        margin=margin,
        detect=detect,
        aliases=dict(_alias(each) for each in aliases),
        trust_history=trust_history,
        only=only,
        strict=strict,
    )
    show_compared(compared, form, show_all=show_all)
    sys.exit(compared.exit_code)


def _alias(text: str) -> tuple[str, str]:
    old, equals, new = text.partition("=")
    if not (old and equals and new):
        raise UsageError(f"--alias {text!r}: write the old name, =, and the new: OLD=NEW")
    return old, new
