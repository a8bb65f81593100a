"""What a process may do that loads a person's file, and what it may not."""

import ctypes
import importlib
import os
import pickle
import socket
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression

from savebench.advising import named
from savebench.advising.session import Silent
from savebench.errors import DataError
from savebench.launch.messages import Source, Task
from savebench.measuring.site import here
from savebench.subjects.adopted import Adoption, adopt_source
from savebench.summary.advice.needs import Needs
from savebench.system import landlock
from savebench.trial.confining import BY_PYTHON, confine

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the tests fork")
kernel = pytest.mark.skipif(not landlock.version(), reason="the kernel has no Landlock")

RULE = (
    "refused; a model from a file may write only where it is measured, start no program and use no "
    "network; if you know who made it: --trust"
)
NOBODY = struct.pack("=H", socket.AF_INET) + struct.pack("!H", 9) + bytes([127, 0, 0, 1]) + bytes(8)


def _task(folder: Path, kind: str = "build") -> Task:
    for name in ("scratch", "model"):
        (folder / name).mkdir(exist_ok=True)
    return Task(kind=kind, model_folder=str(folder / "model"), scratch=str(folder / "scratch"))  # type: ignore[arg-type]


def _confined(task: Task, do: Callable[[], Any]) -> Any:
    """Do something in a confined process; return what it returned, or what it raised in words."""
    read_fd, write_fd = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            confine(task)
            found = do()
        except BaseException as error:  # noqa: BLE001 - all of it is told
            found = str(error)
        os.write(write_fd, pickle.dumps(found))
        os._exit(0)
    os.close(write_fd)
    with os.fdopen(read_fd, "rb") as told:
        found = pickle.load(told)
    os.waitpid(pid, 0)
    return found


def _write(path: Path) -> str:
    path.write_text("x", encoding="utf-8")
    return "written"


WRITING: dict[str, Callable[[Path], Any]] = {
    "open": _write,
    "os.open": lambda path: os.open(path, os.O_WRONLY | os.O_CREAT),
    "append": lambda path: path.open("a"),
    "tofile": lambda path: np.ones(3).tofile(path),
    "truncate": lambda path: os.truncate(path, 0),
}


@pytest.mark.parametrize("how", WRITING)
def test_a_file_outside_is_not_written(how: str, tmp_path: Path) -> None:
    """Whatever opens it; the sentence names the file."""
    other = tmp_path / "other"
    other.write_text("mine", encoding="utf-8")
    said = _confined(_task(tmp_path), lambda: WRITING[how](other))
    assert said == f"tried to write {other}: {RULE}"
    assert other.read_text(encoding="utf-8") == "mine"


CHANGING: dict[str, tuple[str, Callable[[Path, Path], Any]]] = {
    "remove": ("remove {file}", lambda file, _: file.unlink()),
    "rmdir": ("remove {folder}", lambda _, folder: folder.rmdir()),
    "mkdir": ("make {folder}/new", lambda _, folder: (folder / "new").mkdir()),
    "rename": ("rename {file}", lambda file, _: file.rename("taken")),
    "link": ("link {file}", lambda file, _: os.link(file, "taken")),
    "symlink": ("link varies.json to {file}", lambda file, _: Path("varies.json").symlink_to(file)),
    "chmod": ("change the mode of {file}", lambda file, _: file.chmod(0o777)),
    "chown": ("change the owner of {file}", lambda file, _: os.chown(file, 1, 1)),
    "utime": ("change the times of {file}", lambda file, _: os.utime(file, (0, 0))),
}


@pytest.mark.parametrize("how", CHANGING)
def test_what_is_outside_is_not_changed(how: str, tmp_path: Path) -> None:
    """Not removed, moved in, linked to, or made accessible."""
    task, file, folder = _task(tmp_path), tmp_path / "other", tmp_path / "empty"
    file.write_text("mine", encoding="utf-8")
    folder.mkdir()
    before = file.stat()
    said, change = CHANGING[how]

    def do() -> Any:
        os.chdir(task.scratch)
        return change(file, folder)

    assert _confined(task, do) == f"tried to {said.format(file=file, folder=folder)}: {RULE}"
    assert file.stat() == before
    assert list(folder.iterdir()) == []


STARTING: dict[str, tuple[str, Callable[[], Any]]] = {
    "system": ("true", lambda: os.system("true")),  # noqa: S605, S607 - it is refused
    "subprocess": (
        sys.executable,
        lambda: subprocess.run([sys.executable, "-V"], check=False, capture_output=True),
    ),
    "exec": (sys.executable, lambda: os.execv(sys.executable, [sys.executable, "-V"])),  # noqa: S606 - as above
    "posix_spawn": (
        sys.executable,
        lambda: os.posix_spawn(sys.executable, [sys.executable, "-V"], {}),
    ),
}


