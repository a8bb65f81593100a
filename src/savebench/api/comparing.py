"""Compare from Python: `compare`, `ab` and `resume_ab`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from savebench.arguments import (
    Names,
    StrPath,
    environment_given,
    flag_given,
    names_given,
    optional,
    path_given,
    refusing_others,
    renamed_given,
    text_given,
    watcher_given,
    whole_given,
)
from savebench.comparing.in_step.watching import SilentWatch, Watch
from savebench.comparing.rule import DETECT, MARGIN
from savebench.defaults import AB_SUITE, SEED, THREADS
from savebench.errors import UsageError
from savebench.results import Compared, Results
from savebench.units import fraction_of

if TYPE_CHECKING:
    from savebench.comparing.in_step.ab import By
    from savebench.comparing.sides.side import Side


@refusing_others("name base and head, the rest by name")
def compare(  # noqa: PLR0913 - what a person may ask for
    base: StrPath | Results,
    head: StrPath | Results,
    *,
    margin: str | float = MARGIN,
    detect: str | float = DETECT,
    aliases: Mapping[str, str] | None = None,
    trust_history: bool = False,
    only: Names = (),
    strict: bool = False,
) -> Compared:
    """Compare two runs of different moments: exact counts gate, times are advice.

    Parameters
    ----------
    base, head
        Results, or the path of a run's folder or file or of a pytest-benchmark file.
    margin
        A ratio up to 1 + margin is no regression: ``"3%"`` or ``0.03``.
    detect
        The change that must be detectable for a time to pass: ``"10%"`` or ``0.1``. Larger than
        `margin`.
    aliases
        Old name -> new name, of a serializer, a workload or a series of the base.
    trust_history
        Let times and memory gate too, though other moments measured them.
    only
        Globs over series' names and metrics: ``"*size_bytes"``.
    strict
        Let `Compared.exit_code` be 3 where something stays open.

    Returns
    -------
    Compared
        What changed, worst first.

    Raises
    ------
    DataError
        When a path holds nothing to compare.
    UsageError
        When an alias or a glob matches nothing, the two share no series, or something has the wrong
        type.

    Examples
    --------
    >>> import savebench
    >>> savebench.compare("prices", "prices", only="*size_bytes").exit_code
    0
    """
    from savebench.comparing.apart.runs import compare_sides
    from savebench.comparing.rule import rule_of

    where = "savebench.compare"
    rule = rule_of(fraction_of(margin, "margin"), fraction_of(detect, "detect"))
    renamed = optional(renamed_given, aliases, f"{where}, aliases")
    is_trusted = flag_given(trust_history, f"{where}, trust_history")
    globs = names_given(only, f"{where}, only")
    is_strict = flag_given(strict, f"{where}, strict")
    comparison = compare_sides(
        _side(base, f"{where}, base"),
        _side(head, f"{where}, head"),
        margin=rule.margin,
        detect=rule.detect,
        aliases=renamed,
        trust_history=is_trusted,
        only=globs,
    )
    return Compared(comparison, is_strict)


def _side(named: object, where: str) -> "Side":
    from savebench.comparing.sides.reading import read_side
    from savebench.comparing.sides.side import side_of_run

    if isinstance(named, Results):
        return side_of_run(named.run, str(named.folder))
    return read_side(path_given(named, where))


@refusing_others("write base='joblib==1.4.2', head='.'")
def ab(  # noqa: PLR0913 - what a person may ask for
    *,
    base: StrPath,
    head: StrPath,
    suite: str = AB_SUITE,
    workloads: Names = (),
    serializers: Names = (),
    budget: str | float | None = None,
    margin: str | float = MARGIN,
    detect: str | float = DETECT,
    same_artifact: bool = False,
    by: str = "times",
    timeout: str | float | None = None,
    launch: str | None = None,
    threads: int = THREADS,
    storage: StrPath | None = None,
    out: StrPath | None = None,
    seed: int = SEED,
    strict: bool = False,
    watch: Watch | None = None,
) -> Compared:
    """Measure two environments in step: the gate that may fail a build.

    Parameters
    ----------
    base, head
        What is compared with what: a Python interpreter's path, or what to install into an
        environment that savebench makes and keeps, as pip takes it: ``"joblib==1.4.2"``, ``"."``,
        ``"git+file:///repo@main"``.
    suite, workloads, serializers
        As `run` has them.
    budget
        Wall time of the measuring: ``"5min"`` (as where left out), or seconds.
    margin, detect, strict
        As `compare` has them.
    same_artifact
        Have head load what base wrote.
    by
        ``"times"``; ``"counts"``, of instructions under valgrind, which must be installed: they
        hardly vary, so any change beyond the margin is found; or ``"both"``, side by side.
    timeout, launch, threads, seed
        As `run` has them.
    storage
        A folder on the disk that is to be measured. `out` where left out.
    out
        Folder for every record, which must hold no comparison. A new one under ``savebench-runs/``
        where left out.
    watch
        Is told what goes on.

    Returns
    -------
    Compared
        What changed, worst first; `Compared.folder` holds the records.

    Raises
    ------
    UsageError
        When something asked for does not exist, has the wrong type or cannot be installed.
    Interrupted
        On Ctrl-C; the records so far are kept.

    Examples
    --------
    >>> import savebench, sys
    >>> compared = savebench.ab(
    ...     base=sys.executable,
    ...     head=sys.executable,
    ...     workloads="home-prices",
    ...     serializers="pickle",
    ...     budget="5s",
    ...     out="gate",
    ... )
    >>> [each.verdict for each in compared.comparison.changes if each.metric == "size_bytes"]
    ['passed']
    """
    from savebench.comparing.in_step.ab import AbRequest, run_ab
    from savebench.comparing.rule import rule_of

    where = "savebench.ab"
    new_folder = Path("savebench-runs") / f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-ab"
    request = AbRequest(
        base=environment_given(base, f"{where}, base"),
        head=environment_given(head, f"{where}, head"),
        suite=text_given(suite, f"{where}, suite"),
        workloads=names_given(workloads, f"{where}, workloads"),
        serializers=names_given(serializers, f"{where}, serializers"),
        budget=budget,
        rule=rule_of(fraction_of(margin, "margin"), fraction_of(detect, "detect")),
        same_artifact=flag_given(same_artifact, f"{where}, same_artifact"),
        timeout=timeout,
        launch=optional(text_given, launch, f"{where}, launch"),
        threads=whole_given(threads, f"{where}, threads"),
        storage=optional(path_given, storage, f"{where}, storage"),
        out=optional(path_given, out, f"{where}, out") or new_folder,
        seed=whole_given(seed, f"{where}, seed"),
        by=_by_given(by, f"{where}, by"),
    )
    is_strict = flag_given(strict, f"{where}, strict")
    watching = watcher_given(watch, SilentWatch(), f"{where}, watch")
    return Compared(run_ab(request, watching), is_strict, request.out)


def _by_given(value: object, where: str) -> "By":
    if value not in {"times", "counts", "both"}:
        raise UsageError(f"{where}: {value!r} is none of 'times', 'counts' and 'both'")
    return value


@refusing_others("name the folder that ab was given as out")
def resume_ab(
    folder: StrPath,
    budget: str | float | None = None,
    *,
    strict: bool = False,
    watch: Watch | None = None,
) -> Compared:
    """Go on with an interrupted comparison.

    Parameters
    ----------
    folder
        What `ab` was given as `out`.
    budget
        A new wall time from now on; what is left of the old one where left out.
    strict, watch
        As `ab` has them.

    Raises
    ------
    DataError, UsageError
        When the folder holds no comparison that can go on.
    Interrupted
        On Ctrl-C; the records so far are kept.
    """
    from savebench.comparing.in_step import ab as measuring

    where = "savebench.resume_ab"
    path = path_given(folder, f"{where}, folder")
    is_strict = flag_given(strict, f"{where}, strict")
    watching = watcher_given(watch, SilentWatch(), f"{where}, watch")
    return Compared(measuring.resume_ab(path, budget, watching), is_strict, path)
