"""`savebench advise`, from a file or an object to an answer."""

import json
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor

import savebench
from savebench.errors import DataError, UsageError
from savebench.records.store import read_run
from tests.commands import LIMIT_S, command
from tests.commands import savebench as run_command

KEYS = {"serializer", "on_front", "load_predict_s", "size_bytes", "load_peak_bytes", "ready_s"}


def _line() -> LinearRegression:
    return LinearRegression().fit(np.arange(12.0).reshape(6, 2), np.arange(6.0))


def _saved(folder: Path, model: Any, name: str = "model.pkl") -> Path:
    (folder / name).write_bytes(pickle.dumps(model))
    return folder / name


def test_a_script_gets_what_is_taken_why_and_what_else_was_tried(tmp_path: Path) -> None:
    """One object; the records are kept beside it."""
    path = _saved(tmp_path, _line())
    out = tmp_path / "out"
    ended = run_command(
        *("advise", path, "--budget", "1s", "-s", "pickle", "-s", "joblib-mmap", "-s", "raw-copy"),
        *("--json", "--out", out, "--bandwidth", "100MB/s"),
    )
    assert ended.code == 0, ended.err
    told = json.loads(ended.out)
    assert told["take"] in {"pickle", "joblib-mmap"}
    assert told["reason"]
    assert told["trusted"] is True
    assert told["needs"]["bandwidth_bytes_per_s"] == 1e8
    assert {each["serializer"] for each in told["candidates"]} == {"pickle", "joblib-mmap"}
    for each in told["candidates"]:
        assert each.keys() >= KEYS
        assert each["ready_s"] == pytest.approx(each["size_bytes"] / 1e8 + each["load_predict_s"])
    assert json.loads((out / "advice.json").read_text(encoding="utf-8"))["take"] == told["take"]
    assert (out / "advice.md").is_file()


def test_a_hand_calculation_from_the_records_gives_the_same(tmp_path: Path) -> None:
    """Median of the loads, size over bandwidth."""
    model = KNeighborsRegressor(2).fit(np.random.default_rng(0).normal(size=(500, 4)), range(500))
    advice = savebench.advise(
        model,
        np.ones((3, 4)),
        bandwidth="10MB/s",
        serializers=["pickle", "joblib-mmap"],  # tried whatever the budget
        budget="1s",
        out=tmp_path / "out",
    )
    records = read_run(tmp_path / "out").records
    for each in advice.to_json()["candidates"]:
        mine = [record for record in records if record.case.serializer == each["serializer"]]
        loads = [r.metrics["load_predict_s"] for r in mine if "load_predict_s" in r.metrics]
        [size] = {r.metrics["size_bytes"] for r in mine if "size_bytes" in r.metrics}
        assert each["ready_s"] == pytest.approx(size / 10e6 + float(np.median(loads)))


class _Touches:
    """Would leave a file behind, were it loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (Path.touch, (self.path,))


def test_a_file_that_names_what_nobody_reviewed_is_refused_by_name_and_never_loaded(
    tmp_path: Path,
) -> None:
    """Unless the person trusts it."""
    path = _saved(tmp_path, [_line(), _Touches(tmp_path / "touched")])
    ended = run_command("advise", path, "--budget", "3s", "--out", tmp_path / "out")
    assert ended.code == 2
    assert "pathlib.PosixPath" in ended.err or "touch" in ended.err
    assert "savebench inspect" in ended.err
    assert ended.err.count("\n") == 1
    assert not (tmp_path / "touched").exists()


def test_what_is_trusted_by_the_person_is_loaded(tmp_path: Path) -> None:
    """In a child; and what was compared is said."""
    path = _saved(tmp_path, {"model": _line(), "where": _Touches(tmp_path / "touched")})
    advice = savebench.advise(
        path, trust=True, serializers=["pickle"], budget="1s", out=tmp_path / "out"
    )
    assert (tmp_path / "touched").exists()
    told = advice.to_json()
    assert told["trusted"] is False
    assert told["compares"] == "saved state"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.pkl", None, "there is no such file"),
        ("empty.pkl", b"", "is empty"),
        ("table.csv", b"a,b\n1,2\n", "is no model"),
        ("half.pkl", pickle.dumps(_line())[:-60], "breaks off"),
        ("folder", "folder", "is a folder"),
    ],
)
def test_what_is_no_model_gets_one_line(
    tmp_path: Path, name: str, content: bytes | str | None, said: str
) -> None:
    """And exit code 2."""
    path = tmp_path / name
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "folder":
        path.mkdir()
    ended = run_command("advise", path)
    assert ended.code == 2
    assert said in ended.err
    assert ended.err.count("\n") == 1
    assert ended.out == ""


def test_a_file_cut_off_anywhere_gets_a_clear_answer(tmp_path: Path) -> None:
    """At each twentieth."""
    joblib.dump(_line(), tmp_path / "model.joblib")
    whole = (tmp_path / "model.joblib").read_bytes()
    for part in range(1, 20):
        (tmp_path / "cut.joblib").write_bytes(whole[: len(whole) * part // 20])
        with pytest.raises(DataError, match=r"cut\.joblib"):
            savebench.advise(tmp_path / "cut.joblib", out=tmp_path / "out")


def test_a_class_that_is_not_here_is_named_with_what_brings_it(tmp_path: Path) -> None:
    """Loading would only say that there is no such module."""
    data = pickle.dumps(_line()).replace(
        b"sklearn.linear_model._base", b"sklearn.linear_model.base_"
    )
    (tmp_path / "old.pkl").write_bytes(data)
    with pytest.raises(DataError, match=r"sklearn\.linear_model\.base_"):
        savebench.advise(tmp_path / "old.pkl", out=tmp_path / "out")


def test_needs_that_make_no_sense_are_said_before_anything_is_measured(tmp_path: Path) -> None:
    """By the option's name."""
    with pytest.raises(UsageError, match="bandwidth '100' is not a rate"):
        savebench.advise(_line(), bandwidth="100", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_probe_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Before the model is looked at."""
    path = _saved(tmp_path, _line())
    ended = run_command("advise", path, "--probe", tmp_path / "X.npy")
    assert ended.code == 2
    assert "there is no such file" in ended.err


def test_interrupted_it_answers_from_what_is_measured(tmp_path: Path) -> None:
    """And says so, with exit code 130."""
    path = _saved(tmp_path, _line())
    words = command("advise", path, "--budget", "5min", "--json", "--out", tmp_path / "out")
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "to the first answer" in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 130
    assert "the answer from what was measured so far" in err
    assert json.loads(out)["take"]


@pytest.mark.skipif(sys.platform != "linux", reason="the folder is given as on Linux")
def test_a_model_of_ones_own_module_is_measured(tmp_path: Path) -> None:
    """Named by module and attribute, from the folder where the person stands."""
    (tmp_path / "mine.py").write_text(
        "class Mine:\n"
        "    n_features_in_ = 3\n"
        "    def predict(self, X):\n"
        "        return X.sum(axis=1)\n"
        "def make():\n"
        "    return Mine()\n",
        encoding="utf-8",
    )
    words = command(
        "advise", "mine:make", "--budget", "8s", "-s", "pickle", "-s", "skops", "--json"
    )
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=LIMIT_S, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["take"] == "pickle"
    assert "mine.Mine" in next(
        each["dropped"] for each in told["candidates"] if each["serializer"] == "skops"
    )