@pytest.mark.parametrize("how", STARTING)
def test_no_program_is_started(how: str, tmp_path: Path) -> None:
    """By none of the ways that Python has."""
    program, start = STARTING[how]
    assert _confined(_task(tmp_path), start) == f"tried to run {program}: {RULE}"


REACHING: dict[str, tuple[str, Callable[[], Any]]] = {
    "connect": ("127.0.0.1 9", lambda: socket.socket().connect(("127.0.0.1", 9))),
    "bind": ("127.0.0.1 0", lambda: socket.socket().bind(("127.0.0.1", 0))),
    "sendto": (
        "127.0.0.1 9",
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 9)),
    ),
    "getaddrinfo": ("localhost", lambda: socket.getaddrinfo("localhost", 9)),
}


@pytest.mark.parametrize("how", REACHING)
def test_the_network_is_not_used(how: str, tmp_path: Path) -> None:
    """Neither asked for a name, nor spoken to."""
    where, reach = REACHING[how]
    assert _confined(_task(tmp_path), reach) == f"tried to use the network ({where}): {RULE}"


def _c(call: Callable[[Any], int]) -> tuple[int, int]:
    """Call the C library, of which Python hears nothing; return its answer and errno."""
    libc = ctypes.CDLL(None, use_errno=True)
    answer = call(libc)
    return answer, ctypes.get_errno()


COMPILED: dict[str, Callable[[Any, bytes], int]] = {
    "open": lambda libc, name: libc.open(name, os.O_WRONLY),
    "create": lambda libc, name: libc.open(name + b"2", os.O_WRONLY | os.O_CREAT, 0o600),
    "truncate": lambda libc, name: libc.truncate(name, ctypes.c_long(0)),
    "unlink": lambda libc, name: libc.unlink(name),
    "mkdir": lambda libc, name: libc.mkdir(name + b"2", 0o700),
    "symlink": lambda libc, name: libc.symlink(name, b"varies.json"),
    "execve": lambda libc, _: libc.execve(
        sys.executable.encode(), (ctypes.c_char_p * 3)(b"python", b"-V", None), None
    ),
}


@kernel
@pytest.mark.parametrize("how", COMPILED)
def test_compiled_code_is_refused_by_the_kernel(how: str, tmp_path: Path) -> None:
    """The same as through Python: EACCES."""
    task, other = _task(tmp_path), tmp_path / "other"
    other.write_text("mine", encoding="utf-8")

    def do() -> tuple[int, int]:
        os.chdir(task.scratch)
        return _c(lambda libc: COMPILED[how](libc, os.fsencode(other)))

    assert _confined(task, do) == (-1, 13)
    assert other.read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(landlock.version() < 4, reason="this Landlock knows no TCP")
def test_compiled_code_makes_no_tcp_connection(tmp_path: Path) -> None:
    """Refused before anything is sent."""

    def do() -> tuple[int, int]:
        number = socket.socket().detach()
        return _c(lambda libc: libc.connect(number, NOBODY, len(NOBODY)))

    assert _confined(_task(tmp_path), do) == (-1, 13)


@kernel
def test_a_fork_of_a_confined_process_is_confined(tmp_path: Path) -> None:
    """As the workers of a trial are."""
    other = tmp_path / "other"

    def do() -> int:
        pid = os.fork()
        if not pid:
            answer, _ = _c(lambda libc: libc.creat(os.fsencode(other), 0o600))
            os._exit(1 if answer < 0 else 0)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

    assert _confined(_task(tmp_path), do) == 1
    assert not other.exists()


def test_a_trial_writes_moves_and_removes_in_its_own_folders(tmp_path: Path) -> None:
    """Temporary files and their renaming; and nothing goes to the null device."""
    task = _task(tmp_path)

    def do() -> list[str]:
        scratch = Path(task.scratch)
        np.ones(3).tofile(scratch / "array")
        (scratch / "array").rename(scratch / "moved")
        (scratch / "moved").replace(tmp_path / "model" / "kept")
        (scratch / "new").mkdir()
        (scratch / "new").rmdir()
        _write(Path(os.devnull))
        return sorted(path.name for path in tmp_path.rglob("*"))

    assert _confined(task, do) == ["kept", "model", "scratch"]


def test_a_trial_that_loads_does_not_change_the_model_for_others(tmp_path: Path) -> None:
    """Only what takes the model in, and checks it, leaves something beside it."""
    task, kept = _task(tmp_path, "load"), tmp_path / "model" / "model.pickle"
    assert _confined(task, lambda: _write(kept)) == f"tried to write {kept}: {RULE}"


