"""Options that several verbs share, and how a shell completes their values."""

from collections.abc import Callable
from typing import Any

import click


def _complete(kind: str) -> Any:
    def names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        del ctx, param
        from savebench.catalogue import load_catalogue

        return [name for name in getattr(load_catalogue(), kind) if name.startswith(incomplete)]

    return names


def complete_formats(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Return the formats of a comparison that begin so."""
    del ctx, param
    from savebench.report.ci.formats import FORMATS

    return [name for name in ("text", *FORMATS) if name.startswith(incomplete)]


def choosing_rows(command: Callable[..., Any]) -> Callable[..., Any]:
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
