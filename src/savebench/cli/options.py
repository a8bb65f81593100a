"""Options that several verbs share, each once, and how a shell completes their values.

What stands for an option that is left out comes from where Python's arguments have it from.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from savebench.comparing.rule import DETECT, MARGIN
from savebench.defaults import SEED, THREADS

PATH = click.Path(path_type=Path)


def complete(kind: str) -> Any:
    """Return what completes names of the catalogue's serializers or workloads."""

    def names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        del ctx, param
        from savebench.catalogue.providers import load_catalogue

        return [name for name in getattr(load_catalogue(), kind) if name.startswith(incomplete)]

    return names


def _complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    del ctx, param
    from savebench.report.ci.formats import FORMATS

    return [name for name in ("text", *FORMATS) if name.startswith(incomplete)]


class _FormatOption(click.Option):
    """Names the formats in its help, once somebody reads it: the table of formats is theirs."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from savebench.report.ci.formats import FORMATS, READING_FORMATS, TEXT

        names = {"of_comparison": ", ".join([TEXT, *FORMATS]), "of_run": ", ".join(READING_FORMATS)}
        self.help = (self.help or "{of_comparison}.").format(**names)
        return super().get_help_record(ctx)


def complete_services(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the services whose names begin so."""
    del ctx, param
    from savebench.workflows import services

    return [name for name in services() if name.startswith(incomplete)]


def choosing_rows(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose what to measure."""
    workload = click.option(
        "-w",
        "--workload",
        "workloads",
        multiple=True,
        metavar="GLOB",
        shell_complete=complete("workloads"),
        help="Workloads to measure: 'knn-*', knn-brute@16MB. Repeat for more.",
    )
    serializer = click.option(
        "-s",
        "--serializer",
        "serializers",
        multiple=True,
        metavar="GLOB",
        shell_complete=complete("serializers"),
        help="Serializers to measure: pickle, 'joblib*'. Repeat for more.",
    )
    return workload(serializer(command))


def judging(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how large a change counts."""
    margin = click.option(
        "--margin",
        default=f"{100 * MARGIN:g}%",
        show_default=True,
        help="A change within is none.",
    )
    detect = click.option(
        "--detect",
        default=f"{100 * DETECT:g}%",
        show_default=True,
        help="A change that must be found to pass.",
    )
    return margin(detect(command))


timeout = click.option("--timeout", metavar="TIME", help="Of one trial: 30s.")


class _LaunchOption(click.Option):
    """Names the ways to start processes in its help, once somebody reads it."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        from savebench.launch.launchers import WAYS

        self.help = f"{' or '.join(WAYS)}: the first that this machine allows."
        return super().get_help_record(ctx)


launch = click.option("--launch", metavar="HOW", cls=_LaunchOption)
threads = click.option(
    "--threads", type=int, default=THREADS, show_default=True, help="BLAS and OpenMP threads."
)
seed = click.option(
    "--seed", type=int, default=SEED, show_default=True, help="Of models and order."
)
count = click.option(
    "--count", is_flag=True, help="Count instructions, too: under valgrind, once times are known."
)
strict = click.option("--strict", is_flag=True, help="Exit with 3 where something stays open.")
comparison_format = click.option(
    "--format",
    "form",
    metavar="NAME",
    default="text",
    show_default=True,
    shell_complete=_complete_formats,
    cls=_FormatOption,
)
stored_format = click.option(
    "--format",
    "format_name",
    metavar="NAME",
    cls=_FormatOption,
    help="Print it for a service instead, write nothing. Of a run: pytest-benchmark, {of_run}; of "
    "a comparison: {of_comparison}.",
)
show_all = click.option("--all", "show_all", is_flag=True, help="Show the passed series, too.")