def test_a_confined_process_reads_and_imports(tmp_path: Path) -> None:
    """A module that was never compiled, of a folder in which nothing can be written."""
    (tmp_path / "late_module.py").write_text("VALUE = 7\n", encoding="utf-8")

    def do() -> tuple[int, bool]:
        sys.path.insert(0, str(tmp_path))
        return importlib.import_module("late_module").VALUE, (tmp_path / "__pycache__").exists()

    assert _confined(_task(tmp_path), do) == (7, False)


@kernel
def test_a_memory_trial_resets_its_peak(tmp_path: Path) -> None:
    """By a file in /proc that is this process's own."""
    clear = Path("/proc/self/clear_refs")
    assert _confined(_task(tmp_path), lambda: clear.write_text("5", encoding="ascii")) == 1


def test_where_the_kernel_does_not_help_python_refuses_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hook stands alone."""
    monkeypatch.setattr(landlock, "version", lambda: 0)
    task, other = _task(tmp_path), tmp_path / "other"

    def do() -> str:
        return confine(task)

    assert _confined(task, do) == BY_PYTHON
    assert _confined(task, lambda: _write(other)) == f"tried to write {other}: {RULE}"
    assert not other.exists()


class _WritesWhenLoaded:
    """Names `open`: a hole in the list is to let it through."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str, str]]:
        return open, (str(self.path), "w")


def _frozen_writer(target: Path) -> FrozenEstimator:
    """Return a model that writes when it is asked: what it delegates to is reduced to a write."""
    model = FrozenEstimator(LinearRegression().fit(np.ones((3, 2)), np.ones(3)))
    model.estimator.predict = _Calls(str(target))
    return model


class _Calls:
    """Stands for a gadget: called, it writes an array where its state says."""

    def __init__(self, target: str) -> None:
        self.target = target

    def __call__(self, _: Any) -> None:
        np.ones(3).tofile(self.target)


@pytest.fixture
def hole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open a hole in the list: everything is called reviewed."""
    monkeypatch.setattr(named, "_refuse_untrusted", lambda _found, _name: None)


def _advise(path: Path, folder: Path, *, trust: bool = False) -> Any:
    return named.advise_named(
        str(path),
        Needs.of(),
        probe=None,
        method=None,
        budget_s=1.0,
        serializers=["pickle"],
        out=folder / "out",
        trust=trust,
        watcher=Silent(),
    )


@pytest.mark.usefixtures("hole")
def test_a_file_that_gets_through_a_hole_writes_nothing_when_loaded(tmp_path: Path) -> None:
    """It is refused as a whole: bad input."""
    path, planted = tmp_path / "model.pkl", tmp_path / "planted"
    path.write_bytes(pickle.dumps(_WritesWhenLoaded(planted)))
    with pytest.raises(DataError) as raised:
        _advise(path, tmp_path)
    assert str(raised.value) == f"{path}: loading it tried to write {planted}: {RULE}"
    assert not planted.exists()


@pytest.mark.usefixtures("hole")
def test_a_model_that_writes_when_it_is_asked_is_refused(tmp_path: Path) -> None:
    """Nothing is left of it, and it is not taken for a model that refused a made-up input."""
    path, planted = tmp_path / "model.pkl", tmp_path / "planted"
    path.write_bytes(pickle.dumps(_frozen_writer(planted)))
    with pytest.raises(DataError) as raised:
        _advise(path, tmp_path)
    assert str(raised.value) == (
        f"{path}: asked for its predict(), it tried to write {planted}: {RULE}"
    )
    assert not planted.exists()


def test_a_file_that_is_trusted_by_the_person_is_not_confined(tmp_path: Path) -> None:
    """--trust means it: their code may do what they may."""
    path, written = tmp_path / "model.pkl", tmp_path / "written"
    path.write_bytes(pickle.dumps(_WritesWhenLoaded(written)))
    _advise(path, tmp_path, trust=True)
    assert written.exists()


def test_a_confined_model_is_taken_in_as_any_other(tmp_path: Path) -> None:
    """It is loaded, asked, kept, and loaded again with the same answers."""
    model = LinearRegression().fit(np.arange(12.0).reshape(6, 2), np.arange(6.0))
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    subject, _ = adopt_source(
        Source(loader="pickle", where=str(tmp_path / "model.pkl")),
        "line",
        Adoption(
            launcher=here(tmp_path).launcher(),
            folder=tmp_path / "kept",
            scratch=tmp_path,
            is_confined=True,
        ),
    )
    assert subject.is_confined
    assert subject.method == "predict"
    assert subject.facts is not None
    assert subject.facts.was_reproduced
