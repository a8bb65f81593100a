"""What savebench raises, and what a person can do about it.

::

    SavebenchError            everything below; the command line prints it on one line
    ├── UsageError            what was asked cannot be done: a wrong name, option or folder (exit 2)
    │   └── NothingMatches    a name or a glob that names nothing
    ├── DataError             what was read is not what it should be: a damaged run (exit 2)
    ├── CatalogueError        a row of the catalogue, or the package that brought it, is broken
    └── Interrupted           Ctrl-C; what was measured is kept (exit 130)

    Unsupported               raised *by a serializer*: it cannot carry this model, and says why

Every message names what was wrong, where, and what to do next.
"""


class SavebenchError(Exception):
    """Base of every error that savebench raises on purpose."""

    as_typed: str = ""
    """What the command line says, where the message names arguments of Python's in its place."""


class UsageError(SavebenchError):
    """What was asked for cannot be done as asked."""


class NothingMatches(UsageError):  # noqa: N818 - it says what is the matter
    """A name or a glob names nothing."""

    def __init__(self, message: str, pattern: str) -> None:
        """Carry the glob as it was given."""
        super().__init__(message)
        self.pattern = pattern


class DataError(SavebenchError):
    """A file that should hold a run or a record does not."""


class CatalogueError(SavebenchError):
    """A catalogue row breaks the contract; the message names the distribution that brought it."""


class Interrupted(SavebenchError):  # noqa: N818 - it is an event, not an error
    """A person stopped the run; the message says how to go on."""


class Unsupported(Exception):  # noqa: N818 - it is an answer, not a fault of the serializer
    """A serializer raises this to say that it cannot carry this model, and why.

    The trial's outcome is then ``unsupported``, which is no failure of the run.
    """
