"""Environments: which are found, made, shared and refused. No package is installed here."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from savebench.comparing.environments.asked import Asked
from savebench.comparing.environments.environment import (
    Interpreter,
    Ran,
    Shop,
    examine,
    run_command,
)
from savebench.errors import UsageError


@dataclass
class FakePip:
    """Makes empty environments; installs what it is told, at a constraint's version or the newest.

    `joblib==1.3.2` cannot live beside `scikit-learn==1.9.1`, as in truth.
    """

    newest: dict[str, str] = field(
        default_factory=lambda: {"joblib": "1.6.0", "scikit-learn": "1.9.1", "numpy": "2.4.6"}
    )
    installs: list[list[str]] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    """Revision -> commit."""
    _made: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, words: Sequence[str]) -> Ran:
        """Play the command."""
        words = list(words)
        if words[1:3] == ["-m", "venv"]:
            Path(words[3]).mkdir(parents=True)
            return Ran(0, "", "")
        if words[0] == "git":
            return self._git(words)
        if "pip" in words:
            return self._pip(words)
        return self._probe(words[0])

    def _git(self, words: list[str]) -> Ran:
        if words[1:3] == ["ls-remote", "--"] and words[4] in self.heads:
            return Ran(0, f"{self.heads[words[4]]}\trefs/heads/main\n", "")
        return Ran(128, "", "fatal: not a repository")

    def _pip(self, words: list[str]) -> Ran:
        constraints = Path(words[words.index("--constraint") + 1]).read_text(encoding="utf-8")
        pins = dict(line.split("==") for line in constraints.splitlines())
        asked = words[words.index("--constraint") + 2 :]
        self.installs.append(asked)
        if "nonsense>=0" in asked:
            return Ran(1, "", "ERROR: No matching distribution found for nonsense\nhint: none")
        named = dict(word.split("==") for word in asked if "==" in word)
        found = {**self.newest, **pins, **named}
        if found["joblib"] == "1.3.2" and found["scikit-learn"] == "1.9.1":
            if "scikit-learn" in pins:
                return Ran(1, "", "ERROR: conflict")
            found["scikit-learn"] = "1.8.0"
        self._made[str(Path(words[0]).parent.parent)] = found
        return Ran(0, "", "")

    def _probe(self, executable: str) -> Ran:
        versions = self._made.get(str(Path(executable).parent.parent), {"numpy": "2.0"})
        return Ran(
            0,
            msgspec.json.encode(
                {"version_info": [3, 11, 7], "python": "CPython 3.11.7", "versions": versions}
            ).decode(),
            "",
        )


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> FakePip:
    """Return a pip, in a process that runs with its newest versions."""
    made = FakePip()
    monkeypatch.setattr(
        "savebench.comparing.environments.environment.installed_version", made.newest.get
    )
    return made


def _provide(folder: Path, pip: FakePip, base: str, head: str) -> tuple[Interpreter, Interpreter]:
    shop = Shop(folder, lambda _: None, pip)
    return shop.provide(Asked("base", base), Asked("head", head), ())


def test_two_requirements_differ_in_what_was_asked(tmp_path: Path, pip: FakePip) -> None:
    """Everything else has the versions of this process."""
    base, head = _provide(tmp_path, pip, "joblib==1.5.2", "joblib==1.5.3")
    assert base.versions == {**pip.newest, "joblib": "1.5.2"}
    assert head.versions == {**pip.newest, "joblib": "1.5.3"}


def test_what_one_side_forbids_the_other_goes_without(tmp_path: Path, pip: FakePip) -> None:
    """Joblib 1.3.2 brings an older scikit-learn; head then has that one too."""
    base, head = _provide(tmp_path, pip, "joblib==1.3.2", "joblib==1.5.3")
    assert base.version("scikit-learn") == head.version("scikit_learn") == "1.8.0"
    assert (base.version("joblib"), head.version("joblib")) == ("1.3.2", "1.5.3")


def test_the_order_of_the_sides_does_not_matter(tmp_path: Path, pip: FakePip) -> None:
    """The narrower side decides, whichever it is."""
    base, head = _provide(tmp_path, pip, "joblib==1.5.3", "joblib==1.3.2")
    assert base.version("scikit-learn") == head.version("scikit-learn") == "1.8.0"


def test_an_environment_is_made_once(tmp_path: Path, pip: FakePip) -> None:
    """And found again."""
    first = _provide(tmp_path, pip, "joblib==1.5.2", "joblib==1.5.2")
    assert len(pip.installs) == 1
    assert _provide(tmp_path, pip, "joblib==1.5.2", "joblib==1.5.2") == first
    assert len(pip.installs) == 1


def test_a_folder_that_changed_is_installed_anew(tmp_path: Path, pip: FakePip) -> None:
    """Its files are part of the environment's name."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    _provide(tmp_path / "shop", pip, str(project), str(project))
    (project / "code.py").write_text("x = 1\n", encoding="utf-8")
    _provide(tmp_path / "shop", pip, str(project), str(project))
    assert len(pip.installs) == 2


