"""Measure from Python: `run` and `load_run`."""

from savebench.arguments import (
    Names,
    StrPath,
    flag_given,
    names_given,
    optional,
    path_given,
    refusing_others,
    text_given,
    watcher_given,
    whole_given,
)
from savebench.defaults import SEED, SUITE, THREADS
from savebench.measuring.run import Silent, Watcher
from savebench.measuring.settings import Request
from savebench.records.store import read_run
from savebench.results import Results
from savebench.running import measure


@refusing_others("write workloads=['knn-brute']")
def run(  # noqa: PLR0913 - what a person may ask for
    *,
    suite: str = SUITE,
    workloads: Names = (),
    serializers: Names = (),
    budget: str | float | None = None,
    precision: str | float | None = None,
    rounds: int | None = None,
    timeout: str | float | None = None,
    memory_limit: str | int | None = None,
    launch: str | None = None,
    threads: int = THREADS,
    storage: StrPath | None = None,
    out: StrPath | None = None,
    seed: int = SEED,
    count: bool = False,
    steady: bool = False,
    hundredth: bool = False,
    serving: bool = False,
    preload: bool = False,
    watcher: Watcher | None = None,
) -> Results:
    """Measure serializers on models, keep every record in a folder, and write the report there.

    Parameters
    ----------
    suite
        What is measured, and for how long, where nothing else is named: ``"smoke"``, ``"quick"``,
        ``"standard"`` or ``"full"``.
    workloads, serializers
        Names or globs in the suite's stead: ``"knn-*"``, ``["knn-brute@16MB", "tfidf"]``.
    budget
        Wall time of it all, models and report included: ``"2min"``, or seconds. The suite's own
        where left out; none where `rounds` is given.
    precision
        A case leaves play when its 95 % intervals lie within this share of the median: ``"5%"``
        (as where left out) or ``0.05``.
    rounds
        Just so many rounds, at least 1.
    timeout
        Of one trial: ``"30s"``, or seconds. The suite's own where left out.
    memory_limit
        Of one trial's process: ``"8GB"``, or bytes. 80 % of the machine's memory where left out.
        Linux only.
    launch
        How a fresh process comes to be: ``"zygote"`` or ``"spawn"``. The quickest that this machine
        allows where left out.
    threads
        Of BLAS and OpenMP in a trial's process, at least 1.
    storage
        A folder on the disk that is to be measured. The run's own where left out.
    out
        The run's folder, which must hold no run. A new one under ``savebench-runs/`` where left
        out.
    seed
        Of models and of the order of trials.
    count
        Whether to count instructions, too: under valgrind, which must be installed, once the times
        are known. What would take longer than the timeout, or than the budget leaves, is not
        counted, and said.
    steady
        Whether to repeat dump and load in one process, too, and show where such a hot loop tells
        otherwise.
    hundredth
        Whether to time a load and the first hundred answers, too.
    serving
        Whether to measure how long one model's answers stall while another is loaded in a thread.
    preload
        Whether to count what each worker of a server adds that loads, and then forks (Linux).
    watcher
        Is told what goes on.

    Returns
    -------
    Results
        The records, and what can be made of them.

    Raises
    ------
    UsageError
        When something asked for does not exist, has the wrong type or cannot be done.
    Interrupted
        On Ctrl-C; what was measured is kept.

    Examples
    --------
    >>> import savebench
    >>> results = savebench.run(
    ...     workloads="home-prices", serializers=["pickle", "joblib"], rounds=2, out="prices"
    ... )
    >>> results.failures
    []
    >>> sorted(set(results.to_frame()["serializer"]))
    ['joblib', 'pickle']
    """
    where = "savebench.run"
    also = {"steady": steady, "hundredth": hundredth, "serving": serving, "preload": preload}
    request = Request(
        suite=text_given(suite, f"{where}, suite"),
        workloads=names_given(workloads, f"{where}, workloads"),
        serializers=names_given(serializers, f"{where}, serializers"),
        budget=budget,
        precision=precision,
        rounds=optional(whole_given, rounds, f"{where}, rounds"),
        timeout=timeout,
        memory_limit=memory_limit,
        launch=optional(text_given, launch, f"{where}, launch"),
        threads=whole_given(threads, f"{where}, threads"),
        storage=optional(path_given, storage, f"{where}, storage"),
        out=optional(path_given, out, f"{where}, out"),
        seed=whole_given(seed, f"{where}, seed"),
        count=flag_given(count, f"{where}, count"),
        also=[name for name, asked in also.items() if flag_given(asked, f"{where}, {name}")],
    )
    return measure(request, watcher_given(watcher, Silent(), f"{where}, watcher"))


@refusing_others("name a run's folder")
def load_run(folder: StrPath) -> Results:
    """Return the results that a run's folder, or its file, holds.

    Parameters
    ----------
    folder
        The folder, or ``run.jsonl`` or ``run.jsonl.gz`` in it.

    Returns
    -------
    Results
        As `run` returned them.

    Raises
    ------
    DataError
        When the folder holds no run, or a damaged one.
    UsageError
        When it is no path at all.

    Examples
    --------
    >>> import savebench
    >>> savebench.load_run("prices").run.header.settings.max_rounds
    2
    """
    path = path_given(folder, "savebench.load_run, folder")
    return Results(read_run(path), path if path.is_dir() else path.parent)
