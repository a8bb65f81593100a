"""Rounds over fake processes and fake time."""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from savebench.launch.messages import Answer, RowRef, Task
from savebench.measuring.bench import Bench, Job
from savebench.measuring.rounds import Rounds, SilentObserver
from savebench.measuring.setups import CaseSetup
from savebench.records.schema import CONTROL, Case, Record, Settings, Trial
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject
from tests.fakes import (
    FakeClock,
    FakeLauncher,
    case,
    control_record,
    settings,
)

Script = Callable[[Task], tuple[float, Answer]]


def _setup(name: str, model_bytes: int = 1000) -> CaseSetup:
    facts = BuiltModel(build_s=0.1, model_bytes=model_bytes)
    subject = Subject(name="model", method="predict", folder=Path("models"), facts=facts)
    return CaseSetup(subject=subject, serializer=RowRef("rows", name), modules=())


_TICKS = count()


def _quick(task: Task) -> tuple[float, Answer]:
    """Cost a tenth of a second, and measure something else each time."""
    del task
    return 0.1, Answer(metrics={"load_s": 0.1 + 0.001 * (next(_TICKS) * 7919 % 997)})


def _name(task: Task) -> str:
    return task.serializer.name if task.serializer else ""


class _Bench:
    """A job of some cases over fake processes."""

    def __init__(
        self, folder: Path, script: Script, asked: Settings, names: Sequence[str] = "abcd"
    ) -> None:
        self.clock = FakeClock()
        self.launcher = FakeLauncher(self.clock, script)
        setups = {case(name): _setup(name) for name in names}
        self.job = Job(setups, asked, seed=0, work=folder)
        self.records: list[Record] = []

    def run(
        self,
        time_left_s: float | None = None,
        earlier: Sequence[Record] = (),
        control: Callable[[Trial], Record | None] | None = None,
    ) -> None:
        """Run the rounds."""
        bench = Bench(self.job, self.launcher, self.clock)
        Rounds(bench, self.records.append, SilentObserver(), time_left_s, control).run(earlier)

    def count(self) -> Counter[tuple[Case, str]]:
        """Return how often each case had each trial."""
        return Counter((record.case, record.trial) for record in self.records)


def test_every_case_has_every_round(tmp_path: Path) -> None:
    """Four cases, three rounds, two trials each."""
    bench = _Bench(tmp_path, _quick, settings(max_rounds=3, min_rounds=3))
    bench.run()
    assert set(bench.count().values()) == {3}
    assert len(bench.records) == 4 * 3 * 2


def test_each_round_has_a_hash_seed_of_its_own(tmp_path: Path) -> None:
    """The launcher is told before the round's first trial."""
    bench = _Bench(tmp_path, _quick, settings(max_rounds=3, min_rounds=3))
    bench.run()
    assert len(set(bench.launcher.hash_seeds)) == 3


def test_no_load_starts_before_the_dump_that_makes_its_artifact(tmp_path: Path) -> None:
    """In the first round the order is bent just so far."""
    bench = _Bench(tmp_path, _quick, settings(max_rounds=1, min_rounds=1))
    bench.run()
    for name in "abcd":
        kinds = [record.trial for record in bench.records if record.case == case(name)]
        assert kinds == ["dump", "load"]


def test_a_case_that_fails_costs_one_record(tmp_path: Path) -> None:
    """The others go on."""

    def script(task: Task) -> tuple[float, Answer]:
        if _name(task) == "b" and task.kind == "load":
            return 0.1, Answer(outcome="crashed", reason="SIGSEGV")
        return _quick(task)

    bench = _Bench(tmp_path, script, settings(max_rounds=3, min_rounds=3))
    bench.run()
    failed = [record for record in bench.records if record.outcome != "ok"]
    assert [(record.case, record.round) for record in failed] == [(case("b"), 1)]
    assert bench.count()[case("a"), "load"] == 3


def test_a_run_goes_on_without_repeating_or_losing_a_trial(tmp_path: Path) -> None:
    """Cut it anywhere: both halves together are the whole."""
    asked = settings(max_rounds=3, min_rounds=3)
    whole = _Bench(tmp_path / "whole", _quick, asked)
    whole.run()
    keys = Counter((record.case, record.trial, record.round) for record in whole.records)
    for cut in (0, 1, 7, 12, 23):
        first = whole.records[:cut]
        second = _Bench(tmp_path / f"cut{cut}", _quick, asked)
        second.run(earlier=first)
        both = [*first, *second.records]
        assert Counter((record.case, record.trial, record.round) for record in both) == keys


