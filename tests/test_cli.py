"""The command line: what it prints, what it writes, and how it ends."""

import json
import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.commands import LIMIT_S, command, savebench

TINY = ("-w", "planted-tiny@1KB")


@pytest.mark.usefixtures("planted")
def test_a_run_prints_a_table_and_writes_its_folder(tmp_path: Path) -> None:
    """Results on stdout, progress on stderr, everything in the folder."""
    ended = savebench(
        "run", *TINY, "-s", "pickle", "-s", "planted-good", "--rounds", 2, "--out", tmp_path / "r"
    )
    assert ended.code == 0
    assert "planted-good" in ended.out
    assert "building" in ended.err
    assert {"run.jsonl", "summary.csv", "report.md", "plots"} <= {
        path.name for path in (tmp_path / "r").iterdir()
    }
    assert max(map(len, ended.out.splitlines()[:-1])) <= 100
    assert "\x1b" not in ended.out + ended.err


@pytest.mark.usefixtures("planted")
def test_a_case_that_fails_makes_the_exit_code_4(tmp_path: Path) -> None:
    """The run finishes all the same, and names the case."""
    ended = savebench(
        "run", *TINY, "-s", "pickle", "-s", "planted-raise", "--rounds", 1, "--out", tmp_path / "r"
    )
    assert ended.code == 4
    assert "planted-raise" in ended.err
    assert "ValueError: planted" in ended.out


@pytest.mark.usefixtures("planted")
def test_an_unsupported_model_is_no_failure(tmp_path: Path) -> None:
    """The serializer said no; the run is fine."""
    ended = savebench(
        "run", *TINY, "-s", "pickle", "-s", "planted-refuse", "--rounds", 1, "--out", tmp_path / "r"
    )
    assert ended.code == 0
    assert "this model cannot be carried" in ended.out


