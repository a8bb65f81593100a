"""The verb: what it prints, what it writes, how it ends."""

import json
from pathlib import Path

import pytest

from tests.commands import savebench
from tests.history.synthetic import HistoryBuilder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of 24 runs with one step and one damaged run."""
    folder = tmp_path_factory.mktemp("runs")
    HistoryBuilder(load_s=lambda run: 0.010 if run < 12 else 0.012).write(folder, 24)
    (folder / "damaged").mkdir()
    (folder / "damaged" / "run.jsonl").write_bytes(b"{}")
    return folder


def test_the_change_and_its_runs_are_printed_and_the_damaged_run_is_named(runs: Path) -> None:
    """Results on stdout in 100 columns, what is passed over on stderr."""
    ended = savebench("history", runs)

    assert ended.code == 0
    assert "24 runs on 1 machine" in ended.out
    assert "1 change of level" in ended.out
    assert "knn-brute@1MB x pickle" in ended.out
    assert f"passed over: {runs / 'damaged' / 'run.jsonl'}, line 1" in ended.err
    assert max(map(len, ended.out.splitlines())) <= 100
    assert "\x1b" not in ended.out + ended.err


def test_a_page_with_plots_is_written(runs: Path, tmp_path: Path) -> None:
    """And it has what changed since the run that is named."""
    ended = savebench("history", runs, "--since", 5, "--out", tmp_path / "page")

    assert ended.code == 0
    assert "Since run #5" in ended.out
    page = (tmp_path / "page" / "history.md").read_text(encoding="utf-8")
    assert "## Since run #5" in page
    assert "knn-brute@1MB x pickle" in page
    assert {path.name for path in (tmp_path / "page" / "plots").iterdir()} == {
        f"{name}.{kind}" for name in ("history-1-1", "pace-1") for kind in ("png", "svg")
    }


def test_a_script_gets_json(runs: Path) -> None:
    """Runs, changes, what changed since, what was passed over."""
    page = json.loads(savebench("history", runs, "--json", "--since", "000").out)

    assert len(page["runs"]) == 24
    assert [change["series"] for change in page["changes"]] == ["knn-brute@1MB x pickle"]
    assert page["since"]["rows"][0]["what"] == "slower"
    assert len(page["skipped"]) == 1


def test_pruning_deletes_only_with_yes(tmp_path: Path) -> None:
    """Without it, it says what it would delete."""
    folders = HistoryBuilder().write(tmp_path, 5)

    assert "from 10 runs of a machine on" in savebench("history", tmp_path).out

    asked = savebench("history", tmp_path, "--prune", "last:2")

    assert asked.code == 0
    assert f"delete  {folders[0]}" in asked.out
    assert "Nothing was deleted: add --yes." in asked.out
    assert sorted(tmp_path.iterdir()) == folders

    told = savebench("history", tmp_path, "--prune", "last:2", "--yes")

    assert told.code == 0
    assert "Deleted 3." in told.out
    assert sorted(tmp_path.iterdir()) == folders[3:]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["nowhere"], "no such folder"),
        (["empty"], "no run in it"),
        (["runs", "--since", "99"], "name one from 1 to 2"),
        (["runs", "--yes"], "--yes is for --prune"),
        (["runs", "--prune", "some"], "'some' is not a rule of what to keep"),
        (["runs", "--prune", "last:1", "--since", "1"], "--prune goes alone"),
        (["runs", "--out", "file/page"], "cannot write there"),
        ([], "Missing argument"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], complaint: str
) -> None:
    """Never a traceback."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    HistoryBuilder().write(tmp_path / "runs", 2)

    ended = savebench("history", *words)

    assert ended.code == 2
    assert complaint in ended.err
    assert "Traceback" not in ended.err