def test_a_branch_that_moved_is_installed_anew(tmp_path: Path, pip: FakePip) -> None:
    """What a revision means is asked of the repository."""
    pip.heads["main"] = "a" * 40
    _provide(tmp_path, pip, "git+file:///repo@main", "joblib")
    pip.heads["main"] = "b" * 40
    _provide(tmp_path, pip, "git+file:///repo@main", "joblib")
    assert len(pip.installs) == 3


def test_a_revision_may_have_slashes(tmp_path: Path, pip: FakePip) -> None:
    """As that of a pull request."""
    pip.heads["refs/pull/3/head"] = "c" * 40
    _provide(tmp_path, pip, "git+file:///repo@refs/pull/3/head", "joblib")
    assert pip.installs[0][:1] == ["git+file:///repo@refs/pull/3/head"]


def test_a_project_is_not_installed_beside_itself(tmp_path: Path, pip: FakePip) -> None:
    """In joblib's own checkout, joblib is what the checkout has, on both sides."""
    project = tmp_path / "joblib"
    project.mkdir()
    (project / "pyproject.toml").write_text("[project]\nname = 'Joblib'\n", encoding="utf-8")
    pip.heads["HEAD"] = "d" * 40
    assert Asked("head", str(project)).names() == {"joblib"}
    assert Asked("base", f"git+file://{project}@main").names() == {"joblib"}
    _provide(tmp_path / "shop", pip, "joblib==1.5.2", str(project))
    assert pip.installs[1] == [str(project), "msgspec", "numpy", "pandas", "scikit-learn", "scipy"]


def test_a_requirement_with_spaces_of_its_own_stands_alone() -> None:
    """Others are parted by spaces."""
    marked = "joblib==1.5.2; python_version > '3'"
    assert Asked("base", marked).requirements() == [marked]
    assert Asked("base", "joblib==1.5.2 numpy").requirements() == ["joblib==1.5.2", "numpy"]


def test_no_requirement_is_an_option_of_pips() -> None:
    """Else it could install from anywhere."""
    with pytest.raises(UsageError, match="'--index-url=x' is no requirement"):
        Asked("base", "--index-url=x joblib").requirements()


def test_what_cannot_be_installed_is_said_in_one_line(tmp_path: Path, pip: FakePip) -> None:
    """With pip's own first word."""
    with pytest.raises(UsageError) as raised:
        _provide(tmp_path, pip, "nonsense>=0", "joblib")
    assert str(raised.value) == (
        "--base nonsense>=0: cannot be installed; "
        "ERROR: No matching distribution found for nonsense"
    )


def test_an_interpreter_is_taken_as_it_is(tmp_path: Path, pip: FakePip) -> None:
    """By its path, or its environment's folder; nothing is installed."""
    python = tmp_path / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    base, head = _provide(tmp_path, pip, str(python), str(tmp_path / "env"))
    assert base == head
    assert base.executable == str(python)
    assert not pip.installs


@pytest.mark.parametrize("text", ["/nowhere/python", "./nowhere", "~/nowhere/bin/python"])
def test_a_path_where_nothing_is_gets_one_line(text: str) -> None:
    """It is no requirement."""
    with pytest.raises(UsageError, match="there is no such file or folder; name a "):
        Asked("head", text).interpreter()


def test_what_is_no_interpreter_is_refused(tmp_path: Path) -> None:
    """A program that is not Python, a file that is no program, an old Python."""
    with pytest.raises(UsageError, match="not a Python interpreter"):
        examine(Path("/bin/true"), "base")
    text = tmp_path / "text"
    text.write_text("hello", encoding="utf-8")
    text.chmod(0o755)
    with pytest.raises(UsageError, match="not a Python interpreter"):
        examine(text, "base")

    def old(words: Sequence[str]) -> Ran:
        del words
        told = {"version_info": [3, 8, 18], "python": "CPython 3.8.18", "versions": {}}
        return Ran(0, msgspec.json.encode(told).decode(), "")

    with pytest.raises(UsageError, match=r"CPython 3\.8\.18 is too old"):
        examine(Path("python3.8"), "base", old)


def test_a_distribution_is_found_however_its_name_is_spelt() -> None:
    """As registries compare names; of two with one name, the first on the path counts."""

    def told(_: Sequence[str]) -> Ran:
        versions = {"Scikit_Learn": "1.8.0", "my__odd.-name": "2.0", "scikit-learn": "1.4.0"}
        out = {"version_info": [3, 11, 7], "python": "CPython 3.11.7", "versions": versions}
        return Ran(0, msgspec.json.encode(out).decode(), "")

    found = examine(Path("python"), "base", told)

    assert found.versions == {"scikit-learn": "1.8.0", "my-odd-name": "2.0"}
    assert found.version("SciKit.Learn") == "1.8.0"
    assert found.version("my-odd-name") == "2.0"


def test_this_interpreter_tells_its_versions() -> None:
    """As importlib.metadata knows them."""
    import numpy as np

    found = examine(Path(sys.executable), "base", run_command)
    assert found.version_info == sys.version_info[:3]
    assert found.version("numpy") == np.__version__
    assert found.version("scikit_learn") == found.version("scikit-learn")
