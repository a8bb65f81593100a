"""Follow runs from Python: `load_history`."""

from savebench.arguments import (
    StrPath,
    path_given,
    refusing_others,
)
from savebench.history.trends import History, follow


@refusing_others("name the folder that holds the runs")
def load_history(folder: StrPath) -> History:
    """Read every run under a folder, at any depth, and follow each series over time.

    Parameters
    ----------
    folder
        A run in it is a folder with ``run.jsonl`` or ``run.jsonl.gz``.

    Returns
    -------
    History
        The runs by machine, their series, and where a level changed.

    Raises
    ------
    UsageError
        When the folder is none, or no path at all.
    DataError
        When no run in it can be read; what else cannot be is in the result's `skipped`.

    Examples
    --------
    >>> import savebench
    >>> len(savebench.load_history("prices").runs)
    1
    """
    return follow(path_given(folder, "savebench.load_history, folder"))
