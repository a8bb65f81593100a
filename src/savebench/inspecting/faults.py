"""What goes wrong while a foreign file is read."""

from savebench.errors import DataError


class Damaged(DataError):  # noqa: N818 - it is the state of the file
    """The file breaks off or contradicts itself; what was read before stays."""


class TooLarge(Damaged):
    """It unpacks to more than anybody would want to hold."""


class NotThis(DataError):  # noqa: N818 - an answer
    """The bytes are of another kind than this reader's."""
