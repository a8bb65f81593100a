"""A model where something else belongs: on the command line and from Python, file and object."""

import bz2
import gzip
import lzma
import pickle
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest

import savebench
from savebench.errors import DataError, SavebenchError, UsageError
from savebench.own_model import is_model, looks_like_a_model
from tests.commands import LIMIT_S
from tests.commands import savebench as run_command
from tests.comparing.test_compared import kept
from tests.report.synthetic import RunBuilder

OF_A_MODEL = (
    "is a model. How to save it: savebench.advise(model, X); what is in it: "
    "savebench.inspect(model); in a test: the fixture persistence(model, X)"
)


def of_a_file(name: str) -> str:
    """Return what is said of a model's file."""
    return (
        f"looks like the file of a model. How to save it: savebench advise {name}; what is in it: "
        f"savebench inspect {name}"
    )


class Model:
    """Answers as models do."""

    def predict(self, x: Any) -> Any:
        """Return the input."""
        return x

    def __len__(self) -> int:
        """Return a length, as ensembles and pipelines do."""
        return 3

    def __getitem__(self, index: int) -> int:
        """Return a part, as ensembles and pipelines do."""
        return index


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working directory, which holds a model with a telling name, and one without."""
    monkeypatch.chdir(tmp_path)
    for name in ("mymodel.joblib", "fitted"):
        joblib.dump({"coef": np.arange(3.0)}, tmp_path / name)
    return tmp_path


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "words",
    [
        *(["mymodel.joblib"], ["run", "mymodel.joblib"], ["run", "--rounds", "1", "fitted"]),
        *(["run", "-w", "mymodel.joblib"], ["run", "-s", "fitted"]),
        *(["run", "-w", "nosuch.pkl"], ["run", "--resume", "mymodel.joblib"]),
        *(["report", "mymodel.joblib"], ["report", "fitted"], ["report", "nosuch.onnx"]),
        *(["report", "fitted", "--format", "bmf"], ["history", "mymodel.joblib"]),
        *(["compare", "mymodel.joblib", "other"], ["compare", "nosuch.skops", "fitted"]),
        *(["list", "model.joblib"], ["doctor", "mymodel.joblib"], ["ab", "mymodel.joblib"]),
        *(["nosuch.sav"], ["ab", "--base", "mymodel.joblib", "--head", "joblib"]),
    ],
)
def test_a_models_file_gets_one_line_that_says_where_models_go(words: list[str]) -> None:
    """At every verb, whether it is there or not; nothing is measured and nothing installed."""
    ended = run_command(*words)

    assert ended.code == 2
    assert ended.err.startswith("savebench: ")
    named = [word for word in words if of_a_file(word) in ended.err]
    assert named
    assert ended.err.count("\n") == 1
    assert ended.out == ""


@pytest.mark.parametrize(
    "misuse",
    [
        savebench.run,
        savebench.load_run,
        savebench.load_history,
        lambda model: savebench.run(model=model, X=[[1.0]]),  # type: ignore[call-arg] # the mistake
        lambda model: savebench.run(workloads=model),
        lambda model: savebench.run(workloads=[model]),
        lambda model: savebench.run(workloads=["knn-brute", type(model)]),  # type: ignore[list-item] # as above
        lambda model: savebench.run(serializers=[model]),
        lambda model: savebench.compare(model, model),
        lambda model: savebench.ab(base=model, head="joblib"),
        lambda model: savebench.ab(base="joblib", head="joblib", workloads=[model]),
    ],
)
def test_a_model_from_python_gets_one_line_that_says_where_models_go(
    misuse: Callable[[Model], object],
) -> None:
    """Whatever it was handed to, the object or its class."""
    with pytest.raises(UsageError) as raised:
        misuse(Model())

    assert str(raised.value).endswith(f": Model {OF_A_MODEL}")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "misuse",
    [
        savebench.load_run,
        savebench.load_history,
        lambda path: savebench.run(workloads=[path]),
        lambda path: savebench.run(workloads=str(path)),
        lambda path: savebench.run(serializers=[str(path)]),
        lambda path: savebench.compare(path, path),
        lambda path: savebench.ab(base=path, head="joblib"),
    ],
)
def test_a_models_file_from_python_gets_the_same_line(misuse: Callable[[Path], object]) -> None:
    """As a path or as text."""
    with pytest.raises(SavebenchError) as raised:
        misuse(Path("mymodel.joblib"))

    assert str(raised.value).endswith(of_a_file("mymodel.joblib"))


@pytest.mark.parametrize(
    ("argument", "fault"),
    [
        ({"workloads": [5]}, "savebench.run, workloads: cannot take this int; write names"),
        ({"serializers": [joblib]}, "savebench.run, serializers: cannot take this module; write"),
        ({"workloads": None}, "savebench.run, workloads: cannot take this NoneType; write names"),
    ],
)
def test_what_is_no_model_and_no_name_is_told_to_be_a_name(
    argument: dict[str, Any], fault: str
) -> None:
    """Nobody with a number is sent to the fixture."""
    with pytest.raises(UsageError, match=fault):
        savebench.run(**argument)


def test_a_row_that_no_package_offers_is_told_how_to_get_in() -> None:
    """Trials find rows by their packages."""
    row = savebench.Serializer(name="mine", dump=lambda _m, _p: None, load=lambda _p: None)

    with pytest.raises(UsageError, match=r"'mine' is a row, and only rows .* \(README: Add your"):
        savebench.run(serializers=[row])  # type: ignore[list-item] # the mistake


def test_words_without_a_name_are_told_to_have_one() -> None:
    """Arguments have names."""
    with pytest.raises(UsageError, match=r"cannot take this str; write workloads=\['knn-brute'\]"):
        savebench.run("knn-brute")  # type: ignore[call-arg] # the mistake


STREAM = pickle.dumps({"coef": np.arange(300.0)}, protocol=5)


@pytest.mark.parametrize(
    "content",
    [
        *(pickle.dumps(Model(), protocol=protocol) for protocol in range(6)),
        *(gzip.compress(STREAM, mtime=0), zlib.compress(STREAM), zlib.compress(STREAM, 1)),
        *(bz2.compress(STREAM), lzma.compress(STREAM)),
        lzma.compress(STREAM, format=lzma.FORMAT_ALONE),
        *(b"\x04\x22M\x18" + STREAM, b"\x28\xb5\x2f\xfd" + STREAM, b"\x93NUMPY\x01\x00"),
        *(b'{"learner":{"attributes":{}}}', b"tree\nversion=v4\n", b"SBBUF\x01\r\n"),
    ],
)
def test_a_model_is_known_by_how_it_begins(tmp_path: Path, content: bytes) -> None:
    """Whatever its name."""
    path = tmp_path / "data"
    path.write_bytes(content)

    assert looks_like_a_model(path)


@pytest.mark.parametrize(
    "name",
    ["m.joblib", "m.PKL", "m.pickle.gz", "sk-1.4.skops", "m.onnx", "m.npz", "m.sav", "m.joblib.z"],
)
def test_a_model_that_is_not_there_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    """A typing error is another matter, and there is no way to tell."""
    assert looks_like_a_model(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("run.jsonl", b'{"schema":1}\n'),
        ("run.jsonl.gz", gzip.compress(b'{"schema":1}\n', mtime=0)),
        ("file.json", b'{"machine_info": {}}'),
        ("misnamed.pkl", b'{"machine_info": {}}'),
        ("empty", b""),
        ("words.txt", b"x marks the spot"),
        ("c_names", b"compare\nword\n"),
        ("archive.tar.gz", gzip.compress(b"some/file\x00\x00", mtime=0)),
    ],
)
def test_what_is_no_model_is_not_taken_for_one(tmp_path: Path, name: str, content: bytes) -> None:
    """A run may be compressed, and named as a person likes."""
    path = tmp_path / name
    path.write_bytes(content)

    assert not looks_like_a_model(path)


@pytest.mark.parametrize("name", ["knn-*", "joblib+zlib3", "knn-brute@1MB", "runs", "x\0y", ""])
def test_a_name_is_no_models_file(name: str) -> None:
    """Nor is a glob."""
    assert not looks_like_a_model(Path(name))


def test_a_folder_is_none_whatever_its_name(tmp_path: Path) -> None:
    """A run may lie there."""
    run = kept(tmp_path / "run.pkl", RunBuilder(models=["knn-brute@1MB"], rounds=6).build())

    assert savebench.load_run(run).run.records
    assert run_command("report", run, "--json").code == 0


class Bomb:
    """Does something when it is loaded."""

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        """Say what."""
        return open, ("loaded", "x")


def test_a_models_file_is_never_loaded(here: Path) -> None:
    """Loading one runs what it says."""
    (here / "bomb.pkl").write_bytes(pickle.dumps(Bomb()))

    for words in (["bomb.pkl"], ["run", "-w", "bomb.pkl"], ["report", "bomb.pkl"]):
        assert run_command(*words).code == 2
    with pytest.raises(DataError):
        savebench.load_run("bomb.pkl")
    assert not (here / "loaded").exists()


@pytest.mark.parametrize("thing", ["knn", 5, None, np.arange(3), joblib, Path("x")])
def test_what_does_not_answer_is_no_model(thing: object) -> None:
    """An array, a module, a name."""
    assert not is_model(thing)


def test_recognising_a_model_imports_nothing_heavy() -> None:
    """The command line does it before it does anything else."""
    code = (
        "import sys, savebench.mistyped\n"
        "heavy = {'pandas', 'sklearn', 'numpy', 'joblib', 'rich', 'msgspec', 'pickle'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=LIMIT_S)
    assert done.stdout == "[]\n"
