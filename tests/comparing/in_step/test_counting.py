"""Counting two arms over fake processes and fake time."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from savebench.comparing.in_step.counting import Counts, count_arms
from savebench.launch.messages import Answer, RowRef, Task
from savebench.measuring.bench import Bench, Job
from savebench.measuring.ledger import Ledger
from savebench.measuring.setups import CaseSetup
from savebench.records.schema import Case, Record
from savebench.records.series import Values
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject
from tests.fakes import FakeClock, FakeLauncher, case, settings

JOBLIB, PICKLE = case("joblib"), case("pickle")
Script = Callable[[Task], tuple[float, Answer]]


def _counting(count: float) -> Script:
    """Return a script whose every trial takes two seconds and comes to that count."""

    def script(task: Task) -> tuple[float, Answer]:
        metric = task.kind.replace("count-", "") + "_instructions"
        functions = {"functions": {metric: {"memcpy (libc.so.6)": count / 2}}}
        return 2.0, Answer(metrics={metric: count}, facts=functions)

    return script


class _Arms:
    """Two arms, and what they keep."""

    def __init__(self, folder: Path, base: Script, head: Script) -> None:
        self.clock = FakeClock()
        self.kept: dict[str, list[Record]] = {"base": [], "head": []}
        self.base = self._arm(folder, "base", base)
        self.head = self._arm(folder, "head", head)

    def _arm(self, folder: Path, side: str, script: Script) -> Any:
        subject = Subject(
            name="model",
            method="predict",
            folder=Path("models"),
            facts=BuiltModel(build_s=0.1, model_bytes=1000),
        )
        setups = {
            each: CaseSetup(subject=subject, serializer=RowRef("rows", each.serializer), modules=())
            for each in (JOBLIB, PICKLE)
        }
        launcher = FakeLauncher(self.clock, script, name="counting")
        job = Job(setups, settings(timeout_s=30.0), seed=0, work=folder / side)
        return SimpleNamespace(
            site=SimpleNamespace(side=side, launcher=lambda *_: launcher),
            bench=Bench(job, launcher, self.clock),
            writer=SimpleNamespace(append=self.kept[side].append),
            ledger=Ledger(),
        )

    def count(
        self,
        *cases: Case,
        left_s: float = 1000.0,
        times: Mapping[str, Values] = MappingProxyType({}),
    ) -> Counts:
        """Count the cases."""
        return count_arms(
            self.base,
            self.head,
            cases,
            times=times,
            ends_s=self.clock.now_s + left_s,
            clock=self.clock,
        )


def test_both_arms_are_counted_and_every_count_is_kept(tmp_path: Path) -> None:
    """Dump and load, each with one repeat; the functions are those of the first."""
    arms = _Arms(tmp_path, _counting(1000.0), _counting(1200.0))

    counts = arms.count(PICKLE)

    assert counts.values == {
        "base": {
            (PICKLE, "dump_instructions"): [1000.0, 1000.0],
            (PICKLE, "load_instructions"): [1000.0, 1000.0],
        },
        "head": {
            (PICKLE, "dump_instructions"): [1200.0, 1200.0],
            (PICKLE, "load_instructions"): [1200.0, 1200.0],
        },
    }
    assert counts.functions["head"][PICKLE, "load_instructions"] == {"memcpy (libc.so.6)": 600.0}
    assert [len(records) for records in arms.kept.values()] == [4, 4]
    assert counts.remarks == []


def test_what_costs_too_much_is_left_out_on_both_sides_and_said(tmp_path: Path) -> None:
    """Half a second of joblib's dump is 43 s under valgrind; the rest is counted."""
    arms = _Arms(tmp_path, _counting(1000.0), _counting(1000.0))
    slow: dict[str, Values] = {"base": {(JOBLIB, "dump_s"): {1: 0.5}}, "head": {}}

    counts = arms.count(JOBLIB, times=slow)

    assert counts.of_both() == [(JOBLIB, "load_instructions")]
    assert "; ".join(counts.remarks) == (
        "model@1MB x joblib: dump not counted: it would take about 43 s under valgrind; give a "
        "trial longer than 30 s with --timeout"
    )


def test_what_fails_on_one_side_is_compared_no_further(tmp_path: Path) -> None:
    """It is said once; the other case goes on."""

    def crash(task: Task) -> tuple[float, Answer]:
        if task.serializer and task.serializer.name == "joblib":
            return 1.0, Answer(outcome="crashed", reason="SIGILL")
        return _counting(1000.0)(task)

    arms = _Arms(tmp_path, _counting(1000.0), crash)

    counts = arms.count(JOBLIB, PICKLE)

    assert {each for each, _ in counts.of_both()} == {PICKLE}
    assert counts.remarks == ["model@1MB x joblib: not counted on head: crashed: SIGILL"]


def test_nothing_begins_that_the_budget_cannot_end(tmp_path: Path) -> None:
    """What it leaves out is said once, not again for the repeat."""
    arms = _Arms(tmp_path, _counting(1000.0), _counting(1000.0))

    counts = arms.count(PICKLE, left_s=2.0)

    assert counts.values == {}
    assert [remark.split(" not counted")[0] for remark in counts.remarks] == [
        "model@1MB x pickle: dump",
        "model@1MB x pickle: load",
    ]


def test_what_was_counted_before_an_interruption_is_taken_from_there(tmp_path: Path) -> None:
    """Nothing is counted twice."""
    arms = _Arms(tmp_path, _counting(1000.0), _counting(1200.0))
    arms.count(PICKLE)
    again = _Arms(tmp_path, _counting(5.0), _counting(5.0))
    again.base.ledger, again.head.ledger = (Ledger(each) for each in arms.kept.values())

    counts = again.count(PICKLE)

    assert counts.values["head"][PICKLE, "load_instructions"] == [1200.0, 1200.0]
    assert again.kept == {"base": [], "head": []}