def test_a_slow_case_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    """It gets fewer trials; the others get their rounds."""

    def script(task: Task) -> tuple[float, Answer]:
        if _name(task) == "d":
            return 30.0, Answer(metrics={"load_s": 30.0})
        return _quick(task)

    bench = _Bench(tmp_path, script, settings(budget_s=100.0, precision=1e-9))
    bench.run(time_left_s=100.0)
    assert bench.count()[case("d"), "dump"] == 1
    assert bench.count()[case("a"), "dump"] > 50
    assert bench.clock.now_s <= 100.0


def test_a_run_ends_with_its_budget(tmp_path: Path) -> None:
    """No trial starts that is not expected to end in time."""
    bench = _Bench(tmp_path, _quick, settings(budget_s=10.0, precision=1e-9))
    bench.run(time_left_s=10.0)
    assert 9.0 <= bench.clock.now_s <= 10.5


def test_a_case_without_a_turn_says_why(tmp_path: Path) -> None:
    """Nothing is hidden when the budget is too small."""

    def script(task: Task) -> tuple[float, Answer]:
        del task
        return 6.0, Answer()

    bench = _Bench(tmp_path, script, settings(budget_s=10.0))
    bench.run(time_left_s=10.0)
    skipped = {record.case for record in bench.records if record.outcome == "skipped"}
    measured = {record.case for record in bench.records if record.trial == "load"} - skipped
    assert skipped | measured == set(bench.job.setups)
    reason = next(record.reason for record in bench.records if record.outcome == "skipped")
    assert "--budget" in reason


def test_a_trial_that_the_budgets_end_cuts_off_is_no_failure(tmp_path: Path) -> None:
    """It says that the budget did it, not the serializer."""

    def script(task: Task) -> tuple[float, Answer]:
        return (500.0 if _name(task) == "a" else 0.1), Answer()

    bench = _Bench(tmp_path, script, settings(budget_s=10.0, timeout_s=100.0), names="a")
    bench.run(time_left_s=10.0)
    assert {record.outcome for record in bench.records} == {"skipped"}
    assert "cut off when the budget was spent" in bench.records[0].reason
    assert bench.clock.now_s <= 11.0


def test_a_full_disk_stops_the_run_and_blames_no_serializer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was measured before is kept; the failure is not on record."""

    def script(task: Task) -> tuple[float, Answer]:
        if _name(task) == "c":
            return 0.1, Answer(outcome="failed", reason="No space left on device")
        return _quick(task)

    monkeypatch.setattr("shutil.disk_usage", lambda _path: SimpleNamespace(free=0))
    bench = _Bench(tmp_path, script, settings(max_rounds=1, min_rounds=1))
    with pytest.raises(OSError, match="No space left"):
        bench.run()
    assert {record.outcome for record in bench.records} <= {"ok"}


def test_a_lost_artifact_is_made_again_unrecorded(tmp_path: Path) -> None:
    """A resumed run whose work folder is gone repeats no dump on record."""
    asked = settings(max_rounds=1, min_rounds=1)
    whole = _Bench(tmp_path / "whole", _quick, asked)
    whole.run()
    dumps = [record for record in whole.records if record.trial == "dump"]
    second = _Bench(tmp_path / "again", _quick, asked)
    second.run(earlier=dumps)
    assert {record.trial for record in second.records} == {"load"}
    assert len(second.records) == 4


def test_a_large_model_is_prepared_alone(tmp_path: Path) -> None:
    """Two gigabytes at once would not fit everywhere."""
    bench = _Bench(tmp_path, _quick, settings(max_rounds=1, min_rounds=1))
    large = {each: _setup("a", 10**9) for each in bench.job.setups}
    bench.job = Job(large, bench.job.settings, 0, tmp_path)
    batches: list[int] = []

    class Watching(SilentObserver):
        def trials_started(self, trials: list[Trial]) -> None:
            batches.append(len(trials))

    alone = Bench(bench.job, bench.launcher, bench.clock)
    Rounds(alone, bench.records.append, Watching(), None).run()
    assert set(batches) == {1}


def test_control_trials_of_an_earlier_run_are_no_case_and_lose_no_round(tmp_path: Path) -> None:
    """A resumed run goes on in the round that was cut off."""
    asked = settings(max_rounds=2, min_rounds=2)
    whole = _Bench(tmp_path / "whole", _quick, asked)
    whole.run()
    earlier = [control_record(1, {"kernels": {"cpu_s": 0.004}}), *whole.records[:5]]
    second = _Bench(tmp_path / "second", _quick, asked)

    second.run(earlier=earlier)

    both = Counter(
        (record.case, record.trial, record.round) for record in [*earlier[1:], *second.records]
    )
    assert both == Counter((record.case, record.trial, record.round) for record in whole.records)


def test_each_round_has_one_control_trial_and_a_resumed_one_no_second(tmp_path: Path) -> None:
    """It is a record of its own, before the round's others; killed just after it, or later."""
    whole = _Bench(tmp_path / "whole", _quick, settings(max_rounds=3, min_rounds=3))
    whole.run(control=_controlled)
    assert [each.round for each in whole.records if each.case == CONTROL] == [1, 2, 3]
    assert whole.records[0] == control_record(1, {"kernels": {"cpu_s": 0.004}})
    for kept in (1, 5):
        rest = _Bench(tmp_path / f"after {kept}", _quick, settings(max_rounds=3, min_rounds=3))
        rest.run(earlier=whole.records[:kept], control=_controlled)
        assert [each.round for each in rest.records if each.case == CONTROL] == [2, 3]