@pytest.mark.usefixtures("planted")
def test_a_bare_number_is_seconds_and_a_short_time_is_said_as_it_is(tmp_path: Path) -> None:
    """``--timeout 0.1`` is not "within 0 s", and ``--budget 60`` is a minute."""
    ended = savebench(
        *("run", *TINY, "-s", "planted-hang", "--timeout", "0.1", "--budget", "60"),
        *("--out", tmp_path / "r"),
    )
    assert ended.code == 4
    assert "load did not end within 100 ms and was killed" in ended.err
    report = (tmp_path / "r" / "report.md").read_text(encoding="utf-8")
    assert "| timeout of a trial | 100 ms |" in report
    assert "| budget | 1 min 00 s |" in report


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["run", "-s", "pikle"], "did you mean pickle"),
        (["run", "-w", "knn-brut"], "did you mean knn-brute"),
        (["run", "-w", "zzz*"], "no workload is called or matches 'zzz*'"),
        (["run", "-w", "knn-brute@huge"], "'huge' is not a size"),
        (["run", "-w", "home-prices@7MB"], "no workload is called or matches"),
        (["run", "--suite", "quik"], "there is no suite 'quik'"),
        (["run", "--budget", "soon"], "'soon' is not a duration"),
        (["run", "--budget", "0"], "budget '0' is not a duration"),
        (["run", "--budget", "5 soon"], "budget '5 soon' is not a duration"),
        (["run", "--precision", "5"], "'5' is not a percentage"),
        (["run", "--timeout", "never"], "'never' is not a duration"),
        (["run", "--timeout", "999999h"], "timeout '999999h' is longer than a year"),
        (["run", "--memory-limit", "lots"], "'lots' is not a size"),
        (["run", "--memory-limit", "2"], "'2' is not a size without a unit (B, KB, MB, GB or TB)"),
        (["run", "--memory-limit", "2B"], "no process can do anything in 2 bytes"),
        (["run", "--rounds", "0"], "at least one round"),
        (["run", "--launch", "rocket"], "there is no launcher 'rocket'"),
        (["run", "--resume", "nowhere"], "no such run"),
        (["run", "--resume", "nowhere", "-s", "pickle"], "leave out"),
        (["report", "nowhere"], "no such run"),
        (["claims", "nowhere"], "no such run"),
        (["list", "sizes"], "Invalid value"),
        (["measure"], "no such command 'measure'"),
    ],
)
def test_bad_input_gets_one_line_and_exit_code_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], complaint: str
) -> None:
    """Never a traceback, and nothing is left behind."""
    monkeypatch.chdir(tmp_path)
    ended = savebench(*arguments)
    assert ended.code == 2
    assert complaint in ended.err
    assert "Traceback" not in ended.err
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_in_the_way_of_a_file_is_refused(tmp_path: Path) -> None:
    """One line, exit code 2."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    ended = savebench("run", "--suite", "smoke", "--out", tmp_path / "file" / "run")
    assert ended.code == 2
    assert "cannot write there" in ended.err
    assert ended.err.count("\n") == 1


def _start(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command(
            "run", *TINY, "-s", "pickle", "-s", "planted-good", "--rounds", 400, "--out", folder
        ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _wait_for_records(path: Path, count: int) -> None:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        if path.exists() and path.read_bytes().count(b"\n") > count:
            return
        time.sleep(0.02)
    raise AssertionError("no records came")


def _keys(path: Path) -> "Counter[tuple[str, str, int]]":
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return Counter((str(each["case"]), each["trial"], each["round"]) for each in records)


@pytest.mark.usefixtures("planted")
def test_ctrl_c_keeps_what_was_measured_and_gives_the_command_that_resumes(
    tmp_path: Path,
) -> None:
    """Exit code 130, and no child is left."""
    import psutil

    folder = tmp_path / "run"
    process = _start(folder)
    _wait_for_records(folder / "run.jsonl", 20)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert f"savebench run --resume {folder}" in err
    assert "Traceback" not in err
    _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
    assert max(_keys(folder / "run.jsonl").values()) == 1


@pytest.mark.usefixtures("planted")
def test_a_killed_run_resumes_without_repeating_or_losing_a_trial(tmp_path: Path) -> None:
    """SIGKILL at any instant costs at most the trial in flight."""
    folder = tmp_path / "run"
    process = _start(folder)
    _wait_for_records(folder / "run.jsonl", 15)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=LIMIT_S)
    path = folder / "run.jsonl"
    path.write_bytes(path.read_bytes()[:-7])
    path.write_bytes(path.read_bytes().replace(b'"max_rounds":400', b'"max_rounds":10'))
    before = _keys_of_whole_lines(path)
    assert savebench("report", folder).code == 2
    ended = savebench("run", "--resume", folder)
    assert ended.code == 0
    after = _keys(path)
    assert set(after.values()) == {1}
    assert before <= after
    timed = Counter((case, trial) for case, trial, _ in after if trial in {"dump", "load"})
    assert set(timed.values()) == {10}


def _keys_of_whole_lines(path: Path) -> "Counter[tuple[str, str, int]]":
    whole = path.read_bytes().rpartition(b"\n")[0].splitlines()[1:]
    records = [json.loads(line) for line in whole]
    return Counter((str(each["case"]), each["trial"], each["round"]) for each in records)


@pytest.mark.usefixtures("planted")
def test_a_second_run_into_a_folder_is_refused_and_the_first_is_untouched(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    words = ("run", *TINY, "-s", "pickle", "--rounds", 1, "--out", tmp_path / "run")
    assert savebench(*words).code == 0
    before = (tmp_path / "run" / "run.jsonl").read_bytes()
    ended = savebench(*words)
    assert ended.code == 2
    assert "holds a run already" in ended.err
    assert (tmp_path / "run" / "run.jsonl").read_bytes() == before


@pytest.mark.usefixtures("planted")
def test_a_report_is_made_anew_from_the_records(tmp_path: Path) -> None:
    """Delete it, and it comes back the same."""
    folder = tmp_path / "run"
    savebench("run", *TINY, "-s", "pickle", "-s", "planted-good", "--rounds", 2, "--out", folder)
    report = (folder / "report.md").read_text(encoding="utf-8")
    (folder / "report.md").unlink()
    assert savebench("report", folder).code == 0
    assert (folder / "report.md").read_text(encoding="utf-8") == report


def test_the_list_shows_every_row_and_what_it_does() -> None:
    """As a table for people, as JSON for scripts."""
    table = savebench("list")
    rows = json.loads(savebench("list", "--json").out)
    assert table.code == 0
    for row in [*rows["serializers"], *rows["workloads"]]:
        assert row["name"] in table.out
    assert {row["kind"] for row in rows["serializers"]} == {
        "round-trip",
        "restricted",
        "inference",
        "floor",
    }


VERBS = ("run", "list", "report", "claims", "compare", "ab", "doctor", "history", "workflow")


@pytest.mark.parametrize("words", [[], *([verb] for verb in VERBS)])
def test_every_help_text_shows_examples(words: list[str]) -> None:
    """A person learns by copying."""
    ended = savebench(*words, "--help")
    assert ended.code == 0
    assert "Examples:" in ended.out


def test_the_light_parts_import_nothing_heavy() -> None:
    """``import savebench`` and ``--help`` stay quick: no pandas, scikit-learn, NumPy or plots."""
    code = (
        "import sys, savebench, savebench.cli\n"
        "heavy = {'pandas', 'sklearn', 'numpy', 'matplotlib', 'scipy', 'joblib', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [command()[0], "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT_S
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("columns", ["60", "80", "100"])
def test_a_pipe_is_as_wide_as_columns_says(columns: str) -> None:
    """A script, a log or a page may be narrower than the hundred columns that stand otherwise."""
    ended = savebench("list", "workloads", env={**os.environ, "COLUMNS": columns})

    assert max(map(len, ended.out.splitlines()[:-1])) <= int(columns)


@pytest.mark.parametrize("columns", ["", "0", "wide", "200"])
def test_a_width_that_makes_no_sense_is_a_hundred_columns(columns: str) -> None:
    """And no line is longer, for it would be hard to read."""
    ended = savebench("list", "workloads", env={**os.environ, "COLUMNS": columns})

    assert ended.code == 0
    assert 80 < max(map(len, ended.out.splitlines()[:-1])) <= 100
