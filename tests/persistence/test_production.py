"""Fresh processes import from where production does: real pytest sessions, as people run them."""

import importlib
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from savebench.errors import UsageError
from savebench.launch.finding import find_modules
from savebench.launch.surroundings import Surroundings
from savebench.persistence.fixture import PersistenceFixture
from savebench.persistence.result import PersistenceError
from tests.conftest import PLANTED
from tests.persistence.conftest import ROOT
from tests.persistence.models import Doubler

LIMIT_S = 120
"""Guards against hangs only."""
X = np.arange(5.0)
MODEL = """
    class Model:
        def predict(self, x):
            return x * 2
"""


def _write(folder: Path, **files: str) -> Path:
    """Write modules: a double underscore within a name stands for a folder."""
    for name, text in files.items():
        file = folder / f"{re.sub('(?<=[^_])__(?=[^_]|__i)', '/', name)}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(dedent(text), encoding="utf-8")
    return folder


def _run(folder: Path, *command: str | Path, **variables: str) -> str:
    """Return what a command prints that is started in a folder, with no PYTHONPATH but a named."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONPATH" and not name.startswith(("PYTEST_", "COV_"))
    }
    return subprocess.run(
        [*command, "-q", "-p", "no:cacheprovider", "-p", "no:benchmark"],
        cwd=folder,
        env={**inherited, "COLUMNS": "80", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
    ).stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project in which each model is reached in another way that production has not."""
    folder = _write(
        tmp_path.resolve() / "project",
        src__configured=MODEL,
        src__twice=MODEL,
        installed__twice="",
        vendored__inserted=MODEL,
        late__prepended=MODEL,
        spaces__ns__inner__deep=MODEL,
        in_root=MODEL,
        checks__helpers=MODEL,
        conftest="""
            import os, sys
            here = os.path.dirname(__file__)
            sys.path[:0] = [here + "/vendored", here + "/spaces", here + "/zipped.zip"]
            os.environ["PYTHONPATH"] = here + "/vendored"
        """,
        checks__test_models="""
            import importlib, os, sys
            import numpy as np, pytest

            class Model:
                def predict(self, x):
                    return x

            @pytest.mark.parametrize("name", [
                "configured", "inserted", "prepended", "ns.inner.deep", "zipped", "in_root",
                "helpers", __name__, "twice",
            ])
            def test_model(persistence, monkeypatch, name):
                if name == "prepended":
                    monkeypatch.syspath_prepend(os.path.dirname(__file__) + "/../late")
                if name == "helpers" and name not in sys.modules:
                    monkeypatch.syspath_prepend(os.path.dirname(__file__))
                model = importlib.import_module(name).Model()
                persistence(model, np.arange(3.0), serializers="pickle")
        """,
    )
    with zipfile.ZipFile(folder / "zipped.zip", "w") as archive:
        archive.writestr("zipped.py", dedent(MODEL))
    (folder / "pytest.ini").write_text("[pytest]\npythonpath = src\n", encoding="ascii")
    return folder


