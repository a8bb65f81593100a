"""A survey over fake processes: what is tried first, and who is measured no further."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from savebench.catalogue.providers import load_catalogue
from savebench.launch.messages import Answer, Task
from savebench.measuring.rounds import SilentObserver
from savebench.measuring.site import here
from savebench.measuring.survey import Survey
from savebench.records.schema import Record
from savebench.subjects.cache import BuiltModel
from savebench.subjects.subject import Subject
from tests.fakes import FakeClock, FakeLauncher, case, settings

NAMES = ("joblib+zlib3", "pickle", "joblib+xz3", "joblib-mmap", "joblib+zstd3")


def _surveyed(
    folder: Path,
    dropped: Mapping[str, str],
    budget_s: float | None = None,
    load_s: float = 0.1,
    undecided: frozenset[str] = frozenset(),
) -> tuple[list[Record], list[int]]:
    """Return the records of a survey, and how many there were at each first answer."""
    catalogue = load_catalogue()
    records: list[Record] = []
    answers: list[int] = []

    def script(task: Task) -> tuple[float, Answer]:
        del task
        return 0.0, Answer(metrics={"load_s": load_s})

    def drop(so_far: Sequence[Record]) -> Mapping[str, str]:
        return dropped if len(so_far) > 4 else {}

    Survey(
        site=here(folder),
        launcher=FakeLauncher(FakeClock(), script),
        subject=Subject(
            name="model", method="predict", folder=folder, facts=BuiltModel(model_bytes=1000)
        ),
        cases={case(name): catalogue.serializers[name] for name in NAMES},
        settings=settings(
            budget_s=budget_s,
            min_rounds=2,
            max_rounds=2,
            kinds={"dump": None, "load": None, "load-memory": 1},
        ),
        seed=0,
        store=records.append,
        observer=SilentObserver(),
        dropped=drop,
        undecided=lambda so_far: (undecided if len(so_far) < 18 else frozenset(), ("load",)),
        at_once=("pickle", "joblib-mmap"),
        first_answer=lambda: answers.append(len(records)),
        started_s=0.0,
        clock=FakeClock(),
    ).run()
    return records, answers


def test_the_quickest_are_tried_first_and_the_slow_ones_last(tmp_path: Path) -> None:
    """An answer is wanted within seconds."""
    records, answers = _surveyed(tmp_path, {})
    first = list(dict.fromkeys(record.case.serializer for record in records))
    assert set(first[:2]) == {"pickle", "joblib-mmap"}
    assert first[-1] == "joblib+xz3"
    assert answers == [4, 6, 12, 15]


def test_every_trial_is_measured_as_often_as_was_asked_for(tmp_path: Path) -> None:
    """What the first sitting measured counts."""
    records, _ = _surveyed(tmp_path, {})
    kinds = [(record.case.serializer, record.trial, record.round) for record in records]
    assert len(kinds) == len(set(kinds)) == 5 * (2 + 2 + 1)


def test_who_is_dropped_is_measured_no_further(tmp_path: Path) -> None:
    """And costs no record that says it was skipped: who drops it says why."""
    records, _ = _surveyed(tmp_path, {"joblib-mmap": "cannot win", "joblib+xz3": "cannot win"})
    counts = [record.case.serializer for record in records]
    assert counts.count("joblib+xz3") == 0
    assert counts.count("joblib-mmap") == 3
    assert counts.count("pickle") == 5
    assert {record.outcome for record in records} == {"ok"}


def test_what_would_eat_the_budget_is_not_tried_and_that_is_said(tmp_path: Path) -> None:
    """A codec that takes a hundred times as long as pickle, on a model that takes seconds."""
    records, _ = _surveyed(tmp_path, {}, budget_s=600.0, load_s=20.0)
    [last] = [record for record in records if record.case.serializer == "joblib+xz3"]
    assert last.outcome == "skipped"
    assert last.reason.startswith("not tried: once would take about 1 h 40 min")
    tried = {record.case.serializer for record in records if record.outcome == "ok"}
    assert tried == {"pickle", "joblib-mmap", "joblib+zstd3"}


def test_those_that_may_yet_be_taken_are_timed_before_the_rounds_of_all(tmp_path: Path) -> None:
    """Only what decides between them, until it is decided; the others' second round follows."""
    undecided = frozenset({"pickle", "joblib-mmap"})
    records, _ = _surveyed(tmp_path, {}, budget_s=600.0, undecided=undecided)
    deciding = [(record.case.serializer, record.trial) for record in records[15:18]]
    assert {name for name, _ in deciding} == undecided
    assert {kind for _, kind in deciding} == {"load"}
    assert [record.round for record in records[15:18]] == [2, 2, 3]
    later = [(each.case.serializer, each.trial, each.round) for each in records[18:]]
    assert ("pickle", "load", 2) not in later
    assert {("pickle", "dump", 2), ("joblib-mmap", "dump", 2)} <= set(later)
    assert len({name for name, _, _ in later}) == 5
