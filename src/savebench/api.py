"""savebench from Python: measure, compare, follow."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from savebench.arguments import names_given, path_given, refuse_misplaced
from savebench.comparing.ab import AbRequest, run_ab
from savebench.comparing.gate import rule_of
from savebench.comparing.reading import read_side
from savebench.comparing.runs import DETECT, MARGIN, compare_sides
from savebench.comparing.side import Side, side_of_run
from savebench.comparing.watching import SilentWatch, Watch
from savebench.errors import UsageError
from savebench.history.trends import History, follow
from savebench.own_model import is_model
from savebench.request import Request
from savebench.results import Compared, Results
from savebench.running import measure
from savebench.session import Silent, Watcher
from savebench.store import read_run
from savebench.units import parse_percent


def run(*misplaced: Any, **asked: Any) -> Results:
    """Measure, store, report; return the results.

    Parameters
    ----------
    misplaced
        Nothing: arguments have names. A model that is handed over learns where it belongs.
    asked
        The fields of `Request` by name: ``suite="smoke"``, ``workloads=["knn-*@1MB"]``,
        ``serializers=["pickle", "joblib*"]``, ``budget="2min"``, ``precision="5%"``, ``rounds=10``,
        ``timeout="30s"``, ``memory_limit="8GB"``, ``launch="spawn"``, ``threads=1``,
        ``storage=Path(...)``, ``out=Path(...)``, ``seed=0``; and ``watcher=``, a `Watcher`. A
        number is seconds for ``budget`` and ``timeout``, bytes for ``memory_limit``.

    Raises
    ------
    UsageError
        When something asked for does not exist or cannot be done.
    Interrupted
        On Ctrl-C; what was measured is kept.
    """
    watcher: Watcher = asked.pop("watcher", None) or Silent()
    known = {field.name for field in fields(Request)}
    models = (value for name, value in asked.items() if name not in known and is_model(value))
    refuse_misplaced([*misplaced, *models], "savebench.run", "write workloads=['knn-brute']")
    for name in ("workloads", "serializers"):
        if name in asked:
            asked[name] = names_given(asked[name], f"savebench.run, {name}")
    for name in ("out", "storage"):
        if isinstance(asked.get(name), str):
            asked[name] = Path(asked[name])
    try:
        request = msgspec.convert(asdict(Request(**asked)), Request)
    except (TypeError, msgspec.ValidationError) as error:
        raise UsageError(f"savebench.run: {error}") from None
    return measure(request, watcher)


def load_run(folder: str | Path) -> Results:
    """Return the results that a run folder holds.

    Raises
    ------
    DataError
        When the folder holds no run, or a damaged one.
    """
    path = path_given(folder, "savebench.load_run")
    return Results(read_run(path), path if path.is_dir() else path.parent)


def compare(  # noqa: PLR0913 - what a person may ask for
    base: "str | Path | Results",
    head: "str | Path | Results",
    *,
    margin: str | float = MARGIN,
    detect: str | float = DETECT,
    aliases: Mapping[str, str] | None = None,
    trust_history: bool = False,
    only: Sequence[str] = (),
    strict: bool = False,
) -> Compared:
    """Compare two runs of different moments: exact counts gate, times are advice.

    Parameters
    ----------
    base, head
        Results, or the path of a run's folder or file.
    margin
        A ratio up to 1 + margin is no regression: ``"3%"`` or ``0.03``.
    detect
        The change that must be detectable for a time to pass: ``"10%"`` or ``0.1``.
    aliases
        Old name -> new name, of a serializer, a workload or a series of the base.
    trust_history
        Let times and memory gate too, though other moments measured them.
    only
        Globs over series' names and metrics: ``["*size_bytes"]``.
    strict
        Let `Compared.exit_code` be 3 where something stays open.

    Raises
    ------
    DataError
        When a path holds nothing to compare.
    UsageError
        When an alias or a glob matches nothing, or the two share no series.
    """
    rule = rule_of(_fraction(margin), _fraction(detect))
    comparison = compare_sides(
        _side(base),
        _side(head),
        margin=rule.margin,
        detect=rule.detect,
        aliases=aliases,
        trust_history=trust_history,
        only=(only,) if isinstance(only, str) else only,
    )
    return Compared(comparison, strict)


def ab(  # noqa: PLR0913 - what a person may ask for
    *,
    budget: str | float | None = None,
    margin: str | float = MARGIN,
    detect: str | float = DETECT,
    out: Path | None = None,
    strict: bool = False,
    watch: Watch | None = None,
    **asked: Any,
) -> Compared:
    """Measure two environments in step; ``savebench.ab(base="joblib==1.4.2", head=".")``.

    Parameters
    ----------
    budget
        Wall time of the measuring: ``"5min"``, or seconds.
    margin, detect, strict
        As `compare` has them.
    out
        Folder for every record; a new one under ``savebench-runs/`` where left out.
    watch
        Is told what goes on.
    asked
        The other fields of `AbRequest`: ``base``, ``head``, ``suite``, ``workloads``,
        ``serializers``, ``same_artifact``, ``timeout``, ``launch``, ``threads``, ``storage``,
        ``seed``.

    Raises
    ------
    UsageError
        When something asked for does not exist, makes no sense or cannot be installed.
    Interrupted
        On Ctrl-C; the records so far are kept.
    """
    for name in ("workloads", "serializers"):
        if name in asked:
            asked[name] = names_given(asked[name], f"savebench.ab, {name}")
    for name in ("base", "head"):
        if name in asked and not isinstance(asked[name], str):
            asked[name] = str(path_given(asked[name], f"savebench.ab, {name}"))
    rule = rule_of(_fraction(margin), _fraction(detect))
    folder = out or Path("savebench-runs") / f"{datetime.now().astimezone():%Y%m%d-%H%M%S}-ab"
    try:
        request = AbRequest(budget=budget, rule=rule, out=folder, **asked)
    except TypeError as error:
        raise UsageError(f"savebench.ab: {error}") from None
    return Compared(run_ab(request, watch or SilentWatch()), strict, folder)


def load_history(folder: Path | str) -> History:
    """Read every run under a folder and follow each series over time.

    Raises
    ------
    UsageError
        When the folder is none, or no path at all.
    DataError
        When no run in it can be read; what else cannot be is in the result's `skipped`.
    """
    return follow(path_given(folder, "savebench.load_history"))


def _side(named: "str | Path | Results") -> Side:
    if isinstance(named, Results):
        return side_of_run(named.run, str(named.folder))
    return read_side(path_given(named, "savebench.compare"))


def _fraction(value: str | float) -> float:
    return parse_percent(value) if isinstance(value, str) else value
