"""savebench from Python: ``savebench.run(...)`` and ``savebench.load_run(...)``."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

from savebench.arguments import names_given, path_given, refuse_misplaced
from savebench.catalogue import load_catalogue
from savebench.errors import Interrupted, UsageError
from savebench.measuring import work_folder
from savebench.own_model import is_model
from savebench.records import CONTROL, UNEXPECTED, Record, Run, Settings
from savebench.request import Request, settings_of, suite_named
from savebench.selection import Selection, select, selection_of
from savebench.session import Session, Silent, Watcher
from savebench.store import create, read_run, resume
from savebench.units import seconds_of

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Results:
    """A run that was measured: it prints, turns into a DataFrame and shows itself in a notebook."""

    run: Run
    folder: Path

    @property
    def failures(self) -> list[Record]:
        """The records whose outcome is somebody's fault."""
        return [
            record
            for record in self.run.records
            if record.outcome in UNEXPECTED and record.case != CONTROL
        ]

    def to_frame(self) -> "pd.DataFrame":
        """Return one row per workload, size, serializer and metric, with intervals and ratios."""
        from savebench.summary import summarize

        return summarize(self.run)

    def write_report(self) -> Path:
        """Write summary.csv, report.md and plots/ into the run's folder; return the report's path.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.run.page import write_report

        try:
            return write_report(self.run, self.folder)
        except OSError as error:
            raise UsageError(
                f"{self.folder}: cannot write the report ({error.strerror}); the records are kept. "
                f"Make room, then: savebench report {self.folder}"
            ) from error
        except KeyboardInterrupt:
            raise Interrupted(
                "interrupted while the report was being written; the records are kept. "
                f"Make it with: savebench report {self.folder}"
            ) from None

    def write_pytest_benchmark(self) -> Path:
        """Write ``pytest-benchmark.json`` into the run's folder; return its path.

        Raises
        ------
        DataError
            When no case has a time to write.
        UsageError
            When the folder cannot be written.
        """
        from savebench.report.pytest_benchmark import write_pytest_benchmark

        return write_pytest_benchmark(self.run, self.folder)

    def __str__(self) -> str:
        """Return the tables that the command line prints."""
        import io

        from rich.console import Console

        text = io.StringIO()
        self.print_to(Console(file=text, width=_WIDTH))
        return text.getvalue()

    def print_to(self, console: "Console") -> None:
        """Print the tables, one a workload, and the answer."""
        from savebench.report.run.content import content_of
        from savebench.report.run.terminal import print_report

        print_report(content_of(self.run), console)

    def _repr_html_(self) -> str:
        """Return the summary as a notebook shows it."""
        return str(self.to_frame().to_html(index=False, max_rows=60))


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


def measure(request: Request, watcher: Watcher) -> Results:
    """Measure what is asked, store it, and write the report."""
    results = measure_only(request, watcher)
    watcher.reporting()
    results.write_report()
    return results


def measure_only(request: Request, watcher: Watcher) -> Results:
    """Measure what is asked and store it."""
    started_s = monotonic()
    suite = suite_named(request.suite)
    catalogue = load_catalogue()
    for problem in catalogue.problems:
        watcher.warn(problem)
    selection = select(catalogue, suite, request.workloads, request.serializers)
    settings = settings_of(request, suite, watcher.warn)
    folder = request.out or default_folder(suite.name)
    return measure_selection(selection, settings, request.seed, folder, watcher, started_s)


def measure_selection(  # noqa: PLR0913, PLR0917 - the parts of a request, each already resolved
    selection: Selection,
    settings: Settings,
    seed: int,
    folder: Path,
    watcher: Watcher,
    started_s: float,
) -> Results:
    """Measure chosen cases into a new run folder; the budget counts from `started_s`."""
    with create(folder) as writer:
        work = work_folder(Path(settings.storage) if settings.storage else None, folder)
        session = Session(selection, settings, seed, writer, work, watcher, started_s)
        return Results(session.measure(), folder)


def resume_run(folder: Path, budget: str | None, watcher: Watcher) -> Results:
    """Go on with an interrupted run, within what is left of its budget or a new one."""
    started_s = monotonic()
    writer, earlier, remark = resume(folder)
    with writer:
        if remark:
            watcher.warn(remark)
        selection = selection_of(earlier.header, load_catalogue())
        settings = earlier.header.settings
        work = work_folder(Path(settings.storage) if settings.storage else None, folder)
        session = Session(
            selection, settings, earlier.header.seed, writer, work, watcher, started_s, earlier
        )
        run = session.resume(None if budget is None else seconds_of(budget, "budget"))
    results = Results(run, folder)
    watcher.reporting()
    results.write_report()
    return results


def default_folder(suite: str) -> Path:
    """Return the run folder of a suite where nobody named one: a new one every second."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return Path("savebench-runs") / f"{stamp}-{suite}"