@pytest.mark.parametrize(
    ("arguments", "tests", "beside", "in_root"),
    [
        (
            ["-n", "1"],
            "test_models",
            "pytest put on sys.path for the tests there",
            "pytest put on sys.path for the tests there",
        ),
        (
            ["--import-mode=importlib"],
            "checks.test_models",
            "pytest, a conftest or a test put on sys.path",
            "is where pytest was started: python -m pytest puts it on sys.path",
        ),
    ],
    ids=["folders of tests on the path, and a worker of pytest-xdist", "importlib"],
)
def test_what_only_the_test_run_put_on_the_path_is_not_found(
    project: Path, arguments: list[str], tests: str, beside: str, in_root: str
) -> None:
    """Each says which folder the module came from, and who put that there."""
    python = [sys.executable, "-m", "pytest"]
    printed = _run(project, *python, *arguments, PYTHONPATH=str(project / "installed"))

    assert "9 failed" in printed
    put = "pytest, a conftest or a test put on sys.path"
    for module, folder, who in [
        ("configured", "src", "pytest's configuration (pythonpath) put on sys.path"),
        ("inserted", "vendored", put),
        ("prepended", "late", put),
        ("ns.inner.deep", "spaces", put),
        ("zipped", "zipped.zip", put),
        ("in_root", "", in_root),
        ("helpers", "checks", beside),
    ]:
        assert (
            f"stores class Model of {module} by reference, and only this test run can import "
            f"{module}: it comes from {project / folder}, which {who}\n"
        ) in printed
        named = folder or "."
        assert (
            f"To have it find {module}, install {module.partition('.')[0]} where models are "
            "loaded; or, if it is deployed by copying, name its folder: persistence(..., "
            f"path=['{named}']), or savebench_path = {named} in pytest's configuration.\n"
        ) in printed
    assert (
        f"only this test run can import {tests}: it is a test module, "
        f"{project / 'checks' / 'test_models.py'}\n"
    ) in printed
    assert (
        f"load raised AttributeError: Can't get attribute 'Model' on <module 'twice' from "
        f"'{project / 'installed' / 'twice.py'}'>"
    ) in printed
    assert f"here twice is another: it comes from {project / 'src'}, which pytest's" in printed


FINDER = """
    import sys
    from importlib.util import spec_from_file_location

    class Finder:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "by_finder":
                return spec_from_file_location(name, {file!r})

    sys.meta_path.append(Finder)
"""


def _environment(folder: Path, *lines: str) -> Path:
    """Return the interpreter of a new environment, and give that a path file with lines."""
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "installed.pth").write_text("\n".join(lines), encoding="utf-8")
    return folder / "bin" / "python"


def test_what_an_interpreter_starts_with_and_what_is_named_is_found(tmp_path: Path) -> None:
    """Editable installs by a path file and by a finder, PYTHONPATH, the setting, the argument.

    Of tests in a package that is installed, helpers too: production has them.
    """
    project = _write(
        tmp_path / "project",
        editable__by_pth=MODEL,
        editable__package____init__="",
        editable__package__tests____init__="",
        editable__package__tests__helpers=MODEL,
        editable__package__tests__test_inside="""
            import numpy as np
            from package.tests.helpers import Model

            def test_model(persistence):
                persistence(Model(), np.arange(3.0), serializers="pickle")
        """,
        elsewhere__by_finder=MODEL,
        variable__by_pythonpath=MODEL,
        src__by_setting=MODEL,
        vendored__by_argument=MODEL,
        checks__test_models="""
            import importlib
            import numpy as np, pytest

            @pytest.mark.parametrize(
                "name", ["by_pth", "by_finder", "by_pythonpath", "by_setting", "by_argument"]
            )
            def test_model(persistence, monkeypatch, name):
                monkeypatch.syspath_prepend("vendored")
                model = importlib.import_module(name).Model()
                timed = {"max_ratio": {"load_s": ("pickle", 99)}} if name == "by_argument" else {}
                persistence(
                    model, np.arange(3.0), serializers=["pickle", "joblib"], rounds=6,
                    path="vendored", **timed,
                )
        """,
        finder=FINDER.format(file=str(tmp_path / "project" / "elsewhere" / "by_finder.py")),
    )
    (project / "pytest.ini").write_text(
        "[pytest]\npythonpath = src\nsavebench_path = src\n", encoding="ascii"
    )
    python = _environment(
        tmp_path / "environment",
        f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})",
        str(project / "editable"),
        f"import sys; exec(open({str(project / 'finder.py')!r}).read(), {{}})",
    )
    printed = _run(project, python, "-m", "pytest", PYTHONPATH="variable")
    assert "6 passed" in printed


def test_savebench_itself_must_be_found(tmp_path: Path) -> None:
    """A script that puts it on its own path starts no process that has it."""
    libraries = [str(ROOT / "src"), sysconfig.get_path("purelib")]
    project = _write(
        tmp_path,
        test_model="""
            def test_model(persistence):
                persistence(len, "text", serializers="pickle")
        """,
        run=f"""
            import sys
            sys.path[:0] = {libraries!r}
            import pytest
            pytest.main()
        """,
    )
    printed = _run(project, _environment(tmp_path / "bare"), "run.py")
    assert (
        f"UsageError: fresh processes do not find savebench: it comes from {ROOT / 'src'}, "
        "which was on sys.path when pytest started; install savebench where models are loaded; or"
    ) in printed


