"""`savebench inspect package.module:attribute`: a child imports it, and looks at the object."""

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import savebench
from savebench.cli import main

MODEL = {"coef": [1.0, 2.0, 3.0], "words": ["one", "two"]}


@pytest.fixture(autouse=True)
def _stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a folder of one's own."""
    monkeypatch.chdir(tmp_path)


def _inspect(*words: str) -> Result:
    return CliRunner().invoke(main, ["inspect", *words])


def test_an_object_is_told_as_from_python() -> None:
    """The same lines, and the same object for scripts."""
    Path("mine.py").write_text(f"model = {MODEL!r}\n", encoding="utf-8")

    printed, scripted = _inspect("mine:model"), _inspect("mine:model", "--json")

    here = savebench.inspect(MODEL)
    assert (printed.exit_code, scripted.exit_code) == (0, 0)
    assert json.loads(scripted.stdout) == json.loads(here.to_json())
    assert printed.stdout == str(here)


def test_what_makes_a_model_is_called_and_what_it_prints_spoils_nothing() -> None:
    """Of a class in a module of the current folder; from Python alike."""
    Path("mine.py").write_text(
        "class Mine:\n    table = {}\n    def __init__(self):\n        self.words = 'abc'\n"
        "def make():\n    print('made')\n    return Mine()\n",
        encoding="utf-8",
    )

    assert json.loads(_inspect("mine:make", "--json").stdout)["classes"] == ["mine.Mine"]
    assert savebench.inspect("mine:make").inspection.source == "mine.Mine"


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("none_such:model", "there is no module none_such, neither installed nor in the current"),
        ("mine.below:model", "there is no module mine.below, neither"),
        ("mine:modle", "mine has no attribute 'modle'"),
        ("mine:make.b", "mine.make has no attribute 'b'"),
        ("mine:make", "calling make() raised ValueError: not today (mine.py, line 2, in make)"),
        ("mine:takes", "calling takes() raised TypeError: takes() missing 1 required positional"),
        ("raises:x", "importing raises raised KeyError: 'two lines' (raises.py, line 1, in"),
        (
            "needs:x",
            "raised ModuleNotFoundError: No module named 'none_such' (needs.py, line 1, in",
        ),
        ("leaves:x", "importing leaves raised SystemExit: 3 (leaves.py, line 1"),
        ("wrong:x", "importing wrong raised SyntaxError: '(' was never closed (wrong.py, line 1)"),
        ("dies:x", "dies:x: could not be loaded here (exit 7: it said nothing)"),
        ("missing.pkl", "missing.pkl: there is no such file"),
    ],
)
def test_what_cannot_be_had_gets_one_line(named: str, said: str) -> None:
    """And exit code 2."""
    modules = {
        "mine": "def make():\n    raise ValueError('not\\ntoday')\ndef takes(one):\n    pass\n",
        "raises": "raise KeyError('two lines')\n",
        "needs": "import none_such\n",
        "leaves": "raise SystemExit(3)\n",
        "wrong": "x = (\n",
        "dies": "import os\nos._exit(7)\n",
    }
    for name, code in modules.items():
        Path(f"{name}.py").write_text(code, encoding="utf-8")

    ended = _inspect(named)

    assert (ended.exit_code, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_this_process_imports_nothing_of_it() -> None:
    """The module says which process runs it."""
    Path("mine_alone.py").write_text(
        "import os\nopen('ran', 'a').write(f'{os.getpid()}\\n')\nmodel = [1]\n", encoding="utf-8"
    )

    assert _inspect("mine_alone:model").exit_code == 0

    assert "mine_alone" not in sys.modules
    assert Path("ran").read_text(encoding="utf-8").split() != [str(os.getpid())]


def test_a_file_of_that_name_is_a_file(tmp_path: Path) -> None:
    """A colon may stand in a name."""
    (tmp_path / "mine:model").write_bytes(b"")

    assert "mine:model: is empty" in _inspect("mine:model").stderr
