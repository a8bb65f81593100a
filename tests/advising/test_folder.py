"""The folder of a piece of advice: nothing of it stays where nothing came of it."""

from pathlib import Path

import pytest

from savebench.advising.folder import going_where_nothing_came
from savebench.errors import DataError, Interrupted
from savebench.records.store import LOCK_FILE, RUN_FILE
from tests.commands import savebench as run_command


@pytest.fixture(autouse=True)
def _stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)


def test_no_folder_stays_where_the_model_cannot_be_had(tmp_path: Path) -> None:
    """The one that would have been made, and the one above it."""
    ended = run_command("advise", "none_such:model", "--budget", "2s", "-s", "pickle")

    assert ended.code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("raised", [DataError("no"), Interrupted("no"), KeyboardInterrupt()])
def test_what_holds_no_record_goes_with_what_was_made_above_it(
    tmp_path: Path, raised: BaseException
) -> None:
    """A header alone is of no use to anybody."""
    folder = tmp_path / "above" / "out"

    with pytest.raises(type(raised)):
        _write_and_fail(folder, b"{}\n", raised)

    assert list(tmp_path.iterdir()) == []


def test_what_was_measured_stays(tmp_path: Path) -> None:
    """A record below the header."""
    with pytest.raises(DataError):
        _write_and_fail(tmp_path / "out", b"{}\n{}\n", DataError("no"))

    assert (tmp_path / "out" / RUN_FILE).read_bytes() == b"{}\n{}\n"


@pytest.mark.parametrize("name", ["notes.txt", RUN_FILE, LOCK_FILE])
def test_what_was_there_before_stays(tmp_path: Path, name: str) -> None:
    """A person's file, a run that began, one that another process writes."""
    (tmp_path / name).write_bytes(b"{}\n")

    with pytest.raises(DataError), going_where_nothing_came(tmp_path):
        raise DataError("no")

    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_folder_that_was_there_and_empty_stays(tmp_path: Path) -> None:
    """It is the person's."""
    (tmp_path / "out").mkdir()

    with pytest.raises(DataError):
        _write_and_fail(tmp_path / "out", b"{}\n", DataError("no"))

    assert list((tmp_path / "out").iterdir()) == []


def _write_and_fail(folder: Path, lines: bytes, error: BaseException) -> None:
    with going_where_nothing_came(folder):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RUN_FILE).write_bytes(lines)
        raise error
