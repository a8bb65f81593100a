"""What ``--base`` and ``--head`` name: what may be asked of a registry, and what is refused."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from savebench.comparing.environments.asked import Asked, installed_names
from savebench.errors import UsageError

INSTALLED = frozenset({"joblib", "numpy", "scikit-learn"})
INSIST = (
    "is not installed here, and a misspelt name may be a stranger's package{hint} To install it "
    "all the same, give it a version, like '{name}>=0'; or name a path that exists"
)


def check(text: str) -> None:
    """Check what stands behind ``--base``, where some distributions are installed."""
    Asked("base", text).check(lambda: INSTALLED)


def refusal(text: str) -> str:
    """Return why what stands behind ``--base`` is refused."""
    with pytest.raises(UsageError) as raised:
        check(text)
    return str(raised.value)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working directory, which is empty."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def project(here: Path) -> Path:
    """Return a folder that can be installed."""
    folder = here / "project"
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\nname = 'Pro_ject'\n", encoding="utf-8")
    return folder


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "text",
    [
        *("joblib", "Joblib", "scikit_learn", "Scikit-Learn", "scikit.learn"),
        *("scikit-learn[tests]", "joblib numpy", "joblib; python_version > '3'"),
        *("joblib==1.4.2", "joblib >= 1.4", "joblib==1.4.2 numpy", "joblib==1.4.*"),
        *("x>=0", "x==1", "x~=1.0", "x[extra]>=0", "jobllib==1.4.2", "x>=0; python_version > '3'"),
        "x>=0; os_name == 'a/b'",
        *(
            "git+file:///repo@main",
            "git+https://example.org/x.git@main",
            "https://example.org/x.whl",
        ),
        *("x @ https://example.org/x.whl", "git+ssh://git@example.org/x.git joblib"),
    ],
)
def test_what_is_installed_here_or_says_that_it_is_meant_may_be_asked_for(text: str) -> None:
    """A version, a URL, or a name that this environment has."""
    check(text)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [
        ("x", "x", "."),
        ("jobllib", "jobllib", ": did you mean joblib?"),
        ("Scikit_Lern", "Scikit_Lern", ": did you mean scikit-learn?"),
        ("sklearn", "sklearn", ": did you mean scikit-learn?"),
        ("pyhton", "pyhton", ": did you mean python?"),
        ("joblib==1.4.2 nmupy", "nmupy", ": did you mean numpy?"),
        ("jobllib[lz4]", "jobllib", ": did you mean joblib?"),
        ("jobllib; python_version > '3'", "jobllib", ": did you mean joblib?"),
    ],
)
def test_a_name_that_is_not_installed_here_asks_for_a_word_of_confirmation(
    text: str, name: str, hint: str
) -> None:
    """It may be a stranger's package; nothing is asked of a registry."""
    assert refusal(text) == f"--base {text}: {name} {INSIST.format(name=name, hint=hint)}"


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("joblib==", "'joblib==' is no requirement: did you mean joblib?"),
        ("jobl*", "'jobl*' is no requirement: did you mean joblib?"),
        ("--pre joblib", "'--pre' is no requirement"),
    ],
)
def test_what_is_no_requirement_is_told_from_one(text: str, fault: str) -> None:
    """With what was probably meant."""
    assert refusal(text).startswith(f"--base {text}: {fault}")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("mark", ["-", "_", "=", "@", ":", " ", "-v"])
def test_a_version_behind_another_mark_is_understood(mark: str) -> None:
    """As files, other package managers and people write it."""
    text = f"joblib{mark}1.4.2"
    word = "1.4.2" if mark == " " else text

    assert refusal(text) == (
        f"--base {text}: {word!r} gives no version, as pip reads it: did you mean joblib==1.4.2?"
    )


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    "text",
    [
        *("./nosuch", "../nosuch", "/nowhere/python", "~/nowhere/python", "old/bin/pyhton"),
        *("nosuch/", ".venv", "dist/x-1.0.whl", "joblib==1.4.2 ./nosuch", "nosuch/[tests]"),
    ],
)
def test_what_is_written_as_a_path_is_no_name_for_a_registry(text: str) -> None:
    """It is said that there is nothing."""
    assert refusal(text).startswith(
        f"--base {text}: there is no such file or folder; name a Python"
    )


def test_what_lies_at_a_path_and_is_of_no_use_is_said(here: Path) -> None:
    """A folder without anything to run, a file that is no program, both with a bare name, too."""
    (here / "old").mkdir()
    (here / "requirements.txt").write_text("joblib\n", encoding="utf-8")

    for text in ("old", "./old", ".", str(here / "old")):
        fault = "no bin/python, pyproject.toml or setup.py in that folder; name a Python"
        assert refusal(text).startswith(f"--base {text}: {fault}")
    for text in ("requirements.txt", "./requirements.txt"):
        fault = "that file can be neither run nor installed; name a Python"
        assert refusal(text).startswith(f"--base {text}: {fault}")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("text", ["", " "])
def test_nothing_is_not_the_folder_at_hand(text: str) -> None:
    """Though a path of no words is."""
    assert refusal(text).startswith("--base is empty; name a Python interpreter")


def test_a_folder_that_bears_an_installed_name_does_not_hide_it(here: Path) -> None:
    """In many projects, the package's folder does."""
    (here / "joblib").mkdir()

    check("joblib")
    assert Asked("base", "joblib").requirements() == ["joblib"]


@pytest.mark.parametrize("text", ["project", "./project", "project[tests]", "{folder}[tests]"])
def test_a_project_is_installed_from_where_it_lies(project: Path, text: str) -> None:
    """With its extras, and by its whole path."""
    asked = Asked("base", text.format(folder=project))

    asked.check(lambda: INSTALLED)
    assert asked.requirements() == [f"{project}{'[tests]' if '[' in text else ''}"]
    assert asked.names() == {"pro-ject"}


def test_an_archive_that_is_there_is_installed(here: Path) -> None:
    """A wheel or a source archive, whose name tells the distribution's."""
    (here / "dist").mkdir()
    for name in ("joblib-1.4.2-py3-none-any.whl", "joblib-1.4.2.tar.gz"):
        (here / "dist" / name).touch()
        asked = Asked("base", f"dist/{name}")

        asked.check(lambda: INSTALLED)
        assert asked.requirements() == [str(here / "dist" / name)]
        assert asked.names() == {"joblib"}


def test_a_program_that_is_there_is_not_asked_of_a_registry(here: Path) -> None:
    """Nor is the folder of an environment."""
    python = here / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)

    for text in ("env", "env/bin/python"):
        check(text)
        assert Asked("base", text).interpreter() == python


def test_what_is_installed_here_is_known_by_normalised_names() -> None:
    """As registries compare them."""
    assert {"joblib", "scikit-learn", "pytest-benchmark"} <= installed_names()
    assert all(name == name.lower() and "_" not in name for name in installed_names())


@given(st.text(alphabet="ab1._-[]=>< @:/;~", max_size=12))
def test_nothing_but_an_installed_name_passes_without_a_version_or_a_url(text: str) -> None:
    """Whatever is typed, it is refused in one line or says that it is meant."""
    try:
        check(text)
    except UsageError as error:
        said = str(error)
    else:
        said = ""
    is_meant = any(mark in text for mark in "=<>~:") or os.path.lexists(text.strip())
    assert is_meant if not said else text.strip() in said.splitlines()[0]
