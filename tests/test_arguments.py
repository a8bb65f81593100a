"""What a public function says in Python: arguments, where the command line says options."""

import inspect
import os
import pickle
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

import savebench
from savebench.arguments import all_in_python, in_python
from savebench.cli import main
from savebench.errors import DataError, UsageError

ADVISE = inspect.signature(savebench.advise).parameters
RUN = inspect.signature(savebench.run).parameters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if you know who made it: --trust", "if you know who made it: trust=True"),
        ("one of --max-size and --memory", "one of max_size= and memory="),
        ("--probe X.csv: there is none", "X=X.csv: there is none"),
        ("a probe (--probe) would tell more", "a probe (X=) would tell more"),
        ("see it with: savebench inspect m.pkl. Else: --safe", None),
        ("go on with: savebench run --out DIR", "go on with: savebench run --out DIR"),
        ("--storage is no argument of it", "--storage is no argument of it"),
        ("models/--trust/a--memory.pkl is empty", "models/--trust/a--memory.pkl is empty"),
    ],
)
def test_options_are_spelled_as_arguments(text: str, expected: str | None) -> None:
    """Those that the function takes; commands and names of files stay."""
    assert in_python(text, ADVISE) == (expected or text.replace("--safe", "safe=True"))


def test_a_value_behind_an_option_stands_behind_its_argument() -> None:
    """As it is written in Python."""
    assert in_python("--rounds 0: at least one", RUN) == "rounds=0: at least one"


@dataclass(frozen=True)
class _Said:
    text: str
    more: tuple[dict[str, str], ...]
    count: int = 3


def test_every_text_within_a_value_is_spelled_so() -> None:
    """Keys and numbers stay."""
    said = _Said("--safe", ({"--safe": "--cold"},))

    assert all_in_python(said, ADVISE) == _Said("safe=True", ({"--safe": "cold=True"},))


def test_a_refusal_names_the_argument_in_python_and_the_option_on_the_command_line(
    tmp_path: Path,
) -> None:
    """Of the same file."""
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps([os.system]))

    with pytest.raises(DataError) as raised:
        savebench.advise(path, out=tmp_path / "out")
    typed = CliRunner().invoke(main, ["advise", str(path)]).stderr

    assert str(raised.value).endswith("If you know who made it: trust=True")
    assert typed.endswith("If you know who made it: --trust\n")


def test_both_doors_refuse_a_number_in_their_own_words() -> None:
    """The verb calls the function."""
    with pytest.raises(UsageError, match=r"^rounds=0: a run has"):
        savebench.run(rounds=0)

    typed = CliRunner().invoke(main, ["run", "--rounds", "0"]).stderr

    assert typed.startswith("savebench: --rounds 0: a run has")


def test_nothing_that_an_inspection_says_names_an_option(tmp_path: Path) -> None:
    """It is the same text for both doors."""
    path = tmp_path / "model.pkl"
    path.write_bytes(b"\x80\x04cmine\nModel\n.")

    assert "--" not in savebench.inspect(path).inspection.globals[0].why
