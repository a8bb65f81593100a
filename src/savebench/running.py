"""A request carried out: measured into a folder of its own, or gone on with, and reported."""

from datetime import datetime
from pathlib import Path
from time import monotonic

from savebench.catalogue.providers import load_catalogue
from savebench.catalogue.selection import Selection, select, selection_of
from savebench.measuring.folders import work_folder
from savebench.measuring.run import Session, Watcher
from savebench.measuring.settings import Request, settings_of, suite_named
from savebench.records.schema import Settings
from savebench.records.store import create, resume
from savebench.results import Results
from savebench.units import seconds_of


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
