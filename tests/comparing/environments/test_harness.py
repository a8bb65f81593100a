"""What measures in another interpreter: copies of this savebench, and what it needs beside."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import savebench
from savebench.comparing.environments.environment import Interpreter, Ran, Shop
from savebench.comparing.environments.harness import harness_path
from savebench.errors import UsageError

SOURCE = Path(savebench.__file__).parent


def interpreter(**versions: str) -> Interpreter:
    """Return an interpreter that has these distributions."""
    return Interpreter((3, 11, 7), "CPython 3.11.7", versions, "/env/bin/python")


def shop(folder: Path, code: int = 0, said: list[list[str]] | None = None) -> Shop:
    """Return a shop whose pip ends so, and remembers what it was asked."""

    def pip(words: Sequence[str]) -> Ran:
        if said is not None:
            said.append(list(words))
        return Ran(code, "", "ERROR: no")

    return Shop(folder / "environments", lambda _: None, pip)


def test_the_copy_holds_this_savebench_and_nothing_else(tmp_path: Path) -> None:
    """It is made once; what the person put on the path stands before it."""
    path = harness_path(interpreter(msgspec="0.22"), shop(tmp_path), ["/mine"])
    mine, ours = path
    assert mine == "/mine"
    assert [each.name for each in Path(ours).iterdir()] == ["savebench"]
    worker = Path("trial") / "worker.py"
    assert (Path(ours) / "savebench" / worker).read_bytes() == (SOURCE / worker).read_bytes()
    assert harness_path(interpreter(msgspec="0.22"), shop(tmp_path), ["/mine"]) == path


def test_a_savebench_under_test_brings_its_own_serializers(tmp_path: Path) -> None:
    """Only where it was asked for; all else stays ours."""
    theirs = tmp_path / "site-packages" / "savebench"
    (theirs / "serializers").mkdir(parents=True)
    (theirs / "serializers" / "pickles.py").write_text("slow = True\n", encoding="utf-8")
    has_one = Interpreter(
        (3, 11, 7), "CPython 3.11.7", {"msgspec": "0.22"}, "/env/bin/python", str(theirs)
    )
    [own] = harness_path(has_one, shop(tmp_path), [], own_rows=True)
    [ours] = harness_path(has_one, shop(tmp_path), [])
    pickles = Path("savebench") / "serializers" / "pickles.py"
    assert (Path(own) / pickles).read_text(encoding="utf-8") == "slow = True\n"
    assert (Path(ours) / pickles).read_bytes() == (SOURCE / "serializers/pickles.py").read_bytes()
    assert (Path(own) / "savebench" / "records" / "schema.py").is_file()


def test_what_the_harness_needs_is_laid_beside_it(tmp_path: Path) -> None:
    """For the other interpreter's version of Python."""
    said: list[list[str]] = []
    path = harness_path(interpreter(), shop(tmp_path, said=said), [])
    assert Path(path[-1]).name == f"msgspec-{sys.platform}-3.11"
    assert said[0][-1] == "msgspec"
    assert said[0][said[0].index("--python-version") + 1] == "3.11"


def test_what_cannot_be_laid_there_is_said_with_the_command(tmp_path: Path) -> None:
    """In one line."""
    with pytest.raises(UsageError, match="/env/bin/python -m pip install msgspec"):
        harness_path(interpreter(), shop(tmp_path, code=1), [])
