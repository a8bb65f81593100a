"""What ``--resume`` goes with."""

from collections.abc import Set as AbstractSet

import click

from savebench.errors import UsageError


def refuse_with_resume(allowed: AbstractSet[str]) -> None:
    """Refuse options that would change what was asked half-way.

    Raises
    ------
    UsageError
        When one is given that is not allowed.
    """
    context = click.get_current_context()
    for name in context.params:
        source = context.get_parameter_source(name)
        given = source is not None and source.name == "COMMANDLINE"
        if given and name not in allowed:
            raise UsageError(
                f"--resume goes on with what was asked before; leave out {name!r} "
                "(only --budget may be given anew)"
            )
