"""How the command line ends: an exit code, and one line on stderr for what was raised."""

import os
import sys
from typing import Any, NoReturn

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

DONE, REGRESSED, BAD_INPUT, INCONCLUSIVE, FAILED_CASES, INTERRUPTED = 0, 1, 2, 3, 4, 130

_TRACEBACKS = "SAVEBENCH_TRACEBACK"
_WORDS = "savebench.words"


class Group(click.Group):
    """Turns what savebench raises into one line on stderr and an exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words as they were given, to tell what was meant by them."""
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the verb, and leave with its exit code whatever it raises."""
        try:
            return self._invoke_understood(ctx)
        except Interrupted as stop:
            leave(stop.as_typed or str(stop), INTERRUPTED)
        except (UsageError, DataError, CatalogueError, SavebenchError) as error:
            leave(error.as_typed or str(error), BAD_INPUT)
        except KeyboardInterrupt:
            leave("interrupted", INTERRUPTED)
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            said = f"{what}{error.strerror or error}; mend that and run it again"
            leave(too_many_open_files(error) or said, BAD_INPUT)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get(_TRACEBACKS):
                raise
            if said := too_many_open_files(error):
                leave(said, BAD_INPUT)
            leave(  # 1 would say that something has regressed
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
            raise UsageError(f"{error.as_typed or error}{by_the_shell(error.pattern)}") from None


def leave(message: str, code: int) -> NoReturn:
    """End with a line on stderr and an exit code."""
    click.echo(f"savebench: {_shown(message)}", err=True)
    sys.exit(code)


def _shown(message: str) -> str:
    """Return a message as a terminal may have it: a path or a name in it may hold anything."""
    return "".join(
        each if each.isprintable() or each == "\n" else each.encode("unicode_escape").decode()
        for each in message
    )


def interrupt(number: int, frame: object) -> NoReturn:
    """Take a signal to end for Ctrl-C: what was measured is kept."""
    del number, frame
    raise KeyboardInterrupt
