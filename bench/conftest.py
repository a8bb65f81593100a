"""Options and fixtures of ``pytest bench``; no other suite sees them.

With ``--benchmark-only``, all chosen cases are measured together before the first test runs, as
``savebench run`` does it, and every test replays its share (`savebench.pytest_benchmark.replay`).
Otherwise a test measures what it needs when it needs it, once.
"""

import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec
import pytest

from bench.asked import Asked, add_options, asked_for, case_named
from bench.once import Once
from bench.readings import NoValues, Rows, extra_info, values_of
from savebench.errors import Interrupted, SavebenchError
from savebench.launch.launchers import make_launcher
from savebench.launch.surroundings import Surroundings
from savebench.progress import Bar
from savebench.pytest_benchmark.layout import MARK
from savebench.pytest_benchmark.replay import replay
from savebench.records.schema import Case, Record, Run, of_cases
from savebench.report.pytest_benchmark import provenance_of
from savebench.running import default_folder, measure_selection
from savebench.units import human_duration

_ASKED = pytest.StashKey[Asked]()
_MEASURED = pytest.StashKey[dict[Case, list[Record]]]()
_RUN = pytest.StashKey[Run]()
_WIDTH = 100


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    add_options(parser.getgroup("savebench", "the catalogue as benchmarks").addoption)


def pytest_configure(config: pytest.Config) -> None:
    """Choose the cases, so that a misspelt name ends the session at once."""

    def given(name: str, default: Any = None) -> Any:
        return config.getoption(f"savebench_{name}", default) or default

    try:
        config.stash[_ASKED] = asked_for(
            given("suite"),
            tuple(given("workload", ())),
            tuple(given("serializer", ())),
            given("budget"),
            given("launch"),
        )
    except SavebenchError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say what is on offer and how it will be measured."""
    asked = config.stash[_ASKED]
    settings = asked.settings
    how = "each once; measured with --benchmark-only"
    if _is_measuring(config) and settings.budget_s is not None:
        how = f"fresh processes ({settings.launch}), {human_duration(settings.budget_s)} in all"
    offer = f"savebench: suite {settings.suite}, {len(asked.ids)} cases, {how}"
    notes = list(asked.notes)
    if config.getoption("benchmark_cprofile", None):
        notes.append("--benchmark-cprofile sees the replay only, not the processes that measured")
    return [offer, *(f"savebench: {note}" for note in notes)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test the cases, by their names."""
    if "workload" in metafunc.fixturenames:
        asked = metafunc.config.stash[_ASKED]
        metafunc.parametrize(("workload", "serializer"), asked.ids)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> None:
    """Measure all cases that tests ask for, before the first of these tests runs."""
    config = item.config
    if _is_measuring(config) and _MEASURED not in config.stash:
        config.stash[_MEASURED] = _measure(config, item.session.items)


@pytest.fixture(scope="session")
def records_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Case], list[Record]]]:
    """Return what tells a case's records: measured with all others, or now and once."""
    config = request.config
    if _MEASURED in config.stash:
        yield config.stash[_MEASURED].__getitem__
        return
    asked = _chosen(config.stash[_ASKED], request.session.items)
    settings = asked.settings
    surroundings = Surroundings(threads=settings.threads)
    modules = asked.selection.modules
    with closing(make_launcher(settings.launch, surroundings, modules)) as launcher:
        launcher.begin_round(0)
        yield Once(asked, launcher, tmp_path_factory.mktemp("savebench")).records_of


@pytest.fixture
def show(
    request: pytest.FixtureRequest,
    records_of: Callable[[Case], list[Record]],
    workload: str,
    serializer: str,
) -> Callable[[Any, str], None]:
    """Return what makes a case's values of a metric the rounds of a benchmark, or fails or skips.

    The group is the sized workload and the operation: its table compares serializers.
    """
    asked = request.config.stash[_ASKED]
    case = case_named(workload, serializer)
    rows = Rows(
        asked.selection.serializers[case.serializer], asked.selection.workloads[case.workload]
    )

    def show_metric(benchmark: Any, metric: str) -> None:
        if metric == "load_predict_s" and rows.serializer.row.kind == "floor":
            pytest.skip("a floor restores arrays and no model: there is nothing to ask")
        records = records_of(case)
        values = values_of(records, metric)
        if isinstance(values, NoValues):
            if values.is_failure:
                pytest.fail(values.reason, pytrace=False)
            pytest.skip(_in_words_of_pytest(values.reason))
        benchmark.group = rows.group(case.model, metric.removesuffix("_s"))
        benchmark.extra_info.update(extra_info(records, metric, rows, platform.python_version()))
        replay(benchmark, values)

    return show_metric


def _in_words_of_pytest(reason: str) -> str:
    """Return a reason of `savebench run` with the options that this command has."""
    return reason.replace("--budget", "--savebench-budget").replace("-w and -s", "-k")


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """Say in saved files all that a run says, so that both compare with each other."""
    if _RUN in config.stash:
        output_json[MARK] = msgspec.to_builtins(provenance_of(config.stash[_RUN]), str_keys=True)


def _is_measuring(config: pytest.Config) -> bool:
    """Whether benchmarks were asked for; pytest-benchmark refuses that under pytest-xdist."""
    return bool(config.getoption("benchmark_only", default=False))


def _chosen(asked: Asked, items: Sequence[pytest.Item]) -> Asked:
    """Return what is left of the cases after ``-k`` and the like."""
    parameters: list[Mapping[str, Any]] = [
        item.callspec.params
        for item in items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    ]
    return asked.narrowed(
        {
            case_named(each["workload"], each["serializer"])
            for each in parameters
            if {"workload", "serializer"} <= each.keys()
        }
    )


def _measure(config: pytest.Config, items: Sequence[pytest.Item]) -> dict[Case, list[Record]]:
    """Measure the chosen cases into a run folder; return each one's records."""
    from rich.console import Console

    asked = _chosen(config.stash[_ASKED], items)
    started_s = monotonic()
    bar = Bar(Console(stderr=True, highlight=False, width=_WIDTH), asked.settings.budget_s)
    folder = default_folder(asked.settings.suite)
    try:
        results = measure_selection(asked.selection, asked.settings, 0, folder, bar, started_s)
    except Interrupted as stop:
        pytest.exit(str(stop))
    except SavebenchError as error:
        raise pytest.UsageError(str(error)) from None
    finally:
        bar.close()
    records = of_cases(results.run.records)
    _tell(config, len(records), folder, monotonic() - started_s)
    config.stash[_RUN] = results.run
    found: dict[Case, list[Record]] = {case: [] for case in asked.selection.cases}
    for record in records:
        found[record.case].append(record)
    return found


def _tell(config: pytest.Config, records: int, folder: Path, spent_s: float) -> None:
    reporter = config.pluginmanager.getplugin("terminalreporter")
    if reporter is not None:
        reporter.ensure_newline()
        reporter.write_line(
            f"savebench: {records} trials in {human_duration(spent_s)}, kept in {folder} "
            f"(tables and plots: savebench report {folder})"
        )
