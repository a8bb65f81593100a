"""Instructions, counted for real under valgrind: skipped where it is missing."""

from pathlib import Path

import pytest

from savebench.launch.counting import why_no_counting
from savebench.records.schema import Record

ROWS = ("planted-good", "planted-loop", "planted-loop-twice")

pytestmark = pytest.mark.skipif(bool(why_no_counting()), reason=why_no_counting())


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which all of it happens."""
    return tmp_path_factory.mktemp("counted")


@pytest.fixture(scope="session")
def counted(place: Path) -> list[Record]:
    """Count some rows in one run: an interpreter under valgrind is slow to start."""
    from savebench.measuring.run import Silent
    from savebench.measuring.settings import Request
    from savebench.running import measure_only
    from tests.conftest import PLANTED

    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PLANTED))
        patch.setenv("PYTHONPATH", str(PLANTED))
        patch.setattr("tempfile.tempdir", str(place))
        request = Request(
            workloads=["planted-tiny@1KB"],
            serializers=ROWS,
            rounds=1,
            timeout="60s",
            count=True,
            out=place / "run",
        )
        return measure_only(request, Silent()).run.records


def _counts(records: list[Record], row: str, metric: str) -> list[float]:
    return [
        record.metrics[metric]
        for record in records
        if record.case.serializer == row and metric in record.metrics
    ]


def test_every_case_is_counted_and_repeated(counted: list[Record]) -> None:
    """By the launcher that counts, and none of its records holds a time."""
    records = [record for record in counted if record.trial.startswith("count-")]
    assert len(records) == len(ROWS) * 2 * 2
    assert {(record.outcome, record.reason, record.launch) for record in records} == {
        ("ok", "", "counting")
    }
    names = {record.trial: set(record.metrics) for record in records}
    assert names == {
        "count-dump": {"dump_instructions"},
        "count-load": {"load_instructions", "predict_instructions"},
    }


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("metric", ["dump_instructions", "load_instructions"])
def test_two_counts_of_the_same_agree(counted: list[Record], row: str, metric: str) -> None:
    """To a two-thousandth at worst, or to some hundreds where that is less."""
    once, again = _counts(counted, row, metric)
    assert again == pytest.approx(once, rel=0.0005, abs=1000)


def test_planted_work_reads_as_planted(counted: list[Record]) -> None:
    """A loop of twice as many turns has about twice the instructions; its dump has no more."""
    plain, once, twice = (
        _counts(counted, row, "load_instructions")[0]
        for row in ("planted-good", "planted-loop", "planted-loop-twice")
    )
    assert (twice - plain) / (once - plain) == pytest.approx(2.0, rel=0.05)
    dumps = [_counts(counted, row, "dump_instructions")[0] for row in ROWS[:2]]
    assert dumps[0] == pytest.approx(dumps[1], rel=0.0005, abs=1000)


def test_a_count_says_in_which_functions(counted: list[Record]) -> None:
    """The loop's are the interpreter's, and those of the numbers that it makes and frees."""
    record = next(
        each
        for each in counted
        if each.trial == "count-load" and each.case.serializer == "planted-loop-twice"
    )
    functions = record.facts["functions"]["load_instructions"]
    most = max(functions, key=functions.__getitem__)
    assert most.startswith("_PyEval_EvalFrameDefault (")
    assert sum(functions.values()) == pytest.approx(record.metrics["load_instructions"], rel=0.02)


def test_nothing_is_left_behind(counted: list[Record], place: Path) -> None:
    """No folder of counts, and no process."""
    import psutil

    assert counted
    assert [path.name for path in place.iterdir()] == ["run"]
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    assert not [command for command in commands if str(place) in " ".join(command)]
