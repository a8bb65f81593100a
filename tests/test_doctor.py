"""What the doctor makes of findings, control trials and the cost of a trial."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from savebench.catalogue.suites import SUITES
from savebench.doctor import (
    Diagnosis,
    Plan,
    TrialCost,
    check_storage,
    examine,
    forecast_of,
    middle_change,
    plan_of,
    rounds_within,
)
from savebench.errors import SavebenchError, UsageError
from savebench.machine.kernels import Controls
from savebench.machine.noise import noise_of
from savebench.measuring.run import report_s
from savebench.report.diagnosis import render, sentences
from savebench.stats import detectable_change
from tests.commands import savebench
from tests.machine.test_findings import QUIET, plant, probes_of

COST = TrialCost(launch="zygote", trial_s=0.08, round_s=1.5)


@dataclass(slots=True)
class FakeMeasures:
    """Measures what it was told to; a trouble instead where there is one."""

    spread: float = 0.01
    trouble: str = ""
    cost_trouble: str = ""

    def controls(self, folder: Path, seconds: float) -> Controls:
        """Return one trial a second, half of them slower than the others."""
        assert folder.is_dir()
        count = 0 if self.trouble else int(seconds)
        high = 1 + 2 * self.spread / 1.4826
        times = [
            dict.fromkeys(("cpu_s", "write_s"), 0.004 * (high if number % 2 else 1.0))
            for number in range(count)
        ]
        return Controls(times=times, trouble=self.trouble)

    def trial_cost(self, folder: Path, modules: tuple[str, ...], launch: str) -> TrialCost:
        """Return a cost."""
        assert folder.is_dir()
        assert launch == "zygote"
        assert modules[0] == "numpy"
        if self.cost_trouble:
            raise SavebenchError(self.cost_trouble)
        return COST


@pytest.fixture(scope="module")
def quick() -> Plan:
    """Return the plan of a quick run."""
    return plan_of(SUITES["quick"], None)


def diagnose(
    folder: Path, plan: Plan, measures: FakeMeasures, files: dict[str, str] | None = None
) -> Diagnosis:
    """Return what is said of a planted machine."""
    root = plant(folder / "root", {**QUIET, **(files or {})})
    return examine(folder, plan, 10.0, probes_of(root), measures)


def shown(diagnosis: Diagnosis, width: int = 100) -> str:
    """Return what a plain terminal of that width shows."""
    console = Console(width=width, record=True, file=io.StringIO(), color_system=None)
    render(diagnosis, console)
    return console.export_text()


def test_a_quiet_machine_gets_a_clean_bill(tmp_path: Path, quick: Plan) -> None:
    """With its noise and what a run could find."""
    diagnosis = diagnose(tmp_path, quick, FakeMeasures())

    said = sentences(diagnosis)
    assert said[0] == "Nothing stands against measuring here."
    assert said[1].startswith("The noise is low")
    assert "A quick run of 2 min 20 s gives each case about" in said[2]
    assert diagnosis.troubles == []


@pytest.mark.parametrize("width", [60, 80, 100])
def test_nothing_is_cut_at_any_width(tmp_path: Path, quick: Plan, width: int) -> None:
    """Where the room is short the span leaves; how many processes were timed stays."""
    files = {"proc/loadavg": "9.00 0 0 1/2 3\n"}
    diagnosis = diagnose(tmp_path, quick, FakeMeasures(spread=0.2), files)

    text = shown(diagnosis, width)

    assert max(map(len, text.splitlines())) <= width
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    assert ("5-95 % span" in text) == (width > 60)
    row = next(line.split() for line in text.splitlines() if line.startswith(" arithmetic"))
    assert (row[1:3], "10" in row) == (["4.54", "ms"], True)
    assert all(each in " ".join(text.split()) for each in sentences(diagnosis))


def test_a_noisy_machine_is_said_to_be_so(tmp_path: Path, quick: Plan) -> None:
    """Which kernels, what to do, and every warning by its name."""
    files = {"proc/loadavg": "9.00 0 0 1/2 3\n"}

    said = sentences(diagnose(tmp_path, quick, FakeMeasures(spread=0.2), files))

    assert said[0] == "1 warning: load."
    assert said[1].startswith("Noisy now (arithmetic, file write)")


def test_more_noise_needs_a_larger_difference(tmp_path: Path, quick: Plan) -> None:
    """In every kernel."""
    low = diagnose(tmp_path, quick, FakeMeasures(spread=0.02)).forecast
    high = diagnose(tmp_path, quick, FakeMeasures(spread=0.2)).forecast

    assert low is not None
    assert high is not None
    assert low.rounds == high.rounds
    assert all(high.detectable[name] > 5 * low.detectable[name] for name in ("cpu_s", "write_s"))


def test_what_could_not_be_measured_is_said(tmp_path: Path, quick: Plan) -> None:
    """The findings stand all the same."""
    measures = FakeMeasures(trouble="control crashed", cost_trouble="the zygote died")

    diagnosis = diagnose(tmp_path, quick, measures)

    assert diagnosis.noise is None
    assert diagnosis.forecast is None
    assert sentences(diagnosis)[-2:] == [
        "Not known: the noise could not be measured: control crashed.",
        "Not known: the cost of a trial could not be measured: the zygote died.",
    ]
    assert "governor" in shown(diagnosis)


@pytest.mark.parametrize("measures", [FakeMeasures(), FakeMeasures(spread=0.3, cost_trouble="no")])
def test_the_tables_fit_a_hundred_columns(
    tmp_path: Path, quick: Plan, measures: FakeMeasures
) -> None:
    """With a long path and every kind of finding."""
    folder = tmp_path / ("long" * 30)
    folder.mkdir()

    text = shown(diagnose(folder, quick, measures))

    assert max(map(len, text.splitlines())) <= 100
    assert "memory copy" not in text  # it was not timed
    assert "file write" in text


def test_rounds_fill_the_budget_and_no_more() -> None:
    """One trial a case and kind; what takes part in one round only is charged once."""
    kinds = {"dump": None, "load": None, "dump-memory": 1}
    cost = TrialCost(launch="zygote", trial_s=0.1, round_s=1.0)
    report = report_s(1000.0, 10)
    five_rounds_s = 5 * (20 * 0.1 + 1.0) + 10 * 0.1

    rounds = rounds_within(1000.0, 10, kinds, cost)

    spent_s = rounds * (20 * 0.1 + 1.0) + 10 * 0.1
    assert spent_s <= 1000.0 - report < spent_s + 3.0
    assert rounds_within(five_rounds_s / 0.8, 10, kinds, cost) >= 4
    assert rounds_within(2.0, 10, kinds, cost) == 0


def test_nothing_to_measure_ends_at_once() -> None:
    """No case, no round."""
    assert rounds_within(60.0, 0, {"load": None}, COST) == 0
    assert rounds_within(60.0, 3, {"load": 2}, COST) == 2


def test_a_budget_without_a_round_promises_nothing(quick: Plan) -> None:
    """And says what to do."""
    noise = noise_of([{"cpu_s": 0.004}] * 5)
    tight = Plan(suite=quick.suite, budget_s=3.0, selection=quick.selection)

    forecast = forecast_of(tight, COST, noise)

    assert (forecast.rounds, forecast.detectable, middle_change(forecast)) == (0, {}, None)
    said = sentences(
        Diagnosis(storage="", findings=[], noise=noise, forecast=forecast, troubles=[])
    )
    assert "has no time for one round of all cases: give it more with --budget" in said[2]


def test_a_forecast_is_that_of_the_statistics(quick: Plan) -> None:
    """Nothing is added to it."""
    noise = FakeMeasures(spread=0.1).controls(Path(), 10.0)

    forecast = forecast_of(quick, COST, noise_of(noise.times))

    assert forecast.detectable["cpu_s"] == pytest.approx(
        detectable_change(0.1, forecast.rounds), rel=0.1
    )


def test_the_cases_are_those_that_a_run_would_measure(quick: Plan) -> None:
    """Nine models in fifteen ways, where every extra is installed."""
    assert quick.cases == len(quick.selection.cases) - len(quick.selection.unavailable)
    assert quick.budget_s == quick.suite.budget_s
    assert quick.artifact_bytes > 15 * 4 * 10**6


def test_a_storage_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    """With what to do."""
    (tmp_path / "file").write_text("", encoding="utf-8")

    check_storage(tmp_path)
    with pytest.raises(UsageError, match="no such folder; make it, or name another"):
        check_storage(tmp_path / "missing")
    with pytest.raises(UsageError, match="not a folder"):
        check_storage(tmp_path / "file")


def test_the_command_measures_for_real_and_leaves_nothing(tmp_path: Path) -> None:
    """As JSON: findings, five kernels at least five times, a forecast."""
    ended = savebench("doctor", "--storage", tmp_path, "--seconds", 0, "--suite", "smoke", "--json")

    assert ended.code == 0
    diagnosis = msgspec.json.decode(ended.out, type=Diagnosis)
    assert len(diagnosis.findings) == 13
    assert diagnosis.troubles == []
    assert diagnosis.noise is not None
    assert len(diagnosis.noise.kernels) == 5
    assert {kernel.n for kernel in diagnosis.noise.kernels.values()} == {5}
    assert diagnosis.forecast is not None
    assert diagnosis.forecast.cost.trial_s > 0
    assert list(tmp_path.iterdir()) == []
    assert json.loads(ended.out)["storage"] == str(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--storage", "nowhere"], "no such folder"),
        (["--suite", "quik"], "there is no suite 'quik'"),
        (["--budget", "soon"], "'soon' is not a duration"),
        (["--seconds", "-1"], "name a time from 0 to 3600 s"),
        (["--seconds", "nan"], "name a time"),
        (["somewhere"], "unexpected extra argument"),
    ],
)
def test_bad_input_gets_exit_code_2_and_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], complaint: str
) -> None:
    """And nothing is measured or left behind."""
    monkeypatch.chdir(tmp_path)

    ended = savebench("doctor", *arguments)

    assert ended.code == 2
    assert complaint in ended.err
    assert "Traceback" not in ended.err
    assert "running" not in ended.err
    assert list(tmp_path.iterdir()) == []


def test_the_help_shows_examples() -> None:
    """A person learns by copying."""
    assert "Examples:" in savebench("doctor", "--help").out
