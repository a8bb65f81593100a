"""Only what no other process can import is hidden from the one that loads the model."""

from pathlib import Path
from types import ModuleType

import pytest

from savebench.persistence.testrun import modules_beside


def _module(name: str, file: Path) -> tuple[str, ModuleType]:
    module = ModuleType(name)
    module.__file__ = str(file)
    return name, module


def _found(*modules: tuple[str, ModuleType], folder: Path, names: frozenset[str]) -> set[str]:
    root = folder.parent
    return modules_beside([folder], dict(modules), lambda: names, frozenset({root / "site"}))


def test_what_lies_beside_tests_is_of_the_test_run(tmp_path: Path) -> None:
    """Helpers in the folder and below it; nothing else, and no folder that is called alike."""
    folder = tmp_path / "tests"
    found = _found(
        _module("helpers", folder / "helpers.py"),
        _module("tests.deep", folder / "deep" / "__init__.py"),
        _module("app", tmp_path / "app.py"),
        _module("other", tmp_path / "tests_of_others" / "other.py"),
        ("built_in", ModuleType("built_in")),
        folder=folder,
        names=frozenset({"numpy"}),
    )
    assert found == {"helpers", "tests.deep"}


def test_tests_inside_an_installed_package_have_helpers_that_production_has(
    tmp_path: Path,
) -> None:
    """Known by the package's name, by the folder it was imported from, or by a dist-info there."""
    package = tmp_path / "site" / "package" / "tests"
    helper = _module("package.tests.helpers", package / "helpers.py")
    assert not _found(helper, folder=package, names=frozenset({"package"}))
    in_place = modules_beside([package], dict([helper]), frozenset, frozenset({tmp_path / "site"}))
    assert not in_place
    assert modules_beside([package], dict([helper]), frozenset, frozenset())
    (tmp_path / "site" / "package-1.0.dist-info").mkdir(parents=True)
    assert not modules_beside([package], dict([helper]), frozenset, frozenset())


def test_the_modules_are_looked_for_once(request: pytest.FixtureRequest) -> None:
    """Until something more is imported."""
    from savebench.persistence.testrun import modules_of_the_test_run

    first = modules_of_the_test_run(request)
    assert modules_of_the_test_run(request) is first
    assert __name__ in first
