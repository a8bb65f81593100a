"""Where file descriptors run out: in a load that maps arrays, and in savebench itself."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from savebench.descriptors import too_many_open_files
from tests.commands import LIMIT_S, command

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="ulimit is POSIX")


def with_descriptors(count: int, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run ``savebench`` where a process may have so many files open."""
    return subprocess.run(
        ["/bin/sh", "-c", f'ulimit -Sn {count}; exec "$@"', "sh", *command(*arguments)],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("launch", ["spawn", "zygote"])
def test_a_load_that_maps_too_many_arrays_says_which_limit_it_met(
    tmp_path: Path, launch: str
) -> None:
    """A thousand mapped arrays, each of which keeps a descriptor open, where 256 are allowed."""
    ended = with_descriptors(
        256,
        *("run", "-w", "planted-many@100KB", "-s", "joblib", "-s", "joblib-mmap"),
        *("--rounds", 1, "--launch", launch, "--out", tmp_path / "run"),
    )

    assert ended.returncode == 4
    assert (
        "planted-many@100KB x joblib-mmap: failed: load ran out of file descriptors: ulimit -n "
        "allows 256, and each array that is mapped keeps one open; "
    ) in ended.stderr
    assert "x joblib: failed" not in ended.stderr


def test_savebench_itself_says_which_limit_it_met(tmp_path: Path) -> None:
    """In one line, with exit code 2."""
    ended = with_descriptors(10, "run", "-w", "home-prices", "--rounds", 1, "--out", tmp_path / "r")

    assert ended.returncode == 2
    assert "savebench: ran out of file descriptors: ulimit -n allows 10; " in ended.stderr
    assert "Traceback" not in ended.stderr


def wrapped(inner: Exception) -> Exception:
    """Return an error that was raised while another was handled."""
    try:
        try:
            raise inner
        except OSError:
            raise RuntimeError("the archive is damaged")  # noqa: B904 - as libraries do it
    except RuntimeError as error:
        return error


FULL = OSError(errno.EMFILE, os.strerror(errno.EMFILE))


@pytest.mark.parametrize(
    "error",
    [FULL, wrapped(FULL), ImportError(f"libx.so: cannot open: {os.strerror(errno.EMFILE)}")],
)
def test_what_wraps_it_and_what_only_quotes_it_counts_too(error: Exception) -> None:
    """A compiled library has no number to give."""
    assert "ran out of file descriptors: ulimit -n allows" in too_many_open_files(error)


def test_a_system_without_descriptors_is_another_matter() -> None:
    """``ulimit -n`` would not help."""
    error = OSError(errno.ENFILE, os.strerror(errno.ENFILE))

    assert "in the system (fs.file-max)" in too_many_open_files(error)


@pytest.mark.parametrize("error", [OSError(errno.ENOENT, "No such file"), ValueError("x")])
def test_any_other_error_says_nothing_of_descriptors(error: BaseException) -> None:
    """It has a reason of its own."""
    assert not too_many_open_files(error)


@pytest.mark.parametrize(
    ("soft", "hard", "advice"),
    [
        (256, 1024, "; raise it with: ulimit -n 1024"),
        (256, -1, "; raise it with: ulimit -n 65536"),
        (256, 256, "; it is the hard limit, which only root or who started this shell can raise"),
    ],
)
def test_the_advice_is_one_that_can_be_followed(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, advice: str
) -> None:
    """Nobody can go beyond the hard limit."""
    monkeypatch.setattr("resource.getrlimit", lambda _: (soft, hard))

    assert too_many_open_files(FULL).endswith(f"ulimit -n allows 256{advice}")
