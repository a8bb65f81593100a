"""Test folklore from Python: `claims`."""

from savebench.arguments import StrPath, path_given, refusing_others
from savebench.claimed import Claims
from savebench.own_model import refuse_model
from savebench.records.store import read_run
from savebench.results import Results


@refusing_others("name a run's folder")
def claims(run: StrPath | Results) -> Claims:
    """Say what a run says of what documentation and forums say about saving models.

    Parameters
    ----------
    run
        What `run` returned; or a run's folder, or ``run.jsonl`` or ``run.jsonl.gz`` in it.

    Returns
    -------
    Claims
        A verdict on each part of each claim, with its figure; it prints, turns into a DataFrame,
        and shows itself in a notebook.

    Raises
    ------
    DataError
        When the folder holds no run, or a damaged one.
    UsageError
        When it is no path at all.

    Examples
    --------
    >>> import savebench
    >>> frame = savebench.claims("prices").to_frame()
    >>> frame.loc[frame["claim"] == "zstd-beats-zlib", "verdict"].unique().item()
    'cannot tell here'
    """
    if isinstance(run, Results):
        return Claims.of(run.run)
    path = path_given(run, "savebench.claims, run")
    refuse_model(path)
    return Claims.of(read_run(path))