@pytest.mark.usefixtures("planted")
def test_a_row_that_only_the_test_can_import_says_so(check: PersistenceFixture) -> None:
    """In a line, with the folder; a model takes no blame for it."""
    with pytest.raises(PersistenceError) as caught:
        check(Doubler(), X, serializers=["pickle", "planted-good"], path=ROOT)
    message = str(caught.value)
    assert (
        "a process in production cannot import planted_rows, which brings this serializer: it "
        f"comes from {PLANTED}, which pytest, a conftest or a test put on sys.path; install "
        "planted_rows where models are loaded; or"
    ) in message
    assert "1 of 2 serializers does not carry this Doubler" in message


@pytest.mark.usefixtures("planted")
def test_an_input_that_only_the_test_can_import_is_a_usage_error(check: PersistenceFixture) -> None:
    """As one of the test module is."""
    tiny = importlib.import_module("planted_rows").Tiny()
    with pytest.raises(
        UsageError,
        match=r"the input X holds class Tiny of planted_rows, which .*"
        r"cannot import: it comes from .*/tests/planted, which .*; ask with arrays",
    ):
        check(Doubler(), tiny, path=[ROOT])


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("nowhere", r"/nowhere is not there; path= and savebench_path name folders from which to"),
        ([3], r"path=\[3\]: write folders, like \['src'\]"),
        (None, "path=None: write folders"),
    ],
)
def test_a_wrong_path_is_one_clear_line(check: PersistenceFixture, path: Any, message: str) -> None:
    """It says what is wrong and what to write instead."""
    with pytest.raises(UsageError, match=message):
        check(Doubler(), X, path=path)


def test_an_interpreter_is_asked_once_for_all_calls_that_name_the_same(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a module is in doubt that was not there before."""
    from savebench.persistence import production

    asked: list[set[str]] = []

    def find(names: set[str], path: tuple[str, ...]) -> dict[str, bool]:
        del path
        asked.append(names)
        return {}

    monkeypatch.setattr(production, "find_modules", find)
    for folder in (ROOT, ROOT, PLANTED):
        found = production.production_of(request, folder, ["/nowhere"], [])
        assert not found.lacks("tests.persistence.models")
        assert not found.lacks("numpy")
        assert found.lacks(__name__)
    monkeypatch.setitem(sys.modules, "made_just_now", ModuleType("made_just_now"))
    assert not found.lacks("made_just_now")

    assert ["tests.persistence.models" in names for names in asked] == [True, True, False]
    assert not any("numpy" in names for names in asked)


def test_the_folder_of_a_user_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production may have packages there; what the command line measures has none."""

    def policy(*, user_site: bool) -> str | None:
        return Surroundings(path=(), user_site=user_site).environment(0).get("PYTHONNOUSERSITE")

    monkeypatch.delenv("PYTHONNOUSERSITE", raising=False)
    assert policy(user_site=True) is None
    assert policy(user_site=False) == "1"
    monkeypatch.setenv("PYTHONNOUSERSITE", "1")
    assert policy(user_site=True) == "1"


def test_a_module_is_looked_for_without_importing_it(tmp_path: Path) -> None:
    """In packages, in namespaces within namespaces, beside what an interpreter brings."""
    bang = "raise SystemExit('it was imported')"
    _write(tmp_path, pkg____init__=bang, pkg__inner=bang, ns__deep__er=bang)

    asked = [
        "pkg.inner",
        "pkg.other",
        "ns.deep.er",
        "ns.deep",
        "json.decoder",
        "json.x",
        "nowhere.a",
    ]
    found = find_modules(asked, [str(tmp_path)])

    assert {name for name, there in found.items() if there} == {
        "pkg.inner",
        "ns.deep.er",
        "ns.deep",
        "json.decoder",
    }
    assert len(found) == 7