def test_a_round_whose_control_trial_an_older_run_kept_as_a_fact_has_no_second(
    tmp_path: Path,
) -> None:
    """Of the round's first record, as older versions wrote it."""
    whole = _Bench(tmp_path / "whole", _quick, settings(max_rounds=3, min_rounds=3))
    whole.run()
    first = msgspec.structs.replace(whole.records[0], facts={"kernels": {"cpu_s": 0.004}})
    rest = _Bench(tmp_path / "rest", _quick, settings(max_rounds=3, min_rounds=3))

    rest.run(earlier=[first, *whole.records[1:4]], control=_controlled)

    assert [each.round for each in rest.records if each.case == CONTROL] == [2, 3]


def test_a_control_trial_that_fails_leaves_no_record_and_stops_nothing(tmp_path: Path) -> None:
    """Every trial of every round is measured all the same."""
    bench = _Bench(tmp_path, _quick, settings(max_rounds=3, min_rounds=3))

    bench.run(control=lambda trial: None)  # noqa: ARG005 - as the session's

    assert set(bench.count().values()) == {3}
    assert CONTROL not in {each.case for each in bench.records}


def _controlled(trial: Trial) -> Record:
    return control_record(trial.round, {"kernels": {"cpu_s": 0.004}})


@pytest.mark.parametrize(
    "kinds",
    [{"load": None}, {"dump": 1, "load": None}, {"dump": 2, "load": 2}, {"load-memory": None}],
    ids=["no dump", "one dump", "fewer rounds of all", "untimed only"],
)
def test_rounds_end_whatever_is_measured(tmp_path: Path, kinds: dict[str, int | None]) -> None:
    """A kind that is left out or limited does not keep them going for ever."""
    bench = _Bench(tmp_path, _quick, settings(max_rounds=3, min_rounds=3, kinds=kinds), names="a")
    bench.run(time_left_s=60.0)
    counts = {kind: min(3, limit or 3) for kind, limit in kinds.items()}
    assert {kind: number for (_, kind), number in bench.count().items()} == counts


def test_artifacts_of_bulky_models_are_deleted_when_a_round_is_done_with_them(
    tmp_path: Path,
) -> None:
    """One lies there at a time, and each round dumps anew; without thrift all stay."""
    lying: list[int] = []

    def script(task: Task) -> tuple[float, Answer]:
        lying.append(len(list((tmp_path / "artifacts").glob("*/model"))))
        return _quick(task)

    bench = _Bench(tmp_path, script, settings(max_rounds=2, min_rounds=2))
    setups = {case(name): _setup(name, 10**8) for name in "abcd"}
    bench.job = Job(setups, bench.job.settings, seed=0, work=tmp_path)
    measuring = Bench(bench.job, bench.launcher, bench.clock)
    Rounds(measuring, bench.records.append, SilentObserver(), None, is_thrifty=True).run()

    assert set(bench.count().values()) == {2}
    assert max(lying) <= 2  # two that are prepared side by side
    assert not list((tmp_path / "artifacts").glob("*/model"))


def test_a_bulky_case_whose_loads_are_still_imprecise_has_its_dumps_measured_too(
    tmp_path: Path,
) -> None:
    """Each round needs an artifact: a dump that is done anyway is not thrown away."""

    def script(task: Task) -> tuple[float, Answer]:
        if task.kind == "dump":
            return 0.1, Answer(metrics={"dump_s": 0.1})
        return _quick(task)

    bench = _Bench(tmp_path, script, settings(min_rounds=6, precision=0.0001), names="a")
    bench.job = Job({case("a"): _setup("a", 10**8)}, bench.job.settings, seed=0, work=tmp_path)
    measuring = Bench(bench.job, bench.launcher, bench.clock)
    Rounds(measuring, bench.records.append, SilentObserver(), 2.0, is_thrifty=True).run()

    counts = bench.count()
    assert counts[case("a"), "load"] >= 8
    assert counts[case("a"), "dump"] >= counts[case("a"), "load"]
    assert len(bench.launcher.tasks) == sum(counts.values())
